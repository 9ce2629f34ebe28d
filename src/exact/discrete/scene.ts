/** What an abstract walk gathers: variables, factors, and the faults that runs could have. */
import type { Fault } from '../../ir/engine.js';
import { isFault } from '../../ir/faults.js';
import type { RuntimeValue } from '../../ir/values.js';
import { mapped, type PlacedFactor, tabled } from './factor.js';
import {
  type Abstract,
  type Cell,
  cellsOver,
  keyOf,
  known,
  projection,
  type Scope,
  scopeOf,
  sizeOfScope,
  type Table,
  unionOf,
  type Variable,
} from './value.js';

/** Thrown where the walk cannot go on; caught by the solver. */
type Refused = { readonly refused: string };

/** Stops the walk with a reason. */
export const refused = (reason: string): Refused => ({ refused: reason });

/** Whether a thrown thing is a refusal. */
export const isRefused = (thrown: unknown): thrown is Refused =>
  typeof thrown === 'object' && thrown !== null && 'refused' in thrown;

/** A fault that happens where `when` is true, if a run comes there with the factors before `position`. */
type PossibleFault = { readonly position: number; readonly when: Abstract; readonly fault: Fault };

/** The state of a walk. */
export type Scene = {
  factors: PlacedFactor[];
  faults: PossibleFault[];
  variables: number;
  /** The place of the last factor. */
  position: number;
  /** Whether a run comes to the present place, as far as chance decides it. */
  path: Abstract;
  /** What may still be spent. */
  budget: number;
  /** Upper bound of the log of the product of all weights. */
  logMost: number;
  /** The site of a continuous draw that has no value; no operation can be done with it. */
  latent: string | null;
  /** Sum over all draws of the mass that their domains leave out. */
  cut: number;
};

/** A walk that has seen nothing. */
export const newScene = (budget: number): Scene => ({
  factors: [],
  faults: [],
  variables: 0,
  position: 0,
  path: known(1),
  budget,
  logMost: 0,
  latent: null,
  cut: 0,
});

/** Counts work; refuses when there was too much. */
export function spend(scene: Scene, amount: number): void {
  scene.budget -= amount;
  if (scene.budget < 0) throw refused('its tables have more cells than the budget allows');
}

/** A new variable with the given values. */
export function newVariable(scene: Scene, values: readonly RuntimeValue[]): Variable {
  const variable = { id: scene.variables, values };
  scene.variables += 1;
  return variable;
}

/** The value of a variable. */
export const tableOf = (variable: Variable): Table => ({ kind: 'table', scope: [variable], cells: variable.values });

/** A factor that has no place yet. */
export type FreeFactor = Omit<PlacedFactor, 'position'>;

/** A new place, behind all that came before. */
export function nextPosition(scene: Scene): number {
  scene.position += 1;
  return scene.position;
}

/** Adds a factor, at the present place if no other is named. */
export function weigh(scene: Scene, factor: FreeFactor, position = nextPosition(scene)): void {
  spend(scene, (factor.map ?? factor.table).length);
  scene.factors.push({ ...factor, position });
}

/** The factor that gives each configuration of a value the weight of its cell; cells that do not matter weigh 1. */
export function factorOf(value: Abstract, weight: (cell: RuntimeValue) => number): FreeFactor {
  const scope = scopeOf(value);
  const table = Float64Array.from(cellsOver(value, scope), (cell) => (cell === undefined ? 1 : weight(cell)));
  return { ...tabled(scope, table), child: null };
}

/** The most cells of a table; what is greater is cut down to the values that it takes. */
const mostCells = 1 << 16;
/** A table that takes few values in many configurations is better a variable of its own. */
const smallTable = 16;
const repetition = 1.8;

/** A function of the values in one configuration, which it must not keep. Undefined stands for a value that does not matter. */
type CellFunction = (cells: readonly RuntimeValue[]) => Cell;

/** A function applied in every configuration. Where it has a fault, the fault is noted and the value does not matter. */
export const lift = (scene: Scene, args: readonly Abstract[], f: CellFunction): Abstract =>
  applied(scene, args, (cells) => (isDefined(cells) ? f(cells) : undefined));

const isDefined = (cells: readonly Cell[]): cells is readonly RuntimeValue[] => {
  for (const cell of cells) if (cell === undefined) return false;
  return true;
};

/** As `lift`, for a function that can do with arguments that do not matter. */
export const liftLazily = (scene: Scene, args: readonly Abstract[], f: (cells: readonly Cell[]) => Cell): Abstract =>
  applied(scene, args, f);

function applied(scene: Scene, given: readonly Abstract[], f: (cells: readonly Cell[]) => Cell): Abstract {
  const { args, scope } = withinReach(scene, given);
  const size = sizeOfScope(scope);
  spend(scene, size);
  const columns = args.map((a) => (a.kind === 'known' ? null : cellsOver(a, scope)));
  // One array for the arguments of all configurations.
  const cell: Cell[] = args.map((a) => (a.kind === 'known' ? a.value : undefined));
  const cells = new Array<Cell>(size);
  let first: Fault | null = null;
  let bad: number[] | null = null;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < columns.length; k++) {
      const column = columns[k]!;
      if (column !== null) cell[k] = column[i];
    }
    try {
      cells[i] = f(cell);
    } catch (thrown) {
      if (!isFault(thrown)) throw misused(scene, thrown);
      first ??= thrown;
      bad ??= new Array<number>(size).fill(0);
      bad[i] = 1;
      cells[i] = undefined;
    }
  }
  if (first !== null && bad !== null) noteFault(scene, compressed(scene, { kind: 'table', scope, cells: bad }), first);
  return compressed(scene, { kind: 'table', scope, cells });
}

/** What was thrown, or a refusal where an operation on numbers met a continuous draw without a value. */
export const misused = (scene: Scene, thrown: unknown): unknown =>
  scene.latent !== null && thrown instanceof Error && thrown.message.startsWith('interpreter:')
    ? refused(`${scene.latent} is continuous, and more than a parameter of discrete draws`)
    : thrown;

/** Notes a fault that happens where `when` is true and the path is taken. */
export function noteFault(scene: Scene, when: Abstract, fault: Fault): void {
  const both = conjunction(scene, scene.path, when);
  if (both.kind === 'known' && both.value !== 1) return;
  scene.faults.push({ position: scene.position, when: both, fault });
}

/** a and b; what does not matter counts as false. */
export function conjunction(scene: Scene, a: Abstract, b: Abstract): Abstract {
  if (a.kind === 'known') return a.value === 1 ? b : known(0);
  if (b.kind === 'known') return b.value === 1 ? a : known(0);
  return liftLazily(scene, [a, b], ([x, y]) => (x === 1 && y === 1 ? 1 : 0));
}

/** not a. */
export const negation = (scene: Scene, a: Abstract): Abstract => lift(scene, [a], ([x]) => (x === 1 ? 0 : 1));

/** The same arguments, cut down to fewer variables until their joint scope is not too large. */
export function withinReach(
  scene: Scene,
  given: readonly Abstract[],
  most = mostCells,
): { readonly args: readonly Abstract[]; readonly scope: Scope } {
  let args = given;
  let scope = unionOf(args.map(scopeOf));
  if (sizeOfScope(scope) <= most) return { args, scope };
  args = args.map((a) => narrowed(scene, a));
  scope = unionOf(args.map(scopeOf));
  if (sizeOfScope(scope) > most)
    throw refused(`a value hangs on ${scope.length} variables at once, in ${sizeOfScope(scope)} configurations`);
  return { args, scope };
}

/** A value that hangs on several variables as one that hangs on one. */
function narrowed(scene: Scene, value: Abstract): Abstract {
  if (value.kind === 'parts') return { kind: 'parts', parts: value.parts.map((p) => narrowed(scene, p)) };
  return value.kind === 'table' && value.scope.length > 1 ? asVariable(scene, value) : value;
}

/** The distinct values of a table and which of them each cell is; cells that do not matter are the first. */
function distinctValues(cells: readonly Cell[]): {
  readonly values: readonly RuntimeValue[];
  readonly numbers: Int32Array;
} {
  const numberOf = new Map<number | string, number>();
  const values: RuntimeValue[] = [];
  const numbers = new Int32Array(cells.length);
  cells.forEach((cell, i) => {
    if (cell === undefined) return;
    const key = keyOf(cell);
    let number = numberOf.get(key);
    if (number === undefined) {
      number = values.length;
      numberOf.set(key, number);
      values.push(cell);
    }
    numbers[i] = number;
  });
  return { values, numbers };
}

/** The simplest form of a table: a certain value, fewer variables, or a variable of its own. */
function compressed(scene: Scene, table: Table): Abstract {
  const only = table.cells.find((cell) => cell !== undefined);
  if (only === undefined) return { kind: 'table', scope: [], cells: [undefined] };
  const key = keyOf(only);
  if (table.cells.every((cell) => cell === undefined || Object.is(cell, only) || keyOf(cell) === key))
    return known(only);
  if (table.scope.length < 2) return table;
  const fewer = withoutIdle(table);
  if (fewer.cells.length <= smallTable || fewer.scope.length < 2) return fewer;
  return distinctValues(fewer.cells).values.length * repetition <= fewer.cells.length
    ? asVariable(scene, fewer)
    : fewer;
}

/** Tables above this size are not searched for variables that don't matter. */
const searched = 4096;

/** A table without the variables that it does not hang on. */
function withoutIdle(table: Table): Table {
  let current = table;
  if (table.scope.length < 2 || table.cells.length > searched) return current;
  for (const variable of table.scope) {
    const others = current.scope.filter((v) => v !== variable);
    const place = projection(current.scope, others);
    const cells: Cell[] = new Array<Cell>(sizeOfScope(others)).fill(undefined);
    const same = current.cells.every((cell, i) => {
      const before = cells[place[i]!];
      if (before === undefined) cells[place[i]!] = cell;
      return before === undefined || cell === undefined || Object.is(before, cell) || keyOf(before) === keyOf(cell);
    });
    if (same) current = { kind: 'table', scope: others, cells };
  }
  return current;
}

/** A new variable that is certain given those that a table hangs on. */
function asVariable(scene: Scene, table: Table): Abstract {
  const { values, numbers } = distinctValues(table.cells);
  const [only] = values;
  if (only === undefined) return { kind: 'table', scope: [], cells: [undefined] };
  if (values.length === 1) return known(only);
  const variable = newVariable(scene, values);
  weigh(scene, { ...mapped([...table.scope, variable], numbers), child: variable });
  return tableOf(variable);
}
