/** Arithmetic of one particle: numbers are f64, flags i32. */
import { f64, i32, select, types } from '../../runtime/assembly/instructions.js';
import { expRoutine } from '../../runtime/math/exp_routines.js';
import { logRoutine } from '../../runtime/math/log_routines.js';
import { cosRoutine, sinRoutine } from '../../runtime/math/sine_routines.js';
import { arithmeticOf } from './arithmetic.js';

/** Arithmetic of one particle. */
export const scalarArithmetic = arithmeticOf({
  lanes: 1,
  number: types.f64,
  flag: types.i32,
  literal: f64.of,
  numbers: f64,
  flags: { ...i32, not: i32.isZero, toNumber: f64.fromSigned },
  withSign: f64.copySign,
  routines: { exp: expRoutine, log: logRoutine, sin: sinRoutine, cos: cosRoutine },
  callOnPair: ({ link }, routine, a, b) => link.call(routine, a, b),
  select,
});
