/** Expressions that name nodes: `x`, `x[3]`, `event.depth`, `event.hits[2]`. */
import type { Block, Expr } from '../syntax/tree.js';
import { findLocal } from './names.js';
import { type NodeInfo, nodeAt } from './node_info.js';
import type { Frame } from './session.js';
import { piecesOf, ungrouped } from './text.js';

export type NodeReference = {
  /** With the parts on the way: `event.depth`. */
  readonly path: string;
  /** The node of the model itself: `event`. */
  readonly base: string;
  readonly node: NodeInfo;
  /** None where the whole family, or a single node, is meant. */
  readonly indices: readonly Expr[];
};

/** The node that an expression names, or null where it is anything else. */
export function nodeReference(frame: Frame, expr: Expr): NodeReference | null {
  const at = ungrouped(expr);
  const path = pathOf(at.kind === 'index' ? at.target : at);
  const [base] = path ?? [];
  if (path === null || base === undefined || findLocal(frame, base) !== null) return null;
  const model = frame.model;
  const first = model?.nodes.get(base) ?? null;
  if (model === null || first === null) return null;
  const node = path.length === 1 ? first : first.part === null ? null : nodeAt(first.part, path.slice(1).join('.'));
  return node === null ? null : { path: path.join('.'), base, node, indices: at.kind === 'index' ? at.indices : [] };
}

/** `a.b.c` as its names, or null. */
export function pathOf(expr: Expr): readonly string[] | null {
  const names: string[] = [];
  let at = ungrouped(expr);
  for (; at.kind === 'field'; at = ungrouped(at.target)) names.push(at.name.text);
  return at.kind === 'name' ? [at.name.text, ...names.reverse()] : null;
}

/** Families of nodes that a block declares. */
export function familiesIn(block: Block): ReadonlySet<string> {
  const names = new Set<string>();
  for (const piece of piecesOf(block))
    if ('kind' in piece && piece.kind === 'node' && piece.indices.length > 0) names.add(piece.name.text);
  return names;
}
