/**
 * A model that others have published, by the figures they give for it. All of them were checked in November 2026 against copies of the papers'
 * text: GPT-1 §4.1 (layers, width; its 117 million by GPT-2's §3 and table 2, "equivalent to the original GPT"), GPT-2 tables 2 and 3, all
 * four sizes, GPT-3 tables 2.1 and 3.2 (175 billion; zero-shot 76.2, few-shot 86.4; the one-shot 72.5 is not shown).
 */
export interface PublishedModel {
  readonly name: string;
  readonly year: number;
  /** Numbers learned. */
  readonly parameters: number;
  readonly layers: number;
  readonly width: number;
  /** LAMBADA, per cent of last words right, asked without an example; where it was published. */
  readonly lambada?: number;
  /** The same with some examples in the prompt. */
  readonly lambadaFewShot?: number;
}

/** Where the figures stand. */
export const sources: readonly string[] = [
  'Radford, Narasimhan, Salimans & Sutskever 2018, Improving Language Understanding by Generative Pre-Training, §4.1',
  'Radford, Wu, Child, Luan, Amodei & Sutskever 2019, Language Models are Unsupervised Multitask Learners, tables 2 and 3. The parameters are as printed; OpenAI later counted 124, 355, 774 and 1,558 million.',
  'Brown et al. 2020, Language Models are Few-Shot Learners, tables 2.1 and 3.2',
];

export const published: readonly PublishedModel[] = [
  { name: 'GPT-1', year: 2018, parameters: 117e6, layers: 12, width: 768 },
  { name: 'GPT-2, 117 M', year: 2019, parameters: 117e6, layers: 12, width: 768, lambada: 45.99 },
  { name: 'GPT-2, 345 M', year: 2019, parameters: 345e6, layers: 24, width: 1024, lambada: 55.48 },
  { name: 'GPT-2, 762 M', year: 2019, parameters: 762e6, layers: 36, width: 1280, lambada: 60.12 },
  { name: 'GPT-2', year: 2019, parameters: 1542e6, layers: 48, width: 1600, lambada: 63.24 },
  { name: 'GPT-3', year: 2020, parameters: 175e9, layers: 96, width: 12_288, lambada: 76.2, lambadaFewShot: 86.4 },
];
