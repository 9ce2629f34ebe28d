/** Expressions that name nodes: `x`, `x[3]`, `event.depth`, `event.hits[2]`. */
import type { Block, Expr } from '../syntax/tree.js';
import { findLocal } from './names.js';
import type { NodeInfo } from './node_info.js';
import type { Frame } from './session.js';
import { piecesOf, ungrouped } from './text.js';

export type NodeReference = {
  /** With the parts on the way, without indices: `event.depth`. */
  readonly path: string;
  /** The path with its indices as written: `shower[0].depth`. */
  readonly text: string;
  /** The node of the model itself: `event`. */
  readonly base: string;
  readonly node: NodeInfo;
  /** Whether it is a single node, in single parts. */
  readonly single: boolean;
  /** All indices on the way; none where a single node, or a whole family, is meant. */
  readonly indices: readonly Expr[];
};

type Step = { readonly name: string; readonly indices: readonly Expr[] };

/** The node that an expression names, or null where it is anything else. */
export function nodeReference(frame: Frame, expr: Expr): NodeReference | null {
  const steps = stepsOf(expr);
  const [first, ...rest] = steps ?? [];
  if (frame.model === null || first === undefined || findLocal(frame, first.name) !== null) return null;
  let node = frame.model.nodes.get(first.name) ?? null;
  let single = node?.rank === 0;
  for (const { name } of rest) {
    node = node?.part?.nodes.get(name) ?? null;
    single &&= node?.rank === 0;
  }
  if (node === null || steps === null) return null;
  return {
    path: steps.map((s) => s.name).join('.'),
    text: frame.source.text.slice(expr.span.start, expr.span.end).replaceAll(/[\s()]/g, ''),
    base: first.name,
    node,
    single,
    indices: steps.flatMap((s) => s.indices),
  };
}

/** `a[i].b.c[j]` as its steps, or null. */
function stepsOf(expr: Expr): readonly Step[] | null {
  const steps: Step[] = [];
  let indices: readonly Expr[] = [];
  for (let at = ungrouped(expr); ; ) {
    if (at.kind === 'index') {
      indices = [...at.indices, ...indices];
      at = ungrouped(at.target);
      continue;
    }
    if (at.kind !== 'field' && at.kind !== 'name') return null;
    steps.unshift({ name: at.name.text, indices });
    if (at.kind === 'name') return steps;
    indices = [];
    at = ungrouped(at.target);
  }
}

/** The names of `a[i].b.c[j]`: `a`, `b`, `c`; or null. */
export const pathOf = (expr: Expr): readonly string[] | null => stepsOf(expr)?.map((s) => s.name) ?? null;

/** Families of nodes that a block declares. */
export function familiesIn(block: Block): ReadonlySet<string> {
  const names = new Set<string>();
  for (const piece of piecesOf(block))
    if ('kind' in piece && piece.kind === 'node' && piece.indices.length > 0) names.add(piece.name.text);
  return names;
}
