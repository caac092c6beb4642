/** Every word of the interface, in each of its languages. `{name}` stands for a value. */
const english = {
  // The editor and the things around it
  tools: 'Tools',
  editor: 'Your text',
  placeholder: 'Write something …',
  save: 'Save as a text file',
  clear: 'Clear the page',
  'theme.toggle': 'Light or dark',
  settings: 'Settings',
  about: 'About and privacy',
  close: 'Close',
  notices: 'Messages',
  fileName: 'Foreword.txt',
  'cleared.one': '1 word cleared.',
  'cleared.other': '{count} words cleared.',
  'cleared.characters.one': '1 character cleared.',
  'cleared.characters.other': '{count} characters cleared.',
  undo: 'Undo',

  // What screen readers hear of the suggestions; $1 and $2 are filled in by the editor
  suggestions: 'Suggestions',
  'suggestions.previous': 'Previous suggestions',
  'suggestions.more': 'More suggestions',
  'suggestions.list': 'Suggestions: $1.',
  'suggestions.list.ghost': 'Suggestions: $1. Tab accepts $2.',
  'suggestions.explain': 'Why this one? Right-click it, or press $1.',
  candidates: 'Candidates',
  'candidates.previous': 'Previous candidates',
  'candidates.more': 'More candidates',
  'candidates.list': 'Candidates: $1.',

  // What is written
  writing: 'What you write',
  'mode.zh': 'Chinese',
  'mode.en': 'English',
  'mode.isChinese': 'The keys write Chinese',
  'mode.isEnglish': 'The keys write English',
  'mode.tip': 'Chinese or English: Shift',

  // The status line
  'words.one': '1 word',
  'words.other': '{count} words',
  'characters.one': '1 character',
  'characters.other': '{count} characters',
  'counter.saved': 'keystrokes saved',
  'counter.saved.tip': 'Keys you did not have to press, as a share of the characters written since you opened the page',
  'counter.speed': 'per suggestion',
  'counter.speed.tip': 'Median time to find the next words, on this device',
  'counter.bytes': 'loaded',
  'counter.bytes.tip': 'Fetched over the network to open this page; 0 when it came from this device',
  'counter.requests': 'requests since',
  'counter.requests.tip': 'Connections made since the page has loaded: the browser refuses them all',
  milliseconds: '{value} ms',

  // The models
  model: 'Model',
  see: 'See how it thinks',
  'model.auto': 'Automatic',
  'model.ngram': 'n-gram',
  'model.nnlm': 'NNLM',
  'model.lstm': 'LSTM',
  'model.gpt': 'GPT',
  'model.loading': 'loading {received} of {total}',
  'model.starting': 'starting …',
  'model.waiting': 'not loaded, to save data',
  'model.unavailable': 'this browser cannot run the others',
  'neural.ask':
    'Better suggestions need {size} more. This device asks to save data, so they are not loaded; the n-gram suggests.',
  'neural.load': 'Load them',
  'neural.missing': '{models} could not be loaded, so the other models suggest. When you are back online, try again.',
  'neural.corrupt': '{models} arrived damaged and stays off; the other models suggest. Loading it again usually helps.',
  'neural.failed': '{models} could not be started, so the other models suggest. {message}',
  'neural.restarting': 'The neural models stopped and are being started again. The n-gram suggests meanwhile.',
  'neural.died': 'The neural models stopped twice and stay off. The n-gram suggests.',
  'neural.reload': 'Reload the page',

  // Models side by side
  compare: 'Compare the models',
  'compare.title': 'Models side by side',
  'compare.hint': 'Each model’s words for where the caret stands, and how it would have done on your last words.',
  'compare.none': 'nothing',
  'compare.saved': 'keystrokes saved',
  'compare.saved.tip': 'By a writer who takes a word as soon as it stands among five, over the words counted below',
  'compare.rank': 'MRR',
  'compare.rank.tip': 'Mean of 1 / rank of your next word before its first letter; 0 beyond the tenth place',
  'compare.speed': 'per answer',
  'compare.speed.tip': 'Median time of the latest answers',
  'compare.words.one': 'over 1 word',
  'compare.words.other': 'over {count} words',

  // What was learned
  incognito: 'Incognito',
  'incognito.toggle': 'Incognito: learn nothing',
  'incognito.on': 'Incognito: nothing is learned',
  learned: 'What I have learned',
  'learned.kept': 'kept on this device',
  'learned.unkept': 'gone when you close the page',
  'learned.savings.with': 'of the keys saved with learning',
  'learned.savings.without': 'without',
  'learned.savings.one': 'over 1 word of this text',
  'learned.savings.other': 'over {count} words of this text',
  'learned.savings.tip':
    'What a writer would have saved on the text of this page who takes a word as soon as it stands among five: the n-gram with a model that learns from the first word on, and the n-gram alone',
  'learned.search': 'Find a word',
  'learned.view': 'Which words',
  'learned.view.all': 'All',
  'learned.view.new': 'New',
  'learned.view.ruled': 'Decided',
  'learned.none': 'Nothing yet. Write, and your words gather here.',
  'learned.noMatch': 'No such word.',
  'learned.more.one': 'Show 1 more',
  'learned.more.other': 'Show {count} more',
  'learned.times.one': 'once',
  'learned.times.other': '{count} times',
  'learned.new.one': '1 of them new',
  'learned.new.other': '{count} of them new',
  'learned.added.one': '1 word more',
  'learned.added.other': '{count} words more',
  'learned.is.new': 'new, suggested',
  'learned.is.remembered': 'remembered, not proposed yet',
  'learned.is.slip': 'looks like a slip, not proposed',
  'learned.is.offensive': 'may offend, not suggested',
  'learned.is.blocked': 'never suggested',
  'learned.is.pinned': 'always suggested',
  'learned.is.allowed': 'suggested although it may offend',
  'learned.pin': 'Always suggest',
  'learned.pin.word': 'Always suggest {word}',
  'learned.block': 'Never suggest',
  'learned.block.word': 'Never suggest {word}',
  'learned.allow': 'Suggest although it may offend',
  'learned.allow.word': 'Suggest {word} although it may offend',
  'learned.forget': 'Forget',
  'learned.forget.word': 'Forget {word}',
  'learned.forgotten': '“{word}” is forgotten.',
  'learned.done.pin': '“{word}” is suggested as soon as its letters fit.',
  'learned.done.block': '“{word}” is never suggested again.',
  'learned.done.allow': '“{word}” is suggested from now on.',
  'learned.unruled': '“{word}” is treated like any other word again.',
  'learned.forgetting': 'Forget more',
  'learned.phrase': 'A phrase',
  'learned.phrase.hint': 'Each time you wrote just these words in a row is forgotten.',
  'learned.hour': 'Forget the last hour',
  'learned.everything': 'Forget everything',
  'learned.everything.title': 'Forget everything?',
  'learned.everything.text':
    '{words} and all you have decided about them go, and cannot be brought back unless you saved a file.',
  'learned.everything.done': 'Everything is forgotten.',
  'learned.keep': 'Keep it',
  'learned.forgotten.words.one': '1 word forgotten, once for each time it was written.',
  'learned.forgotten.words.other': '{count} words forgotten, each time one was written counted.',
  'learned.moving': 'Take it along',
  'learned.export': 'Save as a file',
  'learned.exported': 'Saved. The file holds all words and decisions; nothing left this device.',
  'learned.fileName': 'Foreword learned.json',
  'learned.import': 'Take in a file',
  'learned.import.hint':
    'A file saved here, or a list: a word a line, with its count if you have one. What you know already stays.',
  'learned.imported': '{file} is taken in: {words}.',
  'learned.import.failed': '{file} could not be taken in, and nothing has changed. {message}',
  'learned.import.malformed': 'It is no file that was saved here, or not the whole of it.',
  'learned.import.too-new': 'A newer version of this page saved it. Reload the page, then try again.',
  'learned.import.empty': 'It holds no word that can be learned.',
  'learned.import.large': 'It is {size} large; 50 MB is the most.',
  'forgotten.unknown': '“{word}” was not learned from you.',
  'forgotten.block': 'Never suggest it',
  'error.learning': 'What you write is not learned on this visit: {message}',
  'error.learned.unkept':
    'This browser keeps nothing for this page, so what is learned is gone when you close it. Writing goes on as ever.',
  'error.learned.damaged': 'Part of what was learned was damaged on this device and is left out; the rest is there.',
  'error.learned.too-new':
    'What was learned was kept by a newer version of this page. Until you reload the page, nothing more is kept.',
  'error.learned.full':
    'There is no room left on this device for what is learned, so the newest words are gone when you close the page.',

  // Loading and what can go wrong
  loading: 'Loading the words',
  'loading.progress': 'Loading the words: {percent}',
  retry: 'Try again',
  dismiss: 'Dismiss',
  'error.pack-missing':
    'The suggestions could not be loaded. You can write all the same; when you are back online, try again.',
  'error.pack-corrupt':
    'The suggestions arrived damaged, so they stay off. You can write all the same; loading them again usually helps.',
  'error.pack-too-new': 'The suggestions are newer than this page. Reload the page to bring both up to date.',
  'error.other': 'The suggestions could not be started: {message} You can write all the same.',
  'error.explain': 'What says why a word is suggested could not be loaded. When you are back online, try again.',
  'error.english':
    'English words could not be loaded, so none stand among the candidates. When you are back online, try again.',
  'error.traditional':
    'Traditional characters could not be loaded; simplified ones are written. When you are back online, try again.',
  'error.storage':
    'This browser keeps nothing for this page (a private window, or storage is off or full). Save your text before you close it.',
  'error.segmenter':
    'This browser cannot divide every script into words (it has no Intl.Segmenter). English works; a newer browser does better.',
  'error.editor':
    'Something went wrong in the editor: {message} Your text is kept; reload the page if it does not behave.',

  // The first minute
  guide: 'The first minute',
  'guide.step': '{step} of {steps}',
  'guide.write.title': 'Begin a sentence',
  'guide.write.body': 'Type a few words, say “I am looking f”. Words that may follow come up beside the caret.',
  'guide.choose.title': 'Take one by its number',
  'guide.choose.body': 'Press {alt}+1 to take the first word of the bar. The space comes with it.',
  'guide.tap.title': 'Take one with a tap',
  'guide.tap.body': 'Tap a word in the bar to take it. The space comes with it.',
  'guide.ghost.title': 'Take the grey word',
  'guide.ghost.body': 'The likeliest word stands in grey after the caret. Press Tab to take it.',
  'guide.dismiss.title': 'Send them away',
  'guide.dismiss.body': 'Press Esc and the suggestions leave. They come back with your next word.',
  'guide.count.title': 'Watch the count',
  'guide.count.body':
    'Write on, and take words as they fit, until a tenth of the keys is saved: the count stands at the foot of the page. Beside it stand the requests made since the page loaded: none.',
  'guide.end.title': 'That is all',
  'guide.end.body':
    'Nothing you write leaves this page. It also works without a network, and it keeps your text on this device.',
  'guide.pinyin.title': 'Write with pinyin',
  'guide.pinyin.body': 'Type nihaoshijie and press Space: 你好世界.',
  'guide.pinyin.tap': 'Type nihaoshijie and tap 你好世界.',
  'guide.digit.title': 'Choose by number',
  'guide.digit.body': 'Type shijian and press the number of the word you mean. - and = turn the page.',
  'guide.follow.title': 'See what may follow',
  'guide.follow.body':
    'After each word likely next ones stand in the bar. Press a number to take one, or just type on.',
  'guide.follow.tap': 'After each word likely next ones stand in the bar. Tap one, or just type on.',
  'guide.initials.title': 'Type less',
  'guide.initials.body': 'First letters are enough for common words: wm is 我们. Write it so.',
  'guide.shift.title': 'English in between',
  'guide.shift.body':
    'Press Shift alone and the keys write English, with English words suggested; Shift again for Chinese.',
  'guide.mode.title': 'English in between',
  'guide.mode.body': 'Tap 中 at the head of the page and the keys write English; tap 英 for Chinese.',
  'guide.skip': 'Skip',
  'guide.next': 'Next',
  'guide.done': 'Begin to write',

  // Settings
  'settings.slots': 'Words on offer',
  'settings.slots.hint': 'How many words stand ready at once.',
  'settings.model': 'Who suggests',
  'settings.model.auto': 'All models together, as far as this device keeps up.',
  'settings.model.ngram': 'Counted phrases. Answers at once.',
  'settings.model.nnlm': 'A small network that sees the last few words.',
  'settings.model.lstm': 'A network that reads word by word and remembers.',
  'settings.model.gpt': 'A transformer that sees the last hundred words.',
  'settings.slips': 'Forgive slips',
  'settings.slips.hint': 'teh finds “the” and nihoa 你好, behind what fits exactly. Not in shuangpin.',
  'settings.surfaces': 'Where they appear',
  'settings.bar': 'Bar at the caret',
  'settings.bar.hint': 'On a phone it stands above the keyboard.',
  'settings.ghost': 'Grey word after the caret',
  'settings.popup': 'List under the caret',
  'settings.keys': 'Keys',
  'settings.digits': '{alt}+1 … {alt}+9 take a word of the bar',
  'settings.tab': 'Tab takes the grey word',
  'settings.tab.hint': 'Esc, then Tab always leaves the text.',
  'settings.learning': 'Learning',
  'settings.incognito': 'Incognito',
  'settings.incognito.hint': 'Nothing you write is learned; what is known already is still suggested.',
  'settings.addresses': 'Learn e-mail addresses and links',
  'settings.addresses.hint': 'Numbers, codes and passwords are never learned.',
  'settings.reading': 'Screen readers',
  'settings.announcements': 'Read suggestions out after a pause',
  'settings.look': 'Look',
  'settings.theme': 'Theme',
  'settings.theme.system': 'As the system',
  'settings.theme.light': 'Light',
  'settings.theme.dark': 'Dark',
  'settings.language': 'Language of the interface',
  'settings.reset': 'Restore the defaults',

  // Settings of Chinese
  'settings.pinyin': 'Chinese',
  'settings.scheme': 'Pinyin',
  'settings.scheme.full': 'Full pinyin',
  'settings.scheme.xiaohe': 'Shuangpin: Xiaohe 小鹤',
  'settings.scheme.ziranma': 'Shuangpin: Ziranma 自然码',
  'settings.scheme.microsoft': 'Shuangpin: Microsoft 微软',
  'settings.script': 'Characters',
  'settings.script.simplified': 'Simplified',
  'settings.script.traditional': 'Traditional',
  'settings.punctuation': 'Punctuation',
  'settings.punctuation.full': 'Full width ，。',
  'settings.punctuation.half': 'Half width , .',
  'settings.fuzzy': 'Sounds that count as the same',

  // About
  'about.lead':
    'Foreword offers the next word before you type it, and writes Chinese from pinyin. The models that do so are a few megabytes of counted text for each language, and run wholly inside this page.',
  'about.privacy': 'Privacy',
  'about.privacy.text':
    'Your text never leaves this page. Once the page has loaded it shuts its own door: a Content-Security-Policy forbids it every further connection, and the browser enforces that. The count of requests at the foot of the page would show any that slipped out.',
  'about.privacy.kept':
    'What you write is kept in this browser on this device, so that closing the page loses nothing. Clearing the page removes it.',
  'about.privacy.learned':
    'Your words teach the page what to suggest to you. That too stays in this browser; look at it, and forget any of it, under “What I have learned”. Incognito stops it.',
  'about.privacy.none': 'No account, no cookies, no statistics.',
  'about.offline': 'Without a network',
  'about.offline.ready':
    'The page is stored on this device and opens without a network. Install it from the browser’s menu to give it a window of its own.',
  'about.offline.pending': 'The page is being stored on this device …',
  'about.offline.unavailable':
    'This browser does not let the page be stored on this device, so it opens only with a network.',
  'about.keys': 'Keys',
  'about.keys.choose': 'take a word of the bar',
  'about.keys.forget': 'forget what was learned of a word of the bar',
  'about.keys.explain': 'say why it is offered; a right-click or a long touch does, too',
  'about.keys.ghost': 'take the grey word',
  'about.keys.arm': 'go into the bar; then digits, arrows, Enter',
  'about.keys.dismiss': 'send the suggestions away',
  'about.keys.revert': 'right after a word was taken: take it back',
  'about.keys.pinyin': 'take the first candidate, or the one of that number',
  'about.keys.page': 'turn the page of candidates',
  'about.keys.character': 'take the first or last character of the word',
  'about.keys.syllables': 'move among the syllables and letters',
  'about.keys.takeBack': 'take back what was just chosen, or a letter',
  'about.keys.raw': 'put the letters in as they are',
  'about.keys.cancel': 'throw the letters away',
  'about.keys.shift': 'pressed alone: Chinese or English',
  'about.keys.next': 'after a word: take the one that follows',
  'about.keys.forgetPinyin': 'forget what was learned of the selected candidate',
  'about.model': 'The models',
  'about.model.text': '{name}: {words} words, {ngrams} counted phrases, {size}. Licence: {licence}.',
  'about.licences': 'Licences of the fonts and libraries in this page',
  'about.guide': 'Show the first minute again',
} as const;

export type StringKey = keyof typeof english;

const chinese: Readonly<Record<StringKey, string>> = {
  tools: '工具',
  editor: '正文',
  placeholder: '写点什么……',
  save: '存为文本文件',
  clear: '清空页面',
  'theme.toggle': '浅色或深色',
  settings: '设置',
  about: '关于与隐私',
  close: '关闭',
  notices: '消息',
  fileName: '前言.txt',
  'cleared.one': '已清空 1 个词。',
  'cleared.other': '已清空 {count} 个词。',
  'cleared.characters.one': '已清空 1 个字符。',
  'cleared.characters.other': '已清空 {count} 个字符。',
  undo: '撤销',

  suggestions: '候选词',
  'suggestions.previous': '前一页候选词',
  'suggestions.more': '更多候选词',
  'suggestions.list': '候选词：$1。',
  'suggestions.list.ghost': '候选词：$1。按 Tab 接受 $2。',
  'suggestions.explain': '为什么是它？右键单击，或按 $1。',
  candidates: '候选',
  'candidates.previous': '前一页候选',
  'candidates.more': '更多候选',
  'candidates.list': '候选：$1。',

  writing: '书写语言',
  'mode.zh': '中文',
  'mode.en': '英文',
  'mode.isChinese': '当前输入中文',
  'mode.isEnglish': '当前输入英文',
  'mode.tip': '中英文切换：Shift',

  'words.one': '1 词',
  'words.other': '{count} 词',
  'characters.one': '1 个字符',
  'characters.other': '{count} 个字符',
  'counter.saved': '按键已省',
  'counter.saved.tip': '打开页面以来，您不必按下的键占所写字符的比例',
  'counter.speed': '每次预测',
  'counter.speed.tip': '在本机上找到下一个词所需时间的中位数',
  'counter.bytes': '已下载',
  'counter.bytes.tip': '打开本页经网络下载的数据量；若取自本机则为 0',
  'counter.requests': '次请求',
  'counter.requests.tip': '页面载入后建立的连接数：浏览器会拒绝一切连接',
  milliseconds: '{value} 毫秒',

  model: '模型',
  see: '看它如何思考',
  'model.auto': '自动',
  'model.ngram': 'n-gram',
  'model.nnlm': 'NNLM',
  'model.lstm': 'LSTM',
  'model.gpt': 'GPT',
  'model.loading': '正在载入 {received} / {total}',
  'model.starting': '正在启动……',
  'model.waiting': '为节省流量，尚未载入',
  'model.unavailable': '此浏览器无法运行其他模型',
  'neural.ask': '更好的候选词还需下载 {size}。本机要求节省流量，因此尚未载入；目前由 n-gram 提供候选词。',
  'neural.load': '载入',
  'neural.missing': '{models} 未能载入，由其他模型提供候选词。恢复联网后请重试。',
  'neural.corrupt': '{models} 的数据已损坏，因此未启用，由其他模型提供候选词；重新载入通常可以解决。',
  'neural.failed': '{models} 未能启动，由其他模型提供候选词。{message}',
  'neural.restarting': '神经网络模型已停止，正在重新启动；其间由 n-gram 提供候选词。',
  'neural.died': '神经网络模型两度停止，现已关闭，由 n-gram 提供候选词。',
  'neural.reload': '刷新页面',

  compare: '比较各模型',
  'compare.title': '各模型对照',
  'compare.hint': '各模型在光标处给出的词，以及它们在您最近所写的词上的表现。',
  'compare.none': '无',
  'compare.saved': '按键已省',
  'compare.saved.tip': '若书写者总在某词进入前五名时立即选取；按下方所计的词统计',
  'compare.rank': 'MRR',
  'compare.rank.tip': '键入首字母之前，下一个词的名次倒数的平均值；十名之外计为 0',
  'compare.speed': '每次回答',
  'compare.speed.tip': '最近若干次回答所需时间的中位数',
  'compare.words.one': '共 1 个词',
  'compare.words.other': '共 {count} 个词',

  incognito: '无痕',
  'incognito.toggle': '无痕：不学习',
  'incognito.on': '无痕：不学习任何内容',
  learned: '我学到了什么',
  'learned.kept': '存于本机',
  'learned.unkept': '关闭页面即消失',
  'learned.savings.with': '按键可省（学习）',
  'learned.savings.without': '不学习',
  'learned.savings.one': '按本页文字的 1 个词计',
  'learned.savings.other': '按本页文字的 {count} 个词计',
  'learned.savings.tip':
    '假设书写者总在某词进入前五名时立即选取，在本页文字上可省的按键：n-gram 加从第一个词起边写边学的模型，以及仅用 n-gram',
  'learned.search': '查找词',
  'learned.view': '显示哪些词',
  'learned.view.all': '全部',
  'learned.view.new': '新词',
  'learned.view.ruled': '已定',
  'learned.none': '还没有。动笔之后，您的词会汇集在这里。',
  'learned.noMatch': '没有这样的词。',
  'learned.more.one': '再显示 1 个',
  'learned.more.other': '再显示 {count} 个',
  'learned.times.one': '1 次',
  'learned.times.other': '{count} 次',
  'learned.new.one': '其中 1 个新词',
  'learned.new.other': '其中 {count} 个新词',
  'learned.added.one': '增加 1 个词',
  'learned.added.other': '增加 {count} 个词',
  'learned.is.new': '新词，会给出',
  'learned.is.remembered': '已记住，尚不给出',
  'learned.is.slip': '像是笔误，不给出',
  'learned.is.offensive': '可能冒犯他人，不给出',
  'learned.is.blocked': '从不给出',
  'learned.is.pinned': '总是给出',
  'learned.is.allowed': '虽可能冒犯他人，仍给出',
  'learned.pin': '总是给出',
  'learned.pin.word': '总是给出 {word}',
  'learned.block': '从不给出',
  'learned.block.word': '从不给出 {word}',
  'learned.allow': '虽可能冒犯他人，仍给出',
  'learned.allow.word': '虽可能冒犯他人，仍给出 {word}',
  'learned.forget': '忘掉',
  'learned.forget.word': '忘掉 {word}',
  'learned.forgotten': '已忘掉“{word}”。',
  'learned.done.pin': '只要字母相符，就会给出“{word}”。',
  'learned.done.block': '不再给出“{word}”。',
  'learned.done.allow': '从现在起会给出“{word}”。',
  'learned.unruled': '“{word}”恢复为普通词。',
  'learned.forgetting': '忘掉更多',
  'learned.phrase': '短语',
  'learned.phrase.hint': '凡接连写下这几个词之处，都会忘掉。',
  'learned.hour': '忘掉最近一小时',
  'learned.everything': '全部忘掉',
  'learned.everything.title': '全部忘掉？',
  'learned.everything.text': '{words}以及您对它们的决定都将消失；除非您存过文件，否则无法找回。',
  'learned.everything.done': '已全部忘掉。',
  'learned.keep': '保留',
  'learned.forgotten.words.one': '已忘掉 1 处用词。',
  'learned.forgotten.words.other': '已忘掉 {count} 处用词。',
  'learned.moving': '带走与带来',
  'learned.export': '存为文件',
  'learned.exported': '已保存。文件包含全部词和决定；没有任何内容离开本机。',
  'learned.fileName': '前言 学到的词.json',
  'learned.import': '读入文件',
  'learned.import.hint': '此处存出的文件，或词表：每行一个词，可附次数。已知的内容保持不变。',
  'learned.imported': '已读入 {file}：{words}。',
  'learned.import.failed': '{file} 未能读入，一切保持原样。{message}',
  'learned.import.malformed': '它不是在此处存出的文件，或不完整。',
  'learned.import.too-new': '它由本页的较新版本存出。请刷新页面后重试。',
  'learned.import.empty': '其中没有可以学习的词。',
  'learned.import.large': '文件大小为 {size}，上限为 50 MB。',
  'forgotten.unknown': '“{word}”并非从您的文字学来。',
  'forgotten.block': '从不给出',
  'error.learning': '本次访问不学习您所写的内容：{message}',
  'error.learned.unkept': '此浏览器不为本页保存任何内容，因此学到的词在关闭页面后即消失。书写不受影响。',
  'error.learned.damaged': '本机上保存的所学内容有一部分已损坏，现已略去；其余仍在。',
  'error.learned.too-new': '所学内容由本页的较新版本保存。在您刷新页面之前，不再保存新内容。',
  'error.learned.full': '本机已没有空间保存学到的词，因此最新的词在关闭页面后即消失。',

  loading: '正在载入词语',
  'loading.progress': '正在载入词语：{percent}',
  retry: '重试',
  dismiss: '知道了',
  'error.pack-missing': '候选词未能载入。您仍可照常书写；恢复联网后请重试。',
  'error.pack-corrupt': '候选词数据已损坏，因此未启用。您仍可照常书写；重新载入通常可以解决。',
  'error.pack-too-new': '候选词数据比本页面新。请刷新页面，使两者一致。',
  'error.other': '候选词未能启动：{message} 您仍可照常书写。',
  'error.explain': '说明候选理由的部分未能载入。恢复联网后请重试。',
  'error.english': '英文词未能载入，候选中暂无英文。恢复联网后请重试。',
  'error.traditional': '繁体字数据未能载入，暂以简体书写。恢复联网后请重试。',
  'error.storage': '此浏览器不为本页保存任何内容（无痕窗口、存储已关闭或已满）。关闭前请先存好您的文字。',
  'error.segmenter': '此浏览器无法为所有文字分词（缺少 Intl.Segmenter）。英文可用；换用较新的浏览器效果更好。',
  'error.editor': '编辑器出了点问题：{message} 您的文字仍在；如有异常请刷新页面。',

  guide: '第一分钟',
  'guide.step': '{step} / {steps}',
  'guide.write.title': '起个头',
  'guide.write.body': '打几个英文词，例如 “I am looking f”。光标旁会出现可能的下文。',
  'guide.choose.title': '按数字选词',
  'guide.choose.body': '按 {alt}+1 选取候选栏的第一个词，空格会一并加上。',
  'guide.tap.title': '轻点选词',
  'guide.tap.body': '轻点候选栏里的词即可选取，空格会一并加上。',
  'guide.ghost.title': '接受灰色的词',
  'guide.ghost.body': '最可能的词以灰色显示在光标之后。按 Tab 接受它。',
  'guide.dismiss.title': '让候选词退下',
  'guide.dismiss.body': '按 Esc，候选词随即消失；写下一个词时又会回来。',
  'guide.count.title': '看看计数',
  'guide.count.body': '继续写，遇到合适的词就选，直到省下十分之一的按键：数字在页面底部。旁边是载入后的请求数：零。',
  'guide.end.title': '就是这些',
  'guide.end.body': '您所写的一切都不会离开本页。断网也能使用，文字保存在本机。',
  'guide.pinyin.title': '用拼音写字',
  'guide.pinyin.body': '键入 nihaoshijie，再按空格：你好世界。',
  'guide.pinyin.tap': '键入 nihaoshijie，再轻点“你好世界”。',
  'guide.digit.title': '按数字选词',
  'guide.digit.body': '键入 shijian，按所需词的数字。- 和 = 翻页。',
  'guide.follow.title': '联想下文',
  'guide.follow.body': '每写一个词，候选栏会给出可能的下文。按数字选取，或直接往下写。',
  'guide.follow.tap': '每写一个词，候选栏会给出可能的下文。轻点选取，或直接往下写。',
  'guide.initials.title': '少打几个字母',
  'guide.initials.body': '常用词只打首字母即可：wm 就是“我们”。试写一次。',
  'guide.shift.title': '夹写英文',
  'guide.shift.body': '单按 Shift，改写英文，并给出英文候选词；再按 Shift 回到中文。',
  'guide.mode.title': '夹写英文',
  'guide.mode.body': '轻点页首的“中”，改写英文；轻点“英”回到中文。',
  'guide.skip': '跳过',
  'guide.next': '下一步',
  'guide.done': '开始书写',

  'settings.slots': '候选词数',
  'settings.slots.hint': '同时给出的候选词个数。',
  'settings.model': '由谁提供候选词',
  'settings.model.auto': '在本机能力之内，各模型合力。',
  'settings.model.ngram': '统计短语，即时回答。',
  'settings.model.nnlm': '只看最近几个词的小型网络。',
  'settings.model.lstm': '逐词阅读并记忆的网络。',
  'settings.model.gpt': '能看到最近约百个词的 Transformer。',
  'settings.slips': '容忍误击',
  'settings.slips.hint': '键入 teh 也能找到 the，键入 nihoa 也能找到“你好”，排在完全相符者之后。双拼除外。',
  'settings.surfaces': '显示位置',
  'settings.bar': '光标处的候选栏',
  'settings.bar.hint': '在手机上位于键盘上方。',
  'settings.ghost': '光标后的灰色词',
  'settings.popup': '光标下的列表',
  'settings.keys': '按键',
  'settings.digits': '{alt}+1 … {alt}+9 选取候选栏中的词',
  'settings.tab': 'Tab 接受灰色的词',
  'settings.tab.hint': '先按 Esc 再按 Tab，总能离开正文。',
  'settings.learning': '学习',
  'settings.incognito': '无痕',
  'settings.incognito.hint': '不学习您所写的内容；已知的词仍会给出。',
  'settings.addresses': '学习电子邮箱和网址',
  'settings.addresses.hint': '号码、验证码和密码从不学习。',
  'settings.reading': '屏幕阅读器',
  'settings.announcements': '停顿后读出候选词',
  'settings.look': '外观',
  'settings.theme': '主题',
  'settings.theme.system': '跟随系统',
  'settings.theme.light': '浅色',
  'settings.theme.dark': '深色',
  'settings.language': '界面语言',
  'settings.reset': '恢复默认设置',

  'settings.pinyin': '中文',
  'settings.scheme': '拼音方案',
  'settings.scheme.full': '全拼',
  'settings.scheme.xiaohe': '小鹤双拼',
  'settings.scheme.ziranma': '自然码双拼',
  'settings.scheme.microsoft': '微软双拼',
  'settings.script': '字形',
  'settings.script.simplified': '简体',
  'settings.script.traditional': '繁体',
  'settings.punctuation': '标点',
  'settings.punctuation.full': '全角，。',
  'settings.punctuation.half': '半角 , .',
  'settings.fuzzy': '模糊音',

  'about.lead':
    '“前言”在您键入之前给出下一个词，也能用拼音书写中文。所用的模型是每种语言几兆字节的统计数据，完全在本页内运行。',
  'about.privacy': '隐私',
  'about.privacy.text':
    '您的文字绝不离开本页。页面载入后便自行关门：内容安全策略禁止它再建立任何连接，由浏览器强制执行。若有遗漏，页面底部的请求计数会显示出来。',
  'about.privacy.kept': '您所写的内容保存在本机的浏览器里，关闭页面不会丢失。清空页面即将其删除。',
  'about.privacy.learned':
    '您所用的词会让页面学会给您什么建议。这也只存于本机浏览器；在“我学到了什么”中可以查看，并忘掉其中任何内容。开启“无痕”即停止学习。',
  'about.privacy.none': '没有账号，没有 Cookie，没有统计。',
  'about.offline': '离线使用',
  'about.offline.ready': '页面已存于本机，断网也能打开。从浏览器菜单安装，可让它拥有独立窗口。',
  'about.offline.pending': '正在把页面存到本机……',
  'about.offline.unavailable': '此浏览器不允许把页面存到本机，只能联网打开。',
  'about.keys': '按键',
  'about.keys.choose': '选取候选栏中的词',
  'about.keys.forget': '忘掉候选栏中的词',
  'about.keys.explain': '说明为什么给出它；右键单击或长按亦可',
  'about.keys.ghost': '接受灰色的词',
  'about.keys.arm': '进入候选栏；随后可用数字、方向键、回车',
  'about.keys.dismiss': '让候选词退下',
  'about.keys.revert': '刚选取之后：收回这个词',
  'about.keys.pinyin': '选取第一个候选，或该数字的候选',
  'about.keys.page': '候选翻页',
  'about.keys.character': '取词的首字或末字（以词定字）',
  'about.keys.syllables': '在音节和字母间移动',
  'about.keys.takeBack': '收回刚选的词，或删一个字母',
  'about.keys.raw': '原样写入字母',
  'about.keys.cancel': '丢弃字母',
  'about.keys.shift': '单按：中英文切换',
  'about.keys.next': '写完一词之后：选取联想的词',
  'about.keys.forgetPinyin': '忘掉所选候选',
  'about.model': '模型',
  'about.model.text': '{name}：{words} 个词，{ngrams} 个统计短语，{size}。许可：{licence}。',
  'about.licences': '本页所用字体与程序库的许可',
  'about.guide': '再看一遍第一分钟',
};

export type LanguageTag = 'en' | 'zh';

const languages: Readonly<Record<LanguageTag, Readonly<Record<StringKey, string>>>> = { en: english, zh: chinese };

/** Languages of the interface, with the name each calls itself by. */
export const languageNames: Readonly<Record<LanguageTag, string>> = { en: 'English', zh: '中文' };
export const languageTags = Object.keys(languages) as readonly LanguageTag[];

/** The first of the browser's languages that the page knows. */
export function browserLanguage(): LanguageTag {
  const known = navigator.languages.map((tag) => languageTags.find((ours) => tag.toLowerCase().split('-')[0] === ours));
  return known.find((tag) => tag !== undefined) ?? 'en';
}

let language: LanguageTag = 'en';

/** Chooses the language and writes its words into the page: `data-text`, `data-label` and `data-tip` name them. */
export function applyLanguage(tag: LanguageTag, root: ParentNode = document): void {
  language = tag;
  document.documentElement.lang = tag;
  const fill = (attribute: string, write: (element: Element, words: string) => void): void => {
    for (const element of root.querySelectorAll(`[${attribute}]`)) {
      write(element, text(element.getAttribute(attribute) as StringKey));
    }
  };
  fill('data-text', (element, words) => {
    element.textContent = words;
  });
  fill('data-label', (element, words) => element.setAttribute('aria-label', words));
  fill('data-tip', (element, words) => element.setAttribute('title', words));
}

/** The words for `key`, with its `{name}`s filled in. */
export function text(key: StringKey, values: Readonly<Record<string, string | number>> = {}): string {
  return languages[language][key].replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'alt' ? altKey : String(values[name] ?? ''),
  );
}

/** What comes in `key.one` and `key.other`. */
type CountedKey = { [Key in StringKey]: Key extends `${infer Base}.one` ? Base : never }[StringKey];

/** The words for a number of things, `key.one` or `key.other`. */
export function textOf(key: CountedKey, count: number): string {
  const form = pluralRules().select(count) === 'one' ? 'one' : 'other';
  return text(`${key}.${form}`, { count: formatNumber(count) });
}

/** A number as the language writes it, with at most so many decimals. */
export function formatNumber(value: number, decimals = 0): string {
  // A value just below zero is zero, not "-0".
  const rounded = Number(value.toFixed(decimals)) + 0;
  return numberFormat().format(rounded);
}

/** 2,113,408 → "2.1 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${formatNumber(bytes, 0)} B`;
  return bytes < 1e6 ? `${formatNumber(bytes / 1000, 0)} kB` : `${formatNumber(bytes / 1e6, 1)} MB`;
}

/** 0.123 → "0.12 ms", 12.3 → "12 ms". */
export function formatMilliseconds(ms: number): string {
  return text('milliseconds', { value: formatNumber(ms, ms < 10 ? 2 : 0) });
}

/** How long ago a moment was, in milliseconds since 1970: "2 minutes ago". */
export function formatAgo(momentMs: number): string {
  const seconds = Math.min(0, (momentMs - Date.now()) / 1000);
  const [unit, length] = timeUnits.find(([, unitSeconds]) => seconds <= -unitSeconds) ?? ['second', 1];
  return relativeTime().format(Math.round(seconds / length), unit);
}

/** Longest first, with their lengths in seconds. */
const timeUnits: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

// Making one takes longer than using it a thousand times.
const relativeTime = ofLanguage((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }));
const pluralRules = ofLanguage((tag) => new Intl.PluralRules(tag));
const numberFormat = ofLanguage((tag) => new Intl.NumberFormat(tag));

function ofLanguage<Made>(make: (tag: LanguageTag) => Made): () => Made {
  const made = new Map<LanguageTag, Made>();
  return () => {
    const known = made.get(language) ?? make(language);
    made.set(language, known);
    return known;
  };
}

/** What the Alt key is called on this machine. */
export const altKey: string = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌥' : 'Alt';
