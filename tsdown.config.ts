import { defineConfig } from 'tsdown';

export default defineConfig([
  {
    entry: { index: 'src/index.ts', node: 'src/node.ts' },
    outDir: 'dist',
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    fixedExtension: false,
    // Only the entry for Node imports these.
    deps: { neverBundle: [/^node:/] },
    dts: true,
    clean: false,
  },
  {
    // One file with every dependency inside: importing chevrotain unbundled costs 0.3 s at each start.
    entry: { cli: 'src/cli/main.ts' },
    outDir: 'dist',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    fixedExtension: false,
    deps: { alwaysBundle: [/.*/], onlyBundle: false },
    outputOptions: { codeSplitting: false },
    minify: true,
    dts: false,
    clean: false,
    banner: '#!/usr/bin/env node',
  },
]);
