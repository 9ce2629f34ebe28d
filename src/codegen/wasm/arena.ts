/**
 * Arrays in linear memory. An array is the address of two words, how many elements it has and for how many there is room, and behind
 * them a cell of 8 bytes for each: a double, or the address of another array (a boxed tuple is one, too), or the number of a string.
 * Room comes from an arena that only grows until it is set back as a whole.
 */
import type { Code } from '../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  choose,
  f64,
  get,
  give,
  i32,
  i64,
  loop,
  memory,
  set,
  tee,
  types,
  when,
} from '../../runtime/assembly/instructions.js';
import type { ModuleBuilder, Routine, Variable } from '../../runtime/assembly/module.js';
import { failCode, failing, mostCells } from './faults.js';

/** Bytes in front of an array's cells. */
export const headBytes = 8;
const roomAt = 4;
const pageBytes = 65_536;
/** All cells, and what arrays have in front of them. */
const mostBytes = 8 * mostCells;
/** Copies of more cells are left to the host's own. */
const longestLoop = 24;

/** The first free address of the arena. */
export const topOf = (link: ModuleBuilder): Variable => link.variable('arena top', types.i32);
/** Where the arena begins. */
export const baseOf = (link: ModuleBuilder): Variable => link.variable('arena base', types.i32);
/** Where the memory ends. */
const endOf = (link: ModuleBuilder): Variable => link.variable('arena end', types.i32);

/** Sets where the arena begins. */
export const startArena: Routine = {
  params: [types.i32],
  results: [],
  body: (link) => [
    baseOf(link).set(get(0)),
    topOf(link).set(get(0)),
    endOf(link).set(i32.shl(memory.size, i32.of(16))),
  ],
};

/** Makes the memory so long that the arena fits. */
const lengthen: Routine = {
  params: [],
  results: [],
  body: (link, locals) => {
    const pages = locals.fresh(types.i32);
    const [top, base, end] = [topOf(link), baseOf(link), endOf(link)];
    const fail = failCode(link, failing.memory);
    return [
      when(i32.greater(i32.sub(top.get, base.get), i32.of(mostBytes)), fail),
      // Twice as much as before, or what is needed.
      set(pages, i32.add(i32.shrUnsigned(i32.sub(top.get, end.get), i32.of(16)), i32.of(1))),
      when(i32.less(get(pages), memory.size), set(pages, memory.size)),
      when(i32.greater(get(pages), i32.of(mostBytes / pageBytes)), set(pages, i32.of(mostBytes / pageBytes))),
      when(i32.equal(memory.grow(get(pages)), i32.of(-1)), fail),
      end.set(i32.shl(memory.size, i32.of(16))),
      when(i32.greater(top.get, end.get), fail),
    ];
  },
};

/** Room for so many bytes, a multiple of 8. */
export const allocate: Routine = {
  params: [types.i32],
  results: [types.i32],
  body: (link) => {
    const top = topOf(link);
    return [
      top.get,
      top.set(i32.add(top.get, get(0))),
      when(i32.greater(top.get, endOf(link).get), link.call(lengthen)),
    ];
  },
};

const room = (cells: Code): Code => i32.add(i32.shl(cells, i32.of(3)), i32.of(headBytes));

/** An array of `length` elements with room for as many, not filled. At most `mostCells` may be asked for. */
export const newArray: Routine = {
  params: [types.i32],
  results: [types.i32],
  body: (link, locals) => {
    const at = locals.fresh(types.i32);
    return [i32.store(tee(at, link.call(allocate, room(get(0)))), get(0)), i32.store(get(at), get(0), roomAt), get(at)];
  },
};

/** Copies cells: to, from, how many. The places do not overlap. */
const copyCells: Routine = {
  params: [types.i32, types.i32, types.i32],
  results: [],
  body: (_link, locals) => {
    const end = locals.fresh(types.i32);
    const [to, from, count] = [0, 1, 2];
    return [
      when(i32.greater(get(count), i32.of(longestLoop)), [
        memory.copy(get(to), get(from), i32.shl(get(count), i32.of(3))),
        give(),
      ]),
      set(end, i32.add(get(from), i32.shl(get(count), i32.of(3)))),
      block(
        loop([
          branchIf(i32.atLeast(get(from), get(end)), 1),
          i64.store(get(to), i64.load(get(from))),
          set(to, i32.add(get(to), i32.of(8))),
          set(from, i32.add(get(from), i32.of(8))),
          branch(0),
        ]),
      ),
    ];
  },
};

const lengthAt = (array: Code): Code => i32.load(array);
/** The number of elements. */
export const lengthOf = lengthAt;
const cells = (array: Code): Code => i32.add(array, i32.of(headBytes));

/** A copy of an array with `length` elements, as many as it has or more; those behind are not filled. */
export const copyArray: Routine = {
  params: [types.i32, types.i32],
  results: [types.i32],
  body: (link, locals) => {
    const made = locals.fresh(types.i32);
    return [
      set(made, link.call(newArray, get(1))),
      link.call(copyCells, cells(get(made)), cells(get(0)), lengthAt(get(0))),
      get(made),
    ];
  },
};

/** The array, or a longer copy of it in its place, with room for `needed` elements and a length of so many. */
export const lengthenArray: Routine = {
  params: [types.i32, types.i32],
  results: [types.i32],
  body: (link, locals) => {
    const [array, needed] = [0, 1];
    const before = locals.fresh(types.i32);
    const next = locals.fresh(types.i32);
    const made = locals.fresh(types.i32);
    const top = topOf(link);
    return [
      when(i32.atMost(get(needed), tee(before, i32.load(get(array), roomAt))), [
        i32.store(get(array), get(needed)),
        give(get(array)),
      ]),
      // Twice the room.
      set(next, i32.shl(get(before), i32.of(1))),
      when(i32.less(get(next), i32.of(8)), set(next, i32.of(8))),
      when(i32.less(get(next), get(needed)), set(next, get(needed))),
      choose(
        types.i32,
        // What lies last in the arena grows where it is.
        i32.equal(i32.add(get(array), room(get(before))), top.get),
        [
          top.set(get(array)),
          // It is given the address that it has.
          set(made, link.call(allocate, room(get(next)))),
          get(made),
        ],
        [
          set(made, link.call(allocate, room(get(next)))),
          link.call(copyCells, cells(get(made)), cells(get(array)), lengthAt(get(array))),
          get(made),
        ],
      ),
      set(array, []),
      i32.store(get(array), get(needed)),
      i32.store(get(array), get(next), roomAt),
      get(array),
    ];
  },
};

const filling = (type: typeof types.f64 | typeof types.i32, store: typeof f64.store): Routine => ({
  params: [types.i32, types.i32, types.i32, type],
  results: [],
  body: () => [
    set(1, i32.add(get(0), i32.shl(get(1), i32.of(3)))),
    set(2, i32.add(get(0), i32.shl(get(2), i32.of(3)))),
    block(
      loop([
        branchIf(i32.atLeast(get(1), get(2)), 1),
        store(get(1), get(3), headBytes),
        set(1, i32.add(get(1), i32.of(8))),
        branch(0),
      ]),
    ),
  ],
});

/** Fills cells `from` to `to - 1` of an array with a double: array, from, to, value. */
export const fillNumbers: Routine = filling(types.f64, f64.store);

/** The same with a value. */
export const fillValues: Routine = filling(types.i32, i32.store);
