/** What statements of the low form read and do, found once. */
import {
  type Block,
  blocksOf,
  expressionOperands,
  type Operand,
  operandsOf,
  type Statement,
  targetsOf,
} from '../../low.js';

/** What is known of a statement without its surroundings. */
type Nature = {
  /** Locals that it reads and that are set outside. */
  readonly reads: readonly number[];
  /** Computes, counts steps and may fail, but neither draws nor weighs. */
  readonly computes: boolean;
  /** Statements in it, itself included. */
  readonly size: number;
};

const memo = new WeakMap<Statement, Nature>();

/** What a statement reads and does. */
export function natureOf(statement: Statement): Nature {
  const before = memo.get(statement);
  if (before !== undefined) return before;
  const own = new Set<number>();
  const reads = new Set<number>();
  let computes = true;
  let size = 0;
  const read = (o: Operand): void => {
    if (o.kind === 'local' && !own.has(o.id)) reads.add(o.id);
  };
  const walk = (s: Statement): void => {
    size += 1;
    computes &&= isComputing(s);
    for (const o of operandsOf(s)) read(o);
    if (s.kind === 'for') own.add(s.index.id);
    // Carried locals are read in the blocks of their loop.
    if (s.kind === 'for' || s.kind === 'while') for (const t of s.carried) own.add(t.id);
    for (const block of blocksOf(s)) walkBlock(block);
    for (const t of targetsOf(s)) own.add(t.id);
  };
  const walkBlock = (block: Block): void => {
    for (const s of block.statements) walk(s);
    for (const o of block.yields) read(o);
  };
  walk(statement);
  const nature = { reads: [...reads], computes, size };
  memo.set(statement, nature);
  return nature;
}

function isComputing(s: Statement): boolean {
  switch (s.kind) {
    case 'set':
      return s.value.kind !== 'noise' && s.value.kind !== 'extern' && expressionOperands(s.value).every(isPlain);
    case 'if':
    case 'for':
    case 'while':
    case 'count':
    case 'depth':
    case 'fail_unless':
      return true;
    default:
      return false;
  }
}

const isPlain = (o: Operand): boolean => o.slot !== 'word';

/** Statements of a block. */
export const sizeOf = (block: Block): number => block.statements.reduce((n, s) => n + natureOf(s).size, 0);
