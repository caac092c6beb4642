import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { NeuralFiles } from '../../src/pack.ts';

/** The folders of tiny trained models, made by `training/runs/fixtures.sh`. */
export const fixtureFolders: readonly string[] = readdirSync(new URL('fixtures', import.meta.url)).filter((folder) =>
  folder.endsWith('-tiny'),
);

export function readFixture(path: string): Uint8Array {
  return readFileSync(new URL(`fixtures/${path}`, import.meta.url));
}

/** The files of the model in a folder, as a pack has them. */
export function modelFiles(folder: string, model: 'gpt' | 'nnlm' | 'lstm'): NeuralFiles {
  const has = (file: string) => existsSync(new URL(`fixtures/${folder}/${file}`, import.meta.url));
  return {
    graph: readFixture(`${folder}/${model}.onnx`),
    weights: readFixture(`${folder}/${model}.${has(`${model}.q4`) ? 'q4' : 'q8'}`),
    vocabulary: readFixture(`${folder}/${model === 'gpt' ? 'tokenizer.json' : 'words.txt'}`),
  };
}

/** The files of the tiny GPT that was tuned to choose. */
export function choiceFiles(): NeuralFiles {
  return {
    graph: readFixture('choice/choice.onnx'),
    weights: readFixture('choice/choice.q4'),
    vocabulary: readFixture('choice/tokenizer.json'),
  };
}

/** What PyTorch answers: see docs/neural-format.md. */
export interface Parity {
  readonly model: 'gpt' | 'nnlm' | 'lstm';
  readonly tolerance: number;
  readonly fixedIds: readonly number[];
  readonly contexts: readonly {
    readonly ids: readonly number[];
    readonly text?: string;
    readonly quantised: {
      readonly topIds: readonly number[];
      readonly topLogProbs: readonly number[];
      readonly fixedLogProbs: readonly number[];
    };
  }[];
}

/** ln softmax of logits (V). */
export function logSoftmax(logits: Float32Array): Float64Array {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  return Float64Array.from(logits, (logit) => logit - most - logSum);
}
