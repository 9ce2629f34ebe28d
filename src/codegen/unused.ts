/** Takes out of the low form what nobody reads. */
import {
  type Block,
  blocksOf,
  isPure,
  type LowFunction,
  type LowProgram,
  literal,
  type NoiseGroup,
  type Operand,
  operandsOf,
  type Statement,
  type StatementOf,
} from './low.js';

/** Whether some statement at any depth passes the test. */
export const anyStatement = (block: Block, test: (s: Statement) => boolean): boolean =>
  block.statements.some((s) => test(s) || blocksOf(s).some((b) => anyStatement(b, test)));

const functionsOf = (program: LowProgram): readonly LowFunction[] => [program.main, ...program.functions.values()];

/** Whether some statement of any function passes the test. */
export const anywhere = (program: LowProgram, test: (s: Statement) => boolean): boolean =>
  functionsOf(program).some((f) => anyStatement(f.body, test));

/**
 * Without unused results, traces that no draw reads, visits that no draw counts, and columns that no draw reads.
 */
export function withoutUnused(program: LowProgram): LowProgram {
  const replays = anywhere(program, (s) => s.kind === 'set' && s.value.kind === 'replay');
  const counts = anywhere(program, (s) => s.kind === 'visit' && s.count);
  const keep = (s: Statement): boolean => (s.kind !== 'trace' || replays) && (s.kind !== 'visit' || counts);
  const cleaned = mapFunctions(program, (f) => {
    const live = new Set<number>();
    return { ...f, body: cleanBlock(f.body, live, keep) };
  });
  return withUsedGroups(cleaned);
}

export const mapFunctions = (program: LowProgram, change: (f: LowFunction) => LowFunction): LowProgram => ({
  ...program,
  main: change(program.main),
  functions: new Map([...program.functions].map(([key, f]) => [key, change(f)])),
});

const read = (operand: Operand, live: Set<number>): void => {
  if (operand.kind === 'local') live.add(operand.id);
};

function cleanBlock(block: Block, live: Set<number>, keep: (s: Statement) => boolean): Block {
  for (const y of block.yields) read(y, live);
  const statements: Statement[] = [];
  for (let at = block.statements.length - 1; at >= 0; at--) {
    const s = block.statements[at]!;
    if (!keep(s)) continue;
    if (s.kind === 'set' && isPure(s.value) && !live.has(s.target.id)) continue;
    const next = cleanStatement(s, live, keep);
    if (next === null) continue;
    for (const o of operandsOf(next)) read(o, live);
    statements.push(next);
  }
  return { statements: withSummedDimensions(statements.reverse()), yields: block.yields };
}

/**
 * Dimensions that are literals are added at the first score of their block. What a particle that dies on the way has as its
 * dimension is not defined.
 */
function withSummedDimensions(statements: readonly Statement[]): readonly Statement[] {
  let sum = 0;
  for (const s of statements) if (s.kind === 'weigh' && s.dimension.kind === 'literal') sum += s.dimension.value;
  let first = true;
  return statements.map((s) => {
    if (s.kind !== 'weigh' || s.dimension.kind !== 'literal') return s;
    const dimension = literal(first ? sum : 0);
    first = false;
    return { ...s, dimension };
  });
}

function cleanStatement(s: Statement, live: Set<number>, keep: (s: Statement) => boolean): Statement | null {
  switch (s.kind) {
    case 'if': {
      const used = s.targets.map((t) => live.has(t.id));
      const only = (b: Block): Block => ({ ...b, yields: b.yields.filter((_, k) => used[k]) });
      const then = cleanBlock(only(s.then), live, keep);
      const otherwise = cleanBlock(only(s.otherwise), live, keep);
      const targets = s.targets.filter((_, k) => used[k]);
      if (targets.length === 0 && then.statements.length === 0 && otherwise.statements.length === 0) return null;
      return { ...s, targets, then, otherwise };
    }
    case 'for':
    case 'while':
      return cleanLoop(s, live, keep);
    default:
      return s;
  }
}

/** Carried values that only give their own next value are left out: those that are read are found by trying with fewer. */
function cleanLoop(
  s: StatementOf<'for' | 'while'>,
  live: Set<number>,
  keep: (s: Statement) => boolean,
): StatementOf<'for' | 'while'> {
  const kept = new Set(s.carried.filter((c) => live.has(c.id)));
  for (;;) {
    const inside = new Set(live);
    const only = <T>(all: readonly T[]): T[] => all.filter((_, k) => kept.has(s.carried[k]!));
    const body = cleanBlock({ ...s.body, yields: only(s.body.yields) }, inside, keep);
    const condition = s.kind === 'while' ? cleanBlock(s.condition, inside, keep) : null;
    const more = s.carried.filter((c) => inside.has(c.id) && !kept.has(c));
    if (more.length > 0) {
      for (const c of more) kept.add(c);
      continue;
    }
    for (const id of inside) live.add(id);
    const parts = { body, carried: only(s.carried), inits: only(s.inits) };
    return s.kind === 'while' && condition !== null ? { ...s, ...parts, condition } : { ...s, ...parts };
  }
}

/** Renumbers the groups that are still read. */
function withUsedGroups(program: LowProgram): LowProgram {
  const numbers = new Map<number, number>();
  const groups: NoiseGroup[] = [];
  const renumber = (group: number): number => {
    let found = numbers.get(group);
    if (found === undefined) {
      found = groups.length;
      groups.push(program.groups[group]!);
      numbers.set(group, found);
    }
    return found;
  };
  const mapBlock = (block: Block): Block => ({ ...block, statements: block.statements.map(mapStatement) });
  const mapStatement = (s: Statement): Statement => {
    switch (s.kind) {
      case 'set':
        if (s.value.kind === 'stream_known') return { ...s, value: { ...s.value, group: renumber(s.value.group) } };
        if (s.value.kind === 'noise' && s.value.source.kind === 'column')
          return { ...s, value: { ...s.value, source: { ...s.value.source, group: renumber(s.value.source.group) } } };
        return s;
      case 'if':
        return { ...s, then: mapBlock(s.then), otherwise: mapBlock(s.otherwise) };
      case 'for':
        return { ...s, body: mapBlock(s.body) };
      case 'while':
        return { ...s, condition: mapBlock(s.condition), body: mapBlock(s.body) };
      default:
        return s;
    }
  };
  return { ...mapFunctions(program, (f) => ({ ...f, body: mapBlock(f.body) })), groups };
}
