import type { CommandEntry } from './command.js';

/** Every command, in the order of the help. A new one is a file in `commands/` and a line here. */
export const commands: readonly CommandEntry[] = [
  { name: 'run', summary: 'answer the queries of a file', load: async () => (await import('./commands/run.js')).run },
  {
    name: 'query',
    summary: 'answer a question that is not in the file',
    load: async () => (await import('./commands/query.js')).query,
  },
  {
    name: 'resume',
    summary: 'go on with a run that was interrupted',
    load: async () => (await import('./commands/resume.js')).resume,
  },
  {
    name: 'merge',
    summary: 'put the shards of a run together',
    load: async () => (await import('./commands/merge.js')).merge,
  },
  {
    name: 'check',
    summary: 'find errors without running',
    load: async () => (await import('./commands/check.js')).check,
  },
  {
    name: 'explain',
    summary: 'say how each query will be answered, and why',
    load: async () => (await import('./commands/explain.js')).explain,
  },
  {
    name: 'format',
    summary: 'bring files into the one style',
    load: async () => (await import('./commands/format.js')).format,
  },
  {
    name: 'graph',
    summary: 'show the causal graph of a model',
    load: async () => (await import('./commands/graph.js')).graph,
  },
  {
    name: 'compile',
    summary: 'show what the compiler sees',
    load: async () => (await import('./commands/compile.js')).compile,
  },
  {
    name: 'import',
    summary: 'make a program from a Bayesian network in BIF',
    load: async () => (await import('./commands/import.js')).importNetwork,
  },
  {
    name: 'new',
    summary: 'start a small project that runs',
    load: async () => (await import('./commands/new.js')).create,
  },
];
