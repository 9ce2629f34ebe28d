/**
 * The loop over the particles of a node that is arithmetic alone, two particles side by side. Checks are gathered as bits, one for each
 * check, and looked at when the loop is over; a particle of weight zero runs on.
 */
import type { Code } from '../../../runtime/assembly/code.js';
import {
  branchIf,
  f64x2,
  get,
  give,
  i32,
  i64,
  i64x2,
  loop as repeat,
  set,
  types,
  v128,
  when,
} from '../../../runtime/assembly/instructions.js';
import type { Locals, ModuleBuilder, Routine } from '../../../runtime/assembly/module.js';
import { expLanes, expLanesCode } from '../../../runtime/math/exp_routines.js';
import type { LoopItem, LoopSetting, NodeLoop } from '../../loop_items.js';
import { type Block, type Expression, type Local, type Operand, type Statement, targetsOf } from '../../low.js';
import type { PlacedWords } from '../../writer.js';
import type { Arithmetic, Site, Value } from '../contract.js';
import { failing, wordNumber } from '../faults.js';
import { laneArithmetic } from '../lane_arithmetic.js';
import { newParameters, type Parameters } from './parameters.js';

/** Exponentials that stand in the text of a loop; more are calls. */
const mostInPlace = 4;

/** What a loop is written with. */
type Writer = {
  readonly setting: LoopSetting;
  readonly node: NodeLoop;
  readonly site: Site;
  readonly arithmetic: Arithmetic;
  readonly parameters: Parameters;
  /** Before the loop. */
  readonly head: Code[];
  readonly body: Code[];
  readonly values: Map<number, Value>;
  readonly literals: Map<number, number>;
  readonly words: PlacedWords[];
  /** 8 times the particle. */
  readonly at: number;
  /** Bits of checks that failed. */
  readonly bad: number;
  /** Weights of the particles, and dimensions, while they are in locals. */
  weight: number | null;
  dimension: number | null;
  /** Whether the particle was alive before; null: that does not matter. */
  alive: number | null;
  /** Particles that died here. */
  died: number | null;
  /** How often exp stands in place. */
  exponentials: number;
};

/** The routine, with the texts of its parameters; it gives 1 where a particle died that must be put aside. */
export function laneLoop(
  link: ModuleBuilder,
  setting: LoopSetting,
  node: NodeLoop,
): { readonly routine: Routine; readonly texts: readonly string[] } {
  // Parameters are numbered before locals: the first writing finds out which there are.
  const parameters = newParameters();
  write(link, setting, node, parameters, localsFrom(1000));
  return {
    routine: {
      params: [...parameters.types],
      results: [types.i32],
      body: (builder, locals) => write(builder, setting, node, parameters, locals),
    },
    texts: parameters.texts,
  };
}

function localsFrom(first: number): Locals {
  let next = first;
  return { types: [], fresh: () => next++ };
}

function write(
  link: ModuleBuilder,
  setting: LoopSetting,
  node: NodeLoop,
  parameters: Parameters,
  locals: Locals,
): Code {
  const [from, to] = [0, 1];
  const [at, end] = [locals.fresh(types.i32), locals.fresh(types.i32)];
  const [bad, before] = [locals.fresh(types.v128), locals.fresh(types.v128)];
  const w: Writer = {
    setting,
    node,
    site: { link, locals },
    arithmetic: laneArithmetic,
    parameters,
    head: [],
    body: [],
    values: new Map(),
    literals: new Map(),
    words: [],
    at,
    bad,
    weight: null,
    dimension: null,
    alive: null,
    died: null,
    exponentials: 0,
  };
  for (const item of node.items) writeItem(w, item);
  if (w.weight !== null) w.body.push(store(w, 'W', get(w.weight)));
  if (w.dimension !== null) w.body.push(store(w, 'D', get(w.dimension)));
  const first = w.words.map((words) => wordNumber(link, words))[0];
  return [
    set(at, i32.shl(get(from), i32.of(3))),
    set(end, i32.shl(get(to), i32.of(3))),
    w.head,
    when(
      i32.less(get(at), get(end)),
      repeat([
        w.words.length === 0 ? [] : set(before, get(bad)),
        w.body,
        set(at, i32.add(get(at), i32.of(16))),
        branchIf(i32.less(get(at), get(end)), 0),
      ]),
    ),
    first === undefined ? [] : failed(w, first, before, end),
    give(w.died === null ? i32.of(0) : v128.any(get(w.died))),
  ];
}

/** Throws for the first check that failed. Where the last particle stands alone, the lane beside it says nothing. */
function failed({ bad, at, site }: Writer, first: number, before: number, end: number): Code {
  return [
    when(i32.greater(get(at), get(end)), set(bad, i64x2.withLane(get(bad), i64x2.lane(get(before), 1), 1))),
    when(
      v128.any(get(bad)),
      site.link.call(
        failing.words,
        i32.add(i32.of(first), i32.wrap(i64.trailingZeros(i64.or(i64x2.lane(get(bad), 0), i64x2.lane(get(bad), 1))))),
      ),
    ),
  ];
}

const place = (w: Writer, column: string): Code => i32.add(get(w.parameters.number(column, types.i32)), get(w.at));
const load = (w: Writer, column: string): Code => v128.load(place(w, column));
const store = (w: Writer, column: string, value: Code): Code => v128.store(place(w, column), value);

/** A number in a local that is set before the loop. */
function literal(w: Writer, value: number): Code {
  let local = Object.is(value, -0) ? undefined : w.literals.get(value);
  if (local === undefined) {
    local = w.site.locals.fresh(types.v128);
    w.head.push(set(local, w.arithmetic.literal(value)));
    if (!Object.is(value, -0)) w.literals.set(value, local);
  }
  return get(local);
}

/** A value in a local of its own. */
function held(w: Writer, value: Value): Value {
  const local = w.site.locals.fresh(types.v128);
  w.body.push(set(local, value.code));
  return { code: get(local), flag: value.flag };
}

function operandValue(w: Writer, o: Operand): Value {
  if (o.kind === 'literal') return { code: literal(w, o.value), flag: false };
  if (o.kind === 'constant') throw new Error('codegen: a constant is no number');
  const known = w.values.get(o.id);
  if (known !== undefined) return known;
  const found = outerOf(w, o);
  w.values.set(o.id, found);
  return found;
}

/** A local that is set elsewhere: the same for all particles, or in a column of the frame. */
function outerOf(w: Writer, l: Local): Value {
  if (w.setting.lockstep.held.get(l.id) === 'uniform') {
    const local = w.site.locals.fresh(types.v128);
    w.head.push(set(local, f64x2.splat(get(w.parameters.number(`u${l.id}`, types.f64)))));
    return { code: get(local), flag: false };
  }
  return held(w, { code: load(w, `F${w.setting.places.get(l.id)!}`), flag: false });
}

const numberOf = (w: Writer, o: Operand): Code => {
  const value = operandValue(w, o);
  return value.flag ? w.arithmetic.asNumber(value) : value.code;
};

const flagOf = (w: Writer, o: Operand): Code => {
  const value = operandValue(w, o);
  return value.flag ? value.code : w.arithmetic.asFlag(value);
};

/** Sets a local, in its column of the frame too where it has one. */
function define(w: Writer, target: Local, value: Value): void {
  const local = held(w, value);
  w.values.set(target.id, local);
  const { places, machine } = w.setting;
  const column = places.get(target.id);
  if (column !== undefined && machine.places.has(target.id))
    w.body.push(store(w, `F${column}`, local.flag ? w.arithmetic.asNumber(local) : local.code));
}

/** Whether dividing by a number is multiplying by another one, to the bit: powers of two whose inverses are normal numbers. */
const isPowerOfTwo = (x: number): boolean =>
  Math.abs(x) < 2 ** 1000 &&
  Math.abs(x) > 2 ** -1000 &&
  Number.isInteger(Math.log2(Math.abs(x))) &&
  2 ** Math.log2(Math.abs(x)) === Math.abs(x);

function computed(w: Writer, e: Expression): Value {
  switch (e.kind) {
    case 'scalar': {
      const by = e.args[1];
      if (e.op === 'div' && by?.kind === 'literal' && isPowerOfTwo(by.value))
        return { code: f64x2.mul(numberOf(w, e.args[0]!), literal(w, 1 / by.value)), flag: false };
      if (e.op === 'exp') return exponential(w, numberOf(w, e.args[0]!));
      return w.arithmetic.apply(
        w.site,
        e.op,
        e.args.map((o) => operandValue(w, o)),
      );
    }
    case 'power':
      return { code: w.arithmetic.power(w.site, numberOf(w, e.base), e.exponent), flag: false };
    case 'placed':
      if (e.place.kind === 'column') return { code: load(w, `r${e.place.column}`), flag: false };
      break;
    default:
      break;
  }
  throw new Error(`codegen: ${e.kind} is no arithmetic`);
}

/** In place, for the first few: a call puts all that is held aside. */
function exponential(w: Writer, of: Code): Value {
  const { link, locals } = w.site;
  if (w.exponentials >= mostInPlace) return { code: link.call(expLanes, of), flag: false };
  w.exponentials += 1;
  const x = locals.fresh(types.v128);
  return { code: [set(x, of), expLanesCode(link, locals, x, link.call(expLanes, get(x)))], flag: false };
}

function writeItem(w: Writer, item: LoopItem): void {
  switch (item.kind) {
    case 'statement':
      writeStatement(w, item.statement);
      return;
    case 'noise':
      define(w, item.target, { code: load(w, `offsets[${item.use}] - 8 * from`), flag: false });
      return;
    case 'put':
      w.body.push(store(w, `r${item.column}`, numberOf(w, item.value)));
      return;
    case 'keep':
      w.body.push(store(w, `F${item.place}`, numberOf(w, item.value)));
      return;
    case 'yield':
      w.body.push(store(w, `o${item.output}`, numberOf(w, item.value)));
      return;
    default:
      throw new Error(`codegen: ${item.kind} in a loop of lanes`);
  }
}

function writeStatement(w: Writer, s: Statement): void {
  switch (s.kind) {
    case 'set':
      define(w, s.target, computed(w, s.value));
      return;
    case 'if':
      choose(w, s.condition, s.then, s.otherwise, targetsOf(s));
      return;
    case 'fail_unless':
      check(w, flagOf(w, s.value), { at: s.at, words: s.fault });
      return;
    case 'condition':
      weighs(w);
      setWeight(w, w.arithmetic.select(flagOf(w, s.value), get(w.weight!), literal(w, Number.NEGATIVE_INFINITY)));
      return;
    case 'weigh': {
      weighs(w);
      if (!(s.dimension.kind === 'literal' && s.dimension.value === 0)) {
        w.dimension ??= loaded(w, 'D');
        w.body.push(set(w.dimension, f64x2.add(get(w.dimension), numberOf(w, s.dimension))));
      }
      const amount = held(w, { code: numberOf(w, s.value), flag: false }).code;
      check(w, f64x2.equal(amount, amount), { at: s.at, words: { kind: 'weight', what: s.name } });
      // A weight of zero stays zero, whatever is added.
      setWeight(w, v128.select(get(w.weight!), f64x2.add(get(w.weight!), amount), isZero(w)));
      return;
    }
    default:
      throw new Error(`codegen: ${s.kind} in a loop of lanes`);
  }
}

const isZero = (w: Writer): Code => f64x2.equal(get(w.weight!), literal(w, Number.NEGATIVE_INFINITY));

function choose(w: Writer, condition: Operand, then: Block, otherwise: Block, targets: readonly Local[]): void {
  for (const s of [...then.statements, ...otherwise.statements]) writeStatement(w, s);
  const flag = held(w, { code: flagOf(w, condition), flag: true }).code;
  const values = targets.map((_, k) =>
    w.arithmetic.select(flag, numberOf(w, then.yields[k]!), numberOf(w, otherwise.yields[k]!)),
  );
  targets.forEach((target, k) => {
    define(w, target, { code: values[k]!, flag: false });
  });
}

/** A column in a local, loaded where the particle begins. */
function loaded(w: Writer, column: string): number {
  const local = w.site.locals.fresh(types.v128);
  w.body.push(set(local, load(w, column)));
  return local;
}

function weighs(w: Writer): void {
  w.weight ??= loaded(w, 'W');
  alive(w);
}

/** Whether particles are alive: those that are not do nothing where noise is not read in step. */
function alive(w: Writer): Code | null {
  if (w.setting.program.options.layout === 'column') return null;
  w.weight ??= loaded(w, 'W');
  if (w.alive === null) {
    w.alive = w.site.locals.fresh(types.v128);
    w.body.push(set(w.alive, v128.not(isZero(w))));
  }
  return get(w.alive);
}

function setWeight(w: Writer, value: Code): void {
  w.body.push(set(w.weight!, value));
  if (w.setting.program.options.layout === 'column') return;
  w.died ??= w.site.locals.fresh(types.v128);
  w.body.push(set(w.died, v128.or(get(w.died), v128.and(isZero(w), get(w.alive!)))));
}

/** Notes where a flag is not set. */
function check(w: Writer, flag: Code, words: PlacedWords): void {
  const bit = w.site.locals.fresh(types.v128);
  w.head.push(set(bit, i64x2.splat(i64.of(1n << BigInt(w.words.push(words) - 1)))));
  const missed = v128.without(get(bit), flag);
  const living = alive(w);
  w.body.push(set(w.bad, v128.or(get(w.bad), living === null ? missed : v128.and(missed, living))));
}
