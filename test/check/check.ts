/** What is found in a text, as `code line` strings. */
import { checkSource } from '../../src/check/check_source.js';
import type { Project } from '../../src/check/project.js';
import type { Diagnostic } from '../../src/syntax/diagnostic.js';
import { position } from '../../src/syntax/span.js';
import { memoryHost } from './host.js';

type Files = Readonly<Record<string, string>>;

export const checkText = (
  text: string,
  files: Files = {},
): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } =>
  checkSource({ name: 'main.scm', text }, memoryHost({ ...files, 'main.scm': text }));

/** `E0201 3` for each diagnostic, in order. */
export const codesOf = (text: string, files: Files = {}): readonly string[] =>
  checkText(text, files).diagnostics.map((d) => `${d.code} ${position(d.source.text, d.span.start).line}`);
