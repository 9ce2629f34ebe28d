import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { graphNode } from '../../src/causal/graph.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { whatif } from '../../src/cli/whatif.js';
import { writeFile } from '../../src/cli/write_file.js';
import type { Session, Settings } from '../../src/embed/contract.js';
import { type Answer, blankAnswer } from '../../src/report/answer.js';
import { plain } from '../../src/report/paint.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../../src/syntax/diagnostic.js';
import type { Source } from '../../src/syntax/span.js';

/** A folder of its own for a test. */
export const scratch = (): string => mkdtempSync(path.join(tmpdir(), 'whatif-cli-'));

export type Ran = {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  readonly opened: readonly Settings[];
};

export type Setting = {
  readonly session?: (source: Source) => Outcome<Session>;
  readonly input?: string;
  readonly signal?: AbortSignal;
};

/** Runs a command line against a compiler that is told what to answer, and gathers what it writes. */
export async function runCommand(args: readonly string[], setting: Setting = {}): Promise<Ran> {
  let out = '';
  let error = '';
  const opened: Settings[] = [];
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    paintOut: plain,
    paintError: plain,
    width: null,
    live: false,
    read: (file) => (file === '-' ? new TextEncoder().encode(setting.input ?? '') : readFileSync(file)),
    write: writeFile,
    signal: setting.signal ?? new AbortController().signal,
    endOnInterrupt: () => undefined,
  };
  const code = await whatif(args, terminal, async () => (source, _host, settings) => {
    opened.push(settings);
    return (setting.session ?? (() => succeed(sessionOf([]))))(source);
  });
  return { code, out, error, opened };
}

/** A session that gives these answers. */
export function sessionOf(answers: readonly Answer[], changes: Partial<Session> = {}): Session {
  return {
    seed: '1',
    diagnostics: [],
    queries: answers.flatMap((answer) => answer.name ?? []),
    data: ['t'],
    models: ['M'],
    observed: () => [],
    conditions: () => null,
    answer: async (question) => {
      if (question.kind === 'text') return { ...numberAnswer('', 0.5), name: null, text: question.source.text };
      return answers.find((answer) => answer.name === question.name)!;
    },
    calibrate: async (question) => ({
      name: question.kind === 'named' ? question.name : null,
      calibrations: [],
      error: null,
      seconds: 0,
    }),
    explain: (question) => succeed(`plan of ${question.kind === 'named' ? question.name : question.source.text}`),
    factories: () => succeed(new Map()),
    emit: (stage, question) => succeed(`${stage} of ${question === null ? 'all' : question.kind}`),
    causes: () => fail(diagnosticOf('E0650')),
    attribute: async () => fail(diagnosticOf('E0651')),
    graph: (model, { targets }) =>
      model === 'Nothing'
        ? fail(diagnosticOf('E0501'))
        : succeed({
            nodes: [graphNode('x', { intervened: targets.includes('x') }), graphNode('y')],
            edges: [{ from: 'x', to: 'y', kind: '->' }],
          }),
    ...changes,
  };
}

export const numberAnswer = (name: string, value: number): Answer => ({
  ...blankAnswer(name, `P(${name})`, 'M', 'value'),
  value,
  se: 0,
  interval: [value, value],
  exact: true,
  method: 'exact',
});

const text = 'model M { }\nquery q = P(x)\n';

export const diagnosticOf = (code: Diagnostic['code'], message = 'something is wrong'): Diagnostic =>
  diagnose(code, message, { name: 'm.scm', text }, { start: 12, end: 17 });
