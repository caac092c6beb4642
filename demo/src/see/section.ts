import type { Models } from './models.ts';

/** One section of the page. */
export interface Section {
  /** Whether it shows nothing without the neural models. */
  readonly needsNeural: boolean;
  /** Fills its place anew: once for each visit of the section and each language. */
  build(place: HTMLElement): void;
  /** Shows what follows from the text, the models and the options as they are. The signal ends one that has been overtaken. */
  refresh(signal: AbortSignal): void | Promise<void>;
}

/** What a section may ask of the page around it. */
export interface SectionHost {
  readonly models: Models;
  /** The visitor's text. */
  readonly text: string;
  /** What was chosen in the section, as its address has it. */
  option(name: string): string | undefined;
  /** Chooses something, writes it into the address, and refreshes the section. `undefined` is the default. */
  choose(name: string, value: string | undefined): void;
  /** How the neural models stand, and a button to have them: kept up to date where it lies in an element of the class `models-line`. */
  modelsLine(): Node;
  /** Opens the page anew with all models. */
  loadModels(): void;
  /** Puts something in the place of the visitor's text. */
  write(text: string): void;
  /** Refreshes the section, for what is not in the address. */
  refresh(): void;
}
