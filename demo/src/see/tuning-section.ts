import { fineTuning } from 'virtual:scores';
import { element } from '../elements.ts';
import { drawTable, foldedTable } from './data-table.ts';
import { fixed } from './figures.ts';
import type { Section, SectionHost } from './section.ts';
import { say } from './strings.ts';
import { fittingWidth, picture, svg } from './svg.ts';
import { TurnChoice } from './turn-choice.ts';

const runs = fineTuning ?? { testQuestions: 0, zeroShotAccuracy: 0, runs: [] };
/** Steps that each point of a curve is the mean of. */
const smoothed = 8;

/** The tuned model at work; what fine-tuning did, with and without the auxiliary loss, as the trainer logged it. */
export function tuningSection(host: SectionHost): Section {
  const turns = new TurnChoice(host);
  return {
    needsNeural: false,
    build(place) {
      if (runs.runs.length === 0) return;
      place.replaceChildren(
        ...(fineTuning?.model ? [turns.build()] : []),
        element('h3', {}, say('tuning.how')),
        element('p', { class: 'equation' }, 'L3 = L2 + λ · L1'),
        element('p', {}, say('tuning.losses')),
        curves('L2', say('tuning.L2')),
        curves('L1', say('tuning.L1')),
        drawTable({
          caption: say('tuning.results', { questions: runs.testQuestions }),
          columns: [say('tuning.run'), say('tuning.accuracy'), say('tuning.testL2'), say('tuning.testL1')],
          rows: [
            [say('tuning.zeroShot'), fixed(runs.zeroShotAccuracy, 3), '–', '–'],
            ...runs.runs.map(({ auxiliary, seed, test }) => [
              runName(auxiliary, seed),
              test === null ? say('tuning.stopped') : fixed(test.accuracy, 3),
              test === null ? '–' : fixed(test.L2, 3),
              test === null ? '–' : fixed(test.L1, 3),
            ]),
          ],
        }),
        element('p', { class: 'note' }, say('tuning.honest')),
        foldedTable({
          caption: say('tuning.steps'),
          columns: [
            say('tuning.step'),
            ...runs.runs.flatMap(({ auxiliary, seed }) => [
              `L1, ${runName(auxiliary, seed)}`,
              `L2, ${runName(auxiliary, seed)}`,
            ]),
          ],
          rows: (runs.runs[0]?.steps ?? []).map((_, step) => [
            String(step + 1),
            ...runs.runs.flatMap(({ steps }) => {
              const [l1, l2] = steps[step] ?? [];
              return [l1 === undefined ? '' : fixed(l1, 3), l2 === undefined ? '' : fixed(l2, 3)];
            }),
          ]),
        }),
      );
    },
    refresh: () => turns.refresh(),
  };
}

function runName(auxiliary: number, seed: number): string {
  return say('tuning.name.run', { auxiliary: fixed(auxiliary, 1), seed });
}

/** A loss by step, each run a line; a point is the mean of the last steps. */
function curves(loss: 'L1' | 'L2', label: string): HTMLElement {
  const [width, height, left, bottom] = [fittingWidth(680), 220, 48, 30];
  const lines = runs.runs.map(({ auxiliary, seed, steps }) => {
    const values = steps.map((step) => step[loss === 'L1' ? 0 : 1]!);
    const means = values.map((_, at) => mean(values.slice(Math.max(0, at + 1 - smoothed), at + 1)));
    return { auxiliary, seed, means: means.slice(smoothed - 1) };
  });
  const all = lines.flatMap(({ means }) => means);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const longest = Math.max(...lines.map(({ means }) => means.length));
  const x = (at: number): number => left + (at / (longest - 1)) * (width - left - 20);
  const y = (value: number): number => 14 + ((high - value) / (high - low)) * (height - bottom - 14);
  const ticks = [low, (low + high) / 2, high].flatMap((value) => [
    svg('line', { class: 'grid', x1: left, x2: width - 20, y1: y(value), y2: y(value) }),
    svg('text', { class: 'quiet', x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, fixed(value, 2)),
  ]);
  const drawn = lines.map(({ auxiliary, means }) =>
    svg('polyline', {
      class: auxiliary === 0 ? 'curve plain' : 'curve auxiliary',
      points: means.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' '),
    }),
  );
  const axis = [0, Math.floor(longest / 2), longest - 1].map((at) =>
    svg('text', { class: 'quiet', x: x(at), y: height - 8, 'text-anchor': 'middle' }, String(at + smoothed)),
  );
  const legend = element(
    'ul',
    { class: 'legend' },
    element('li', { class: 'curve-plain' }, say('tuning.without')),
    element('li', { class: 'curve-auxiliary' }, say('tuning.with')),
  );
  const place = { class: 'scroller', tabindex: '0', role: 'region', 'aria-label': label };
  return element(
    'div',
    {},
    element('h3', {}, label),
    legend,
    element('div', place, picture(label, width, height, ...ticks, ...axis, ...drawn)),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
