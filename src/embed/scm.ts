/** The tag of templates, and the door to programs whose text TypeScript's checker reads. */
import type { Host } from '../data/host.js';
import { noFiles } from './hosts.js';
import type { ModelsOf, QueriesOf } from './names.js';
import { type CausalProgram, isStrings, programOf, type RunOptions } from './program.js';
import { plainTemplate, templateOf } from './template.js';
import type { Interpolation } from './value.js';

/** What holds for all programs of a tag. */
export type ProgramOptions = {
  /** The name of the text in messages; `<template>` by default. */
  readonly name?: string;
  /** How programs reach files; without one they read none. On Node: `nodeHost` of `whatif/node`. */
  readonly host?: Host;
  /** Options of every run; those of a call come before them. */
  readonly defaults?: RunOptions;
};

/** Said by the type checker where values are spliced into a text in parentheses. */
type Spliced = 'values are no text: write scm`…` without parentheses, or hand them over by .with({ … })';

/** Texts with holes that the checker knows only the type of. */
type IsSpliced<S extends string> = string extends S ? false : Record<never, never> extends Record<S, 1> ? true : false;

/** The tag `scm`, and the function. */
export type Scm = {
  /** A program as a template. Values are data, functions `extern fn`s; neither ever becomes text. */
  (strings: TemplateStringsArray, ...values: readonly Interpolation[]): CausalProgram;
  /** A program as a text whose queries and models the checker knows by name, with the kinds of their answers. */
  <const S extends string>(
    text: S & (IsSpliced<S> extends true ? Spliced : unknown),
  ): CausalProgram<QueriesOf<S>, ModelsOf<S>>;
  /** The same with other options. */
  readonly with: (options: ProgramOptions) => Scm;
};

function scmWith(options: ProgramOptions): Scm {
  const { name = '<template>', host = noFiles, defaults = {} } = options;
  const nothing = { host, defaults, given: new Map(), named: new Map(), operations: [] };
  // The types of queries and models say what is in the text; they are nothing at run time.
  const make: (text: string | TemplateStringsArray, ...values: readonly Interpolation[]) => never = (
    text,
    ...values
  ) => {
    const template =
      typeof text === 'object' && isStrings(text)
        ? templateOf(name, text, values, 1)
        : plainTemplate(name, String(text));
    return programOf({ template, ...nothing }) as never;
  };
  return Object.assign(make, { with: (more: ProgramOptions): Scm => scmWith({ ...options, ...more }) });
}

/** Programs without files: `scm\`model M { … }\``. */
export const scm: Scm = scmWith({});
