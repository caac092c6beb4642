import { createInterface } from 'node:readline';
import type { Candidate, Prediction, WordExplanation } from '@foreword/core';
import { type CommandIo, parseCommandLine, parseCount, UsageError } from './command.ts';
import { explanationText } from './explanation-text.ts';
import { type OpenedModel, openModel } from './open-model.ts';

const help = `Usage: foreword ask --pack PACK [OPTIONS] [TEXT…]

Prints the ranked candidates for what stands before the caret, with their probabilities and evidence. The space at the
end of TEXT counts: "see you " asks for the next word, "see yo" completes one. Without TEXT each line of standard input
is asked.

  --pack PACK      the pack's folder, or a bare n-gram file (.bin, .arpa, .arpa.gz)
  --model NAME     which of the pack's models to ask: ngram, nnlm, lstm, gpt, several joined with +, or mixture for all
                   that the pack mixes (default ngram)
  --pinyin         of a Chinese pack: TEXT is pinyin, and what it may stand for is printed, best first by --model ngram or
                   mixture, whose GPT puts whole readings into order
  --before TEXT    with --pinyin: the text that the pinyin follows (default: none)
  --limit N        number of candidates, 1 to 100 (default 5)
  --explain WORD   instead of candidates: why WORD is suggested there, or why it is not
  --json           one JSON object a question instead of text
`;

/** `foreword ask`. */
export async function askCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: texts } = parseCommandLine(argv, {
    pack: { type: 'string' },
    model: { type: 'string', default: 'ngram' },
    limit: { type: 'string', default: '5' },
    explain: { type: 'string' },
    pinyin: { type: 'boolean', default: false },
    before: { type: 'string' },
    json: { type: 'boolean', default: false },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (values.pack === undefined) throw new UsageError('--pack is missing: the folder of the pack to ask.');
  const limit = parseCount('limit', values.limit, 1, 100);
  if (values.pinyin) {
    const { askPinyin } = await import('./ask-pinyin.ts');
    const { pack, model, before = '', json } = values;
    await askPinyin({ pack, model, before, limit, json, letters: texts.length > 0 ? texts : inputLines(io) }, io);
    return 0;
  }
  if (values.before !== undefined) throw new UsageError('--before belongs to --pinyin. Write it into TEXT.');
  const model = await openModel(values.pack, values.model, io);
  if (values.explain?.trim() === '') throw new UsageError('--explain takes a word.');
  const answer = values.json ? answerJson : answerText;
  const explain = values.json ? explanationJson : explanationText;
  try {
    for await (const before of texts.length > 0 ? texts : inputLines(io)) {
      if (values.explain === undefined) io.stdout(answer(before, await model.ask(before, limit), model));
      else
        io.stdout(explain(before, await model.predictor.explain(before, values.explain, { limit, signal: io.signal })));
    }
  } finally {
    await model.predictor.close();
  }
  return 0;
}

/** Reads only once it is asked: lines that came before, while models are opened, would be lost. */
async function* inputLines(io: CommandIo): AsyncGenerator<string, void, undefined> {
  yield* createInterface({ input: process.stdin, signal: io.signal });
}

function answerText(before: string, prediction: Prediction, model: OpenedModel): string {
  const { candidates, context } = prediction;
  if (candidates.length === 0) return `${before}│\n  nothing known completes "${context.prefix}"\n`;
  const width = Math.max(...candidates.map(({ text }) => text.length));
  const rows = candidates.map((candidate, index) => {
    const rank = String(index + 1).padStart(3);
    const probability = `${(100 * Math.exp(candidate.logProb)).toFixed(3)} %`.padStart(10);
    return `${rank}  ${candidate.text.padEnd(width)}  ${probability}  ${evidenceText(candidate)}${ngramText(candidate, prediction, model)}\n`;
  });
  return `${before}│\n${rows.join('')}`;
}

/** `ngram 100 % of 4.512 %`: each model's weight and the probability it gives alone. */
function evidenceText(candidate: Candidate): string {
  return candidate.evidence
    .map(
      ({ model, weight, logProb }) =>
        `${model} ${(100 * weight).toFixed(0)} % of ${(100 * Math.exp(logProb)).toFixed(3)} %`,
    )
    .join(' + ');
}

/** `, 3-gram "you at the"`: the words the n-gram model had seen together, where it was asked. */
function ngramText(candidate: Candidate, { context }: Prediction, { ngram, models }: OpenedModel): string {
  if (!models.includes(ngram)) return '';
  const { words, order } = longestNgram(candidate, context.words, ngram);
  return `, ${order}-gram "${words.join(' ')}"`;
}

function longestNgram(
  candidate: Candidate,
  words: readonly string[],
  ngram: OpenedModel['ngram'],
): { order: number; words: string[] } {
  const history = words.length < ngram.order - 1 ? ['<s>', ...words] : words;
  const order = ngram.matchedOrder(history, candidate.word);
  return { order, words: [...history, candidate.word].slice(-order) };
}

function answerJson(before: string, prediction: Prediction, { ngram, models }: OpenedModel): string {
  const { context } = prediction;
  const candidates = prediction.candidates.map((candidate) => ({
    text: candidate.text,
    probability: Math.exp(candidate.logProb),
    logProb: candidate.logProb,
    evidence: candidate.evidence,
    ...(models.includes(ngram) ? { ngram: longestNgram(candidate, context.words, ngram).words } : {}),
  }));
  return `${JSON.stringify({ before, prefix: context.prefix, candidates })}\n`;
}

function explanationJson(before: string, explanation: WordExplanation): string {
  return `${JSON.stringify({ before, ...explanation })}\n`;
}
