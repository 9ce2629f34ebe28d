/** Walks a program once with its normal noise left open and its discrete draws decided. */
import type { Func, Instruction, InstructionOf, Region, ValueId } from '../../ir/ir.js';
import { maximalId, some } from '../../ir/walk.js';
import { type Address, extendAddress, rootAddress } from '../../runtime/random/address.js';
import type { Problem } from '../solver.js';
import { type Abstract, abstractOf, constantOf, elementsOf, isAffine, isEvent, itemsOf } from './abstract.js';
import type { Choices } from './choices.js';
import { createDraws, type Draws } from './draws.js';
import { both, type Event } from './event.js';
import { createNoises } from './noises.js';
import { apply, chosen } from './primitives.js';
import { giveUp, type Meter } from './refusal.js';
import { newTape, shortened, type Tape } from './tape.js';

/** Iterations of a `while` after which the solver gives up. */
const mostIterations = 100_000;

/** What one walk found: one combination of discrete values. */
export type Walked = {
  readonly tape: Tape;
  readonly outputs: readonly Abstract[];
  /** Log probability of the discrete values times all weights that are plain numbers; the tape's observations come besides. */
  readonly logWeight: number;
  /** Continuous dimensions of the scores: runs of the lowest win. */
  readonly dimension: number;
  /** A range that one affine function was seen to lie in, besides. */
  readonly range: Event | null;
};

/** Thrown where the weight of a walk has become zero. */
const dead = Symbol('dead');

/** Static facts on functions, found once for all walks. */
type Facts = {
  readonly sizeOf: (func: Func) => number;
  /** Functions of draws that were found to have their family's density. */
  readonly densities: Map<string, boolean>;
  readonly literal: (i: InstructionOf<'const'>) => Abstract;
};

export function createFacts(): Facts {
  const sizes = new Map<Func, number>();
  const literals = new Map<Instruction, Abstract>();
  return {
    sizeOf: (func) => memo(sizes, func, () => maximalId(func.body) + 1),
    densities: new Map(),
    literal: (i) => memo(literals, i, () => abstractOf(i.value)),
  };
}

function memo<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const deepest = 500;
/** An instruction that is walked costs as much as so many arithmetic operations. */
const costOfStep = 5;
/** Terms of a computed value; more become a variable of their own. */
const mostTerms = 4;

type Frame = { readonly values: (Abstract | undefined)[] };

/** Walks `main`; null where the walk has weight zero. */
export function walk(problem: Problem, choices: Choices, facts: Facts, meter: Meter): Walked | null {
  const { program } = problem;
  const tape = newTape();
  let logWeight = 0;
  let dimension = 0;
  let depth = 0;
  let range: Event | null = null;

  const weigh = (amount: number, dimensions: number): void => {
    logWeight += amount;
    dimension += dimensions;
    if (logWeight === Number.NEGATIVE_INFINITY) throw dead;
  };
  const functionNamed = (name: string): Func => {
    const func = program.functions[name];
    if (func === undefined) throw new Error(`gaussian: no function ${name}`);
    return func;
  };
  const invoke = (name: string, args: readonly Abstract[]): readonly Abstract[] => {
    const func = functionNamed(name);
    const values = new Array<Abstract | undefined>(facts.sizeOf(func));
    return runRegion(func.body, args, { values });
  };
  const call = (name: string, args: readonly Abstract[]): readonly Abstract[] => {
    const func = functionNamed(name);
    if (!func.draws && !func.scores && func.results.length === 1) {
      const constants = args.map((arg, k) => constantOf(arg, func.body.args[k]?.type ?? { kind: 'unit' }));
      if (constants.every((c) => c !== null)) return [abstractOf(problem.pure(name)(...constants))];
    }
    if (depth >= deepest) giveUp(`functions call each other more than ${deepest} deep`);
    depth += 1;
    const values = invoke(name, args);
    depth -= 1;
    return values;
  };
  /** Sums along a chain would grow with every step. */
  const short = (value: Abstract): Abstract => (isAffine(value) ? shortened(tape, value, mostTerms) : value);
  const draws: Draws = createDraws({
    problem,
    choices,
    noises: createNoises(tape),
    tape,
    weigh,
    meter,
    densities: facts.densities,
    call,
  });

  const runRegion = (region: Region, args: readonly Abstract[], frame: Frame): readonly Abstract[] => {
    const { values } = frame;
    for (let k = 0; k < region.args.length; k++) values[region.args[k]?.id ?? 0] = args[k];
    meter(costOfStep * (region.body.length + 1));
    for (const instruction of region.body) execute(instruction, frame);
    return region.yields.map((id) => one(id, frame));
  };
  const one = (id: ValueId, frame: Frame): Abstract => {
    const value = frame.values[id];
    if (value === undefined) throw new Error(`gaussian: %${id} has no value yet`);
    return value;
  };
  const all = (ids: readonly ValueId[], frame: Frame): Abstract[] => ids.map((id) => one(id, frame));
  const known = (id: ValueId, what: string, frame: Frame): number => {
    const value = one(id, frame);
    return typeof value === 'number' ? value : giveUp(`${what} hangs on a continuous value`);
  };
  const addressAt = (id: ValueId, frame: Frame): Address => {
    const value = one(id, frame);
    if (typeof value === 'object' && 'hi' in value) return value;
    throw new Error(`gaussian: %${id} is no address`);
  };
  const put = (
    results: Extract<Instruction, { results: unknown }>['results'],
    made: readonly Abstract[],
    frame: Frame,
  ): void => {
    for (let k = 0; k < results.length; k++) frame.values[results[k]?.id ?? 0] = made[k];
  };

  const operate = (i: InstructionOf<'op'>, values: Frame['values']): Abstract => {
    const [a, b, c] = i.args;
    const second = b === undefined ? b : values[b];
    return short(apply(i, a === undefined ? a : values[a], second, c === undefined ? c : values[c]));
  };

  const execute = (i: Instruction, frame: Frame): void => {
    const { values } = frame;
    switch (i.kind) {
      case 'const':
        values[i.result.id] = facts.literal(i);
        return;
      case 'op':
        values[i.result.id] = operate(i, values);
        return;
      case 'make':
        values[i.result.id] = i.result.type.kind === 'unit' ? 0 : itemsOf(all(i.parts, frame));
        return;
      case 'get':
        values[i.result.id] = elementsOf(one(i.target, frame))?.[i.position] ?? Number.NaN;
        return;
      case 'node':
        values[i.result.id] = one(i.value, frame);
        return;
      case 'address': {
        const index = i.index === null ? 0 : known(i.index, 'the index of a draw', frame);
        values[i.result.id] = extendAddress(addressAt(i.parent, frame), i.site, index);
        return;
      }
      case 'if': {
        const condition = one(i.condition, frame);
        if (isEvent(condition)) put(i.results, undecided(i, frame), frame);
        else put(i.results, runRegion(condition === 1 ? i.then : i.otherwise, [], frame), frame);
        return;
      }
      case 'for': {
        let carried: readonly Abstract[] = all(i.inits, frame);
        const high = known(i.high, 'the length of a loop', frame);
        const low = known(i.low, 'the length of a loop', frame);
        if (high - low > mostIterations) giveUp(`a loop has more than ${mostIterations} iterations`);
        for (let k = low; k < high; k++) carried = runRegion(i.body, [k, ...carried], frame);
        put(i.results, carried, frame);
        return;
      }
      case 'while': {
        let carried: readonly Abstract[] = all(i.inits, frame);
        for (let count = 0; ; count++) {
          if (count > mostIterations) giveUp(`a loop goes on for more than ${mostIterations} iterations`);
          const [going] = runRegion(i.condition, carried, frame);
          if (typeof going !== 'number') giveUp('the length of a loop hangs on a continuous value');
          if (going !== 1) break;
          carried = runRegion(i.body, carried, frame);
        }
        put(i.results, carried, frame);
        return;
      }
      case 'call':
        put(i.results, call(i.callee, all(i.args, frame)), frame);
        return;
      case 'noise':
        values[i.result.id] = draws.noise(i.noise);
        return;
      case 'draw':
        values[i.result.id] = draws.draw(i, all(i.params, frame), addressAt(i.address, frame));
        return;
      case 'score':
        draws.score(i, all(i.params, frame), one(i.value, frame), addressAt(i.address, frame));
        return;
      case 'condition':
        demand(one(i.value, frame));
        return;
      case 'factor': {
        const amount = known(i.value, 'a factor', frame);
        draws.number(amount, 'factor', i.at);
        weigh(amount, 0);
        return;
      }
      case 'check':
        if (known(i.value, 'a check', frame) !== 1) throw { fault: true, code: i.code, message: i.message, at: i.at };
        return;
      case 'resample':
        return;
      case 'extern':
        return giveUp(`the host function '${i.callee}' is called`);
      case 'input':
      case 'read':
      case 'equal':
      case 'approximate':
        return giveUp(`there is approximate evidence or an open ${i.kind}`);
    }
  };

  const demand = (condition: Abstract): void => {
    if (!isEvent(condition)) {
      if (condition !== 1) throw dead;
      return;
    }
    const whole = both(range ?? 1, condition) ?? giveUp('conditions hang on two different continuous values');
    if (whole === 0) throw dead;
    if (isEvent(whole)) range = whole;
  };

  /** Both sides of a branch on a continuous value, where they do nothing but compute. */
  const undecided = (i: InstructionOf<'if'>, frame: Frame): readonly Abstract[] => {
    if (some(i.then, acts) || some(i.otherwise, acts)) return giveUp('a branch hangs on a continuous value');
    const then = runRegion(i.then, [], frame);
    const otherwise = runRegion(i.otherwise, [], frame);
    const condition = one(i.condition, frame);
    if (!isEvent(condition)) return then;
    return then.map((yes, k) => chosen(condition, yes, otherwise[k] ?? yes));
  };

  try {
    const outputs = invoke(problem.main, [rootAddress]);
    return { tape, outputs, logWeight, dimension, range };
  } catch (thrown) {
    if (thrown === dead) return null;
    throw thrown;
  }
}

const acts = (i: Instruction): boolean => !['const', 'op', 'make', 'get', 'node', 'if'].includes(i.kind);
