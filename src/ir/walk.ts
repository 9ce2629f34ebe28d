/** Ways through regions and instructions, and rewriting that keeps every part it doesn't change (the same object comes back). */
import { type Instruction, type IrType, type Region, resultsOf, type Value, type ValueId } from './ir.js';

const noValues: readonly ValueId[] = [];
const noRegions: readonly Region[] = [];

/** The values that an instruction itself uses, in order; those used inside its regions are not among them. */
export function operandsOf(instruction: Instruction): readonly ValueId[] {
  switch (instruction.kind) {
    case 'const':
    case 'input':
    case 'resample':
    case 'read':
      return noValues;
    case 'op':
    case 'call':
    case 'extern':
      return instruction.args;
    case 'make':
      return instruction.parts;
    case 'get':
      return [instruction.target];
    case 'if':
      return [instruction.condition];
    case 'for':
      return [instruction.low, instruction.high, ...instruction.inits];
    case 'while':
      return instruction.inits;
    case 'address':
      return instruction.index === null ? [instruction.parent] : [instruction.parent, instruction.index];
    case 'noise':
      return [instruction.address];
    case 'draw':
      return [...instruction.params, instruction.address];
    case 'score':
      return [...instruction.params, instruction.value, instruction.address];
    case 'condition':
    case 'factor':
    case 'check':
      return [instruction.value];
    case 'equal':
    case 'approximate':
      return [instruction.value, instruction.seen];
    case 'node':
      return [...instruction.indices, instruction.value];
  }
}

/** The regions that an instruction owns, in the order of execution. */
export function regionsOf(instruction: Instruction): readonly Region[] {
  switch (instruction.kind) {
    case 'if':
      return [instruction.then, instruction.otherwise];
    case 'for':
      return [instruction.body];
    case 'while':
      return [instruction.condition, instruction.body];
    default:
      return noRegions;
  }
}

/** `map`, but the same array when no element changed. */
export function mapShared<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | null = null;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    const next = change(item);
    if (changed !== null) changed.push(next);
    else if (next !== item) changed = [...items.slice(0, i), next];
  }
  return changed ?? items;
}

/** The instruction with its own operands changed; nested regions stay as they are. */
export function mapOperands(instruction: Instruction, change: (id: ValueId) => ValueId): Instruction {
  const before = operandsOf(instruction);
  if (before.length === 0) return instruction;
  const after = mapShared(before, change);
  if (after === before) return instruction;
  const all = (ids: readonly ValueId[]): readonly ValueId[] => mapShared(ids, change);
  switch (instruction.kind) {
    case 'const':
    case 'input':
    case 'resample':
    case 'read':
      return instruction;
    case 'op':
    case 'call':
    case 'extern':
      return { ...instruction, args: after };
    case 'make':
      return { ...instruction, parts: after };
    case 'get':
      return { ...instruction, target: change(instruction.target) };
    case 'if':
      return { ...instruction, condition: change(instruction.condition) };
    case 'for':
      return { ...instruction, low: after[0]!, high: after[1]!, inits: all(instruction.inits) };
    case 'while':
      return { ...instruction, inits: after };
    case 'address':
      return { ...instruction, parent: after[0]!, index: after[1] ?? null };
    case 'noise':
      return { ...instruction, address: after[0]! };
    case 'draw':
      return { ...instruction, params: all(instruction.params), address: change(instruction.address) };
    case 'score':
      return {
        ...instruction,
        params: all(instruction.params),
        value: change(instruction.value),
        address: change(instruction.address),
      };
    case 'condition':
    case 'factor':
    case 'check':
      return { ...instruction, value: after[0]! };
    case 'equal':
    case 'approximate':
      return { ...instruction, value: after[0]!, seen: after[1]! };
    case 'node':
      return { ...instruction, indices: all(instruction.indices), value: change(instruction.value) };
  }
}

/** The instruction with its regions changed. */
export function mapRegions(instruction: Instruction, change: (region: Region) => Region): Instruction {
  switch (instruction.kind) {
    case 'if': {
      const then = change(instruction.then);
      const otherwise = change(instruction.otherwise);
      return then === instruction.then && otherwise === instruction.otherwise
        ? instruction
        : { ...instruction, then, otherwise };
    }
    case 'for': {
      const body = change(instruction.body);
      return body === instruction.body ? instruction : { ...instruction, body };
    }
    case 'while': {
      const condition = change(instruction.condition);
      const body = change(instruction.body);
      return condition === instruction.condition && body === instruction.body
        ? instruction
        : { ...instruction, condition, body };
    }
    default:
      return instruction;
  }
}

/** The instruction with the values that it makes changed. */
export function mapResults(instruction: Instruction, change: (value: Value) => Value): Instruction {
  const before = resultsOf(instruction);
  const after = mapShared(before, change);
  if (after === before) return instruction;
  switch (instruction.kind) {
    case 'if':
    case 'for':
    case 'while':
    case 'call':
      return { ...instruction, results: after };
    case 'score':
    case 'condition':
    case 'factor':
    case 'equal':
    case 'approximate':
    case 'resample':
    case 'check':
      return instruction;
    default:
      return { ...instruction, result: after[0]! };
  }
}

/** Calls `see` with every instruction of the region and of the regions inside it, in textual order, owners first. */
export function visit(region: Region, see: (instruction: Instruction, owner: Region) => void): void {
  for (const instruction of region.body) {
    see(instruction, region);
    const inner = regionsOf(instruction);
    for (let k = 0; k < inner.length; k++) visit(inner[k]!, see);
  }
}

/** Every region from the outermost on, owners first. */
function visitRegions(region: Region, see: (region: Region) => void): void {
  see(region);
  for (const instruction of region.body) for (const inner of regionsOf(instruction)) visitRegions(inner, see);
}

/** Whether some instruction of the region, at any depth, passes the test. */
export function some(region: Region, test: (instruction: Instruction) => boolean): boolean {
  for (const instruction of region.body) {
    if (test(instruction)) return true;
    const inner = regionsOf(instruction);
    for (let k = 0; k < inner.length; k++) if (some(inner[k]!, test)) return true;
  }
  return false;
}

/** Calls `see` with all values made in the region: arguments and results, at any depth, those of inner regions first. */
function eachValue(region: Region, see: (value: Value) => void): void {
  for (const arg of region.args) see(arg);
  for (const instruction of region.body) {
    const inner = regionsOf(instruction);
    for (let k = 0; k < inner.length; k++) eachValue(inner[k]!, see);
    for (const value of resultsOf(instruction)) see(value);
  }
}

/** All values made in the region: arguments and results, at any depth, in textual order. */
export function valuesOf(region: Region): readonly Value[] {
  const values: Value[] = [];
  eachValue(region, (value) => values.push(value));
  return values;
}

/** The type of each value made in the region, at any depth. */
export function typesOf(region: Region): ReadonlyMap<ValueId, IrType> {
  const types = new Map<ValueId, IrType>();
  eachValue(region, (value) => types.set(value.id, value.type));
  return types;
}

/** The greatest value number made in the region, -1 where none is. */
export function maximalId(region: Region): ValueId {
  let most = -1;
  eachValue(region, ({ id }) => {
    if (id > most) most = id;
  });
  return most;
}

/** Where a value comes from. `position` counts among the instruction's results or the region's arguments. */
export type Definition =
  | { readonly kind: 'argument'; readonly region: Region; readonly position: number }
  | { readonly kind: 'result'; readonly instruction: Instruction; readonly region: Region; readonly position: number };

/** Where each value of the region, at any depth, is made. */
export function definitions(region: Region): ReadonlyMap<ValueId, Definition> {
  const found = new Map<ValueId, Definition>();
  visitRegions(region, (inner) => {
    inner.args.forEach((value, position) => {
      found.set(value.id, { kind: 'argument', region: inner, position });
    });
    for (const instruction of inner.body)
      resultsOf(instruction).forEach((value, position) => {
        found.set(value.id, { kind: 'result', instruction, region: inner, position });
      });
  });
  return found;
}

/** How often each value is used, by instructions and as a yield, at any depth. */
export function useCounts(region: Region): ReadonlyMap<ValueId, number> {
  const counts = new Map<ValueId, number>();
  const count = (id: ValueId): void => {
    counts.set(id, (counts.get(id) ?? 0) + 1);
  };
  visitRegions(region, (inner) => {
    for (const instruction of inner.body) operandsOf(instruction).forEach(count);
    inner.yields.forEach(count);
  });
  return counts;
}

/** The values that the region uses, at any depth, and does not make, in the order of first use. */
export function freeValues(region: Region): ReadonlySet<ValueId> {
  const free = new Set<ValueId>();
  eachUse(region, (id) => free.add(id));
  eachValue(region, ({ id }) => free.delete(id));
  return free;
}

/** Calls `see` with every use of a value in the region, at any depth. */
function eachUse(region: Region, see: (id: ValueId) => void): void {
  for (const instruction of region.body) eachUseOf(instruction, see);
  for (const id of region.yields) see(id);
}

/** Calls `see` with every value that the instruction or something inside it uses; values made inside it may be among them. */
export function eachUseOf(instruction: Instruction, see: (id: ValueId) => void): void {
  const operands = operandsOf(instruction);
  for (let k = 0; k < operands.length; k++) see(operands[k]!);
  const inner = regionsOf(instruction);
  for (let k = 0; k < inner.length; k++) eachUse(inner[k]!, see);
}

/** As `freeValues`, for an instruction: its operands and what its regions take from outside. */
export function usesOf(instruction: Instruction): ReadonlySet<ValueId> {
  const used = new Set(operandsOf(instruction));
  for (const region of regionsOf(instruction)) for (const id of freeValues(region)) used.add(id);
  return used;
}

const replaced = (id: ValueId, by: ReadonlyMap<ValueId, ValueId>): ValueId => by.get(id) ?? id;

/** The region with every use of a value in `by` replaced, at any depth. What makes the values stays. */
export function substitute(region: Region, by: ReadonlyMap<ValueId, ValueId>): Region {
  if (by.size === 0) return region;
  const body = mapShared(region.body, (instruction) => substituteIn(instruction, by));
  const yields = mapShared(region.yields, (id) => replaced(id, by));
  return body === region.body && yields === region.yields ? region : { ...region, body, yields };
}

/** As `substitute`, for one instruction and its regions. */
export const substituteIn = (instruction: Instruction, by: ReadonlyMap<ValueId, ValueId>): Instruction =>
  mapRegions(
    mapOperands(instruction, (id) => replaced(id, by)),
    (inner) => substitute(inner, by),
  );

/**
 * A copy of the region in which everything it makes has a new number. Uses of outside values are replaced by `by`, which may
 * be empty; it also may name the region's arguments (those are then left for the caller to supply, and the copy has no such
 * argument). `by` is not changed.
 */
export function cloneRegion(
  region: Region,
  fresh: (type: IrType) => Value,
  by: ReadonlyMap<ValueId, ValueId> = new Map(),
): Region {
  return cloneInto(region, fresh, new Map(by));
}

/** As `cloneRegion`, for the body alone: instructions to put in the place of a call, and the values that stand for the yields. */
export function inlineRegion(
  region: Region,
  args: readonly ValueId[],
  fresh: (type: IrType) => Value,
): { readonly instructions: readonly Instruction[]; readonly yields: readonly ValueId[] } {
  const by = new Map(region.args.map((arg, i) => [arg.id, args[i] ?? arg.id]));
  const copy = cloneInto(region, fresh, by);
  return { instructions: copy.body, yields: copy.yields };
}

/** A copy of an instruction with new numbers for all that it makes, which are added to `numbers`; uses are replaced by what that says. */
export const cloneInstruction = (
  instruction: Instruction,
  fresh: (type: IrType) => Value,
  numbers: Map<ValueId, ValueId>,
): Instruction => {
  const used = mapOperands(instruction, (id) => replaced(id, numbers));
  const inner = mapRegions(used, (r) => cloneInto(r, fresh, numbers));
  return mapResults(inner, (value) => renewed(value, fresh, numbers));
};

function renewed(value: Value, fresh: (type: IrType) => Value, numbers: Map<ValueId, ValueId>): Value {
  const next = fresh(value.type);
  numbers.set(value.id, next.id);
  return next;
}

function cloneInto(region: Region, fresh: (type: IrType) => Value, numbers: Map<ValueId, ValueId>): Region {
  const args = region.args.filter((arg) => !numbers.has(arg.id)).map((arg) => renewed(arg, fresh, numbers));
  const body = region.body.map((instruction) => cloneInstruction(instruction, fresh, numbers));
  return { args, body, yields: region.yields.map((id) => replaced(id, numbers)) };
}

/**
 * Rewrites from the inside out: `change` gets each instruction after its regions were rewritten, and returns it, or what
 * stands in its place.
 */
export function rewrite(
  region: Region,
  change: (instruction: Instruction) => Instruction | readonly Instruction[],
): Region {
  let changed = false;
  const body: Instruction[] = [];
  for (const instruction of region.body) {
    const next = change(mapRegions(instruction, (inner) => rewrite(inner, change)));
    if (next !== instruction) changed = true;
    if ('kind' in next) body.push(next);
    else body.push(...next);
  }
  return changed ? { ...region, body } : region;
}
