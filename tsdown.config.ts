import { createHash } from 'node:crypto';
import { defineConfig, type UserConfig } from 'tsdown';

/** Nothing but ASCII: V8 reads a text of single bytes in half the time, and that is a fifth of a short run. */
const ascii = {
  name: 'ascii',
  generateBundle(_: unknown, bundle: Record<string, { type: string; code?: string }>): void {
    for (const chunk of Object.values(bundle)) {
      if (chunk.code !== undefined)
        chunk.code = chunk.code.replace(
          /[\u0080-\uffff]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
    }
  },
};

/** The generator of seed texts asks Node for random bytes, which nothing needs here and which take 10 ms to load. */
const noRandomBytes = {
  name: 'no-random-bytes',
  resolveId: (id: string) => (id === 'crypto' ? '\0no-random-bytes' : null),
  load: (id: string) => (id === '\0no-random-bytes' ? 'export {};' : null),
};

/** The reader of command lines can start other programs for commands, which this one never does; Node takes 5 ms to load what it needs. */
const noChildProcesses = {
  name: 'no-child-processes',
  resolveId: (id: string, importer?: string) =>
    id === 'node:child_process' && importer?.includes('/commander/') === true ? '\0no-child-processes' : null,
  load: (id: string) => (id === '\0no-child-processes' ? 'export default {};' : null),
};

/**
 * A script that gives a function of a module's variables, with a comment at its start that tells it from others (src/cli/start.ts). Scripts
 * that are compiled before can import nothing themselves.
 */
const script = {
  name: 'script',
  generateBundle(_: unknown, bundle: Record<string, { type: string; code?: string }>): void {
    for (const chunk of Object.values(bundle)) {
      if (chunk.code === undefined) continue;
      const code = chunk.code.replace(/(?<![\w$.])import\(/g, '__import(');
      const identity = createHash('sha256').update(code).digest('hex').slice(0, 32);
      chunk.code = `/*${identity}*/(function (exports, require, module, __filename, __import) {${code}\n})`;
    }
  },
};

/** A program for Node in one file, with every dependency inside: importing chevrotain unbundled costs 0.3 s at each start. */
const oneFile = {
  outDir: 'dist',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  deps: { alwaysBundle: [/.*/], onlyBundle: false },
  outputOptions: { codeSplitting: false },
  plugins: [noRandomBytes, ascii],
  minify: true,
  dts: false,
  clean: false,
} as const satisfies UserConfig;

export default defineConfig([
  {
    entry: {
      index: 'src/index.ts',
      node: 'src/node.ts',
      // Threads start from files of their own.
      node_command_thread: 'src/runtime/node_command_thread.ts',
    },
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
    ...oneFile,
    entry: { cli: 'src/cli/start.ts' },
    format: 'cjs',
    fixedExtension: true,
    banner: '#!/usr/bin/env node',
  },
  {
    ...oneFile,
    entry: { program: 'src/cli/main.ts' },
    format: 'cjs',
    fixedExtension: true,
    plugins: [noRandomBytes, noChildProcesses, ascii, script],
  },
  { ...oneFile, entry: { worker: 'src/runtime/node_worker.ts' } },
]);
