/** Each program of this folder by each method: which of them answer it, and why the others do not. The page is docs/methods.md. */
import type { Answer } from '../../src/report/answer.js';
import { mistakes } from './compare.js';
import { type Expectation, type Expected, expectedAnswers } from './expected.js';
import { answer, openProgram, type TestProgram } from './programs.js';

/** The columns of the page, with the draws that a query is given: particles of each replica, draws of all chains. */
const methods = {
  exact: null,
  importance: 50_000,
  rejection: 2_000,
  smc: 1_000,
  mh: 20_000,
  abc: 20_000,
  abc_smc: 300,
  pmmh: 1_000,
  particle_gibbs: 1_000,
  smc2: 50,
} as const;

type Method = keyof typeof methods;
export const methodNames = Object.keys(methods) as readonly Method[];

/** Why a method does not answer, by the letter that stands in the page. */
export const reasons = {
  a: 'No solver knows a law of what is asked, most often because something continuous is unknown outside of the families and shapes that they know; `whatif explain` names it.',
  b: 'It compares by `~=`, and the evidence is exact: likelihood-free methods are for what is written with `~=`.',
  c: 'Evidence is compared by `~=`, which has no likelihood.',
  d: 'The weight has no bound that can be read off the program, so that no run can be accepted with its probability.',
  e: 'A Markov chain does not measure the evidence, which is asked for.',
  f: 'No loop weighs: there are no states to filter, and `mh` moves what is unknown without a filter; where the evidence is asked for, `smc` tempers.',
  g: 'Worlds share noise, which paths and filters that are run anew do not keep.',
  h: 'It answers with a warning, at this number of draws: too few of them agree with the evidence, or chains moved too slowly.',
  i: 'What is compared is no distance of the evidence: only runs that are equal are counted, by `abc`.',
  j: 'The estimate is nested: each draw stands for a run of its own, and millions are needed.',
  k: 'No draw outside of loops and recursion can be moved.',
} as const;

type Reason = keyof typeof reasons;

/** They are for models in time. */
const filters: readonly Method[] = ['pmmh', 'particle_gibbs', 'smc2'];
const nested = new Set(['discrete/information']);

/** Queries without the methods that they name themselves. */
const withoutMethods = (text: string): string => text.replaceAll(/ using [a-z_0-9]+(\([^)\n]*\))?/g, '');

/** Queries whose answer hangs on a tolerance, by another likelihood-free method with the same one. */
const withTolerance = (text: string, method: Method): string =>
  text.replaceAll(/ using abc\(epsilon = ([0-9.]+)\)/g, (_, epsilon) => ` using ${method}(epsilon = ${epsilon})`);

/**
 * What becomes of the queries of a program by a method: `yes`, the letters of reasons, or both where it answers some. A number that is wrong
 * without a warning is thrown: nothing of that kind has a place in the page.
 */
export async function cellOf(program: TestProgram, method: Method): Promise<string> {
  if (filters.includes(method) && !program.name.startsWith('time/')) return 'f';
  if (nested.has(program.name) && method !== 'exact' && method !== 'importance') return 'j';
  const samples = nested.has(program.name) && method === 'importance' ? 8_000_000 : methods[method];
  const drawn = samples === null ? {} : { samples };
  const session = openProgram({ name: program.name, text: withoutMethods(program.text) }, { method, ...drawn });
  const tolerant = openProgram({ name: program.name, text: withTolerance(program.text, method) }, drawn);
  const found = new Set<string>();
  for (const [query, expected] of expectedAnswers(program.text)) {
    if (expected.kind === 'error' || expected.kind === 'identified') continue;
    const hasTolerance = method.startsWith('abc') && new RegExp(`query ${query} .*epsilon`).test(program.text);
    const got = await answer(hasTolerance ? tolerant : session, query);
    if (got.error === null && got.method === null) continue;
    found.add(verdictOf(`${program.name} ${query} by ${method}`, got, expected));
  }
  return [...found].sort((x, y) => (x === 'yes' ? -1 : y === 'yes' ? 1 : x < y ? -1 : 1)).join(' ') || '–';
}

function verdictOf(what: string, got: Answer, expected: Expected): string {
  if (got.error !== null) {
    const reason = reasonOf(got.error.code, got.error.message);
    if (reason === null) throw new Error(`${what}: ${got.error.code} ${got.error.message}`);
    return reason;
  }
  const wrong = mistakes(got, told(expected, got));
  if (wrong.length === 0) return 'yes';
  const doubted = got.warnings.some(({ code }) => /^W06(0[125]|2[1-8]|40)$/.test(code));
  if (!doubted) throw new Error(`${what}: ${wrong.join('; ')}`);
  return 'h';
}

/** What has a standard error of its own: how small it is hangs on the number of draws, but where it must be none. */
function told(expected: Expected, { logEvidence }: Answer): Expected {
  if (expected.kind !== 'numbers') return expected;
  const hasError = ({ at }: Expectation): boolean =>
    at.kind === 'variable' ? at.field === 'mean' : at.kind !== 'evidence' || logEvidence !== null;
  return {
    ...expected,
    numbers: expected.numbers
      .filter(hasError)
      .map((n) => (n.maximumError < 1e-6 ? n : { ...n, maximumError: Number.POSITIVE_INFINITY })),
  };
}

/** The reason that an error gives; null where it is none of the page. */
function reasonOf(code: string, message: string): Reason | null {
  if (code === 'E0610') return message.includes('to move') ? 'k' : 'h';
  if (code !== 'E0492' && code !== 'E0613') return null;
  const told: readonly (readonly [string, Reason])[] = [
    ['There is no exact answer', 'a'],
    ['there is no approximate evidence', 'b'],
    ["('~=')", 'c'],
    ['no known bound', 'd'],
    ['probability of its weight', 'd'],
    ['Markov chain', 'e'],
    ['worlds share noise', 'g'],
    ['distances measure no evidence', 'i'],
    ['does not measure the evidence', 'i'],
  ];
  return told.find(([words]) => message.includes(words))?.[1] ?? null;
}

/** The page, from the cells of each program in the order of the methods. */
export function pageOf(rows: ReadonlyMap<string, readonly string[]>): string {
  const lines = [
    '# Models by methods',
    '',
    'Which method answers which program of `test/models`, seen within 5 of its own standard errors of the exact answers that stand in the',
    'programs, and why another does not. A letter beside `yes` is for some of the queries of the program. `npm run test:long` walks the table',
    '(`test/models/by_method.long.test.ts`), each query with the method in the place of its own and with these draws:',
    `${methodNames.flatMap((name) => (methods[name] === null ? [] : [`${name} ${methods[name].toLocaleString('en')}`])).join(', ')}.`,
    '',
    `| program | ${methodNames.join(' | ')} |`,
    `|---|${methodNames.map(() => '---').join('|')}|`,
    ...[...rows].map(([name, cells]) => `| ${name} | ${cells.join(' | ')} |`),
    '',
    '`–`: no query of the program is a matter of sampling, as those of `identify`. `?`: not walked yet.',
    '',
    ...Object.entries(reasons).map(([letter, text]) => `- **${letter}**: ${text}`),
    '',
  ];
  return lines.join('\n');
}

/** The cells of a page, by program. */
export function cellsOf(page: string): ReadonlyMap<string, readonly string[]> {
  const rows = page.split('\n').filter((line) => /^\| [a-z_]+\//.test(line));
  return new Map(
    rows.map((line) => {
      const [name = '', ...cells] = line.slice(2, -2).split(' | ');
      return [name, cells];
    }),
  );
}
