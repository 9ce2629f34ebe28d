/** A network as the text of a program. */

import type { Outcome } from '../syntax/diagnostic.js';
import { format } from '../syntax/format.js';
import type { Network, NetworkVariable } from './network.js';
import { type ProgramNames, programNames, type StateType } from './network_names.js';

/** What a program made from a network holds. */
export type ProgramOptions = {
  /** What the first line says that the program is made from. */
  readonly from: string;
  /** Whether yes and no, and true and false in any case, become truth values and not the members of an enum. */
  readonly truths: boolean;
  /** Whether there is a query for the distribution of each variable. */
  readonly queries: boolean;
};

/**
 * The program of a network in the one style: an enum for each list of states, a constant for each table of probabilities, indexed by the parents,
 * and a model with the variables as nodes, causes first.
 */
export function networkProgram(network: Network, options: ProgramOptions): Outcome<string> {
  const names = programNames(network, options.truths);
  const order = causesFirst(network.variables);
  const { variables } = network;
  const lines = [
    `// Made from ${comment(options.from)}: ${counted(variables.length, 'variable')}, ${counted(arcsOf(network), 'arc')}.`,
    '',
  ];
  for (const type of new Set(names.types)) lines.push(...enumLines(type));
  for (const index of order)
    if (variables[index]!.parents.length > 0) lines.push('', ...tableLines(network, names, index));
  lines.push('', `model ${names.model} {`);
  for (const index of order) lines.push(...nodeLines(network, names, index));
  lines.push('}');
  if (options.queries) lines.push('', ...order.map((i) => `query ${names.nodes[i]!} = P(${names.nodes[i]!})`));
  return format({ name: options.from, text: `${lines.join('\n')}\n` });
}

const arcsOf = ({ variables }: Network): number => variables.reduce((sum, v) => sum + v.parents.length, 0);

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A text of the file inside of a comment of one line. */
const comment = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');

/** Positions of the variables, parents before children, otherwise as they stand. */
function causesFirst(variables: readonly NetworkVariable[]): readonly number[] {
  const waiting = variables.map((v) => v.parents.length);
  const children = variables.map((): number[] => []);
  for (const [index, { parents }] of variables.entries()) for (const p of parents) children[p]!.push(index);
  const order = [...variables.keys()].filter((index) => waiting[index] === 0);
  for (const index of order)
    for (const child of children[index]!) {
      waiting[child]! -= 1;
      if (waiting[child] === 0) order.push(child);
    }
  return order;
}

function enumLines(type: StateType): readonly string[] {
  if (type.kind === 'bool') return [];
  const changed = type.members.flatMap((member, i) =>
    member === type.labels[i] ? [] : [`${member} is ${quoted(type.labels[i]!)}`],
  );
  const declaration = `enum ${type.name} { ${type.members.join(', ')} }`;
  return changed.length === 0 ? [declaration] : [`// ${changed.join(', ')}`, declaration];
}

const quoted = (text: string): string => comment(JSON.stringify(text));

function tableLines({ variables }: Network, names: ProgramNames, index: number): readonly string[] {
  const variable = variables[index]!;
  const parents = variable.parents.map((p) => names.nodes[p]!);
  const types = variable.parents.map((p) => names.types[p]!);
  const rows = variable.rows.map((row) => rowText(row, names.types[index]!));
  const table = nested(
    types.map((type) => (type.kind === 'bool' ? (type.yes === 0 ? [1, 0] : [0, 1]) : [...type.members.keys()])),
    rows,
  );
  const what = `P(${names.nodes[index]!} | ${parents.join(', ')})`;
  return [`// ${what}${roundedNote(variable)}`, `const ${names.tables[index]!} = ${table}`];
}

const roundedNote = ({ rounded }: NetworkVariable): string =>
  rounded ? '; some rows are rounded in the file and sum to 1 within 1e-6 only' : '';

/** Rows as nested arrays: one level for each parent, its states in the order in which an index counts them. */
function nested(orders: readonly (readonly number[])[], rows: readonly string[]): string {
  const [order, ...inner] = orders;
  if (order === undefined) return rows[0]!;
  const size = rows.length / order.length;
  return `[${order.map((state) => nested(inner, rows.slice(state * size, (state + 1) * size))).join(', ')}]`;
}

/** A distribution; of a truth value the probability of true. */
const rowText = (row: readonly number[], type: StateType): string =>
  type.kind === 'bool' ? real(row[type.yes]!) : `[${row.map(real).join(', ')}]`;

/** A number with a point or an exponent, which reads back as the same double. */
const real = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

function nodeLines({ variables }: Network, names: ProgramNames, index: number): readonly string[] {
  const variable = variables[index]!;
  const node = names.nodes[index]!;
  const type = names.types[index]!;
  const parents = variable.parents.map((p) => names.nodes[p]!);
  const root = parents.length === 0;
  const law = root ? rowText(variable.rows[0]!, type) : `${names.tables[index]!}[${parents.join(', ')}]`;
  const family = type.kind === 'bool' ? `bernoulli(${law})` : `categorical(${type.name}, ${law})`;
  const notes = [
    ...(node === variable.name ? [] : [`${quoted(variable.name)} in the network`]),
    ...(type.kind === 'bool' && variable.states[type.yes] !== 'true'
      ? [`true is ${quoted(variable.states[type.yes]!)}`]
      : []),
    ...(root && variable.rounded ? ['rounded in the file: sums to 1 within 1e-6 only'] : []),
  ];
  const line = `${node} ~ ${family}`;
  return notes.length === 0 ? [line] : [`// ${notes.join('; ')}`, line];
}
