import type { Func, Instruction, Program, Region, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFunction } from '../ir/program.js';
import { mapOperands, mapRegions, mapShared, operandsOf, regionsOf } from '../ir/walk.js';
import { textOfLoop } from './alike.js';
import { withBody } from './bind.js';
import { type Purity, purityOf } from './call_graph.js';

/**
 * Computes common values once in `main`: an instruction that computes the same from the same values as one before it, in the same region
 * or in one around it, gives way to that one, and so does a loop (the mean of the same array, asked for twice); a check of what has been checked already is left out. Only pure instructions and
 * addresses are joined, never draws, so every value is the same to the bit.
 */
export function joinCommon(program: Program, main: string): Program {
  const func = findFunction(program, main);
  if (func === null) return program;
  const joined = joinCommonIn(func, purityOf(program));
  return joined === func ? program : { ...program, functions: { ...program.functions, [main]: joined } };
}

/** As `joinCommon`, for one function. */
const joinCommonIn = (func: Func, isPure: Purity): Func => {
  const by = new Map<ValueId, ValueId>();
  return withBody(func, joinedIn(func.body, by, [], isPure));
};

/** The values computed so far, and what was checked, of each region from the outermost in. */
type Seen = readonly Map<string, readonly ValueId[]>[];

function joinedIn(region: Region, by: Map<ValueId, ValueId>, outer: Seen, isPure: Purity): Region {
  const own = new Map<string, readonly ValueId[]>();
  const seen = [...outer, own];
  const swap = (id: ValueId): ValueId => by.get(id) ?? id;
  let changed = false;
  const body: Instruction[] = [];
  for (const instruction of region.body) {
    const used = mapOperands(instruction, swap);
    if (used.kind === 'check') {
      const key = `check ${used.value}`;
      if (seen.some((values) => values.has(key))) {
        changed = true;
        continue;
      }
      own.set(key, [used.value]);
    }
    const key = used.kind === 'for' && isPure(used) ? textOfLoop(used, swap) : keyOf(used, isPure);
    const known = key === null ? undefined : seen.find((values) => values.has(key))?.get(key);
    const results = resultsOf(used).map(({ id }) => id);
    if (known !== undefined) {
      results.forEach((id, k) => {
        by.set(id, known[k] ?? id);
      });
      changed = true;
      continue;
    }
    if (key !== null) own.set(key, results);
    const next = mapRegions(used, (inner) => joinedIn(inner, by, seen, isPure));
    if (next !== instruction) changed = true;
    body.push(next);
  }
  const yields = mapShared(region.yields, swap);
  return changed || yields !== region.yields ? { ...region, body: changed ? body : region.body, yields } : region;
}

/** Two instructions with the same key compute the same value of the same type; null for those that are not joined. */
function keyOf(i: Instruction, isPure: Purity): string | null {
  const [result] = resultsOf(i);
  if (result === undefined || regionsOf(i).length > 0) return null;
  const operands = operandsOf(i).join(' ');
  // The types of scalars have no parts, so that their kind or name says it all.
  const kind = result.type.kind === 'enum' ? `enum ${result.type.name}` : result.type.kind;
  const isPlain = result.type.kind === 'enum' || kind === 'real' || kind === 'int' || kind === 'bool';
  switch (i.kind) {
    case 'const':
      if (!isPlain || typeof i.value !== 'number') return null;
      return `const ${kind} ${Object.is(i.value, -0) ? '-0' : i.value}`;
    case 'op':
      return isPlain ? `${i.op} ${kind} ${operands}` : null;
    case 'get':
      return isPlain ? `get ${kind} ${operands} ${i.position}` : null;
    case 'address':
      return `address ${i.site} ${operands}`;
    case 'call':
      return isPlain && i.results.length === 1 && isPure(i) ? `call ${kind} ${i.callee} ${operands}` : null;
    default:
      return null;
  }
}
