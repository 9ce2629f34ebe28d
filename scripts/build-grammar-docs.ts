// Writes docs/grammar.ebnf and docs/grammar.html from the grammar. `--check` compares instead of writing, and fails where a
// page is not what the grammar gives.
import { ebnf } from '../grammar/ebnf.js';
import { type GrammarRule, grammarRules } from '../grammar/productions.js';
import { railroad } from '../grammar/railroad.js';
import { writePage } from './page.js';

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const style = `body { font: 16px/1.5 sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; }
h2 { font: bold 16px monospace; margin: 2em 0 0.3em; }
section { overflow-x: auto; }
svg path { fill: none; stroke: #444; stroke-width: 1.5; }
svg circle { fill: #444; }
svg rect { stroke: #444; stroke-width: 1.2; }
svg rect.literal { fill: #e8f1d4; }
svg rect.reference { fill: #e3ebf5; }
svg text { font: 12px monospace; text-anchor: middle; }`;

function page(rules: readonly GrammarRule[]): string {
  const known = new Set(rules.map((rule) => rule.name));
  const sections = rules.map(({ name, production, note }) => {
    const words = note === null ? '' : `<p>${escapeHtml(note)}</p>\n`;
    return `<section>\n<h2 id="${name}">${name}</h2>\n${words}${railroad(production, known)}\n</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>The grammar of Whatif</title>
<style>
${style}
</style>
</head>
<body>
<h1>The grammar of Whatif</h1>
<p>Made from the parser. A file is a <a href="#file">file</a>; a question on the command line is a
<a href="#question">question</a>. Round boxes are written as they stand, square ones are explained elsewhere on this page.
White space, line ends and comments may stand between any two boxes. The same in EBNF: <a href="grammar.ebnf">grammar.ebnf</a>.</p>
${sections.join('\n')}
</body>
</html>
`;
}

const rules = grammarRules();
writePage('docs/grammar.ebnf', `/* The grammar of Whatif, made from the parser. */\n\n${ebnf(rules)}\n`);
writePage('docs/grammar.html', page(rules));
