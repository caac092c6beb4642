import type { Feed, OrtSession } from './ort-session.ts';

/** Runs before timing: the first ones compile shaders and take memory. */
const WARM_UP_RUNS = 2;

/** Timed runs; the fastest counts, which other work on the machine disturbs least. */
const TIMED_RUNS = 5;

/**
 * Opens a network on the processor and, where there is one, on the graphics card, runs `sample` on both, keeps the faster and
 * closes the other. A graphics card that fails or computes something else is not used; the processor's errors reject.
 */
export async function fasterSession(
  open: (device: 'wasm' | 'webgpu') => Promise<OrtSession>,
  sample: Readonly<Record<string, Feed>>,
): Promise<OrtSession> {
  const wasm = await open('wasm');
  if (!(await hasGraphicsCard())) return wasm;
  let webgpu: OrtSession | undefined;
  try {
    webgpu = await open('webgpu');
    const isFaster = (await agree(wasm, webgpu, sample)) && (await runMs(webgpu, sample)) < (await runMs(wasm, sample));
    const loser = isFaster ? wasm : webgpu;
    await loser.close();
    return isFaster ? webgpu : wasm;
  } catch {
    await webgpu?.close().catch(() => {});
    return wasm;
  }
}

async function hasGraphicsCard(): Promise<boolean> {
  const { gpu } = (globalThis.navigator ?? {}) as { gpu?: { requestAdapter(): Promise<unknown> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined;
}

/** Largest difference of a logit that rounding explains. */
const TOLERANCE = 1e-3;

async function agree(a: OrtSession, b: OrtSession, sample: Readonly<Record<string, Feed>>): Promise<boolean> {
  const [ofA, ofB] = [(await a.run(sample))['logits']!.data, (await b.run(sample))['logits']!.data];
  return ofA.length === ofB.length && ofA.every((value, index) => Math.abs(value - ofB[index]!) <= TOLERANCE);
}

async function runMs(session: OrtSession, sample: Readonly<Record<string, Feed>>): Promise<number> {
  for (let run = 0; run < WARM_UP_RUNS; run++) await session.run(sample);
  let fastestMs = Infinity;
  for (let run = 0; run < TIMED_RUNS; run++) {
    const began = performance.now();
    await session.run(sample);
    fastestMs = Math.min(fastestMs, performance.now() - began);
  }
  return fastestMs;
}
