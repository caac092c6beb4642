// Rewrites CHANGELOG.md from the `FEATURE:`, `FIX:` and `BREAKING:` lines of the commit messages.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { root } from './setup.mjs';

const headings = { BREAKING: 'Breaking', FEATURE: 'New', FIX: 'Fixed' };
const log = execFileSync('git', ['log', '--format=%cs%x00%B%x01'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });

const days = new Map();
for (const commit of log.split('\x01')) {
  const [date, message = ''] = commit.trim().split('\x00');
  for (const [, kind, text] of message.matchAll(/^(BREAKING|FEATURE|FIX): (.+(?:\n(?! *$|[A-Z]+: ).+)*)/gm)) {
    if (!days.has(date)) days.set(date, { BREAKING: [], FEATURE: [], FIX: [] });
    days.get(date)[kind].push(`- ${text.replaceAll(/\s*\n\s*/g, ' ')}`);
  }
}

const sections = [...days].map(([date, kinds]) => {
  const parts = Object.entries(headings).filter(([kind]) => kinds[kind].length > 0);
  return `## ${date}\n\n${parts.map(([kind, heading]) => `### ${heading}\n\n${kinds[kind].join('\n')}\n`).join('\n')}`;
});
writeFileSync(
  `${root}CHANGELOG.md`,
  `# Changelog\n\nWritten by \`node scripts/changelog.mjs\` from the commit messages.\n\n${sections.join('\n')}`,
);
