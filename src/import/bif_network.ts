/** From the blocks of a BIF file to a network: names are looked up, rows put in order, probabilities checked. */

import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import { didYouMean } from '../syntax/suggest.js';
import {
  type BifFile,
  type Entry,
  type ProbabilityBlock,
  parseBif,
  type VariableBlock,
  type Word,
} from './bif_parse.js';
import type { Network, NetworkVariable } from './network.js';

/** Sums that differ from 1 by more are mistakes, by less are rounded. */
const tolerance = 1e-6;
/** Sums that differ from 1 by less differ by the rounding of doubles alone. */
const unit = 1e-12;
/** Rows of one variable. */
const mostRows = 1_000_000;
/** Errors after this many are left out. */
const reportedErrors = 20;

type Report = (code: DiagnosticCode, span: Span, message: string, hint?: string | null) => void;

/**
 * Reads a network. Numbers of a `table` with parents run as the format has it: the child's state slowest, the last parent's fastest.
 * `default` fills the rows that are not there. Rows that sum to 1 within 1e-6 are kept as they are,
 * so that answers agree with those of other programs on the same file. E0540 to E0545.
 */
export function readBif(source: Source): Outcome<Network> {
  const file = parseBif(source);
  const diagnostics: Diagnostic[] = [...file.diagnostics];
  const report: Report = (code, span, message, hint = null) => {
    diagnostics.push(diagnose(code, message, source, span, hint));
  };
  if (file.variables.length === 0 && diagnostics.length === 0)
    report('E0540', { start: 0, end: 0 }, `${source.name} declares no variable`);
  const known = declaredVariables(file, report);
  const tables = new Map<string, Pick<NetworkVariable, 'parents' | 'rows' | 'rounded'>>();
  const seen = new Set<string>();
  for (const block of file.probabilities) {
    const child = known.get(block.child.text);
    if (child === undefined) unknownVariable(block.child, known, report);
    else if (seen.has(block.child.text))
      report('E0542', block.child.span, `\`${block.child.text}\` has probabilities already`);
    seen.add(block.child.text);
    const parents = parentsOf(block, known, report);
    if (child === undefined || parents === null) continue;
    const table = readTable(
      block,
      child.block,
      parents.map((p) => p.block),
      report,
    );
    if (table !== null) tables.set(block.child.text, { parents: parents.map((p) => p.index), ...table });
  }
  // A block that could not be read is complained about already.
  if (file.diagnostics.length === 0)
    for (const { block } of known.values())
      if (!seen.has(block.name.text))
        report(
          'E0543',
          block.name.span,
          `\`${block.name.text}\` has no probabilities`,
          `add \`probability ( ${block.name.text} ) { … }\``,
        );
  if (diagnostics.length > 0)
    return fail(...diagnostics.toSorted((a, b) => a.span.start - b.span.start).slice(0, reportedErrors));
  const variables = [...known.values()].map(({ block }) => ({
    name: block.name.text,
    states: block.states.map((s) => s.text),
    ...tables.get(block.name.text)!,
  }));
  const circle = circleIn(variables);
  if (circle !== null) {
    const path = circle.map((index) => `\`${variables[index]!.name}\``).join(' → ');
    report('E0545', known.get(variables[circle[0]!]!.name)!.block.name.span, `these cause each other: ${path}`);
    return fail(...diagnostics);
  }
  return succeed({ name: file.name?.text ?? null, variables });
}

type Declared = { readonly block: VariableBlock; readonly index: number };

function declaredVariables(file: BifFile, report: Report): ReadonlyMap<string, Declared> {
  const known = new Map<string, Declared>();
  for (const block of file.variables) {
    const { name, count, states } = block;
    if (known.has(name.text)) {
      report('E0542', name.span, `\`${name.text}\` is declared already`);
      continue;
    }
    known.set(name.text, { block, index: known.size });
    if (states.length === 0 || Number(count.text) !== states.length)
      report(
        'E0540',
        count.span,
        `\`${name.text}\` is said to have ${count.text} states, and ${states.length} are listed`,
      );
    const labels = new Set<string>();
    for (const state of states) {
      if (labels.has(state.text))
        report('E0542', state.span, `\`${name.text}\` has the state \`${state.text}\` already`);
      labels.add(state.text);
    }
  }
  return known;
}

function unknownVariable(word: Word, known: ReadonlyMap<string, Declared>, report: Report): void {
  const hint = didYouMean(word.text, [...known.keys()]);
  report('E0541', word.span, `the network has no variable \`${word.text}\``, hint);
}

function parentsOf(
  block: ProbabilityBlock,
  known: ReadonlyMap<string, Declared>,
  report: Report,
): readonly Declared[] | null {
  const parents: Declared[] = [];
  for (const word of block.parents) {
    const parent = known.get(word.text);
    if (parent === undefined) unknownVariable(word, known, report);
    else if (parents.includes(parent)) report('E0542', word.span, `\`${word.text}\` is a parent already`);
    else parents.push(parent);
  }
  return parents.length === block.parents.length ? parents : null;
}

/** The rows of a variable in order, or null where some of them are wrong. */
function readTable(
  block: ProbabilityBlock,
  child: VariableBlock,
  parents: readonly VariableBlock[],
  report: Report,
): Pick<NetworkVariable, 'rows' | 'rounded'> | null {
  const states = child.states.length;
  const count = parents.reduce((product, p) => product * p.states.length, 1);
  const name = child.name.text;
  if (count > mostRows) {
    report('E0543', block.child.span, `\`${name}\` would have ${count} rows; the limit is ${mostRows}`);
    return null;
  }
  const rows = new Array<readonly number[] | null>(count).fill(null);
  let fallback: readonly number[] | null = null;
  let sound = true;
  let rounded = false;
  const fill = (row: number, values: readonly number[], span: Span): void => {
    if (rows[row] !== null) {
      report('E0542', span, `${describe(name, parents, row)} stands here for the second time`);
      sound = false;
      return;
    }
    const distribution = distributionOf(values, describe(name, parents, row), span, report);
    if (distribution === null) sound = false;
    else rounded ||= distribution.rounded;
    rows[row] = distribution?.values ?? values;
  };
  for (const entry of block.entries) {
    const values = numbersOf(entry, entry.kind === 'table' ? states * count : states, name, report);
    const row = entry.kind === 'row' ? rowOf(entry, parents, report) : 0;
    if (values === null || row === null) sound = false;
    else if (entry.kind === 'default') fallback = values;
    else if (entry.kind === 'row') fill(row, values, entry.span);
    else
      for (let r = 0; r < count; r += 1)
        fill(
          r,
          child.states.map((_, s) => values[s * count + r]!),
          entry.span,
        );
  }
  if (fallback !== null) {
    const { span } = block.entries.find((e) => e.kind === 'default')!;
    const distribution = distributionOf(fallback, `the default row of \`${name}\``, span, report);
    if (distribution === null) return null;
    rounded ||= distribution.rounded && rows.includes(null);
    for (let r = 0; r < count; r += 1) rows[r] ??= distribution.values;
  }
  const missing = rows.indexOf(null);
  if (sound && missing !== -1) report('E0543', block.child.span, `${describe(name, parents, missing)} is not there`);
  const full = rows.filter((row) => row !== null);
  return sound && full.length === count ? { rows: full, rounded } : null;
}

function numbersOf(entry: Entry, wanted: number, name: string, report: Report): readonly number[] | null {
  const values: number[] = [];
  for (const { text, span } of entry.values) {
    const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= 0 && value <= 1 + tolerance)) {
      report('E0544', span, `${JSON.stringify(text.slice(0, 40))} is no probability`, 'write a number between 0 and 1');
      return null;
    }
    values.push(value);
  }
  if (values.length === wanted) return values;
  report('E0543', entry.span, `\`${name}\` needs ${wanted} probabilities here, and there are ${values.length}`);
  return null;
}

/** The position of the row that a key such as `(yes, no)` speaks of. */
function rowOf(entry: Entry, parents: readonly VariableBlock[], report: Report): number | null {
  if (entry.key.length !== parents.length) {
    report(
      'E0543',
      entry.span,
      `a row names a state for each of ${parents.length} parents, and this one ${entry.key.length}`,
    );
    return null;
  }
  let row = 0;
  for (const [i, state] of entry.key.entries()) {
    const { name, states } = parents[i]!;
    const place = states.findIndex((s) => s.text === state.text);
    if (place === -1) {
      const hint =
        didYouMean(
          state.text,
          states.map((s) => s.text),
        ) ?? `its states are ${states.map((s) => s.text).join(', ')}`;
      report('E0541', state.span, `\`${name.text}\` has no state \`${state.text}\``, hint);
      return null;
    }
    row = row * states.length + place;
  }
  return row;
}

/** `row (a = yes, b = no) of x`. */
function describe(name: string, parents: readonly VariableBlock[], row: number): string {
  const key: string[] = [];
  let rest = row;
  for (const parent of parents.toReversed()) {
    const { length } = parent.states;
    key.unshift(`${parent.name.text} = ${parent.states[rest % length]!.text}`);
    rest = Math.floor(rest / length);
  }
  return key.length === 0 ? `the row of \`${name}\`` : `the row (${key.join(', ')}) of \`${name}\``;
}

function distributionOf(
  values: readonly number[],
  what: string,
  span: Span,
  report: Report,
): { readonly values: readonly number[]; readonly rounded: boolean } | null {
  const sum = values.reduce((total, value) => total + value, 0);
  const off = Math.abs(sum - 1);
  if (off <= unit) return { values, rounded: false };
  if (off <= tolerance) return { values, rounded: true };
  report('E0544', span, `${what} sums to ${Number(sum.toPrecision(9))} and not to 1`);
  return null;
}

/** Variables of which each is a parent of the next, the last one that of the first; null if there are none. */
function circleIn(variables: readonly NetworkVariable[]): readonly number[] | null {
  const left = new Set(variables.keys());
  // Whoever has no parent left can go; those that stay hang on each other.
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const index of left) if (!variables[index]!.parents.some((p) => left.has(p))) left.delete(index);
  }
  const path: number[] = [];
  for (let [at] = left; at !== undefined; at = variables[at]!.parents.find((p) => left.has(p))) {
    const before = path.indexOf(at);
    if (before !== -1) return [...path.slice(before), at].toReversed();
    path.push(at);
  }
  return null;
}
