/**
 * Splits what is too long for the optimising compiler of a JavaScript engine: V8 leaves functions above 60 kB of bytecode to its
 * interpreter, some fifty times slower. Runs of statements become functions of their own; what lives across them is kept in
 * arrays outside.
 */
import { type Block, blocksOf, type Local, operandsOf, type Part, type Statement, targetsOf } from './low.js';

/** Longest body, in units of about one operation (8 to 16 bytes of bytecode). */
export const longestBody = 1200;

/** Size of a block, in operations. */
function costOf(block: Block): number {
  let cost = block.yields.length;
  for (const s of block.statements) cost += statementCost(s);
  return cost;
}

/** Size of a statement with its blocks. */
export function statementCost(s: Statement): number {
  let cost = 1 + operandsOf(s).length / 2;
  if (s.kind === 'part') return cost;
  for (const b of blocksOf(s)) cost += 3 + costOf(b);
  return cost;
}

/** Numbers of the places where locals are kept between parts. */
export type Keeping = { next: number; readonly places: Map<number, number>; readonly parts: Part[] };

/** The block, or one of the same meaning in which no body is longer than the limit; `keeping` gathers the parts. */
export function split(block: Block, keeping: Keeping, limit: number = longestBody): Block {
  if (costOf(block) <= limit) return block;
  const statements = block.statements.map((s) => splitInside(s, keeping, limit));
  const next: Block = { ...block, statements };
  return costOf(next) <= limit ? next : splitBlock(next, keeping, limit);
}

function splitInside(s: Statement, keeping: Keeping, limit: number): Statement {
  if (statementCost(s) <= limit / 2) return s;
  // Smaller, so that the owner of the blocks fits as well.
  const inner = (b: Block): Block => split(b, keeping, limit / 4);
  switch (s.kind) {
    case 'if':
      return { ...s, then: inner(s.then), otherwise: inner(s.otherwise) };
    case 'for':
      return { ...s, body: inner(s.body) };
    case 'while':
      // The condition is read by the text of the loop itself.
      return { ...s, body: inner(s.body) };
    default:
      return s;
  }
}

function chunksOf(statements: readonly Statement[], limit: number): Statement[][] {
  const chunks: Statement[][] = [];
  let cost = Number.POSITIVE_INFINITY;
  for (const s of statements) {
    const more = statementCost(s);
    if (cost + more > limit) {
      chunks.push([]);
      cost = 0;
    }
    chunks.at(-1)!.push(s);
    cost += more;
  }
  return chunks;
}

/** Locals that statements read, at any depth, and those that they set, at any depth. */
export function readAndSet(statements: readonly Statement[]): {
  readonly read: Map<number, Local>;
  readonly set: Set<number>;
} {
  const read = new Map<number, Local>();
  const set = new Set<number>();
  const walk = (list: readonly Statement[]): void => {
    for (const s of list) {
      for (const o of operandsOf(s)) if (o.kind === 'local') read.set(o.id, o);
      for (const t of targetsOf(s)) set.add(t.id);
      if (s.kind === 'for') set.add(s.index.id);
      if (s.kind === 'part') for (const l of s.part.needs) read.set(l.id, l);
      for (const b of blocksOf(s)) {
        walk(b.statements);
        for (const o of b.yields) if (o.kind === 'local') read.set(o.id, o);
      }
    }
  };
  walk(statements);
  return { read, set };
}

function splitBlock(block: Block, keeping: Keeping, limit: number): Block {
  const chunks = chunksOf(block.statements, limit);
  const facts = chunks.map(readAndSet);
  const place = (l: Local): number => {
    const known = keeping.places.get(l.id);
    if (known !== undefined) return known;
    // Two places: an array that grows has its length in the second.
    const found = keeping.next;
    keeping.next += 2;
    keeping.places.set(l.id, found);
    return found;
  };
  const setHere = new Set(facts.flatMap((f) => [...f.set]));
  const lastRead = new Map<number, number>();
  facts.forEach((f, k) => {
    for (const id of f.read.keys()) lastRead.set(id, k);
  });
  const outside = new Map<number, Local>();
  const yielded = new Map<number, Local>();
  for (const o of block.yields) if (o.kind === 'local' && setHere.has(o.id)) yielded.set(o.id, o);
  const statements: Statement[] = [];
  chunks.forEach((chunk, k) => {
    const { read, set } = facts[k]!;
    const loads = [...read.values()].filter((l) => !set.has(l.id));
    for (const l of loads) if (!setHere.has(l.id)) outside.set(l.id, l);
    const readLater = (id: number): boolean => yielded.has(id) || (lastRead.get(id) ?? -1) > k;
    const kept = chunk.flatMap(targetsOf).filter((l) => readLater(l.id));
    const body: Statement[] = [
      ...loads.map((local): Statement => ({ kind: 'load', at: -1, local, place: place(local) })),
      ...chunk,
      ...kept.map((local): Statement => ({ kind: 'keep', at: -1, local, place: place(local) })),
    ];
    const part: Part = {
      number: keeping.parts.length,
      body: { statements: body, yields: [] },
      needs: loads.filter((l) => !setHere.has(l.id)),
    };
    keeping.parts.push(part);
    statements.push({ kind: 'part', at: -1, part });
  });
  return {
    statements: [
      ...[...outside.values()].map((local): Statement => ({ kind: 'keep', at: -1, local, place: place(local) })),
      ...statements,
      ...[...yielded.values()].map((local): Statement => ({ kind: 'load', at: -1, local, place: place(local) })),
    ],
    yields: block.yields,
  };
}
