/** The words of an explanation, in each language of the pages that show one. `{name}` stands for a value. */
const english = {
  heading: 'Why “{word}”?',
  rank: 'It stands in place {rank} of all words that may be suggested.',
  'rank.behind': 'It does not stand among the first 100 words.',
  nearMiss:
    'It does not begin with the letters typed, but nearly: in the order of the words it counts as P × {factor}.',
  'obstacle.blocked': 'It is blocked.',
  'obstacle.offensive': 'It is never suggested, because it may offend.',
  'obstacle.letters': 'It does not begin with the letters typed.',
  'obstacle.unknown': 'No model knows it.',
  'obstacle.place': 'Nothing is suggested at this place.',
  models: 'What each model says',
  model: 'Model',
  weight: 'Weight',
  share: 'Share',
  'model.ngram': 'n-gram',
  'model.nnlm': 'NNLM',
  'model.lstm': 'LSTM',
  'model.gpt': 'GPT',
  'model.personal': 'your own words',
  chain: 'How the n-gram comes to its answer',
  'chain.text':
    'It looks for the longest phrase it has counted: of {longest} words at most, here {order}. Where a longer one is missing it goes one word shorter and pays for that (backing off).',
  'chain.unknown': 'The word is not in its vocabulary.',
  'chain.picture':
    'Back-off chain: for each length what the n-gram keeps, in nats, behind what backing off to it costs',
  'chain.table': 'The whole back-off chain; logarithms are natural',
  order: 'Words',
  ngram: 'Phrase',
  lnP: 'ln P kept',
  backoff: 'ln back-off',
  paid: 'ln paid so far',
  result: 'P',
  none: 'not counted',
} as const;

const chinese: Readonly<Record<WhyKey, string>> = {
  heading: '为什么是“{word}”？',
  rank: '在所有可推荐的词中排第 {rank}。',
  'rank.behind': '不在前 100 个词之内。',
  nearMiss: '它不以已输入的字母开头，但相近：排序时按 P × {factor} 计算。',
  'obstacle.blocked': '它被屏蔽了。',
  'obstacle.offensive': '它可能冒犯人，因此从不推荐。',
  'obstacle.letters': '它不以已输入的字母开头。',
  'obstacle.unknown': '没有模型认识它。',
  'obstacle.place': '此处不推荐任何词。',
  models: '各模型怎么说',
  model: '模型',
  weight: '权重',
  share: '份额',
  'model.ngram': 'n-gram',
  'model.nnlm': 'NNLM',
  'model.lstm': 'LSTM',
  'model.gpt': 'GPT',
  'model.personal': '你自己的词',
  chain: 'n-gram 如何得出答案',
  'chain.text':
    '它寻找数过的最长短语：至多 {longest} 个词，这里是 {order} 个。较长的没有，就缩短一个词，并为此付出代价（回退）。',
  'chain.unknown': '这个词不在它的词表里。',
  'chain.picture': '回退链：每种长度上 n-gram 保存的值（奈特），前面是回退到它的代价',
  'chain.table': '完整的回退链；对数为自然对数',
  order: '词数',
  ngram: '短语',
  lnP: '保存的 ln P',
  backoff: 'ln 回退权重',
  paid: '至此付出的 ln',
  result: 'P',
  none: '没数到过',
};

/** Names of the words of an explanation. */
export type WhyKey = keyof typeof english;

/** The words for `key` in the language of the page. */
export const why: (key: WhyKey, values?: Readonly<Record<string, string | number>>) => string = sayer(english, chinese);

/** Says words of a table in the language of the page, with their `{name}`s filled in. */
export function sayer<Key extends string>(
  english: Readonly<Record<Key, string>>,
  chinese: Readonly<Record<Key, string>>,
): (key: Key, values?: Readonly<Record<string, string | number>>) => string {
  return (key, values = {}) => {
    const words = document.documentElement.lang.startsWith('zh') ? chinese : english;
    return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  };
}
