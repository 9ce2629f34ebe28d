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
    name: 'identify',
    summary: 'say whether and how an effect can be known from observation',
    load: async () => (await import('./commands/identify.js')).identify,
  },
  {
    name: 'adjust',
    summary: 'list what to adjust for',
    load: async () => (await import('./commands/adjust.js')).adjust,
  },
  {
    name: 'frontdoor',
    summary: 'list front-door sets',
    load: async () => (await import('./commands/frontdoor.js')).frontdoor,
  },
  {
    name: 'instruments',
    summary: 'list instruments, with what to condition on',
    load: async () => (await import('./commands/instruments.js')).instruments,
  },
  {
    name: 'separate',
    summary: 'say whether two variables are separated',
    load: async () => (await import('./commands/separate.js')).separate,
  },
  {
    name: 'implications',
    summary: 'list independencies that data can contradict',
    load: async () => (await import('./commands/implications.js')).implications,
  },
  {
    name: 'attribute',
    summary: 'divide an outcome among its causes',
    load: async () => (await import('./commands/attribute.js')).attribute,
  },
  {
    name: 'causes',
    summary: 'list what actually caused an outcome',
    load: async () => (await import('./commands/causes.js')).causes,
  },
  {
    name: 'discover',
    summary: 'find the graphs that fit a table',
    load: async () => (await import('./commands/discover.js')).discover,
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
