/** Draws and scores of the abstract walk. */
import type { Fault } from '../../ir/engine.js';
import { isFault, weightFault } from '../../ir/faults.js';
import type { Family, InstructionOf, NoiseKind, PlaceId } from '../../ir/ir.js';
import { findFamily } from '../../ir/program.js';
import { asElements, asNumber, countReals, type RuntimeValue, toConstant } from '../../ir/values.js';
import type { Address } from '../../runtime/random/address.js';
import type { Problem } from '../solver.js';
import { tabled } from './factor.js';
import { averagedRow, isLatent, type Latent } from './latent.js';
import { type DrawPlace, expectInDomain, type Row, type Rows } from './rows.js';
import {
  conjunction,
  type FreeFactor,
  factorOf,
  isRefused,
  lift,
  liftLazily,
  newScene,
  newVariable,
  nextPosition,
  noteFault,
  refused,
  type Scene,
  tableOf,
  weigh,
  withinReach,
} from './scene.js';
import { type Abstract, type Cell, cellsOver, known, type Scope, type Variable } from './value.js';

/** A draw or score whose noise other worlds may share. */
export type Member = {
  readonly family: Family;
  readonly place: DrawPlace;
  readonly position: number;
  /** The law in each configuration of the scope; null where it does not matter. */
  readonly scope: Scope;
  readonly rows: readonly (Row | null)[];
  /** What was drawn, with the law of the draw by itself. */
  readonly drawn: { readonly variable: Variable | null; readonly law: FreeFactor | null } | null;
  /** What was seen and where, with the weight that this has by itself. */
  readonly seen: { readonly value: Abstract; readonly path: Abstract; readonly weight: FreeFactor } | null;
};

/** A continuous draw whose noise evidence has fixed. */
type Fixed = { readonly family: Family; readonly params: readonly Abstract[]; readonly value: Abstract };

/** The state of a walk through a program. */
export type Walk = {
  readonly problem: Problem;
  readonly scene: Scene;
  readonly rows: Rows;
  /** Gives noise in place of chance, where a function is only run. */
  readonly noise: ((kind: NoiseKind) => number) | null;
  /** Draws and scores that share noise, by address. */
  readonly groups: Map<string, Member[]>;
  readonly fixed: Map<string, Fixed>;
  /** The paths on which a draw with noise of its own is made, by address. */
  readonly addresses: Map<string, readonly Abstract[]>;
  depth: number;
  /** The draw whose function is being walked through, for messages. */
  drawing: string | null;
  /** By which draw or score a continuous draw is used, and laws averaged over them. */
  readonly uses: Map<string | number, number>;
  readonly averaged: Map<string, Row>;
  /** Continuous dimensions of the scores so far. */
  dimension: Abstract;
};

/** The walk through a function of the program, which the draws of some families need. */
export type Invoke = (walk: Walk, name: string, args: readonly Abstract[]) => Abstract;

/** A walk at its start. */
export const newWalk = (problem: Problem, rows: Rows, budget: number, noise: Walk['noise'] = null): Walk => ({
  problem,
  scene: newScene(budget),
  rows,
  noise,
  groups: new Map(),
  fixed: new Map(),
  addresses: new Map(),
  depth: 0,
  drawing: null,
  uses: new Map(),
  averaged: new Map(),
  dimension: known(0),
});

const addressKey = (address: Address): string => `${address.hi}:${address.lo}`;

const siteName = (walk: Walk, site: number): string => walk.problem.program.sites[site]?.name ?? `site ${site}`;

function familyOf(walk: Walk, key: string): Family {
  const family = findFamily(walk.problem.program, key);
  if (family === null) throw new Error(`exact: no family ${key}`);
  return family;
}

/** Whether the family's values are single whole numbers, truth values or labels, with a mass function. */
const hasRows = (walk: Walk, family: Family): boolean =>
  ['int', 'bool', 'enum'].includes(family.value.kind) && walk.problem.entry(family.name, 'logpdf') !== null;

/** The value of a draw: a new variable, or what the family's own function makes of discrete draws. */
export function drawAbstract(
  walk: Walk,
  i: InstructionOf<'draw'>,
  params: readonly Abstract[],
  address: Address,
  invoke: Invoke,
): Abstract {
  const family = familyOf(walk, i.family);
  const by = i.shared ? (family.mechanism ?? family.draw) : family.draw;
  if (walk.noise !== null) return invoke(walk, by, [known(address), ...params]);
  const site = siteName(walk, i.site);
  const place = { site, at: i.at };
  const key = addressKey(address);
  if (!i.shared) {
    expectOnce(walk, key, site);
  }
  if (!hasRows(walk, family)) {
    lift(walk.scene, params, (cells) => {
      expectInDomain(walk.problem, family, cells, place);
      return 0;
    });
    const fixed = walk.fixed.get(key);
    if (fixed !== undefined && i.shared) return replayed(walk, fixed, by, params, address, invoke);
    const before = walk.drawing;
    walk.drawing ??= site;
    try {
      return invoke(walk, by, [known(address), ...params]);
    } catch (thrown) {
      if (!isRefused(thrown) || i.shared) throw thrown;
      return unvalued(walk, family, params, address, site) ?? rethrow(thrown);
    } finally {
      walk.drawing = before;
    }
  }
  const { scope, rows } = rowsOf(walk, family, params, place, nextPosition(walk.scene));
  const { values, table } = domainOf(rows);
  if (rows.length * values.length > mostCells)
    throw refused(`${site} has ${values.length} values in ${rows.length} configurations`);
  walk.scene.cut += rows.reduce((most, row) => Math.max(most, row?.cut ?? 0), 0);
  const [only] = values;
  if (only === undefined) return { kind: 'table', scope: [], cells: [undefined] };
  const variable = values.length === 1 ? null : newVariable(walk.scene, values);
  const law: FreeFactor | null = variable === null ? null : { ...tabled([...scope, variable], table), child: variable };
  if (i.shared) {
    const member = {
      family,
      place,
      position: nextPosition(walk.scene),
      scope,
      rows,
      drawn: { variable, law },
      seen: null,
    };
    walk.groups.set(key, [...(walk.groups.get(key) ?? []), member]);
  } else if (law !== null) weigh(walk.scene, law);
  return variable === null ? known(only) : tableOf(variable);
}

const rethrow = (thrown: unknown): never => {
  throw thrown;
};

/** A continuous draw without a value; null where its parameters are not certain, or nothing is known of its law. */
function unvalued(
  walk: Walk,
  family: Family,
  params: readonly Abstract[],
  address: Address,
  site: string,
): Abstract | null {
  const values = params.flatMap((p) => (p.kind === 'known' && !isLatent(p.value) ? [p.value] : []));
  if (values.length < params.length || walk.problem.entry(family.name, 'mean') === null) return null;
  walk.scene.latent = site;
  const latent: Latent = { ...address, latent: { family, params: values, site } };
  return known(latent);
}

/** One draw may stand in branches that exclude each other, but not twice in a run. */
function expectOnce(walk: Walk, key: string, site: string): void {
  const { path } = walk.scene;
  const paths = walk.addresses.get(key) ?? [];
  for (const other of paths) {
    const both = conjunction(walk.scene, other, path);
    if (both.kind !== 'known' || both.value === 1) throw refused(`${site} is drawn twice with the same noise`);
  }
  walk.addresses.set(key, [...paths, path]);
}

const mostCells = 1 << 22;

/** The law of a draw in each configuration of its parameters. */
function rowsOf(
  walk: Walk,
  family: Family,
  params: readonly Abstract[],
  place: DrawPlace,
  use: number,
): { readonly scope: Scope; readonly rows: readonly (Row | null)[] } {
  const { scene } = walk;
  const { args, scope } = withinReach(scene, params);
  const columns = args.map((a) => cellsOver(a, scope));
  const count = scope.reduce((n, v) => n * v.values.length, 1);
  const rows: (Row | null)[] = [];
  const faults = new Map<string, { readonly fault: Fault; readonly when: Cell[] }>();
  for (let c = 0; c < count; c++) {
    const cells: RuntimeValue[] = [];
    for (const column of columns) {
      const cell = column[c];
      if (cell !== undefined) cells.push(cell);
    }
    if (cells.length < columns.length) {
      rows.push(null);
      continue;
    }
    try {
      rows.push(cells.some(isLatent) ? averagedRow(walk, family, cells, place, use) : walk.rows(family, cells, place));
    } catch (thrown) {
      if (!isFault(thrown)) throw thrown;
      rows.push(null);
      // One table for all configurations with the same fault: there may be as many as there are cells.
      const key = `${thrown.code} ${thrown.message}`;
      const before = faults.get(key);
      const when = before?.when ?? new Array<Cell>(count).fill(0);
      if (before === undefined) faults.set(key, { fault: thrown, when });
      when[c] = 1;
    }
  }
  for (const { fault, when } of faults.values())
    noteFault(scene, scope.length === 0 ? known(1) : { kind: 'table', scope, cells: when }, fault);
  return { scope, rows };
}

type Domain = { readonly values: readonly number[]; readonly table: Float64Array };

const domains = new WeakMap<Row, Map<string, Domain>>();

/** The values that have probability under some row, and the rows over them one after another. Equal rows give the same object. */
function domainOf(rows: readonly (Row | null)[]): Domain {
  const first = rows.find((row) => row !== null);
  if (first === undefined || first === null) return { values: [], table: new Float64Array(0) };
  const key = rows.map((row) => row?.number ?? '').join();
  const known = domains.get(first) ?? new Map<string, Domain>();
  domains.set(first, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  let low = first.low;
  let high = low + first.weights.length;
  for (const row of rows) {
    low = Math.min(low, row?.low ?? low);
    high = Math.max(high, row === null ? high : row.low + row.weights.length);
  }
  const possible = new Uint8Array(high - low);
  for (const row of new Set(rows))
    row?.weights.forEach((p, k) => {
      if (p > 0) possible[row.low - low + k] = 1;
    });
  const values: number[] = [];
  possible.forEach((p, k) => {
    if (p === 1) values.push(low + k);
  });
  const table = new Float64Array(rows.length * values.length);
  rows.forEach((row, c) => {
    const base = c * values.length;
    // Where the draw does not matter it is the first value.
    if (row === null) table[base] = 1;
    else
      values.forEach((value, k) => {
        table[base + k] = row.weights[value - row.low] ?? 0;
      });
  });
  const made = { values, table };
  known.set(key, made);
  return made;
}

/** Adds the density or mass of a value to the weight, and notes noise that it fixes. */
export function scoreAbstract(
  walk: Walk,
  i: InstructionOf<'score'>,
  params: readonly Abstract[],
  value: Abstract,
  address: Address,
): void {
  const { scene, problem } = walk;
  const family = familyOf(walk, i.family);
  const site = siteName(walk, i.site);
  const place = { site, at: i.at };
  const logpdf = problem.entry(family.name, 'logpdf');
  if (logpdf === null) throw refused(`${family.name} at ${site} has no density`);
  const use = nextPosition(scene);
  const density = lift(scene, [...params, value], (cells) => {
    if (cells.some(isLatent) && hasRows(walk, family)) {
      const row = averagedRow(walk, family, cells.slice(0, -1), place, use);
      return Math.log(row.weights[asNumber(cells.at(-1)) - row.low] ?? 0);
    }
    expectInDomain(problem, family, cells.slice(0, -1), place);
    return Number(logpdf(...cells.map(toConstant)));
  });
  const dimension =
    family.dimension === null
      ? lift(scene, [value], ([x]) => (x === undefined ? undefined : countReals(family.value, x)))
      : known(family.dimension);
  walk.dimension = lift(scene, [walk.dimension, dimension], ([a, b]) => asNumber(a) + asNumber(b));
  const isMass = dimension.kind === 'known' && dimension.value === 0;
  if (!i.abduct || !hasRows(walk, family)) {
    weighBy(walk, density, site, i.at, isMass);
    if (!i.abduct) return;
    if (scene.path.kind !== 'known') throw refused(`whether evidence fixes the noise of ${site} hangs on chance`);
    walk.fixed.set(addressKey(address), { family, params, value });
    return;
  }
  const key = addressKey(address);
  const weight = weightFactor(walk, density, site, i.at, isMass);
  const { scope, rows } = rowsOf(walk, family, params, place, use);
  const seen = { value, path: scene.path, weight };
  const member = { family, place, position: nextPosition(scene), scope, rows, drawn: null, seen };
  walk.groups.set(key, [...(walk.groups.get(key) ?? []), member]);
}

/** Adds a log weight where the path is taken. A mass is never above 1. */
export function weighBy(walk: Walk, amount: Abstract, what: string, at: PlaceId, isMass: boolean): void {
  weigh(walk.scene, weightFactor(walk, amount, what, at, isMass));
}

function weightFactor(walk: Walk, amount: Abstract, what: string, at: PlaceId, isMass: boolean): FreeFactor {
  const { scene } = walk;
  const logs = liftLazily(scene, [scene.path, amount], ([path, x]) => {
    if (path !== 1) return 0;
    if (x !== undefined && Number.isNaN(x)) throw weightFault(what, at);
    return x;
  });
  let most = Number.NEGATIVE_INFINITY;
  for (const cell of cellsOver(logs, logs.kind === 'table' ? logs.scope : []))
    most = Math.max(most, Number(cell ?? most));
  if (most === Number.POSITIVE_INFINITY) throw refused(`the weight that ${what} gives is infinite`);
  if (!isMass && Number.isFinite(most)) scene.logMost += most;
  const scale = Number.isFinite(most) ? most : 0;
  return { ...factorOf(logs, (x) => Math.exp(asNumber(x) - scale)), logScale: scale };
}

/** A continuous draw in another world, on the noise that evidence has fixed: a function of the parameters in both worlds. */
function replayed(
  walk: Walk,
  fixed: Fixed,
  mechanism: string,
  params: readonly Abstract[],
  address: Address,
  invoke: Invoke,
): Abstract {
  const { abduct } = fixed.family;
  if (abduct === null) throw new Error(`exact: ${fixed.family.name} cannot fix its noise`);
  const split = fixed.params.length;
  return lift(walk.scene, [...fixed.params, fixed.value, ...params], (cells) => {
    const found = run(walk, abduct, [address, ...cells.slice(0, split + 1)], invoke, () => {
      throw refused('what is seen of an array or a continuous draw does not fix its noise');
    });
    const numbers = Array.from<RuntimeValue>(asElements(found)).map(asNumber);
    let next = 0;
    return run(walk, mechanism, [address, ...cells.slice(split + 1)], invoke, () => numbers[next++] ?? Number.NaN);
  });
}

/** What a function gives for certain arguments, on the given noise. */
export function run(
  walk: Walk,
  name: string,
  args: readonly RuntimeValue[],
  invoke: Invoke,
  noise: (kind: NoiseKind) => number,
): RuntimeValue {
  const value = invoke(newWalk(walk.problem, walk.rows, runBudget, noise), name, args.map(known));
  if (value.kind === 'known') return value.value;
  throw new Error(`exact: ${name} is not certain`);
}

const runBudget = 1e6;
