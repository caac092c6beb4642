/** A model that others have published, by the figures they give for it. */
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
  /** Keys of the sources in `sources`. */
  readonly sources: readonly (keyof typeof sources)[];
}

/** Where the figures stand. */
export const sources = {
  gpt1: 'Radford, Narasimhan, Salimans & Sutskever 2018, Improving Language Understanding by Generative Pre-Training, §4.1',
  gpt2: 'Radford, Wu, Child, Luan, Amodei & Sutskever 2019, Language Models are Unsupervised Multitask Learners, tables 2 and 3',
  gpt3: 'Brown et al. 2020, Language Models are Few-Shot Learners, tables 2.1 and 3.2',
} as const;

export const published: readonly PublishedModel[] = [
  { name: 'GPT-1', year: 2018, parameters: 117e6, layers: 12, width: 768, sources: ['gpt1', 'gpt2'] },
  { name: 'GPT-2, 117 M', year: 2019, parameters: 117e6, layers: 12, width: 768, lambada: 45.99, sources: ['gpt2'] },
  { name: 'GPT-2', year: 2019, parameters: 1542e6, layers: 48, width: 1600, lambada: 63.24, sources: ['gpt2'] },
  {
    name: 'GPT-3',
    year: 2020,
    parameters: 175e9,
    layers: 96,
    width: 12_288,
    lambada: 76.2,
    lambadaFewShot: 86.4,
    sources: ['gpt3'],
  },
];

/** What our GPT scores on LAMBADA, as training/LOG.md has it: the whole last word, greedily, zero-shot. */
export const ourLambada = { percent: 3.76, standardError: 0.27, passages: 5153 } as const;
