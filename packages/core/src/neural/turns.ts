/** Hands out turns one after another, in the order they were asked for: a network does one run at a time. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Runs `work` when all work before it has settled; rejects without running it where the signal is aborted by then. */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last;
    const turn = before.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    this.#last = turn.then(ignore, ignore);
    return turn;
  }

  /** Resolves when all work asked for so far has settled. */
  settled(): Promise<void> {
    return this.#last;
  }
}

/**
 * Lets everything that waits in the event loop happen, messages from other threads included; then rejects with the
 * signal's reason if one of them was its abort. To be awaited between the steps of long work.
 */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    // A timer of 0 ms takes 1 ms in Node and, nested, 4 ms in browsers; a message takes neither.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
  signal?.throwIfAborted();
}

/** Settles as `promise` does, or at once with the signal's reason when it is aborted first. */
export function abandonable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** As `abandonable`, where there may be no promise to wait for, or no signal. */
export async function unlessAborted<T>(promise: Promise<T> | T, signal: AbortSignal | undefined): Promise<T> {
  return signal === undefined ? promise : abandonable(Promise.resolve(promise), signal);
}

function ignore(): void {}
