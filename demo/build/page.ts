import type { Plugin } from 'vite';

/**
 * Finishes index.html: the Content-Security-Policy as the first thing in its head, and scripts that hold the
 * first paint until the page is whole, so that nothing moves or changes colour under the reader's eyes, and the fonts
 * fetched beside them.
 */
export function page(contentSecurityPolicy: string): Plugin {
  return {
    name: 'foreword:page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const fonts = Object.keys(bundle).filter((name) => name.endsWith('.woff2'));
        return {
          html: html.replace('<script type="module"', '<script type="module" blocking="render"'),
          tags: [
            {
              tag: 'meta',
              attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
              injectTo: 'head-prepend',
            },
            ...fonts.map((name) => ({
              tag: 'link',
              attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: 'anonymous', href: `./${name}` },
              injectTo: 'head' as const,
            })),
          ],
        };
      },
    },
  };
}
