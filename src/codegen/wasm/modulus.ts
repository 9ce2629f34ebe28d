/** Remainders in WebAssembly, which has no instruction for them. */
import type { Code } from '../../runtime/assembly/code.js';
import { choose, f64, get, i32, select, set, types } from '../../runtime/assembly/instructions.js';
import type { Routine } from '../../runtime/assembly/module.js';
import { modRoutine } from './host_routines.js';

/** Whole numbers below this have a remainder by division, for then a quotient that is no whole number is not rounded to one. */
const WHOLE = 2 ** 52;

/** a % b: for whole numbers by division, else by the host. */
const remainderRoutine: Routine = {
  params: [types.f64, types.f64],
  results: [types.f64],
  body: (link) => {
    const [a, b] = [get(0), get(1)];
    const whole = (x: Code): Code => i32.and(f64.equal(x, f64.trunc(x)), f64.less(f64.abs(x), f64.of(WHOLE)));
    return choose(
      types.f64,
      i32.and(whole(a), whole(b)),
      f64.copySign(f64.sub(a, f64.mul(b, f64.trunc(f64.div(a, b)))), a),
      link.call(modRoutine, a, b),
    );
  },
};

/** What `floorMod` gives. */
export const modulusRoutine: Routine = {
  params: [types.f64, types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const b = get(1);
    const rest = locals.fresh(types.f64);
    const otherSide = i32.xor(f64.less(get(rest), f64.of(0)), f64.less(b, f64.of(0)));
    return [
      set(rest, link.call(remainderRoutine, get(0), b)),
      select(i32.and(f64.unequal(get(rest), f64.of(0)), otherSide), f64.add(get(rest), b), get(rest)),
    ];
  },
};
