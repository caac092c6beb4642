export type {
  CausalBackend,
  CausalOutput,
  RecurrentBackend,
  RecurrentOutput,
  RecurrentState,
  Tokenizer,
  WindowBackend,
} from './backend.ts';
export {
  type CausalLm,
  type CausalLmPreview,
  type CausalLmSource,
  loadCausalLm,
  previewCausalLm,
} from './causal-lm.ts';
export { measureEndShares } from './end-shares.ts';
export type { ContinueOptions } from './generation.ts';
export { GptModel } from './gpt-model.ts';
export type { GptOptions } from './gpt-options.ts';
export { LstmModel } from './lstm-model.ts';
export { NnlmModel } from './nnlm-model.ts';
export { type GptSpecOptions, type NeuralModelSpec, openNeuralModel } from './open-neural-model.ts';
export { type Attention, type AttentionModel, openAttention } from './ort-attention.ts';
export { type NetworkFiles, openCausalBackend, openRecurrentBackend, openWindowBackend } from './ort-backend.ts';
export { type ChoiceModel, type ChoiceScores, openChoice } from './ort-choice.ts';
export type { RuntimeOptions } from './ort-session.ts';
export { packModelSpec } from './pack-model.ts';
export type { TextScore, WordScore } from './scoring.ts';
export { type OpenTokenizerOptions, openTokenizer } from './tokenizer.ts';
export { decodeWeights, type Weights } from './weights.ts';
export { parseWordList, WordList } from './word-list.ts';
export { type NeuralWorker, type NeuralWorkerOptions, startNeuralWorker } from './worker-client.ts';
export { hostModels } from './worker-host.ts';
export type { RemoteModel } from './worker-model.ts';
export type { ThreadPort } from './worker-port.ts';
