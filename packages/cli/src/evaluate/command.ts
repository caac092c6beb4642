import { type CommandIo, parseCommandLine, parseCount, UsageError } from '../command.ts';
import { learningModel, type OpenedModel, openModel } from '../open-model.ts';
import { createProgress } from '../progress.ts';
import { type Evaluated, evaluateText, type RuleScores, type TextScores } from './evaluation.ts';
import { type KeystrokeRule, keystrokeRules } from './keystroke-rule.ts';
import { checkReportable, writeReport } from './report.ts';
import { scoreTable } from './table.ts';
import { readTextToType } from './text-file.ts';

const help = `Usage: foreword evaluate --pack PACK [OPTIONS] FILE…

Types each text key by key with an ideal user, who chooses a word as soon as it stands in the slots, and prints
keystroke savings, next-word hits, perplexity, slot churn and milliseconds per prediction.

  --pack PACK        the pack's folder, or a bare n-gram file (.bin, .arpa, .arpa.gz)
  --model NAME       which of the pack's models to ask: ngram, nnlm, lstm, gpt, several joined with +, or mixture for
                     all that the pack mixes (default ngram)
  --personal         learn as the text is typed, each text from nothing; its documents are read in order
  --rule NAME        which definition of keystroke savings:
${keystrokeRules.map(({ name, summary }) => `                       ${name.padEnd(16)} ${summary}`).join('\n')}
  --json             one JSON object a text instead of a table
  --limit-lines N    only the first N lines of each text, for a quick look
  --pinyin           of a Chinese pack: FILE holds lines "id, pinyin, hanzi", parted by tabs; each is typed key by key.
                     --model mixture ranks whole readings anew by the pack's gpt
  --context FILE     with --pinyin: JSON lines with "id" and "ctx", the text before the item of that id
  --association      FILE holds lines "id, words so far, rest of the clause, next word": which next words are known
  --report           write the model's scores into report.json beside the pack, to be checked by "foreword verify"

All figures but the milliseconds are the same on every machine and in every run.
`;

/** `foreword evaluate`. */
export async function evaluateCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: files } = parseCommandLine(argv, {
    pack: { type: 'string' },
    model: { type: 'string', default: 'ngram' },
    personal: { type: 'boolean', default: false },
    rule: { type: 'string', default: keystrokeRules[0]!.name },
    json: { type: 'boolean', default: false },
    'limit-lines': { type: 'string' },
    report: { type: 'boolean', default: false },
    pinyin: { type: 'boolean', default: false },
    association: { type: 'boolean', default: false },
    context: { type: 'string' },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (values.pack === undefined) throw new UsageError('--pack is missing: the folder of the pack to evaluate.');
  if (files.length === 0) throw new UsageError('No text was named. Give one or more text files.');
  if (values.pinyin || values.association) {
    if (values.pinyin && values.association) throw new UsageError('--pinyin and --association are two evaluations.');
    const { pack, model, context, json, report } = values;
    const { evaluateAssociationCommand, evaluatePinyinCommand } = await import('./pinyin-command.ts');
    const evaluate = values.pinyin ? evaluatePinyinCommand : evaluateAssociationCommand;
    await evaluate({ pack, model, files, context, json, report }, io);
    return 0;
  }
  const rule = chooseRule(values.rule);
  const limitLines =
    values['limit-lines'] === undefined ? undefined : parseCount('limit-lines', values['limit-lines'], 1);
  if (values.report && (limitLines !== undefined || rule !== keystrokeRules[0] || values.personal)) {
    throw new UsageError(`--report takes whole texts, the rule ${keystrokeRules[0]!.name} and no --personal.`);
  }

  const scores: RuleScores[] = [];
  let model: OpenedModel | undefined;
  for (const file of files) {
    model = await openModel(values.pack, values.model, io);
    try {
      if (values.report) checkReportable(model);
      scores.push(await evaluateFile(file, values.personal ? learningModel(model) : model, rule, limitLines, io));
    } finally {
      await model.predictor.close();
    }
    if (values.json) io.stdout(`${JSON.stringify(jsonScores(scores.at(-1)!, rule))}\n`);
  }
  if (!values.json) io.stdout(scoreTable(scores, rule));
  if (values.report) await writeReport(model!, scores, io);
  return 0;
}

/**
 * Scores of one text file, with a progress bar. The model must have been opened for this text alone: a network remembers
 * what it has explored, and scores must not depend on what was asked before.
 */
export async function evaluateFile(
  file: string,
  model: Evaluated,
  rule: KeystrokeRule,
  limitLines: number | undefined,
  io: CommandIo,
): Promise<RuleScores> {
  const text = await readTextToType(file, limitLines);
  const progress = createProgress(io, `Typing ${file}`, text.lines.length);
  try {
    return await evaluateText(text, model, rule, io, progress);
  } finally {
    progress.finish();
  }
}

function chooseRule(name: string): KeystrokeRule {
  const rule = keystrokeRules.find((candidate) => candidate.name === name);
  if (rule === undefined) {
    throw new UsageError(`There is no rule "${name}". Rules: ${keystrokeRules.map((r) => r.name).join(', ')}.`);
  }
  return rule;
}

/** The default rule's scores have exactly the keys of `TextScores`; another rule's name and slots stand after them. */
function jsonScores(scores: RuleScores, rule: KeystrokeRule): TextScores | RuleScores {
  if (rule !== keystrokeRules[0]) return scores;
  const { rule: _rule, slots: _slots, ks: _ks, ...textScores } = scores;
  return textScores;
}
