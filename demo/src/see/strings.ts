import type { LanguageTag } from '../strings.ts';
import { chinese } from './strings-zh.ts';

/** Every word of the page that explains the models, in English. `{name}` stands for a value. */
export const english = {
  title: 'See how it thinks',
  intro:
    'How does a computer know your next word? Every model of this project at work on one sentence: yours. All that you see is computed on this device from the models that suggest words on the writing page.',
  home: 'Foreword: to the writing page',
  theme: 'Light or dark',
  sections: 'Sections',
  text: 'Your text',
  example: 'The cat did not cross the street because it was too ',
  'text.example': 'The example',
  'text.draft': 'The end of my draft',
  link: 'Copy a link to this view',
  'link.text': 'Copy a link with my text',
  'link.copied': 'Copied.',
  privacy:
    'Once this page has loaded it can reach nothing: what you type stays on this device. A link holds your text only if you ask for it.',
  retry: 'Try again',
  show: 'Show',
  failed: 'That did not work: {message}',

  'models.opening': 'Opening the n-gram …',
  'models.none': 'This copy of the page has an n-gram alone.',
  'models.absent': 'The n-gram answers. The neural models are not loaded.',
  'models.load': 'Load them ({size}); the page opens anew',
  'models.loading': 'Loading the neural models, {size} …',
  'models.starting': 'Starting the neural models …',
  'models.ready': 'All models answer: n-gram, NNLM, LSTM, GPT.',
  'model.ngram': 'n-gram',
  'model.nnlm': 'NNLM',
  'model.lstm': 'LSTM',
  'model.gpt': 'GPT',
  'model.mixture': 'All mixed',

  'why.name': 'Why this word?',
  'why.title': 'Why this word?',
  'why.lead':
    'The models are asked for the word behind your text, and their answers are mixed: each probability times its model’s weight. Choose a word to see where its probability comes from.',
  'why.candidates': 'The likeliest next words',
  'why.word': 'Word',
  'why.bar': 'Shares',
  'why.ask': 'Why not',
  'why.askButton': 'Explain',
  'why.inside': 'Your text ends inside a word, “{prefix}”, so these words complete it.',
  'why.space': 'Ask for the next word instead',
  'why.nothing': 'There is no word to suggest here.',

  'counts.name': 'The n-gram’s trouble',
  'counts.title': 'The n-gram’s trouble: most phrases are never seen',
  'counts.lead':
    'Counting is the simplest model: how often did this word follow these words? A shipped pack keeps no counts, so they are taken here, from the small text below or from one of yours.',
  'counts.source': 'The text to count in; paste your own',
  'counts.order': 'Length of the n-grams',
  'counts.also': 'Show this word as well',
  'counts.context': 'What stands before the word, as these n-grams see it:',
  'counts.seen':
    'Seen {times} times, with {seen} different words behind it. To maximum likelihood the other {zero} of {size} words are impossible.',
  'counts.unseen': 'Never seen in this text: maximum likelihood says nothing at all about any of the {size} words.',
  'counts.table': 'The same counts, four ways to make probabilities of them',
  'counts.count': 'Count',
  'counts.ml': 'Maximum likelihood',
  'counts.addOne': 'Add-one',
  'counts.absolute': 'Absolute discounting',
  'counts.kneserNey': 'Modified Kneser–Ney',
  'counts.undefined': 'undefined',
  'counts.total': 'All words together',
  'counts.note':
    'Add-one gives most of its probability to words that were never seen. Discounting takes a little from each count and asks a shorter context; Kneser–Ney also asks in how many surroundings a word was seen (Chen & Goodman 1999). The last is what the pack’s n-gram does.',
  'counts.growth': 'Possible phrases and those seen',
  'counts.growth.text':
    'With V words there are Vⁿ possible phrases of n words. A text sees ever less of them. (V counts the sentence’s end and the stranger <unk> too.)',
  'counts.growth.here': 'The text above',
  'counts.growth.pack': 'The English pack, after pruning',
  'counts.growth.scale': 'Bars on a scale of powers of ten: possible phrases, and within them those seen',
  'counts.possible': 'Possible, Vⁿ',
  'counts.seenNgrams': 'Seen',
  'counts.shareSeen': 'Share',

  'vectors.name': 'Words as vectors',
  'vectors.title': 'Words as vectors',
  'vectors.lead':
    'To a count, “king” and “queen” are as different as “king” and “soap”. A network learns a list of numbers for each word instead, and words used alike get numbers alike.',
  'vectors.table': 'Vectors of',
  'vectors.table.word2vec': 'word2vec, skip-gram',
  'vectors.table.nnlm': 'the NNLM’s table C',
  'vectors.table.gpt': 'the GPT’s token embeddings, whole words',
  'vectors.words.label': 'Words',
  'vectors.oneHot':
    'Above, one-hot: {size} numbers, one of them 1. Below, distributed: {width} numbers. Any two one-hot vectors are at right angles; the others can be near.',
  'vectors.unknown': 'has no vector here.',
  'vectors.scale': 'Colours: −2 blue, 0 white, +2 red, in units of {scale}, the root mean square of the whole table.',
  'vectors.strip': 'The vector of “{word}”, {width} numbers as colours',
  'vectors.numbers': 'The first 12 numbers of each vector',
  'vectors.place': 'Place in the table',
  'vectors.neighbours': 'Neighbours',
  'vectors.neighbours.caption': 'The nearest words, with the cosine of the angle between',
  'vectors.cosine': 'Cosine',
  'vectors.analogy': 'Analogies: a − b + c',
  'vectors.analogy.label': 'a, b, c',
  'vectors.analogy.three': 'Three words are needed.',
  'vectors.analogy.missing': 'No vector here for: {words}',
  'vectors.scores': 'How often the nearest word is the right one, on word2vec’s questions-words.txt',
  'vectors.scores.table': 'Table',
  'vectors.scores.asked': 'Questions it knows all words of',
  'vectors.scores.right': 'Right',
  'vectors.scores.semantic': 'Meaning',
  'vectors.scores.syntactic': 'Grammar',
  'vectors.scores.note':
    'Mikolov et al. 2013. Each table is asked what it has all four words of, so the shares are of different questions. word2vec’s vectors learned which words stand near which, the networks’ to foretell words. The GPT’s table has few of the words, all of them frequent ones; the NNLM’s has many rare words whose vectors have hardly been learned. king − man + woman is the famous question, not a typical one.',
  'vectors.map': 'A map of words',
  'map.text':
    'The vectors at length 1, seen from the side where they spread most (the first two principal components). Drag to move, + and − or Ctrl and the wheel to zoom, arrow keys when the map has the focus.',
  'map.label': 'Map of words. Arrow keys move it, plus and minus zoom.',
  'map.search': 'Find a word',
  'map.find': 'Find',
  'map.in': 'Zoom in',
  'map.out': 'Zoom out',
  'map.all': 'The whole map',
  'map.shares':
    '{words} words. The two directions hold {share} of how the vectors differ: what is near here need not be near.',
  'map.missing': '“{word}” is not on the map. Add it to the words above.',
  'map.found': '“{word}” is in the middle now.',
  'map.table': 'Where each word stands',

  'attention.name': 'Attention',
  'attention.title': 'Attention: what the GPT looks back at',
  'attention.lead':
    'Each layer of the GPT has several heads. While it reads a token, each head spreads its attention over the tokens so far. Some look one back, some at the beginning; only a few do what we would like to see, such as a pronoun looking at its noun.',
  'attention.heads': 'All heads: layer · head',
  'attention.first':
    'Shown first: the head in which the pronoun, or the last word, looks hardest at one word further back.',
  'attention.head': 'Layer {layer}, head {head}',
  'attention.from': 'Arcs from',
  'attention.strongest': '{token} looks most at: {list}',
  'attention.map': 'Heat map: rows look, columns are looked at',
  'attention.arcs': 'Where {token} looks, the thicker the more',
  'attention.mask':
    'The pale half is the causal mask: a token never sees what comes after it. The first column is the mark before the text, where a head looks that has nothing to look for.',
  'attention.table': '{title}: all shares',
  'attention.token': 'Token',
  'attention.start': '(start)',

  'family.name': 'The family tree',
  'family.title': 'The family tree: from counting to GPT-3',
  'family.lead':
    'Each model answers a trouble of the one before it. N-gram, NNLM, LSTM and a small GPT run in this page; the large ones are here by what their authors published.',
  'family.ngram.name': 'n-gram',
  'family.ngram.year': '1948–1999',
  'family.ngram.text': 'Counts phrases. Sees three words back, and nothing in common between two words.',
  'family.nnlm.name': 'NNLM',
  'family.nnlm.year': '2003',
  'family.nnlm.text':
    'Bengio et al.: a vector for each word, a network over the last words. What is like what was seen is likely too.',
  'family.lstm.name': 'LSTM',
  'family.lstm.year': '1997, as a language model 2012',
  'family.lstm.text': 'Carries a memory from word to word: no fixed number of words back.',
  'family.gpt1.name': 'GPT-1',
  'family.gpt1.year': '2018',
  'family.gpt1.text': '12 layers of attention. Trained on text first, then tuned to a task. A norm after each sum.',
  'family.gpt2.name': 'GPT-2',
  'family.gpt2.year': '2019',
  'family.gpt2.text':
    '48 layers, 1,600 wide, 1.5 billion parameters. The norm moves in front. Tasks without tuning. Ours is built like it, 250 times smaller.',
  'family.gpt3.name': 'GPT-3',
  'family.gpt3.year': '2020',
  'family.gpt3.text':
    '96 layers, 12,288 wide, 175 billion parameters. Every second layer sees a band. Learns a task from examples in its prompt.',
  'family.ours': 'Those that run here',
  'family.ours.caption':
    'Measured on everyday messages that no model has read (comm.txt), of the very files of this page',
  'family.ours.note':
    '{words} words. Perplexity per word, each model alone, over the same words; bits per character: words · log₂ perplexity / characters; KS@5: keystrokes an ideal writer saves with five suggestions. All from the pack’s report.json; parameters counted in the weights’ files; LAMBADA, the last word of passages, from its lambada.json. Milliseconds: from the end of a word to the final five suggestions, the middle one of all answers and, in brackets, those between which half of them lie; a text of 40 words is typed, the first six are not counted. The n-gram answers in the page, the others in a worker. A dash: not measured.',
  'family.counted': 'counts, no parameters',
  'family.column.model': 'Model',
  'family.column.parameters': 'Parameters',
  'family.column.bytes': 'Size',
  'family.column.perplexity': 'Perplexity',
  'family.column.bits': 'Bits per character',
  'family.column.ks5': 'KS@5',
  'family.column.top1': 'Top 1',
  'family.column.top3': 'Top 3',
  'family.column.lambada': 'LAMBADA',
  'family.column.ms': 'ms here',
  'family.measure': 'Measure how fast they answer here',
  'family.measuring': 'Asking: {model} …',
  'family.measured': 'The median of {count} answers each.',
  'family.measured.some': 'The median of {count} answers each. The models that are not loaded were not asked.',
  'family.column.year': 'Year',
  'family.column.layers': 'Layers',
  'family.column.width': 'Width',
  'family.column.zeroShot': 'LAMBADA, zero-shot',
  'family.column.fewShot': 'LAMBADA, few-shot',
  'family.published': 'The large ones, as published',
  'family.published.caption': 'Published figures',
  'family.billion': '{count} billion',
  'family.million': '{count} million',
  'family.plot': 'Quality against size: LAMBADA, last words of passages foretold, by number of parameters',
  'family.plot.x': 'Parameters, on a scale of powers of ten',
  'family.plot.note':
    'The red point is this page’s GPT, {ours} % ± {error} of {passages} passages, measured on the very weights that are here. The protocols differ in small ways; at this distance that does not matter.',
  'family.fewShot': 'GPT-3 few-shot',
  'family.here': 'Here',
  'family.blocks': 'How a block is built, and what it sees',
  'family.block.pre': 'Pre-norm, GPT-2 and GPT-3:',
  'family.block.post': 'Post-norm, GPT-1:',
  'family.block.dense': 'Dense attention, every layer:',
  'family.block.banded': 'Banded (sparse) attention, every second layer:',
  'block.norm': 'Norm',
  'block.attention': 'Attention',
  'block.feedForward': 'Feed-forward',

  'writing.name': 'Writing and few-shot',
  'writing.title': 'Writing on, and tasks by example',
  'writing.lead':
    'A model of the next token can write: draw one, append it, ask again. Drawn at random, but the same seed draws the same.',
  'writing.temperature': 'Temperature',
  'writing.topP': 'Top-p',
  'writing.seed': 'Seed',
  'writing.words': 'Most words',
  'writing.stop': 'Stop before',
  'writing.go': 'Write on',
  'writing.end': 'Stop',
  'writing.shots': 'Zero-, one- and few-shot',
  'writing.shots.text':
    'The prompt alone asks for the task, with no, one or four examples. The answer is drawn at temperature 0. Change the prompts as you like.',
  'writing.task': 'Task',
  'task.opposite': 'Opposites',
  'task.plural': 'Plurals',
  'task.past': 'Past tense',
  'task.capital': 'Capitals',
  'writing.shot.0': 'Zero-shot',
  'writing.shot.1': 'One-shot',
  'writing.shot.4': 'Few-shot (4)',
  'writing.ask': 'Answer',
  'writing.expected': 'wanted: {word}',
  'writing.honest':
    'Do not expect much. This GPT has about 5 million parameters, and what is known as in-context learning shows in models hundreds of times larger. Measured on our own tasks (training/LOG.md, after 8.7 million tokens): near chance, and four examples in the prompt did not help.',

  'tuning.name': 'Fine-tuning',
  'tuning.title': 'Fine-tuning, and what the second loss does',
  'tuning.lead':
    'GPT-1 was trained on text first (loss L1) and then tuned to a task (loss L2), with the first loss kept on as an auxiliary. Our trainer does the same; here is what it logged: which of two turns comes next in a conversation?',
  'tuning.losses':
    'L2 is the loss of the task, L1 that of foretelling the text; λ is 0 (without) or 0.5 (with the auxiliary loss).',
  'tuning.L1': 'L1: foretelling the text, nats a token',
  'tuning.L2': 'L2: choosing the turn, nats a question (by chance 0.69)',
  'tuning.with': 'λ = 0.5',
  'tuning.without': 'λ = 0',
  'tuning.results': 'Accuracy on {questions} test questions (chance 0.5; one standard error 0.018)',
  'tuning.run': 'Run',
  'tuning.accuracy': 'Accuracy',
  'tuning.testL1': 'L1',
  'tuning.testL2': 'L2',
  'tuning.zeroShot': 'Not fine-tuned: the likelier turn',
  'tuning.name.run': 'λ = {auxiliary}, seed {seed}',
  'tuning.stopped': 'stopped early',
  'tuning.honest':
    'Each run read 4,000 questions three times, with one seed. Tuned, the model finds the turn clearly more often than the likelier turn alone does. Whether the auxiliary loss helps the task one seed cannot tell: the two differ by less than one standard error. What it does is keep the model able to foretell text: its L1 stays by a nat lower. Curves are means of 8 steps, of the training questions.',
  'tuning.how': 'How it was tuned',
  'tuning.steps': 'All steps',
  'tuning.step': 'Step',
  'turns.title': 'The tuned model: which turn comes next?',
  'turns.text':
    'Below, a conversation and two turns that might come next. The tuned GPT scores each by its head; the GPT as it was can only be asked which of them it finds likelier, a token. Change every word as you like, in English.',
  'turns.example': 'Example',
  'turns.own': 'Your own',
  'turns.context': 'The conversation so far, a turn a line',
  'turns.candidate': 'Turn {letter}',
  'turns.more': 'One turn more',
  'turns.ask': 'Which comes next?',
  'turns.two': 'Two turns are needed.',
  'turns.answers': 'What both models say',
  'turns.turn': 'Turn',
  'turns.tuned': 'Tuned: P',
  'turns.plain': 'Not tuned: ln P a token',
  'turns.verdict': 'Tuned, the GPT chooses {tuned} ({share}). As it was, it finds {plain} likelier.',
  'turns.meant': 'Meant to follow: {letter}.',
  'turns.honest':
    'How often each is right of two turns, on {questions} test questions of conversations that nothing was trained on: by chance 50 %, the GPT as it was {plain}, this tuned model {tuned}. It has learned from chats and bookings, from two turns before, and to choose between two. The examples were made up before any model was asked.',
  'turns.absent': 'The tuned model was not loaded with the others.',
  'turns.load': 'Load it; the page opens anew',
} as const;

/** Names of all words of the page. */
export type SeeKey = keyof typeof english;

const languages: Readonly<Record<LanguageTag, Readonly<Record<SeeKey, string>>>> = { en: english, zh: chinese };
let language: LanguageTag = 'en';

/** Chooses the language that the page speaks. */
export function applySeeLanguage(tag: LanguageTag): void {
  language = tag;
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
}

/** The words for `key`, with its `{name}`s filled in. */
export function say(key: SeeKey, values: Readonly<Record<string, string | number>> = {}): string {
  return languages[language][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
