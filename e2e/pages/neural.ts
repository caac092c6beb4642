/// <reference types="vite/client" />

import * as neural from '@foreword/core/neural';
import webgpuMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webgpuWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

/** What the tests reach for in the page. */
export interface NeuralHarness {
  neural: typeof neural;
  runtime: (options: Pick<neural.RuntimeOptions, 'device' | 'threads'>) => neural.RuntimeOptions;
  /** The GPT in a folder of fixtures. */
  spec: (folder: string) => Promise<neural.NeuralModelSpec & { kind: 'gpt' }>;
  /** Largest difference of ln P from what PyTorch answers, over at most so many contexts of a folder's GPT, and how many there are. */
  parity: (
    folder: string,
    runtime: neural.RuntimeOptions,
    most?: number,
  ) => Promise<{ difference: number; contexts: number }>;
}

declare global {
  interface Window {
    neuralHarness: NeuralHarness;
  }
}

const urls = import.meta.glob<string>('../../packages/core/test/neural/fixtures/*-tiny/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

async function fetchFixture(path: string): Promise<Uint8Array> {
  const response = await fetch(urls[`../../packages/core/test/neural/fixtures/${path}`]!);
  return new Uint8Array(await response.arrayBuffer());
}

async function spec(folder: string): Promise<neural.NeuralModelSpec & { kind: 'gpt' }> {
  const quantised = Object.keys(urls).find((path) => path.includes(`/${folder}/gpt.q`))!;
  const [graph, weights, vocabulary] = await Promise.all(
    ['gpt.onnx', quantised.split('/').at(-1)!, 'tokenizer.json'].map((file) => fetchFixture(`${folder}/${file}`)),
  );
  return { kind: 'gpt', files: { graph: graph!, weights: weights!, vocabulary: vocabulary! } };
}

async function parity(folder: string, runtime: neural.RuntimeOptions, most = Infinity) {
  const backend = await neural.openCausalBackend((await spec(folder)).files, runtime);
  const { contexts } = JSON.parse(new TextDecoder().decode(await fetchFixture(`${folder}/gpt.parity.json`)));
  let difference = 0;
  let compared = 0;
  for (const { ids, quantised } of contexts) {
    if (ids.length < 2 || compared >= most) continue;
    const { logits } = await backend.run(Int32Array.from(ids.slice(1)), 1, backend.startRow, 1);
    const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    quantised.topIds.forEach((id: number, index: number) => {
      difference = Math.max(difference, Math.abs(logits[id]! - logSum - quantised.topLogProbs[index]));
    });
    compared++;
  }
  await backend.close();
  return { difference, contexts: compared };
}

window.neuralHarness = {
  neural,
  spec,
  parity,
  runtime: (options) => ({
    wasmPaths: options.device === 'webgpu' ? { mjs: webgpuMjs, wasm: webgpuWasm } : { mjs, wasm },
    ...options,
  }),
};
