import { Compartment } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { foreword, forewordOptions } from '../src/index.ts';
import { surfacesOf } from '../src/offer.ts';
import type { ForewordOptions } from '../src/options.ts';
import { silentPredictor, Writer } from './writer.ts';

describe('foreword', () => {
  it.each<[object, RegExp]>([
    [{ predictor: undefined }, /predictor must be a Predictor, got undefined/],
    [{ slots: 0 }, /slots must be an integer from 1 to 9, got 0/],
    [{ slots: 2.5 }, /slots .* got 2.5/],
    [{ slots: Number.NaN }, /slots .* got NaN/],
    [{ pages: 11 }, /pages must be an integer from 1 to 10, got 11/],
    [{ surfaces: { bar: 'left' } }, /surfaces.bar must be 'caret', 'docked' or a boolean, got "left"/],
  ])('refuses %o', (options, message) => {
    expect(() => foreword({ predictor: silentPredictor, ...options } as ForewordOptions)).toThrow(message);
  });

  it('has defaults for all but the predictor', () => {
    const options = new Writer().state.facet(forewordOptions);
    expect(options).toMatchObject({ slots: 5, pages: 3, learn: true, announce: true });
    expect(options?.surfaces).toEqual({ bar: 'caret', ghost: true, popup: false });
    expect(options?.keys).toMatchObject({ acceptGhost: 'Tab', arm: 'ArrowDown', dismiss: 'Escape', choose: 'Alt' });
  });

  it('can be changed in a compartment without losing what is on offer', () => {
    const compartment = new Compartment();
    const writer = new Writer('|', {}, compartment.of(foreword({ predictor: silentPredictor })));
    writer.type('p');
    writer.answer('people');
    const popup = foreword({ predictor: silentPredictor, surfaces: { bar: 'docked', popup: true } });
    writer.dispatch({ effects: compartment.reconfigure(popup) });
    expect(surfacesOf(writer.state)).toEqual({ bar: 'docked', ghost: true, popup: true });
    expect(writer.shown).toBe('people');
  });
});
