import type { NgramTable } from '@foreword/core';
import { CommandFailure, type CommandIo } from '../command.ts';
import { createPacer, createProgress } from '../progress.ts';
import { chooseDisplayForm, type FormEvidence } from '../train/casing-statistics.ts';
import { type Discounts, discountsFor } from '../train/discounts.ts';
import { estimate } from '../train/estimation.ts';
import { withWorkFolder } from '../train/folders.ts';
import { selectVocabulary } from '../train/vocabulary-selection.ts';
import { type ListTally, readCountList } from './count-lines.ts';
import { ListCounter } from './list-counts.ts';

/** How lists of counts become a model. */
export interface ListImportOptions {
  /** Longest n-gram; undefined: the longest that is listed. */
  readonly order: number | undefined;
  /** Most words, `<unk>`, `<s>` and `</s>` included; undefined: all. */
  readonly vocabularySize: number | undefined;
  readonly fallbackDiscounts: Discounts | undefined;
  readonly memoryBytes: number;
}

/** A model estimated from lists. */
export interface ImportedModel {
  readonly table: NgramTable;
  /** How a normalised word is written inside a sentence, by the listed forms of single words. */
  readonly displayForm: (word: string) => string;
  /** Words the lists count. */
  readonly words: number;
}

/** Estimates a model from lists of counted n-grams, of one order or several, in one file or several. Reads them twice. */
export async function importLists(
  files: readonly string[],
  options: ListImportOptions,
  io: CommandIo,
): Promise<ImportedModel> {
  const survey = await surveyLists(files, io);
  const order = options.order ?? survey.order;
  const words = chooseWords(survey, options.vocabularySize);
  return withWorkFolder(undefined, async (folder) => {
    const pace = createPacer(io);
    const counter = new ListCounter({
      order,
      vocabularySize: words.length,
      folder,
      memoryBytes: options.memoryBytes,
      pace,
    });
    await countLists(files, counter, words, order, survey.most, io);
    const { counts, cutOff } = await counter.finish();
    if (cutOff.length > 0 && !io.quiet) {
      io.stderr(`Orders ${cutOff.join(', ')} keep their own counts: the lists above them are cut off early.\n`);
    }
    const discounts = counts.orders.map(({ countsOfCounts }, k) =>
      discountsFor(files.join(', '), k + 1, countsOfCounts, options.fallbackDiscounts),
    );
    const progress = createProgress(io, 'Estimating', 1);
    const { table } = await estimate([{ counts, discounts, weights: discounts.map(() => 1) }], {
      order,
      words,
      pruneCounts: discounts.map(() => 0),
      pace,
      onProgress: (share) => progress.update(share),
    });
    progress.finish();
    return { table, displayForm: displayForms(survey), words: survey.occurrences };
  });
}

/** What a first reading of the lists tells. */
interface Survey {
  /** Longest n-gram. */
  readonly order: number;
  /** Greatest count of one line. */
  readonly most: number;
  /** Occurrences of each word: as a single word where one is listed, else inside n-grams. */
  readonly singles: ReadonlyMap<string, number>;
  readonly others: ReadonlyMap<string, number>;
  readonly forms: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Sum of the counts of the shortest n-grams. */
  readonly occurrences: number;
}

async function surveyLists(files: readonly string[], io: CommandIo): Promise<Survey> {
  const singles = new Map<string, number>();
  const others = new Map<string, number>();
  const forms = new Map<string, Map<string, number>>();
  const occurrences: number[] = [];
  let most = 0;
  for (const file of files) {
    const tally: ListTally = { lines: 0, skipped: 0 };
    await readCountList(file, io, tally, ({ words, forms: [form], count }) => {
      most = Math.max(most, count);
      occurrences[words.length] = (occurrences[words.length] ?? 0) + count;
      if (words.length === 1) {
        addTo(singles, words[0]!, count);
        const formsOfWord = forms.get(words[0]!) ?? new Map<string, number>();
        addTo(formsOfWord, form!, count);
        forms.set(words[0]!, formsOfWord);
      } else {
        for (const word of words) addTo(others, word, count);
      }
    });
    if (tally.skipped > 0 && !io.quiet) {
      io.stderr(`${file}: left out ${tally.skipped} of ${tally.lines} lines, which are not all words.\n`);
    }
  }
  const order = occurrences.length - 1;
  if (order < 1) throw new CommandFailure(`${files.join(', ')} holds no n-grams. Give lists of "ngram<TAB>count".`);
  if (order > MOST_ORDER)
    throw new CommandFailure(`The lists hold ${order}-grams. Give --order, at most ${MOST_ORDER}.`);
  return { order, most, singles, others, forms, occurrences: occurrences.find((count) => count > 0) ?? 0 };
}

const MOST_ORDER = 6;

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function chooseWords({ singles, others }: Survey, size: number | undefined): string[] {
  const names = [...new Set([...singles.keys(), ...others.keys()])].filter((word) => !specialIds.has(word));
  const occurrences = names.map((word) => singles.get(word) ?? others.get(word)!);
  // The first two ids of a word list stand for sentence ends and unknown words.
  const words = ['</s>', '<unk>', ...names];
  return selectVocabulary([{ words, occurrences: [0, 0, ...occurrences], weight: 1 }], { size });
}

const specialIds = new Map([
  ['<unk>', 0],
  ['<s>', 1],
  ['</s>', 2],
]);

async function countLists(
  files: readonly string[],
  counter: ListCounter,
  words: readonly string[],
  order: number,
  most: number,
  io: CommandIo,
): Promise<void> {
  const ids = new Map(words.map((word, id) => [word, id]));
  // Counts are kept in 32 bits, and those of capitals and small letters are added up.
  const divisor = Math.max(1, most / 2 ** 30);
  if (divisor > 1 && !io.quiet) io.stderr(`Counts are divided by ${divisor.toFixed(1)} to fit 32 bits.\n`);
  for (const file of files) {
    await readCountList(file, io, { lines: 0, skipped: 0 }, ({ words: ngram, count }) => {
      if (ngram.length > order) return;
      counter.add(
        ngram.map((word) => ids.get(word) ?? 0),
        Math.max(1, Math.round(count / divisor)),
      );
    });
  }
}

function displayForms({ forms }: Survey): (word: string) => string {
  return (word) => {
    const evidence = [...(forms.get(word) ?? [])].map(
      ([form, inside]): FormEvidence => ({ form, inside, first: 0, plain: 0 }),
    );
    return chooseDisplayForm(word, evidence);
  };
}
