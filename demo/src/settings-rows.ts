import { element } from './elements.ts';
import { type StringKey, text } from './strings.ts';

/** Rows under a title. */
export function group(title: StringKey, ...rows: HTMLElement[]): HTMLElement {
  return element('fieldset', { class: 'group' }, element('legend', {}, text(title)), ...rows);
}

/** A switch. `onChange` hears of each change at once. */
export function switchRow(
  label: StringKey,
  hint: StringKey | undefined,
  checked: boolean,
  onChange: (checked: boolean) => void,
): HTMLElement {
  const input = element('input', { type: 'checkbox', role: 'switch', checked, ...named(label, hint) });
  input.addEventListener('change', () => onChange(input.checked));
  return element('div', { class: 'row' }, words(label, hint), input);
}

/** How many words are on offer. */
export function slotsRow(slots: number, onChange: (slots: number) => void): HTMLElement {
  const names = named('settings.slots', 'settings.slots.hint');
  const input = element('input', { type: 'range', min: '1', max: '9', step: '1', value: String(slots), ...names });
  const output = element('output', { for: names.id }, String(slots));
  input.addEventListener('input', () => {
    output.textContent = input.value;
    onChange(input.valueAsNumber);
  });
  return element('div', { class: 'row slots' }, words('settings.slots', 'settings.slots.hint'), input, output);
}

/** A few choices side by side. */
export function choiceRow<Value extends string>(
  label: StringKey,
  current: Value,
  choices: readonly (readonly [Value, string])[],
  onChange: (value: Value) => void,
): HTMLElement {
  const options = choices.map(([value, name]) => {
    const input = element('input', { type: 'radio', name: label, value, checked: value === current });
    input.addEventListener('change', () => onChange(value));
    return element('label', {}, input, element('span', {}, name));
  });
  const row = element('div', { class: 'choices', role: 'radiogroup', 'aria-label': text(label) }, ...options);
  return element('div', { class: 'row' }, element('span', { class: 'row-words' }, text(label)), row);
}

/** The attributes that join a control to its `words`. */
function named(label: StringKey, hint?: StringKey): { id: string } & Record<string, string> {
  return hint === undefined ? { id: label } : { id: label, 'aria-describedby': hint };
}

function words(label: StringKey, hint?: StringKey): HTMLElement {
  const made = element('span', { class: 'row-words' }, element('label', { for: label }, text(label)));
  if (hint !== undefined) made.append(element('small', { id: hint }, text(hint)));
  return made;
}
