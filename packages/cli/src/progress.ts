import type { CommandIo } from './command.ts';

/** A progress bar on stderr. */
export interface Progress {
  /** Says how much is done, in the unit of `total`. Cheap: draws at most ten times a second, and nothing in the first second. */
  update(done: number): void;
  /** Clears the bar's line. Idempotent. */
  finish(): void;
}

/**
 * A progress bar that shows itself once a job has run for a second, and only where `io` shows progress.
 * A `total` of 0 means unknown: a count is shown instead of a bar.
 */
export function createProgress(io: CommandIo, label: string, total: number): Progress {
  if (io.quiet || io.showsProgress !== true) return { update() {}, finish() {} };
  const started = performance.now();
  let lastDrawn = started + FIRST_SHOWN_MS - REDRAWN_MS;
  let isShown = false;
  return {
    update(done) {
      const now = performance.now();
      if (now - lastDrawn < REDRAWN_MS) return;
      lastDrawn = now;
      isShown = true;
      io.stderr(`\r\x1b[K${progressLine(label, done, total, now - started)}`);
    },
    finish() {
      if (isShown) io.stderr('\r\x1b[K');
      isShown = false;
    },
  };
}

/** One line of a bar: `Counting  ███████░░░░░░░  50 %  0:12 left`. `elapsedMs` is the time spent on `done` of `total`. */
export function progressLine(label: string, done: number, total: number, elapsedMs: number): string {
  if (total <= 0) return `${label}  ${done.toLocaleString('en')}  ${clock(elapsedMs)}`;
  const share = Math.min(1, Math.max(0, done / total));
  const filled = Math.round(share * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const left = share > 0 ? `  ${clock((elapsedMs * (1 - share)) / share)} left` : '';
  return `${label}  ${bar}  ${Math.floor(share * 100)} %${left}`;
}

/**
 * A function to await inside a long loop: every 50 ms it lets timers and Ctrl-C in, and throws the signal's
 * reason once aborted. Otherwise it costs one look at the clock.
 */
export function createPacer(io: CommandIo): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < BREATH_MS) return undefined;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        last = performance.now();
        if (io.signal.aborted) reject(io.signal.reason);
        else resolve();
      });
    });
  };
}

const FIRST_SHOWN_MS = 1000;
const REDRAWN_MS = 100;
const BREATH_MS = 50;
const BAR_WIDTH = 24;

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes % 60).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}
