// In the browser: the next word by transformers.js, as one would write it for an app.
import {
  AutoModelForCausalLM,
  cat,
  DynamicCache,
  env,
  ones,
  PreTrainedTokenizer,
  Tensor,
} from '@huggingface/transformers';

const WORDS = 5;
/** Most runs of a word's tokens for one question, as many as Foreword's. A word that has not ended by then is left as it is. */
const MOST_RUNS = 2;
/** Of 128 positions, less the start token's and those of a word. */
const MOST_TOKENS = 120;

/**
 * The five likeliest words that complete what has been typed, by the same weights in Hugging Face's layout.
 *
 * `generate` is of no use here: it has no beam search ("TODO" in 4.3.1) and gives one text. So the model is called itself, with
 * all that its interface offers for speed: keys and values of the text are kept from key to key, so that only tokens that are
 * new are run, none at all inside a word; the five likeliest first tokens that agree with what has been typed are then run
 * together, as a batch, each followed by its likeliest next token until its word ends. A word's probability is the product
 * of its tokens'. It runs on the page's own thread and is spared the messages to a worker.
 */
export async function openPeer(wasmPaths) {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = '/';
  env.useBrowserCache = false;
  env.useWasmCache = false;
  Object.assign(env.backends.onnx.wasm, { wasmPaths, numThreads: 1, proxy: false });
  const tokenizer = new PreTrainedTokenizer(await (await fetch('/neural/tokenizer.json')).json(), {});
  const options = { model_file_name: 'gpt.hf', subfolder: '', dtype: 'fp32', device: 'wasm' };
  const model = await AutoModelForCausalLM.from_pretrained('neural', options);
  return new Peer(tokenizer, model);
}

class Peer {
  version = env.version;
  #tokenizer;
  #model;
  /** By id, the text of the token, in lower case, with its space. */
  #tokens = [];
  /** The tokens that have been read, their keys and values, and ln P of each token that may follow. */
  #read = { ids: [], cache: new DynamicCache(), logProbs: new Float32Array() };

  constructor(tokenizer, model) {
    this.#tokenizer = tokenizer;
    this.#model = model;
    for (const [token, id] of tokenizer.get_vocab()) this.#tokens[id] = token.replace('Ġ', ' ').toLowerCase();
  }

  /** Words that go on from the text, likeliest first. */
  async nextWords(before) {
    const typed = /[\p{L}\p{M}\p{N}'’]*$/u.exec(before)[0];
    const text = before.slice(0, before.length - typed.length).trimEnd();
    await this.#readText(text);
    const { cache, logProbs, ids } = this.#read;
    const prefix = ` ${typed.toLowerCase()}`;
    let beams = likeliest(logProbs, WORDS, (id) => this.#mayBegin(id, prefix)).map((id) => ({
      word: this.#tokens[id],
      ids: [id],
      logProb: logProbs[id],
      hasEnded: false,
    }));
    if (beams.length === 0) return [];
    let past = repeated(cache, beams.length);
    for (let run = 0; run < MOST_RUNS && beams.some(({ hasEnded }) => !hasEnded); run++) {
      const last = beams.map((beam) => beam.ids.at(-1));
      const output = await this.#run(last, beams.length, 1, ids.length + 1 + run, past);
      past = cacheOf(output);
      beams = beams.map((beam, row) => this.#goOn(beam, output.logProbs[row], prefix));
    }
    return beams.sort((a, b) => b.logProb - a.logProb).map(({ word }) => word.trim());
  }

  /** Whether a word with this first token may complete the prefix. */
  #mayBegin(id, prefix) {
    const token = this.#tokens[id];
    return /^ \p{L}/u.test(token) && (token.startsWith(prefix) || prefix.startsWith(token));
  }

  /** The beam with its likeliest next token; ended where that begins another word. */
  #goOn(beam, logProbs, prefix) {
    if (beam.hasEnded) return beam;
    const isWhole = beam.word.startsWith(prefix);
    const [id] = likeliest(logProbs, 1, (next) => {
      const word = beam.word + this.#tokens[next];
      return isWhole || ((word.startsWith(prefix) || prefix.startsWith(word)) && word !== beam.word);
    });
    if (id === undefined) return { ...beam, hasEnded: true, logProb: -Infinity };
    if (!/^[\p{L}'’]/u.test(this.#tokens[id])) return { ...beam, hasEnded: true };
    return {
      word: beam.word + this.#tokens[id],
      ids: [...beam.ids, id],
      logProb: beam.logProb + logProbs[id],
      hasEnded: false,
    };
  }

  /** Reads the tokens of a text that have not been read yet. */
  async #readText(text) {
    const encoded = text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: false });
    const ids = [this.#model.config.bos_token_id, ...encoded.slice(-MOST_TOKENS)];
    const isRead = this.#read.ids.length <= ids.length && this.#read.ids.every((id, index) => id === ids[index]);
    const known = isRead ? this.#read : { ids: [], cache: new DynamicCache() };
    const fresh = ids.slice(known.ids.length);
    if (fresh.length === 0) return;
    const output = await this.#run(fresh, 1, fresh.length, ids.length, known.cache);
    this.#read = { ids, cache: cacheOf(output), logProbs: output.logProbs[0] };
  }

  /** Runs tokens, (batch, length), after what is cached; `total` positions with these. */
  async #run(ids, batch, length, total, cache) {
    const output = await this.#model({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [batch, length]),
      attention_mask: ones([batch, total]),
      past_key_values: cache,
    });
    const { data, dims } = output.logits;
    const size = dims[2];
    const logProbs = Array.from({ length: batch }, (_, row) => {
      const end = (row + 1) * length * size;
      return logSoftmax(data.subarray(end - size, end));
    });
    return { ...output, logProbs };
  }
}

/** The keys and values that a run has given, for the next. */
function cacheOf(output) {
  const present = Object.entries(output).filter(([name]) => name.startsWith('present.'));
  return new DynamicCache(
    Object.fromEntries(present.map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor])),
  );
}

/** The keys and values of one text, for several. */
function repeated(cache, times) {
  const entries = Object.entries(cache).map(([name, tensor]) => [name, cat(Array(times).fill(tensor), 0)]);
  return new DynamicCache(Object.fromEntries(entries));
}

/** The ids with the highest numbers, highest first. */
function likeliest(numbers, count, accepts) {
  const best = [];
  for (let id = 0; id < numbers.length; id++) {
    if (best.length === count && numbers[id] <= numbers[best.at(-1)]) continue;
    if (!accepts(id)) continue;
    if (best.length === count) best.pop();
    const place = best.findIndex((other) => numbers[other] < numbers[id]);
    best.splice(place < 0 ? best.length : place, 0, id);
  }
  return best;
}

function logSoftmax(logits) {
  let most = -Infinity;
  for (const logit of logits) most = Math.max(most, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - most);
  const logTotal = most + Math.log(total);
  return logits.map((logit) => logit - logTotal);
}
