/** Graphs with answers that were derived independently; `cases.json` explains its notation. */
import { readFileSync } from 'node:fs';
import { readDagitty } from '../../src/causal/formats/dagitty.js';
import { type IndexedGraph, indexGraph } from '../../src/causal/indexed.js';

/** One case; its fields hang on its kind. */
export type Case = { readonly id: string; readonly kind: string; readonly [field: string]: unknown };

const isCase = (value: unknown): value is Case =>
  typeof value === 'object' && value !== null && 'id' in value && 'kind' in value;

function read(): readonly Case[] {
  const held: unknown = JSON.parse(readFileSync(new URL('./cases.json', import.meta.url), 'utf8'));
  if (typeof held !== 'object' || held === null || !('cases' in held) || !Array.isArray(held.cases)) return [];
  return held.cases.filter(isCase);
}

export const cases: readonly Case[] = read();

export const ofKind = (kind: string): readonly Case[] => cases.filter((c) => c.kind === kind);

/** A field that is a text or a list of texts, as a list; empty where it is left out. */
export function list(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

/** A field that is a list of lists; null where it says that there is none. */
export const lists = (value: unknown): readonly (readonly string[])[] | null =>
  Array.isArray(value) ? value.map(list) : null;

export function graphNamed(text: string): IndexedGraph {
  const graph = readDagitty({ name: '<case>', text });
  if (!graph.ok) throw new Error(graph.diagnostics.map((d) => d.message).join('; '));
  return indexGraph(graph.value);
}

export const graphOf = (c: Case): IndexedGraph => graphNamed(String(c.graph));

/** The numbers of nodes. */
export const at = (graph: IndexedGraph, names: readonly string[]): Set<number> =>
  new Set(
    names.map((name) => {
      const index = graph.indexOf.get(name);
      if (index === undefined) throw new Error(`no node ${name}`);
      return index;
    }),
  );

/** Sets without their order. */
export const sorted = (sets: readonly (readonly string[])[]): readonly string[] =>
  sets.map((set) => [...set].sort().join(' ')).sort();
