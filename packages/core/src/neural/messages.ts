/** What crosses between the caller's thread and the worker that holds the neural models. Types only. */

import type { NeuralFiles } from '../pack.ts';
import type { Distribution, Query } from '../types.ts';
import type { ContinueOptions } from './generation.ts';
import type { NeuralModelSpec } from './open-neural-model.ts';
import type { Attention } from './ort-attention.ts';
import type { ChoiceScores } from './ort-choice.ts';
import type { RuntimeOptions } from './ort-session.ts';
import type { TextScore } from './scoring.ts';

/**
 * To the worker. `id` is a counter over everything asked of it; `model` is a counter too, chosen by the caller. What has an `id` is
 * answered with exactly one message of that id that is no `piece`, unless it has been cancelled: then perhaps with none.
 */
export type ToWorker =
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly model: number;
      readonly spec: NeuralModelSpec;
      readonly runtime: RuntimeOptions;
    }
  | { readonly kind: 'next'; readonly id: number; readonly model: number; readonly query: Query }
  | {
      readonly kind: 'continue';
      readonly id: number;
      readonly model: number;
      readonly text: string;
      readonly options: Omit<ContinueOptions, 'signal'>;
    }
  | { readonly kind: 'score'; readonly id: number; readonly model: number; readonly text: string }
  | {
      readonly kind: 'score-after';
      readonly id: number;
      readonly model: number;
      readonly before: string;
      readonly texts: readonly string[];
    }
  /** Opens what `openAttention` or `openChoice` opens, as the worker runs its networks. */
  | {
      readonly kind: 'open-attention' | 'open-choice';
      readonly id: number;
      readonly model: number;
      readonly files: NeuralFiles;
      readonly runtime: RuntimeOptions;
    }
  | { readonly kind: 'attend'; readonly id: number; readonly model: number; readonly text: string }
  | {
      readonly kind: 'choose';
      readonly id: number;
      readonly model: number;
      readonly context: string;
      readonly candidates: readonly string[];
    }
  | { readonly kind: 'close'; readonly id: number; readonly model: number }
  /** Is the worker alive? Answered between two steps of whatever it does. */
  | { readonly kind: 'ping'; readonly id: number }
  /** Ends what was asked under this id. */
  | { readonly kind: 'cancel'; readonly id: number };

/** A question without its `id`. */
export type Asked = ToWorker extends infer M ? (M extends { id: number } ? Omit<M, 'id'> : never) : never;

/** From the worker. */
export type FromWorker =
  | { readonly kind: 'opened'; readonly id: number; readonly name: string }
  | { readonly kind: 'answer'; readonly id: number; readonly distribution: Distribution }
  /** Some of the text of a `continue`, before its `done`. */
  | { readonly kind: 'piece'; readonly id: number; readonly text: string }
  | { readonly kind: 'score'; readonly id: number; readonly score: TextScore }
  /** ln P of each text of a `score-after`. */
  | { readonly kind: 'scores'; readonly id: number; readonly logProbs: Float64Array }
  | { readonly kind: 'attention'; readonly id: number; readonly attention: Attention }
  | { readonly kind: 'choice'; readonly id: number; readonly scores: ChoiceScores }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly error: RemoteError };

/** An error as it crosses, whole but for its stack. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  /** Of a `PredictionError`. */
  readonly code?: string;
  readonly cause?: RemoteError;
}
