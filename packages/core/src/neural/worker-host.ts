import { PredictionError } from '../errors.ts';
import type { LanguageModel } from '../types.ts';
import type { GptModel } from './gpt-model.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { openNeuralModel } from './open-neural-model.ts';
import { type AttentionModel, openAttention } from './ort-attention.ts';
import { type ChoiceModel, openChoice } from './ort-choice.ts';
import { describeError } from './remote-error.ts';
import { listen, type ThreadPort } from './worker-port.ts';

/**
 * Serves neural models over a port: the worker's side of `startNeuralWorker`. `@foreword/core/worker` calls it in a browser's worker;
 * in Node a worker is two lines: `import { parentPort } from 'node:worker_threads'; hostModels(parentPort)`.
 * `open` makes a model of what was asked for; default: `openNeuralModel`.
 */
export function hostModels(port: ThreadPort, open: typeof openNeuralModel = openNeuralModel): void {
  const host = new Host((message) => port.postMessage(message, []), open);
  listen<ToWorker>(
    port,
    (message) => host.receive(message),
    () => {},
  );
}

class Host {
  readonly #post: (message: FromWorker) => void;
  readonly #open: typeof openNeuralModel;
  readonly #models = new Map<number, LanguageModel>();
  readonly #attentions = new Map<number, AttentionModel>();
  readonly #choices = new Map<number, ChoiceModel>();
  readonly #running = new Map<number, AbortController>();

  constructor(post: (message: FromWorker) => void, open: typeof openNeuralModel) {
    this.#post = post;
    this.#open = open;
  }

  receive(message: ToWorker): void {
    if (message.kind === 'cancel') this.#running.get(message.id)?.abort();
    else void this.#run(message);
  }

  /** Answers one question with one message, or with none when it has been cancelled. */
  async #run(message: Exclude<ToWorker, { kind: 'cancel' }>): Promise<void> {
    const controller = new AbortController();
    this.#running.set(message.id, controller);
    let answer: FromWorker;
    try {
      answer = await this.#answer(message, controller.signal);
    } catch (error) {
      answer = { kind: 'failed', id: message.id, error: describeError(error) };
    }
    this.#running.delete(message.id);
    if (!controller.signal.aborted) this.#post(answer);
  }

  async #answer(message: Exclude<ToWorker, { kind: 'cancel' }>, signal: AbortSignal): Promise<FromWorker> {
    const { kind, id } = message;
    switch (kind) {
      case 'open': {
        const model = await this.#open(message.spec, message.runtime);
        if (signal.aborted) await model.close?.();
        else this.#models.set(message.model, model);
        return { kind: 'opened', id, name: model.name };
      }
      case 'next':
        return { kind: 'answer', id, distribution: await this.#model(message.model).next(message.query, signal) };
      case 'continue':
        for await (const text of this.#writer(message.model).continue(message.text, { ...message.options, signal })) {
          if (!signal.aborted) this.#post({ kind: 'piece', id, text });
        }
        return { kind: 'done', id };
      case 'score':
        return { kind: 'score', id, score: await this.#writer(message.model).score(message.text, signal) };
      case 'score-after': {
        const { before, texts } = message;
        return { kind: 'scores', id, logProbs: await this.#writer(message.model).scoreAfter(before, texts, signal) };
      }
      case 'open-attention': {
        const model = await openAttention(message.files, message.runtime);
        if (signal.aborted) await model.close();
        else this.#attentions.set(message.model, model);
        return { kind: 'done', id };
      }
      case 'attend': {
        const model = this.#attentions.get(message.model);
        if (model === undefined) throw closedError();
        return { kind: 'attention', id, attention: await model.read(message.text) };
      }
      case 'open-choice': {
        const model = await openChoice(message.files, message.runtime);
        if (signal.aborted) await model.close();
        else this.#choices.set(message.model, model);
        return { kind: 'done', id };
      }
      case 'choose': {
        const model = this.#choices.get(message.model);
        if (model === undefined) throw closedError();
        return { kind: 'choice', id, scores: await model.score(message.context, message.candidates) };
      }
      case 'close': {
        const places = [this.#models, this.#attentions, this.#choices];
        const model = places.map((place) => place.get(message.model)).find((found) => found !== undefined);
        for (const place of places) place.delete(message.model);
        await model?.close?.();
        return { kind: 'done', id };
      }
      case 'ping':
        return { kind: 'done', id };
      default:
        throw new TypeError(`unknown kind of message: ${(message satisfies never as ToWorker).kind}`);
    }
  }

  #model(handle: number): LanguageModel {
    const model = this.#models.get(handle);
    if (model === undefined) throw closedError();
    return model;
  }

  #writer(handle: number): Pick<GptModel, 'continue' | 'score' | 'scoreAfter'> {
    const model = this.#model(handle);
    if ('continue' in model && 'score' in model) return model as GptModel;
    throw new TypeError(`model must be one made of tokens to write or score text; "${model.name}" is not`);
  }
}

function closedError(): PredictionError {
  return new PredictionError('closed', 'The model has been closed. Open it again to go on.');
}
