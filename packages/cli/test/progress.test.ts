import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandIo } from '../src/command.ts';
import { createPacer, createProgress, progressLine } from '../src/progress.ts';

function testIo(overrides: Partial<CommandIo> = {}): CommandIo & { written: string[] } {
  const written: string[] = [];
  const signal = new AbortController().signal;
  return {
    stdout() {},
    stderr: (text) => written.push(text),
    signal,
    quiet: false,
    showsProgress: true,
    written,
    ...overrides,
  };
}

describe('progressLine', () => {
  it('shows the share done and the time left at the speed so far', () => {
    // A quarter took 30 s, so three quarters take 90 s.
    expect(progressLine('Counting', 25, 100, 30_000)).toBe(
      `Counting  ${'█'.repeat(6)}${'░'.repeat(18)}  25 %  1:30 left`,
    );
    expect(progressLine('Counting', 0, 100, 30_000)).toMatch(/ 0 %$/);
  });

  it('never leaves its bar, and counts where the total is unknown', () => {
    expect(progressLine('x', 300, 100, 1000)).toMatch(/█{24} {2}100 %/);
    expect(progressLine('Reading', 1_234_567, 0, 3_725_000)).toBe('Reading  1,234,567  1:02:05');
  });
});

describe('createProgress', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => vi.useRealTimers());

  it('draws nothing in the first second, then ten times a second at most, and clears its line', () => {
    const io = testIo();
    const progress = createProgress(io, 'Typing', 100);
    for (let ms = 0; ms < 1000; ms += 50) {
      progress.update(1);
      vi.advanceTimersByTime(50);
    }
    expect(io.written).toEqual([]);
    for (let ms = 0; ms < 1000; ms += 10) {
      progress.update(50);
      vi.advanceTimersByTime(10);
    }
    expect(io.written.length).toBeGreaterThanOrEqual(9);
    expect(io.written.length).toBeLessThanOrEqual(11);
    progress.finish();
    progress.finish();
    expect(io.written.filter((text) => text === '\r\x1b[K')).toHaveLength(1);
    expect(io.written.at(-1)).toBe('\r\x1b[K');
  });

  it('draws nothing when quiet, where progress is not wanted, and leaves no line to a short job', () => {
    const outputs = [testIo({ quiet: true }), testIo({ showsProgress: false }), testIo()];
    for (const [index, io] of outputs.entries()) {
      const progress = createProgress(io, 'Typing', 100);
      progress.update(1);
      if (index < 2) vi.advanceTimersByTime(5000);
      progress.update(2);
      progress.finish();
      expect(io.written).toEqual([]);
    }
  });
});

describe('createPacer', () => {
  it('lets other work in now and then and costs nothing in between', async () => {
    const pace = createPacer(testIo());
    expect(pace()).toBeUndefined();
    const end = performance.now() + 60;
    while (performance.now() < end);
    let others = 0;
    setImmediate(() => {
      others += 1;
    });
    await pace();
    expect(others).toBe(1);
    expect(pace()).toBeUndefined();
  });

  it('throws the reason of an aborted signal', async () => {
    const controller = new AbortController();
    const pace = createPacer(testIo({ signal: controller.signal }));
    controller.abort(new Error('Interrupted.'));
    await expect(async () => {
      for (;;) await pace();
    }).rejects.toThrow('Interrupted.');
  });
});
