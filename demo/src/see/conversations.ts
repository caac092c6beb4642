/** A conversation, and turns of which one follows. */
export interface Question {
  /** A turn a line. */
  readonly context: string;
  readonly candidates: readonly string[];
}

/** Made up for this page, before any model had been asked; the first candidate is meant to follow. */
export const conversations: readonly Question[] = [
  {
    context: 'Hi, I would like to book a table for tonight.\nSure. For how many people, and at what time?',
    candidates: ['There will be four of us, at half past seven.', 'The last train to the airport leaves at eleven.'],
  },
  {
    context: 'Do you have any pets?\nYes, I have two dogs. They love to swim in the lake.',
    candidates: ['That sounds fun! What breed are they?', 'I work as a nurse in a hospital, mostly at night.'],
  },
  {
    context: 'Did you know that the moon moves away from us a little every year?\nNo, I did not! How far does it move?',
    candidates: [
      'About four centimetres. In the end our days will be longer too.',
      'I saw them play live once, and the drummer was amazing.',
    ],
  },
  {
    context: 'I need a cab from the station to my hotel.\nOf course. When should the driver pick you up?',
    candidates: ['As soon as possible, please. I have one suitcase.', 'I would rather see a comedy than a drama.'],
  },
  {
    context: 'My sister has just moved to Canada.\nReally? Does she like it there so far?',
    candidates: [
      'She does, but she misses the food from home.',
      'Yes, that is the right address, thank you very much.',
    ],
  },
  {
    context: 'The meeting has been moved to Thursday.\nThursday is bad for me. I am at the dentist until noon.',
    candidates: [
      'Could you join us after lunch, then? Say at two?',
      'I like to paint in my free time, flowers above all.',
    ],
  },
];

/** A conversation as it is to be asked: lines and turns trimmed, empty ones left out. */
export function tidied({ context, candidates }: Question): Question {
  const lines = context.split('\n').map((line) => line.trim());
  return {
    context: lines.filter((line) => line !== '').join('\n'),
    candidates: candidates.map((candidate) => candidate.trim()).filter((candidate) => candidate !== ''),
  };
}
