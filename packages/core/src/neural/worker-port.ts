/**
 * One end of a line to another thread, as browsers have it (`Worker`, `MessagePort`, a worker's `self`) or as Node has it (`Worker` and
 * `parentPort` of `node:worker_threads`).
 */
export type ThreadPort = WebPort | NodePort;

interface WebPort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message' | 'messageerror' | 'error', listener: (event: Event) => void): void;
}

interface NodePort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(type: 'message' | 'messageerror' | 'error' | 'exit', listener: (value: unknown) => void): unknown;
}

/** Calls `onMessage` with each message that comes in, `onDeath` with the reason when the other thread is gone or broken. */
export function listen<M>(port: ThreadPort, onMessage: (message: M) => void, onDeath: (cause: unknown) => void): void {
  if ('on' in port) {
    port.on('message', (message) => onMessage(message as M));
    for (const type of ['messageerror', 'error', 'exit'] as const) port.on(type, onDeath);
    return;
  }
  port.addEventListener('message', (event) => onMessage((event as MessageEvent<M>).data));
  port.addEventListener('messageerror', () => onDeath(new Error('a message could not be read')));
  port.addEventListener('error', (event) => {
    event.preventDefault();
    onDeath(new Error((event as ErrorEvent).message ?? 'its script could not be loaded'));
  });
}
