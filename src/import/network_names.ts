/** Names that a program can write for everything in a network. */
import { identifierOf } from '../data/identifier.js';
import type { Network, NetworkVariable } from './network.js';

/** How the states of a variable are told in a program. */
export type StateType =
  /** `yes` is the position of the state that is true. */
  | { readonly kind: 'bool'; readonly yes: 0 | 1 }
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly members: readonly string[];
      readonly labels: readonly string[];
    };

export type ProgramNames = {
  readonly model: string;
  readonly nodes: readonly string[];
  /** The type of each variable; variables with the same states in the same order share one. */
  readonly types: readonly StateType[];
  /** Constants that hold tables, one for each variable. */
  readonly tables: readonly string[];
};

/** Constants of the language, and types. */
const ofTheLanguage = ['pi', 'infinity', 'nan', 'bool', 'int', 'real', 'string', 'vector', 'matrix', 'unit'];

/** Longer names of enums are shortened to that of a variable. */
const longestEnumName = 24;

/**
 * Chooses names: first for nodes, then for states, tables and enums. A name that is taken gets `_2`, `_3` … behind it. The states `true`
 * and `false`, in either order, are the truth values of the language; with `truths` so are yes and no, and true and false in any case.
 */
export function programNames(network: Network, truths: boolean): ProgramNames {
  const taken = new Set(ofTheLanguage);
  const claim = (name: string): string => {
    const free = firstFree(name, taken);
    taken.add(free);
    return free;
  };
  const nodes = network.variables.map(({ name }) => claim(spelled(name)));
  const isTruth = network.variables.map((variable) => truthOf(variable, truths));
  // A state may be called the same in several enums, but not like a node.
  const states = new Map<string, string>();
  const others = new Set(taken);
  for (const [index, variable] of network.variables.entries())
    if (isTruth[index] === null)
      for (const label of variable.states) {
        const name = states.get(label) ?? firstFree(spelled(label), others);
        states.set(label, name);
        others.add(name);
        taken.add(name);
      }
  const tables = nodes.map((node) => claim(`p_${node}`));
  const enums = new Map<string, StateType>();
  const types = network.variables.map((variable, index): StateType => {
    const yes = isTruth[index]!;
    if (yes !== null) return { kind: 'bool', yes };
    const key = JSON.stringify(variable.states);
    const known = enums.get(key);
    if (known !== undefined) return known;
    const members = variable.states.map((label) => states.get(label)!);
    const joined = members.join('_');
    const name = claim(joined.length <= longestEnumName ? joined : `${nodes[index]!}_states`);
    const made: StateType = { kind: 'enum', name, members, labels: variable.states };
    enums.set(key, made);
    return made;
  });
  const title = network.name === null || network.name === 'unknown' ? null : identifierOf(network.name);
  return { model: title === null ? 'Network' : spelled(title), nodes, types, tables };
}

/** A text as an identifier; one of nothing but signs is `x_`. */
function spelled(text: string): string {
  const name = identifierOf(text)?.replaceAll(/[^\p{L}\p{Nd}_]/gu, '_') ?? '_';
  return /^_+$/.test(name) ? `x${name}` : name;
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name}_${n}`;
  return free;
}

const truthWords = [
  ['true', 'false'],
  ['yes', 'no'],
] as const;

/** Which of two states is true, or null where they are no truth values. */
function truthOf({ states }: NetworkVariable, anyWord: boolean): 0 | 1 | null {
  if (states.length !== 2) return null;
  const [a, b] = anyWord ? states.map((s) => s.toLowerCase()) : states;
  for (const [yes, no] of anyWord ? truthWords : truthWords.slice(0, 1)) {
    if (a === yes && b === no) return 0;
    if (a === no && b === yes) return 1;
  }
  return null;
}
