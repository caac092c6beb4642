import { basename } from 'node:path';
import type { RuleScores } from './evaluation.ts';
import type { KeystrokeRule } from './keystroke-rule.ts';

/** Scores as a table for people, one text a row. */
export function scoreTable(scores: readonly RuleScores[], rule: KeystrokeRule): string {
  const columns =
    rule.slots === 5 ? allColumns : [...allColumns.slice(0, OWN_SLOTS), ownSlots, ...allColumns.slice(OWN_SLOTS)];
  const rows = [columns.map(([heading]) => heading), ...scores.map((score) => columns.map(([, cell]) => cell(score)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  return `${lines.join('\n')}\n\n${legend(rule)}`;
}

type Column = readonly [heading: string, cell: (score: RuleScores) => string];

const allColumns: readonly Column[] = [
  ['text', (s) => basename(s.file)],
  ['lines', (s) => String(s.lines)],
  ['words', (s) => String(s.words)],
  ['KS@1', (s) => s.ks1.toFixed(1)],
  ['KS@3', (s) => s.ks3.toFixed(1)],
  ['KS@5', (s) => s.ks5.toFixed(1)],
  ['95 %', (s) => `${s.ks5ci95[0].toFixed(1)}–${s.ks5ci95[1].toFixed(1)}`],
  ['top-1', (s) => s.top1.toFixed(1)],
  ['top-3', (s) => s.top3.toFixed(1)],
  ['top-5', (s) => s.top5.toFixed(1)],
  ['MRR', (s) => s.mrr.toFixed(3)],
  ['PPL', (s) => s.perplexity?.toFixed(1) ?? '–'],
  ['bits/char', (s) => s.bitsPerChar?.toFixed(3) ?? '–'],
  ['word PPL', (s) => s.wordPerplexity.toFixed(1)],
  ['OOV %', (s) => s.oov.toFixed(2)],
  ['churn', (s) => s.churn.toFixed(3)],
  ['streamed', (s) => s.streamedChurn?.toFixed(3) ?? '–'],
  ['ECE', (s) => s.calibrationError.toFixed(1)],
  ['ms p50', (s) => s.msP50.toFixed(3)],
  ['p95', (s) => s.msP95.toFixed(3)],
];
/** The column before which a rule's own number of slots stands. */
const OWN_SLOTS = 6;
const ownSlots: Column = ['KS@own', (s) => `${s.ks.toFixed(1)} @${s.slots}`];

function legend(rule: KeystrokeRule): string {
  return `KS@N: keystrokes saved with N slots, in percent; rule ${rule.name}: ${rule.summary}.
top-N: the next word stood among the first N before its first letter, in percent. PPL: per known word and sentence end;
word PPL: per known word. ECE: how far the first candidate's probability is from how often it is right, in points.
`;
}
