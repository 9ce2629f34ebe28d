/** The programs of this folder, and how tests run them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeHost } from '../../src/data/node_files.js';
import { type AnswerOptions, defaultSettings, type Session, type Settings } from '../../src/embed/contract.js';
import { type Embedding, openEmbedded } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import { position } from '../../src/syntax/span.js';

const here = path.dirname(fileURLToPath(import.meta.url));

/** A program: `discrete/urn` and its text. */
export type TestProgram = { readonly name: string; readonly text: string };

export const folders = ['discrete', 'continuous', 'causal', 'time', 'language', 'likelihood_free'] as const;

export const programs: readonly TestProgram[] = folders.flatMap((folder) =>
  readdirSync(path.join(here, folder))
    .filter((file) => file.endsWith('.scm'))
    .sort()
    .map((file) => ({
      name: `${folder}/${file.slice(0, -'.scm'.length)}`,
      text: readFileSync(path.join(here, folder, file), 'utf8'),
    })),
);

/** Settings of a test: those of a session, and functions of the host. */
export type TestSettings = Partial<Settings> & Embedding;

/** Opens a text; its files lie in `folder`. */
export function open(text: string, settings: TestSettings = {}, folder = here, name = 'program.scm'): Session {
  const { externs = {}, ...changes } = settings;
  const host = nodeHost(folder, { allowRead: [] });
  const outcome = openEmbedded({ name, text }, host, { ...defaultSettings, seed: '1', ...changes }, { externs });
  if (!outcome.ok) {
    const said = outcome.diagnostics.map(
      (d) => `${name}:${position(d.source.text, d.span.start).line} ${d.code} ${d.message}`,
    );
    throw new Error(`the program cannot be opened\n${said.join('\n')}`);
  }
  return outcome.value;
}

export const openProgram = (program: TestProgram, settings: TestSettings = {}): Session =>
  open(program.text, settings, path.join(here, path.dirname(program.name)), `${program.name}.scm`);

/** Options of a run that nothing interrupts. */
export const uninterrupted = (): AnswerOptions => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

export const answer = (session: Session, query: string): Promise<Answer> =>
  session.answer({ kind: 'named', name: query }, uninterrupted());

/** The one answer of a text with one query `q`. */
export const ask = (text: string, settings: TestSettings = {}): Promise<Answer> => answer(open(text, settings), 'q');
