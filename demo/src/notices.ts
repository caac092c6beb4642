import { button, byId, element } from './elements.ts';
import { type StringKey, text } from './strings.ts';

/** Something the writer should know; writing goes on. */
export interface Notice {
  readonly message: StringKey;
  readonly values?: Readonly<Record<string, string>>;
  readonly action?: { readonly label: StringKey; readonly run: () => void };
}

/** Shows a message at the top of the page until it is dismissed or acted on. One of a kind at a time. */
export function showNotice(notice: Notice): void {
  const region = byId('notices');
  hideNotice(notice.message);
  const made = element('div', { class: 'notice', 'data-message': notice.message });
  made.append(element('p', {}, text(notice.message, notice.values)));
  const { action } = notice;
  if (action !== undefined) {
    made.append(
      button(text(action.label), () => {
        made.remove();
        action.run();
      }),
    );
  }
  made.append(button(text('dismiss'), () => made.remove(), { class: 'quiet' }));
  region.append(made);
}

export function hideNotice(message: StringKey): void {
  byId('notices').querySelector(`[data-message="${message}"]`)?.remove();
}
