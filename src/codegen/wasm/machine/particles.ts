/** All machines as one routine that runs each particle to its next pause. */
import type { Code } from '../../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  branchTable,
  drop,
  f64,
  get,
  i32,
  loop,
  set,
  tee,
  types,
  unreachable,
  when,
} from '../../../runtime/assembly/instructions.js';
import type { Locals, Routine } from '../../../runtime/assembly/module.js';
import { baseOf, topOf } from '../arena.js';
import { allocates } from '../statement_code.js';
import { pieceCode } from './nodes.js';
import { checkRows, type MachineSetting, type Routing, routingOf } from './routing.js';
import { headPlaces, headShift, lookAhead } from './rows.js';
import { takeTotals, totalsCode } from './totals.js';

/** The routine `(from, to) → i32`: runs particles `from` to `to - 1`; 1 where some of them has not ended. */
export function advanceRoutine(setting: MachineSetting): Routine {
  checkRows(setting);
  return {
    params: [types.i32, types.i32],
    results: [types.i32],
    body: (link, locals) => particlesCode(routingOf(setting, link, locals), locals),
  };
}

/** The pieces behind their labels, and the way from one to the next by the number in `next`. */
function machineCode(r: Routing): Code {
  const last = r.pieces.length - 1;
  const pieceOf = (k: number): number => (k < r.nodes ? r.loads.get(k) : r.starts.get(k - r.nodes)) ?? last;
  const table = Array.from({ length: 2 * r.nodes }, (_, k) => pieceOf(k));
  const dispatch = branchTable(get(r.next), [...table, last]);
  return loop(r.pieces.reduce<Code>((inner, _, at) => [block(inner), pieceCode(r, at)], dispatch));
}

function particlesCode(r: Routing, locals: Locals): Code {
  const to = 1;
  const paused = locals.fresh(types.i32);
  const { rows, head, row, p, program } = r;
  const headOf = (place: Code): Code => i32.add(rows.heads.get, i32.shl(place, i32.of(headShift)));
  const rowOf = (place: Code): Code => i32.add(rows.rows.get, i32.mul(place, rows.stride.get));
  const usesArena = [program.low.main, ...program.low.functions.values()].some((f) => allocates(f.body));
  const ahead = i32.add(get(p), i32.of(lookAhead));
  const begin: Code = [
    set(head, headOf(get(p))),
    // Frames lie far apart: the memory is asked for one before it is needed. Behind the last head are as many that are empty.
    set(row, i32.add(rowOf(ahead), i32.load(get(head), headPlaces.offset + lookAhead * headPlaces.size))),
    drop(i32.load(get(row))),
    // Where a call ends, the one below goes on.
    drop(i32.load(i32.sub(get(row), i32.of(64)))),
    set(row, rowOf(get(p))),
    branchIf(i32.lessSigned(tee(r.next, i32.load(get(head), headPlaces.node)), i32.of(0)), 0),
    set(r.frame, i32.add(get(row), i32.load(get(head), headPlaces.offset))),
    rows.current.set(get(p)),
    program.totals.particle.set(f64.add(rows.first.get, f64.fromUnsigned(get(p)))),
    usesArena ? topOf(r.link).set(baseOf(r.link).get) : [],
    takeTotals(r),
  ];
  const pause: Code = [
    totalsCode(r),
    i32.store(get(head), get(r.next), headPlaces.node),
    i32.store(get(head), i32.sub(get(r.frame), get(row)), headPlaces.offset),
    i32.store(get(head), i32.add(i32.sub(get(r.frame), get(row)), get(r.length)), headPlaces.length),
    set(paused, i32.of(1)),
    branch(1),
  ];
  const end: Code = [
    totalsCode(r),
    i32.store(get(head), i32.of(-1), headPlaces.node),
    i32.store(get(head), i32.of(0), headPlaces.length),
    when(
      f64.equal(r.base.weight.get, f64.of(Number.NEGATIVE_INFINITY)),
      rows.outputs.map((column) => f64.store(i32.add(column.get, i32.shl(get(p), i32.of(3))), f64.of(Number.NaN))),
    ),
  ];
  return [
    block(
      loop([
        branchIf(i32.atLeast(get(p), get(to)), 1),
        block([begin, block([block([machineCode(r), unreachable]), pause]), end]),
        set(p, i32.add(get(p), i32.of(1))),
        branch(0),
      ]),
    ),
    get(paused),
  ];
}
