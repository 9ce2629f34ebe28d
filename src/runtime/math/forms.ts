/** The operations on doubles that mathematical functions are written with, for one number and for two side by side. */
import type { Code } from '../assembly/code.js';
import { f64, f64x2, i32, v128 } from '../assembly/instructions.js';
import type { HostRoutine, ModuleBuilder, Routine } from '../assembly/module.js';

/** Arithmetic of one form: f64 or f64x2. */
export type Form = {
  readonly add: (a: Code, b: Code) => Code;
  readonly sub: (a: Code, b: Code) => Code;
  readonly mul: (a: Code, b: Code) => Code;
  /** A constant. */
  readonly of: (value: number) => Code;
};

export const scalarForm: Form = f64;

/** By the number as text, in which -0 is not 0. */
const places = new Map<string, Float64Array>();

/** The array with one constant, the same one for the same number, so that a module holds it once. */
function placeOf(value: number): Float64Array {
  const key = Object.is(value, -0) ? '-0' : String(value);
  const known = places.get(key);
  if (known !== undefined) return known;
  const place = Float64Array.of(value);
  places.set(key, place);
  return place;
}

/** Two lanes. Constants are loaded: V8 puts one that stands in the code together from four instructions. */
export const lanesForm = (link: ModuleBuilder): Form => ({
  add: f64x2.add,
  sub: f64x2.sub,
  mul: f64x2.mul,
  of: (value) => v128.loadSplat(i32.of(0), link.place(placeOf(value))),
});

/** A routine of one number called for each lane; `x` is used twice. */
export const eachLane = (link: ModuleBuilder, routine: Routine | HostRoutine, x: Code): Code =>
  f64x2.withLane(f64x2.splat(link.call(routine, f64x2.lane(x, 0))), link.call(routine, f64x2.lane(x, 1)), 1);
