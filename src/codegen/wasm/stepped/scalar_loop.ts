/** The loop over the particles of a node in which they may go different ways: one particle after the other. */
import type { Code } from '../../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  f64,
  get,
  give,
  i32,
  loop as repeat,
  set,
  types,
  v128,
  when,
} from '../../../runtime/assembly/instructions.js';
import type { HostRoutine, Locals, Routine } from '../../../runtime/assembly/module.js';
import type { LoopItem, LoopSetting, NodeLoop } from '../../loop_items.js';
import type { Block, ColumnPlace, Local, Operand } from '../../low.js';
import { targetsOf } from '../../low.js';
import { nodeLocals } from '../../machine.js';
import { baseOf, headBytes, newArray, startArena, topOf } from '../arena.js';
import { failCode, failing } from '../faults.js';
import { writerOf } from '../function_code.js';
import { stateAt } from '../sources.js';
import { statementCode } from '../statement_code.js';
import {
  numberOf,
  type ProgramWriter,
  placeCode,
  placeOf,
  type Register,
  refuse,
  type Writer,
  wordOf,
} from '../writer.js';
import { newParameters, type Parameters } from './parameters.js';

/** What a loop is written with beside the writer of its particle. */
type Making = {
  readonly setting: LoopSetting;
  readonly node: NodeLoop;
  readonly parameters: Parameters;
  readonly w: Writer;
  /** 8 times the particle. */
  readonly at: number;
  readonly given: number;
};

/** Where loops leave what is no column, by address. */
export type LoopSums = {
  /** A double to which the steps are added that particles do not have in common. */
  readonly done: number;
  /** What stands for outputs of a particle that are no numbers, every 8 bytes. */
  readonly given: number;
};

/** Hands the host the values that a particle gave, by its place times 8. */
const hostTake: HostRoutine = { host: 'take', params: [types.i32], results: [] };

/** The routine, with the texts of its parameters; it gives 1 where a particle died that must be put aside. */
export function scalarLoop(
  program: ProgramWriter,
  setting: LoopSetting,
  node: NodeLoop,
  sums: LoopSums,
): { readonly routine: Routine; readonly texts: readonly string[] } {
  // Parameters are numbered before locals: the first writing finds out which there are.
  const parameters = newParameters();
  let next = 1000;
  write(program, setting, node, parameters, { types: [], fresh: () => next++ }, sums);
  return {
    routine: {
      params: [...parameters.types],
      results: [types.i32],
      body: (_, locals) => write(program, setting, node, parameters, locals, sums),
    },
    texts: parameters.texts,
  };
}

/** What the body of a particle reads beside its statements, as if it were the result. */
const readAtEnd = ({ items }: NodeLoop): readonly Operand[] =>
  items.flatMap((item) => (item.kind === 'put' || item.kind === 'keep' || item.kind === 'yield' ? [item.value] : []));

function write(
  program: ProgramWriter,
  setting: LoopSetting,
  node: NodeLoop,
  parameters: Parameters,
  locals: Locals,
  { done, given }: LoopSums,
): Code {
  const { link, effects, options, totals, countsWords } = program;
  const { machine, differs } = setting;
  const [from, to] = [0, 1];
  const particle = options.layout === 'particle';
  const [at, end, died] = [locals.fresh(types.i32), locals.fresh(types.i32), locals.fresh(types.i32)];
  const [before, taken] = [locals.fresh(types.f64), locals.fresh(types.f64)];
  const statements = node.items.flatMap((item) => (item.kind === 'statement' ? [item.statement] : []));
  const body: Block = { statements, yields: readAtEnd(node) };
  const register = (effect: 'weight' | 'steps', own: Register): Register =>
    own === 'none' && effects.called(body, effect) ? 'memory' : own;
  const made = writerOf(
    program,
    { link, locals },
    { ...program.low.main, params: [] },
    { ...machine.owned, body },
    {
      place: null,
      leave: (inner) => branch(inner.open),
      register,
    },
  );
  const saved = (l: Local): Code => {
    const place = setting.places.get(l.id);
    return place === undefined || !machine.places.has(l.id) ? [] : frame(place, l);
  };
  const w: Writer = {
    ...made,
    defined: (targets) => targets.map(saved),
    placed: (place) => placedCode(making, place),
  };
  const making: Making = { setting, node, parameters, w, at, given };
  const frame = (place: number, value: Operand): Code => {
    if (value.slot === 'value') return refuse('particles hold arrays of their own');
    return f64.store(column(making, `F${place}`), asDouble(w, value));
  };
  const weighs = w.weight.register !== 'none';
  const counts = w.steps.register !== 'none';
  if (w.weight.register === 'memory') differs.dimensions = true;
  if (counts) differs.steps = true;
  const common = (): Code => get(parameters.number('common[0]', types.f64));
  const state = i32.of(stateAt(link));
  const ownState = i32.add(get(parameters.number('S', types.i32)), i32.shl(get(at), i32.of(1)));
  const numberCode = f64.add(
    get(parameters.number('first', types.f64)),
    f64.fromUnsigned(i32.shrUnsigned(get(at), i32.of(3))),
  );
  const { outer, loads } = readBefore(making);
  const gives = node.items.some((item) => item.kind === 'yield' && item.value.slot === 'value');
  const items = [
    node.items.map((item) => itemCode(making, item, body, frame)),
    gives ? link.call(hostTake, get(at)) : [],
  ];
  const dead = f64.of(Number.NEGATIVE_INFINITY);
  const round: Code = [
    totals.particle.set(numberCode),
    program.countsDepth ? totals.depth.set(i32.of(0)) : [],
    topOf(link).set(baseOf(link).get),
    particle ? [v128.storeUnaligned(state, v128.loadUnaligned(ownState)), w.stream?.load ?? []] : [],
    weighs ? [w.weight.set(f64.load(column(making, 'W'))), w.dimension.set(f64.load(column(making, 'D')))] : [],
    counts
      ? [
          set(before, f64.add(common(), f64.load(column(making, 'T')))),
          w.steps.set(countsWords ? i32.truncate(get(before)) : get(before)),
        ]
      : [],
    loads,
    block(items),
    weighs ? [f64.store(column(making, 'W'), w.weight.get), f64.store(column(making, 'D'), w.dimension.get)] : [],
    counts
      ? [
          set(
            taken,
            f64.add(get(taken), f64.sub(countsWords ? f64.fromSigned(w.steps.get) : w.steps.get, get(before))),
          ),
          f64.store(column(making, 'T'), f64.sub(countsWords ? f64.fromSigned(w.steps.get) : w.steps.get, common())),
        ]
      : [],
    particle ? [w.stream?.store ?? [], v128.storeUnaligned(ownState, v128.loadUnaligned(state))] : [],
    weighs && options.layout !== 'column' ? set(died, i32.or(get(died), f64.equal(w.weight.get, dead))) : [],
  ];
  const isDead = (): Code =>
    i32.loadByte(i32.add(get(parameters.number('X', types.i32)), i32.shrUnsigned(get(at), i32.of(3))));
  const living = options.layout === 'column' ? round : when(i32.isZero(isDead()), round);
  // The last parameter: what stands before it may take room in front of the arena.
  const arena = parameters.number('arena()', types.i32);
  return [
    link.call(startArena, get(arena)),
    set(at, i32.shl(get(from), i32.of(3))),
    set(end, i32.shl(get(to), i32.of(3))),
    outer,
    block(
      repeat([branchIf(i32.atLeast(get(at), get(end)), 1), living, set(at, i32.add(get(at), i32.of(8))), branch(0)]),
    ),
    counts ? f64.store(i32.of(done), f64.add(f64.load(i32.of(done)), get(taken))) : [],
    give(get(died)),
  ];
}

const column = ({ parameters, at }: Making, text: string): Code =>
  i32.add(get(parameters.number(text, types.i32)), get(at));

/** A number or a word as a double. */
const asDouble = (w: Writer, o: Operand): Code => (o.slot === 'word' ? f64.fromSigned(wordOf(w, o)) : numberOf(w, o));

/** Sets what is the same for all particles once, and what stands in the frame for each. */
function readBefore(making: Making): { readonly outer: Code; readonly loads: Code } {
  const { setting, node, parameters, w } = making;
  const { read, set: here } = nodeLocals(node.node);
  const outer: Code[] = [];
  const loads: Code[] = [];
  for (const l of read.values()) {
    const held = setting.lockstep.held.get(l.id);
    if (held === 'columnar') continue;
    if (held === 'uniform') {
      outer.push(set(placeOf(w, l), get(parameters.number(`u${l.id}`, l.slot === 'word' ? types.i32 : types.f64))));
      continue;
    }
    const place = setting.places.get(l.id);
    if (place === undefined || here.has(l.id)) continue;
    if (l.slot === 'value') return refuse('particles hold arrays of their own');
    const number = f64.load(column(making, `F${place}`));
    loads.push(set(placeOf(w, l), l.slot === 'word' ? i32.truncate(number) : number));
  }
  return { outer, loads };
}

/** The particle's number in a column. */
function placedCode(making: Making, place: ColumnPlace): Code {
  const { w, parameters, at } = making;
  switch (place.kind) {
    case 'column':
      return f64.load(column(making, `r${place.column}`));
    case 'picked':
      return f64.load(i32.add(get(placeOf(w, place.column)), get(at)));
    case 'if_any': {
      const found = get(parameters.number(`r${place.column}`, types.i32));
      const index = get(parameters.number(place.index, types.f64));
      const length = get(parameters.number(`${place.list}.length`, types.i32));
      return [
        when(i32.isZero(found), failCode(w.site.link, failing.index, index, length, placeCode(place.at))),
        f64.load(i32.add(found, get(at))),
      ];
    }
  }
}

function itemCode(making: Making, item: LoopItem, body: Block, frame: (place: number, value: Operand) => Code): Code {
  const { w, parameters, at } = making;
  const number = (value: Operand, text: string): Code => f64.store(column(making, text), asDouble(w, value));
  switch (item.kind) {
    case 'statement':
      return [statementCode(w, item.statement, body), w.defined(targetsOf(item.statement))];
    case 'noise':
      return [
        set(placeOf(w, item.target), f64.load(column(making, `offsets[${item.use}] - 8 * from`))),
        w.defined([item.target]),
      ];
    case 'stream':
      return set(placeOf(w, item.target), get(parameters.number(`offsets[${item.use}]`, types.i32)));
    case 'columns':
      return set(placeOf(w, item.target), get(parameters.number(`listed(r${item.columns})`, types.i32)));
    case 'gather': {
      if (!item.numbers) return refuse('an array of other values than numbers is put together for each particle');
      const list = get(parameters.number(`listed(r${item.columns})`, types.i32));
      return gathered(making, placeOf(w, item.target), list, at);
    }
    case 'put':
      if (!item.numbers) return refuse('arrays hold other values than numbers');
      return number(item.value, `r${item.column}`);
    case 'keep':
      return frame(item.place, item.value);
    case 'yield':
      if (item.value.slot === 'value') return i32.store(i32.of(making.given + 8 * item.output), wordOf(w, item.value));
      return number(item.value, `o${item.output}`);
  }
}

/** The array of the particle, of a list of columns. */
function gathered({ w }: Making, array: number, list: Code, at: number): Code {
  const { link, locals } = w.site;
  const [k, end] = [locals.fresh(types.i32), locals.fresh(types.i32)];
  const cell = (of: Code): Code => i32.add(of, get(k));
  return [
    set(array, link.call(newArray, i32.load(list))),
    set(k, i32.of(0)),
    set(end, i32.shl(i32.load(list), i32.of(3))),
    block(
      repeat([
        branchIf(i32.atLeast(get(k), get(end)), 1),
        f64.store(cell(get(array)), f64.load(i32.add(i32.load(cell(list), headBytes), get(at))), headBytes),
        set(k, i32.add(get(k), i32.of(8))),
        branch(0),
      ]),
    ),
  ];
}
