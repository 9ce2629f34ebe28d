// Writes docs/errors.md from the catalogue of codes. `--check` compares instead, and fails where the page is not what the catalogue gives.
import { type CodeEntry, errorCatalogue } from '../src/syntax/codes.js';
import { writePage } from './page.js';

const groups: readonly { readonly prefix: RegExp; readonly title: string }[] = [
  { prefix: /^E01/, title: 'Spelling' },
  { prefix: /^E02/, title: 'Names' },
  { prefix: /^E03/, title: 'Types' },
  { prefix: /^E04/, title: 'Models, graphs and queries' },
  { prefix: /^E05/, title: 'Data and files' },
  { prefix: /^E06/, title: 'Running' },
  { prefix: /^E07/, title: 'Limits' },
  { prefix: /^W/, title: 'Warnings' },
];

const entries: readonly (readonly [string, CodeEntry])[] = Object.entries(errorCatalogue);

const section = ({ prefix, title }: (typeof groups)[number]): string => {
  const own = entries.filter(([code]) => prefix.test(code)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (own.length === 0) return '';
  return `## ${title}\n\n${own.map(([code, e]) => `### ${code}: ${e.title}\n\n${e.explanation}\n`).join('\n')}\n`;
};

const stray = entries.filter(([code]) => !groups.some((g) => g.prefix.test(code)));
if (stray.length > 0) throw new Error(`codes of no group: ${stray.map(([code]) => code).join(', ')}`);

const page = `# Errors and warnings

Every message has a code, and a code never changes its meaning. A file with errors (E…) is not run; warnings (W…) say what is
likely a slip. This page is written by \`scripts/build-errors.ts\` from \`src/syntax/codes.ts\`.

${groups.map(section).join('').trimEnd()}
`;

writePage('docs/errors.md', page);
