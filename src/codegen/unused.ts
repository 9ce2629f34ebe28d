/** Takes out of the low form what nobody reads. */
import {
  type Block,
  blocksOf,
  isPure,
  type Local,
  type LowFunction,
  type LowProgram,
  literal,
  type NoiseGroup,
  type Statement,
} from './low.js';
import { readLocals } from './read_locals.js';
import { withoutUnusedParameters } from './unused_parameters.js';

/** Whether some statement at any depth passes the test. */
export const anyStatement = (block: Block, test: (s: Statement) => boolean): boolean =>
  block.statements.some((s) => test(s) || blocksOf(s).some((b) => anyStatement(b, test)));

const functionsOf = (program: LowProgram): readonly LowFunction[] => [program.main, ...program.functions.values()];

/** Whether some statement of any function passes the test. */
export const anywhere = (program: LowProgram, test: (s: Statement) => boolean): boolean =>
  functionsOf(program).some((f) => anyStatement(f.body, test));

/**
 * Without unused results and parameters, traces that no draw reads, visits that no draw counts, and columns that no draw reads.
 */
export function withoutUnused(program: LowProgram): LowProgram {
  const replays = anywhere(program, (s) => s.kind === 'set' && s.value.kind === 'replay');
  const counts = anywhere(program, (s) => s.kind === 'visit' && s.count);
  const keep = (s: Statement): boolean => (s.kind !== 'trace' || replays) && (s.kind !== 'visit' || counts);
  const called = withoutUnusedParameters(program, keep);
  const cleaned = mapFunctions(called, (f) => ({ ...f, body: cleanBlock(f.body, readLocals(f.body, keep), keep) }));
  return withUsedGroups(cleaned);
}

export const mapFunctions = (program: LowProgram, change: (f: LowFunction) => LowFunction): LowProgram => ({
  ...program,
  main: change(program.main),
  functions: new Map([...program.functions].map(([key, f]) => [key, change(f)])),
});

type Ids = ReadonlySet<number>;

/** A block with those of its results that are given. */
function cleanBlock(block: Block, live: Ids, keep: (s: Statement) => boolean, yields = block.yields): Block {
  const statements = block.statements.flatMap((s): readonly Statement[] => {
    if (!keep(s) || (s.kind === 'set' && isPure(s.value) && !live.has(s.target.id))) return [];
    const next = cleanStatement(s, live, keep);
    return next === null ? [] : [next];
  });
  return { statements: withSummedDimensions(statements), yields };
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

function cleanStatement(s: Statement, live: Ids, keep: (s: Statement) => boolean): Statement | null {
  switch (s.kind) {
    case 'if': {
      const [targets, only] = readOf(s.targets, live);
      const then = cleanBlock(s.then, live, keep, only(s.then.yields));
      const otherwise = cleanBlock(s.otherwise, live, keep, only(s.otherwise.yields));
      if (targets.length === 0 && then.statements.length === 0 && otherwise.statements.length === 0) return null;
      return { ...s, targets, then, otherwise };
    }
    case 'for':
    case 'while': {
      const [carried, only] = readOf(s.carried, live);
      const parts = { carried, inits: only(s.inits), body: cleanBlock(s.body, live, keep, only(s.body.yields)) };
      return s.kind === 'while'
        ? { ...s, ...parts, condition: cleanBlock(s.condition, live, keep) }
        : { ...s, ...parts };
    }
    default:
      return s;
  }
}

/** Those of the locals that are read, and how to take what belongs to them out of a list. */
function readOf(
  locals: readonly Local[],
  live: Ids,
): readonly [readonly Local[], <T>(all: readonly T[]) => readonly T[]] {
  const read = locals.map((l) => live.has(l.id));
  if (!read.includes(false)) return [locals, (all) => all];
  return [locals.filter((_, k) => read[k]), (all) => all.filter((_, k) => read[k])];
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
