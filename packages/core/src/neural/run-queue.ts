import { Recent } from './recent.ts';

/**
 * Runs one job at a time and keeps what the last ones gave, by key: a network runs one thing at a time, and the caret comes
 * back to where it was. A question whose signal is aborted stops waiting; a run that has begun goes on and is kept.
 */
export class RunQueue<T> {
  readonly #kept: Recent<T>;
  #running: { readonly key: string; readonly run: Promise<T> } | null = null;

  constructor(capacity: number) {
    this.#kept = new Recent(capacity);
  }

  /** What was given for a key lately. */
  kept(key: string): T | undefined {
    return this.#kept.get(key);
  }

  /**
   * What `job` gives, once the one before has settled; for a key that is being run already, what that run gives. Rejects with
   * the signal's reason as soon as it is aborted; a job whose turn had not come by then is not begun.
   */
  run(key: string, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      this.#turn(key, signal, job)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', abort));
    });
  }

  async #turn(key: string, signal: AbortSignal, job: () => Promise<T>): Promise<T> {
    while (this.#running !== null) {
      const { key: runningKey, run } = this.#running;
      if (runningKey === key) return run;
      await run.catch(() => {});
      signal.throwIfAborted();
      const kept = this.kept(key);
      if (kept !== undefined) return kept;
    }
    const run = job();
    this.#running = { key, run };
    try {
      const value = await run;
      this.#kept.set(key, value);
      return value;
    } finally {
      this.#running = null;
    }
  }
}
