import { PredictionError } from '../errors.ts';
import { normalizeWord } from '../words.ts';
import {
  type EventLog,
  eventKinds,
  familiarities,
  type LearnedEvent,
  MAX_WRITERS,
  markLearnedEvent,
  type Writer,
} from './event-log.ts';
import { ImportCheck } from './import-check.ts';
import { LogBuilder } from './log-builder.ts';
import {
  GREATEST_COUNT,
  MOST_AHEAD_MS,
  MOST_CHARACTERS,
  MOST_ITEMS,
  PORTABLE_FORMAT,
  PORTABLE_VERSION,
} from './portable-limits.ts';
import { RuleBook, wordRules } from './rule-book.ts';
import type { PersonalState } from './types.ts';
import { GAP, MAX_WORD_BYTES, SENTENCE_START, SENTENCE_START_TEXT } from './word-table.ts';

/**
 * Reads what `exportPersonal` wrote; `personal.merge` takes it in. Everything is checked before anything is made of it: throws `RangeError` where the text is
 * too long, `PredictionError` `file-malformed` naming the place that is wrong, and `pack-too-new` where a later version wrote it. `nowMs`,
 * default the clock: times may be a day ahead of it.
 */
export function importPersonal(text: string, nowMs: number = Date.now()): PersonalState {
  if (text.length > MOST_CHARACTERS) {
    throw new RangeError(`text must have at most ${MOST_CHARACTERS} characters, not ${text.length}`);
  }
  const check = new ImportCheck();
  const file = check.object(parse(text), 'the file');
  if (file['format'] !== PORTABLE_FORMAT) {
    throw check.error('format', JSON.stringify(PORTABLE_FORMAT), file['format']);
  }
  const version = check.integer(file['version'], 'version', 1, Number.MAX_SAFE_INTEGER);
  if (version > PORTABLE_VERSION) {
    throw new PredictionError(
      'pack-too-new',
      `The exported file has version ${version}, this library reads up to ${PORTABLE_VERSION}. Update @foreword/core.`,
    );
  }
  const latestMs = nowMs + MOST_AHEAD_MS;
  const latestSeconds = Math.floor(latestMs / 1000);
  const writers = check
    .list(file['writers'], 'writers', MAX_WRITERS)
    .map((writer, index) => readWriter(check, writer, index, latestSeconds));
  check.inside = [];
  checkTogether(check, writers);
  const rules = readRules(check, file['rules'], latestMs);
  return { log: buildLog(writers), rules };
}

/** A writer's events as they stand in a file. */
interface ImportedWriter extends Writer {
  readonly events: readonly ImportedEvent[];
}

interface ImportedEvent extends LearnedEvent {
  readonly number: number;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new PredictionError(
      'file-malformed',
      `This is no exported personal model: it is not JSON (${cause instanceof Error ? cause.message : cause}). Take a file that was exported, whole.`,
      { cause },
    );
  }
}

function readWriter(check: ImportCheck, value: unknown, place: number, latestSeconds: number): ImportedWriter {
  check.inside = ['writers', place];
  const writer = check.object(value, '');
  const id = check.text(writer['id'], 'id', 64);
  const known = check.integer(writer['known'], 'known', 0, GREATEST_COUNT);
  const events: ImportedEvent[] = [];
  let leastNumber = 0;
  let leastSeconds = 0;
  for (const [index, item] of check.list(writer['events'], 'events', MOST_ITEMS).entries()) {
    check.inside = ['writers', place, 'events', index];
    const raw = check.object(item, '');
    const number = check.integer(raw['number'], 'number', leastNumber, known - 1);
    const seconds = check.integer(raw['seconds'], 'seconds', leastSeconds, latestSeconds);
    events.push({ ...readEvent(check, raw), number, seconds });
    leastNumber = number + 1;
    leastSeconds = seconds;
  }
  return { id, known, events };
}

function readEvent(check: ImportCheck, raw: Record<string, unknown>): Omit<LearnedEvent, 'seconds'> {
  const kind = check.oneOf(raw['kind'], 'kind', eventKinds);
  const word = check.word(raw['word'], 'word');
  const isListed = kind === 'listed';
  const previous = readContext(check, raw['previous'], 'previous', !isListed);
  const hasTwo = previous !== '' && previous !== SENTENCE_START_TEXT;
  const beforePrevious = readContext(check, raw['beforePrevious'], 'beforePrevious', hasTwo);
  const written = raw['written'] === undefined ? word : check.text(raw['written'], 'written', MAX_WORD_BYTES);
  if (normalizeWord(written) !== word) throw check.error('written', `a way to write ${JSON.stringify(word)}`, written);
  const familiarity = check.oneOf(raw['familiarity'] ?? 'new', 'familiarity', familiarities);
  const isSuspect = check.boolean(raw['isSuspect'] ?? false, 'isSuspect');
  const count = check.integer(raw['count'] ?? 0, 'count', isListed ? 1 : 0, isListed ? GREATEST_COUNT : 0);
  return { word, previous, beforePrevious, kind, written, isSuspect, familiarity, count };
}

/** A word before, where there may be one. */
function readContext(check: ImportCheck, value: unknown, where: string, isPossible: boolean): string {
  if (value === undefined) return '';
  if (!isPossible) throw check.error(where, 'nothing: there can be no word before', value);
  return check.text(value, where, MAX_WORD_BYTES);
}

/** What can only be seen of all writers at once. */
function checkTogether(check: ImportCheck, writers: readonly ImportedWriter[]): void {
  const ids = new Set<string>();
  let events = 0;
  for (const [index, writer] of writers.entries()) {
    if (ids.has(writer.id)) throw check.error(`writers[${index}].id`, 'another name than those before', writer.id);
    ids.add(writer.id);
    events += writer.events.length;
  }
  if (events > MOST_ITEMS) throw check.error('the file', `at most ${MOST_ITEMS} events`, events);
}

function readRules(check: ImportCheck, value: unknown, latestMs: number): RuleBook {
  const rules = new RuleBook();
  const entries = Object.entries(check.object(value, 'rules'));
  if (entries.length > MOST_ITEMS) throw check.error('rules', `at most ${MOST_ITEMS} words`, entries.length);
  for (const [word, entry] of entries) {
    check.inside = ['rules'];
    check.word(word, 'a key');
    check.inside = ['rules', word.slice(0, 40)];
    const raw = check.object(entry, '');
    const rule = raw['rule'] === null ? null : check.oneOf(raw['rule'], 'rule', wordRules);
    rules.entries.set(word, { rule, madeMs: check.integer(raw['madeMs'], 'madeMs', 0, latestMs) });
  }
  return rules;
}

/** The log of these writers: its order is by second, writer and number. */
function buildLog(unsorted: readonly ImportedWriter[]): EventLog {
  const writers = unsorted.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const all = writers.flatMap(({ events }, writer) => events.map((event) => ({ event, writer })));
  const builder = new LogBuilder(writers, all.length);
  // Sorting keeps the order of writers and numbers within a second.
  all.sort((a, b) => a.event.seconds - b.event.seconds);
  for (const { event, writer } of all) {
    const marks = markLearnedEvent(event);
    const isListed = event.kind === 'listed';
    const index = builder.append(
      wordId(builder, event.word),
      wordId(builder, event.previous),
      isListed ? event.count : wordId(builder, event.beforePrevious),
      event.seconds,
      marks.packed,
      writer,
      event.number,
    );
    if (marks.ownForm !== undefined) builder.setOwnForm(index, marks.ownForm);
  }
  return builder.finish();
}

function wordId(builder: LogBuilder, word: string): number {
  if (word === '') return GAP;
  if (word === SENTENCE_START_TEXT) return SENTENCE_START;
  const bytes = encoder.encode(word);
  return builder.word(bytes, 0, bytes.length);
}

const encoder = new TextEncoder();
