// Writes docs/passes.md from the table of passes. `--check` compares instead of writing, and fails where the page is out of date.
import { passes } from '../src/passes/passes.js';
import { writePage } from './page.js';

const rows = Object.entries(passes).map(([name, meaning]) => `| ${name} | ${meaning} |`);

writePage(
  'docs/passes.md',
  `# Passes

What happens to a question between lowering and planning: the first five put worlds, interventions and evidence together
(\`src/passes/assemble.ts\`), the others, some of them in several rounds, make the program small (\`src/passes/pipeline.ts\`). This page is written by
\`scripts/build-passes-doc.ts\` from \`src/passes/passes.ts\`.

| pass | what it does |
|---|---|
${rows.join('\n')}
`,
);
