/** Things to do that a prompt can ask for. */
export type TaskName = keyof typeof tasks;

/** Examples to show, and the question, each with its answer. Forms of the trainer's `fewshot.py`. */
export const tasks = {
  opposite: {
    form: (word: string) => `The opposite of ${word} is`,
    shown: [
      ['big', 'small'],
      ['old', 'new'],
      ['early', 'late'],
      ['open', 'closed'],
    ],
    question: ['hot', 'cold'],
  },
  plural: {
    form: (word: string) => `One ${word}, two`,
    shown: [
      ['dog', 'dogs'],
      ['house', 'houses'],
      ['child', 'children'],
      ['book', 'books'],
    ],
    question: ['car', 'cars'],
  },
  past: {
    form: (word: string) => `Today I ${word}, yesterday I`,
    shown: [
      ['walk', 'walked'],
      ['see', 'saw'],
      ['eat', 'ate'],
      ['work', 'worked'],
    ],
    question: ['go', 'went'],
  },
  capital: {
    form: (word: string) => `The capital of ${word} is`,
    shown: [
      ['France', 'Paris'],
      ['Japan', 'Tokyo'],
      ['Italy', 'Rome'],
      ['Spain', 'Madrid'],
    ],
    question: ['England', 'London'],
  },
} as const;

export const taskNames: readonly TaskName[] = Object.keys(tasks) as TaskName[];

/** A prompt of so many examples, a line each, and the question, whose line ends where the answer begins. */
export function prompt(name: TaskName, examples: number): string {
  const { form, shown, question } = tasks[name];
  const lines = shown.slice(0, examples).map(([word, answer]) => `${form(word)} ${answer}.`);
  return [...lines, form(question[0])].join('\n');
}

/** A text up to where `stop` comes in it. An empty one comes nowhere. */
export function untilStop(text: string, stop: string): { readonly text: string; readonly isOver: boolean } {
  const at = stop === '' ? -1 : text.indexOf(stop);
  return at < 0 ? { text, isOver: false } : { text: text.slice(0, at), isOver: true };
}
