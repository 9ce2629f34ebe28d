/** What the checker knows of models and their nodes. */
import { arrayOf, type Type } from '../ir/type.js';
import type { Source, Span } from '../syntax/span.js';
import type { DeclarationOf, Expr, Name, StatementOf } from '../syntax/tree.js';
import type { Declared } from './project.js';
import type { Effects, Found } from './session.js';

export type NodeInfo = {
  readonly name: string;
  readonly source: Source;
  readonly span: Span;
  /** Number of indices of a family; 0 for a single node. */
  readonly rank: number;
  /** Of a `param` table: the types that its cells are indexed by. */
  readonly indexTypes: readonly Type[] | null;
  readonly modifier: 'param' | 'latent' | null;
  readonly operator: '~' | ':=';
  /** The model that the node is a part of the model by, in `event ~ Shower(energy)`. */
  readonly part: ModelInfo | null;
  /** Type of a single node, or of a member of the family. */
  readonly element: Type;
  /** Nodes that it reads, or that decide whether it is there. */
  readonly reads: ReadonlySet<string>;
  /** Whether a run may lack it. */
  readonly optional: boolean;
};

export type ModelInfo = {
  readonly name: string;
  readonly source: Source;
  readonly nodes: ReadonlyMap<string, NodeInfo>;
  readonly parameters: readonly { readonly name: Name; readonly type: Type }[];
  readonly found: Found;
  readonly effects: Effects;
  /** Nodes that observations, weights and conditions of loops read. */
  readonly weighed: ReadonlySet<string>;
  /** Whose parameters get arguments; null where they have them, or there are none. */
  readonly signature: Declared<DeclarationOf<'model'>> | null;
  /** Names of `let`s and `var`s, which are no nodes. */
  readonly locals: ReadonlySet<string>;
  /** Whether its nodes are known: not where an operated model has no base. */
  readonly complete: boolean;
  /** Nodes that an operated model has fixed already. */
  readonly fixed: ReadonlySet<string>;
};

/** A model while it is checked. */
export type ModelFrame = {
  readonly name: string;
  /** Known so far, kept from one pass over the text to the next. */
  readonly nodes: Map<string, NodeInfo>;
  /** All declarations of nodes in the text, also below the place that is checked. */
  readonly statements: ReadonlyMap<string, readonly StatementOf<'node'>[]>;
  /** Nodes declared on the way to the place that is checked: on every way, or on some. */
  declared: Map<string, 'yes' | 'maybe'>;
  /** Members with known indices declared on the way: `h[0]`. */
  members: Set<string>;
  /** The node whose right-hand side is checked. */
  declaring: { readonly name: string; readonly indices: readonly Expr[] } | null;
  /** Families that the enclosing loops declare: their members may be read further up. */
  loops: readonly ReadonlySet<string>[];
  /** Nodes that observations and weights have read so far. */
  weighed: ReadonlySet<string>;
  /** Whether the place is below a branch, so that a run may not get there. */
  conditional: boolean;
};

/** The type of the whole: an array for a family, one dimension for each index. */
export function wholeType(node: NodeInfo): Type {
  let type = node.element;
  for (let i = node.rank - 1; i >= 0; i--) type = arrayOf(type, cells(node.indexTypes?.[i]));
  return type;
}

const cells = (index: Type | undefined): number | null =>
  index?.kind === 'bool' ? 2 : index?.kind === 'enum' ? index.members.length : null;

export const hasParameters = (model: ModelInfo): boolean =>
  [...model.nodes.values()].some((n) => n.modifier === 'param' || (n.part !== null && hasParameters(n.part)));

/** Nodes that hang on the node, directly or through others. */
export function descendants(model: ModelInfo, name: string): ReadonlySet<string> {
  const readers = readersOf(model);
  const found = new Set<string>();
  const waiting = [name];
  for (let cause = waiting.pop(); cause !== undefined; cause = waiting.pop())
    for (const reader of readers.get(cause) ?? [])
      if (!found.has(reader)) {
        found.add(reader);
        waiting.push(reader);
      }
  return found;
}

/** Whether another node, or a weight, reads the node. */
export const isRead = (model: ModelInfo, name: string): boolean =>
  readersOf(model).has(name) || model.weighed.has(name);

const readersByModel = new WeakMap<ModelInfo, ReadonlyMap<string, readonly string[]>>();

/** The nodes that read each node directly. */
function readersOf(model: ModelInfo): ReadonlyMap<string, readonly string[]> {
  const before = readersByModel.get(model);
  if (before !== undefined) return before;
  const readers = new Map<string, string[]>();
  for (const node of model.nodes.values())
    for (const cause of node.reads) {
      const list = readers.get(cause);
      if (list === undefined) readers.set(cause, [node.name]);
      else list.push(node.name);
    }
  readersByModel.set(model, readers);
  return readers;
}
