import type { ShuangpinScheme } from './types.ts';

const initials = { v: 'zh', i: 'ch', u: 'sh' };

/** The shuangpin tables that most people use. Two keys a syllable; pass one as `PinyinOptions.scheme`, or a table of your own. */
export const shuangpinSchemes: Readonly<Record<'xiaohe' | 'ziranma' | 'microsoft', ShuangpinScheme>> = {
  xiaohe: {
    name: '小鹤双拼',
    initials,
    finals: {
      ...{ q: ['iu'], w: ['ei'], e: ['e'], r: ['uan'], t: ['ue', 've'], y: ['un'], u: ['u'], i: ['i'], o: ['uo', 'o'] },
      ...{ p: ['ie'], a: ['a'], s: ['ong', 'iong'], d: ['ai'], f: ['en'], g: ['eng'], h: ['ang'], j: ['an'] },
      ...{ k: ['ing', 'uai'], l: ['iang', 'uang'], z: ['ou'], x: ['ia', 'ua'], c: ['ao'], v: ['ui', 'v'], b: ['in'] },
      ...{ n: ['iao'], m: ['ian'] },
    },
    zero: {
      ...{ aa: 'a', ai: 'ai', an: 'an', ah: 'ang', ao: 'ao', ee: 'e', ei: 'ei', en: 'en', eg: 'eng', er: 'er' },
      ...{ oo: 'o', ou: 'ou' },
    },
  },
  ziranma: {
    name: '自然码',
    initials,
    finals: {
      ...{ q: ['iu'], w: ['ia', 'ua'], e: ['e'], r: ['uan'], t: ['ue', 've'], y: ['ing', 'uai'], u: ['u'], i: ['i'] },
      ...{ o: ['uo', 'o'], p: ['un'], a: ['a'], s: ['ong', 'iong'], d: ['iang', 'uang'], f: ['en'], g: ['eng'] },
      ...{ h: ['ang'], j: ['an'], k: ['ao'], l: ['ai'], z: ['ei'], x: ['ie'], c: ['iao'], v: ['ui', 'v'], b: ['ou'] },
      ...{ n: ['in'], m: ['ian'] },
    },
    zero: {
      ...{ aa: 'a', ai: 'ai', an: 'an', ah: 'ang', ao: 'ao', ee: 'e', ei: 'ei', en: 'en', eg: 'eng', er: 'er' },
      ...{ oo: 'o', ou: 'ou' },
    },
  },
  microsoft: {
    name: '微软双拼',
    initials,
    finals: {
      ...{ q: ['iu'], w: ['ia', 'ua'], e: ['e'], r: ['uan', 'er'], t: ['ue'], y: ['uai', 'v'], u: ['u'], i: ['i'] },
      ...{ o: ['uo', 'o'], p: ['un'], a: ['a'], s: ['ong', 'iong'], d: ['iang', 'uang'], f: ['en'], g: ['eng'] },
      ...{ h: ['ang'], j: ['an'], k: ['ao'], l: ['ai'], z: ['ei'], x: ['ie'], c: ['iao'], v: ['ui', 've'], b: ['ou'] },
      ...{ n: ['in'], m: ['ian'], ';': ['ing'] },
    },
    zero: {
      ...{ oa: 'a', ol: 'ai', oj: 'an', oh: 'ang', ok: 'ao', oe: 'e', oz: 'ei', of: 'en', og: 'eng', or: 'er' },
      ...{ oo: 'o', ob: 'ou' },
    },
  },
};
