/** The abstract walk over a program: instead of one run, what all runs do together. */
import type { Constant, Func, Instruction, InstructionOf, IrType, Region, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { findFunction } from '../../ir/program.js';
import {
  absentValue,
  asAddress,
  asElements,
  asNumber,
  fromConstant,
  isScalarType,
  type RuntimeValue,
  toConstant,
} from '../../ir/values.js';
import { typesOf } from '../../ir/walk.js';
import { type Address, extendAddress } from '../../runtime/random/address.js';
import { drawAbstract, scoreAbstract, type Walk, weighBy } from './draw.js';
import { applyAbstract, gather, merged } from './primitive.js';
import {
  conjunction,
  factorOf,
  isRefused,
  lift,
  liftLazily,
  negation,
  noteFault,
  refused,
  spend,
  weigh,
} from './scene.js';
import { type Abstract, cellsOver, known, scopeOf, sizeOfScope, unionOf } from './value.js';

/** The values of one call of a function. */
type Frame = { readonly values: Map<ValueId, Abstract>; readonly types: ReadonlyMap<ValueId, IrType> };

/** Iterations of a loop whose end hangs on chance, and depth of calls that do. */
const mostIterations = 100;
const mostDepth = 60;
/** Iterations of a loop whose end does not. */
const mostKnownIterations = 100_000;
/** Depth of any calls: each takes a dozen calls of the walk itself, whose stack is short. */
const mostCalls = 250;
/** Elements of one array. */
const mostElements = 1e6;
/** A function is computed in each of so many configurations before it is looked into. */
const fewCells = 64;

const typesOfFunctions = new WeakMap<Func, ReadonlyMap<ValueId, IrType>>();

function typesIn(func: Func): ReadonlyMap<ValueId, IrType> {
  const before = typesOfFunctions.get(func);
  if (before !== undefined) return before;
  const types = typesOf(func.body);
  typesOfFunctions.set(func, types);
  return types;
}

/** Walks through a function and gives its results. */
export function invoke(walk: Walk, name: string, args: readonly Abstract[]): readonly Abstract[] {
  const func = findFunction(walk.problem.program, name);
  if (func === null) throw new Error(`exact: no function ${name}`);
  if (walk.depth >= mostDepth && walk.scene.path.kind !== 'known')
    throw refused('functions call themselves as often as chance has it');
  if (walk.depth > mostCalls) throw refused('functions call each other too deeply');
  walk.depth += 1;
  try {
    return walkRegion(walk, func.body, args, { values: new Map(), types: typesIn(func) });
  } finally {
    walk.depth -= 1;
  }
}

/** As `invoke`, for a function with one result. */
export function invokeOne(walk: Walk, name: string, args: readonly Abstract[]): Abstract {
  const [value] = invoke(walk, name, args);
  if (value === undefined) throw new Error(`exact: ${name} yields nothing`);
  return value;
}

function walkRegion(walk: Walk, region: Region, args: readonly Abstract[], frame: Frame): readonly Abstract[] {
  region.args.forEach((arg, i) => {
    frame.values.set(arg.id, args[i] ?? known(absentValue(arg.type)));
  });
  for (const instruction of region.body) {
    spend(walk.scene, 1);
    const made = evaluate(walk, instruction, frame);
    resultsOf(instruction).forEach((result, k) => {
      frame.values.set(result.id, made[k] ?? known(absentValue(result.type)));
    });
  }
  return region.yields.map((id) => read(id, frame));
}

function read(id: ValueId, frame: Frame): Abstract {
  const value = frame.values.get(id);
  if (value === undefined) throw new Error(`exact: %${id} has no value yet`);
  return value;
}

const literals = new WeakMap<InstructionOf<'const'>, Abstract>();

/** Literals are made once, so that equal tables are the same object. */
function literalOf(i: InstructionOf<'const'>): Abstract {
  const before = literals.get(i);
  if (before !== undefined) return before;
  const made = known(fromConstant(i.result.type, i.value) ?? absentValue(i.result.type));
  literals.set(i, made);
  return made;
}

function evaluate(walk: Walk, i: Instruction, frame: Frame): readonly Abstract[] {
  const { scene } = walk;
  const one = (id: ValueId): Abstract => read(id, frame);
  const all = (ids: readonly ValueId[]): readonly Abstract[] => ids.map(one);
  switch (i.kind) {
    case 'const':
      return [literalOf(i)];
    case 'op': {
      const from = i.args[0] === undefined ? undefined : frame.types.get(i.args[0]);
      const setting = { from: from ?? i.result.type, type: i.result.type, at: i.at, elements: mostElements };
      return [applyAbstract(scene, i.op, all(i.args), setting)];
    }
    case 'make':
      return [i.result.type.kind === 'unit' ? known(0) : gather(all(i.parts), i.result)];
    case 'get':
      return [part(walk, one(i.target), i.position)];
    case 'if':
      return branch(
        walk,
        one(i.condition),
        () => walkRegion(walk, i.then, [], frame),
        () => walkRegion(walk, i.otherwise, [], frame),
      );
    case 'for':
      return loop(walk, i, frame);
    case 'while':
      return repeat(walk, i, frame);
    case 'call':
      return call(walk, i.callee, all(i.args));
    case 'address': {
      const [parent, index] = [one(i.parent), i.index === null ? known(0) : one(i.index)];
      if (parent.kind !== 'known' || index.kind !== 'known') throw refused('the index of a draw hangs on chance');
      return [known(extendAddress(asAddress(parent.value), i.site, asNumber(index.value)))];
    }
    case 'noise': {
      if (walk.noise !== null) return [known(walk.noise(i.noise))];
      throw refused(
        walk.drawing === null
          ? 'it asks for noise'
          : `${walk.drawing} is continuous, or has no probability mass function`,
      );
    }
    case 'draw':
      return [drawAbstract(walk, i, all(i.params), address(one(i.address), i.site), invokeOne)];
    case 'score':
      scoreAbstract(walk, i, all(i.params), one(i.value), address(one(i.address), i.site));
      return [];
    case 'condition':
      demand(walk, one(i.value));
      return [];
    case 'factor':
      weighBy(walk, one(i.value), 'factor', i.at, false);
      return [];
    case 'resample':
      return [];
    case 'node':
      return [one(i.value)];
    case 'check':
      noteFault(scene, negation(scene, one(i.value)), { fault: true, code: i.code, message: i.message, at: i.at });
      return [];
    case 'extern':
      throw refused(`${i.callee} is a function of the host program`);
    case 'approximate':
      throw refused('it asks for approximate equality');
    case 'input':
    case 'read':
    case 'equal':
      throw new Error(`exact: cannot walk over ${i.kind}`);
  }
}

/** The address of a draw or score below a place. */
function address(parent: Abstract, site: number): Address {
  if (parent.kind !== 'known') throw refused('the index of a draw hangs on chance');
  return extendAddress(asAddress(parent.value), site, 0);
}

function part(walk: Walk, target: Abstract, position: number): Abstract {
  if (target.kind === 'parts') return target.parts[position]!;
  return lift(walk.scene, [target], ([whole]) => asElements(whole)[position]);
}

/** Both ways where chance decides, on paths that exclude each other; what comes of them is put together. */
function branch(
  walk: Walk,
  condition: Abstract,
  yes: () => readonly Abstract[],
  no: () => readonly Abstract[],
): readonly Abstract[] {
  if (condition.kind === 'known') return condition.value === 1 ? yes() : no();
  const { scene } = walk;
  const outer = scene.path;
  const before = walk.dimension;
  const goes = conjunction(scene, outer, condition);
  const stays = conjunction(scene, outer, negation(scene, condition));
  const impossible = (path: Abstract): boolean => path.kind === 'known' && path.value !== 1;
  try {
    scene.path = goes;
    if (impossible(stays)) return yes();
    const left = impossible(goes) ? null : yes();
    const leftDimension = walk.dimension;
    walk.dimension = before;
    scene.path = stays;
    const right = no();
    if (left === null) return right;
    walk.dimension = merged(scene, condition, leftDimension, walk.dimension);
    return right.map((value, k) => merged(scene, condition, left[k] ?? value, value));
  } finally {
    scene.path = outer;
  }
}

/** The smallest or greatest number that a value can be. */
function bound(value: Abstract, choose: (a: number, b: number) => number): number {
  const cells = cellsOver(value, scopeOf(value)).flatMap((c) => (typeof c === 'number' ? [c] : []));
  return cells.length === 0 ? Number.NaN : cells.reduce((a, b) => choose(a, b));
}

function loop(walk: Walk, i: InstructionOf<'for'>, frame: Frame): readonly Abstract[] {
  const [low, high] = [read(i.low, frame), read(i.high, frame)];
  const inits = i.inits.map((id) => read(id, frame));
  const end = bound(high, Math.max);
  if (low.kind === 'known' && high.kind === 'known') {
    let carried: readonly Abstract[] = inits;
    if (end - asNumber(low.value) > mostKnownIterations)
      throw refused(`a loop has more than ${mostKnownIterations} iterations`);
    for (let k = asNumber(low.value); k < end; k++) carried = walkRegion(walk, i.body, [known(k), ...carried], frame);
    return carried;
  }
  const start = bound(low, Math.min);
  if (low.kind !== 'known') throw refused('the start of a loop hangs on chance');
  return untilLeft(walk, inits, {
    goes: (count) =>
      start + count < end ? lift(walk.scene, [high], ([h]) => (start + count < asNumber(h) ? 1 : 0)) : known(0),
    body: (carried, count) => walkRegion(walk, i.body, [known(start + count), ...carried], frame),
  });
}

function repeat(walk: Walk, i: InstructionOf<'while'>, frame: Frame): readonly Abstract[] {
  const inits = i.inits.map((id) => read(id, frame));
  return untilLeft(walk, inits, {
    goes: (_, carried) => walkRegion(walk, i.condition, carried, frame)[0] ?? known(0),
    body: (carried) => walkRegion(walk, i.body, carried, frame),
  });
}

type Iteration = {
  readonly goes: (count: number, carried: readonly Abstract[]) => Abstract;
  readonly body: (carried: readonly Abstract[], count: number) => readonly Abstract[];
};

/**
 * A loop that runs leave one after another. Inside it the carried values are those of the runs that are still in it; what the others had
 * when they left is put together at the end, last iteration first.
 */
function untilLeft(walk: Walk, inits: readonly Abstract[], { goes, body }: Iteration): readonly Abstract[] {
  const { scene } = walk;
  const outer = scene.path;
  const exits: { readonly stays: Abstract; readonly carried: readonly Abstract[]; readonly dimension: Abstract }[] = [];
  let carried = inits;
  try {
    for (let count = 0; ; count++) {
      if (count > mostKnownIterations) throw refused(`a loop goes on for more than ${mostKnownIterations} iterations`);
      const stays = goes(count, carried);
      scene.path = conjunction(scene, scene.path, stays);
      const left = scene.path.kind === 'known' && scene.path.value !== 1;
      if (stays.kind !== 'known' || left)
        exits.push({ stays: left ? known(0) : stays, carried, dimension: walk.dimension });
      if (left) break;
      if (exits.length > mostIterations)
        throw refused(`a loop goes on for more than ${mostIterations} iterations, as chance has it`);
      carried = body(carried, count);
    }
  } finally {
    scene.path = outer;
  }
  let result = carried;
  for (const exit of exits.reverse()) {
    const later = result;
    result = exit.carried.map((value, k) => merged(scene, exit.stays, later[k] ?? value, value));
    walk.dimension = merged(scene, exit.stays, walk.dimension, exit.dimension);
  }
  return result;
}

function call(walk: Walk, callee: string, args: readonly Abstract[]): readonly Abstract[] {
  const func = findFunction(walk.problem.program, callee);
  const [type] = func?.results ?? [];
  if (
    func === null ||
    type === undefined ||
    func.results.length > 1 ||
    func.draws ||
    func.scores ||
    walk.noise !== null
  )
    return invoke(walk, callee, args);
  const compute = (): readonly Abstract[] => {
    const pure = walk.problem.pure(callee);
    return [lift(walk.scene, args, (cells) => fromResult(type, pure(...cells.map(toConstant))))];
  };
  if (sizeOfScope(unionOf(args.map(scopeOf))) <= fewCells) return compute();
  try {
    return invoke(walk, callee, args);
  } catch (thrown) {
    if (!isRefused(thrown)) throw thrown;
    return compute();
  }
}

const fromResult = (type: IrType, value: Constant): RuntimeValue =>
  isScalarType(type) && typeof value === 'number' ? value : (fromConstant(type, value) ?? absentValue(type));

/** Weight zero where the path is taken and the value is not true. */
function demand(walk: Walk, value: Abstract): void {
  const { scene } = walk;
  const holds = liftLazily(scene, [scene.path, value], ([path, x]) =>
    path === 1 && x !== 1 && x !== undefined ? 0 : 1,
  );
  if (holds.kind === 'known' && holds.value === 1) return;
  weigh(
    scene,
    factorOf(holds, (x) => Number(x)),
  );
}
