/** Sums over loops: what is added in each iteration, taken apart into sums that can be computed without the latent quantities. */
import type { Builder } from '../../ir/build.js';
import type { Instruction, InstructionOf, IrType, Region, Value, ValueId } from '../../ir/ir.js';
import { resultsOf } from '../../ir/ir.js';
import { weighs } from '../../ir/program.js';
import { cloneRegion, rewrite, some, usesOf } from '../../ir/walk.js';
import { order } from '../order.js';
import type { Expression } from './atoms.js';
import { type Collector, type Contribution, reachOfAll } from './collect.js';
import type { Emitter } from './emit.js';
import { numberIn, type Scope } from './interpret.js';
import type { Requirement } from './latents.js';
import {
  add,
  asNumberOf,
  atomPolynomial,
  type Monomial,
  monomialKey,
  multiply,
  numberPolynomial,
  type Polynomial,
  scale,
  sumOf,
  type Term,
} from './polynomial.js';
import { type Abstract, beyond } from './value.js';

/** One sum: of numbers, or one for each of several cells. */
type Sum = {
  readonly value: Polynomial;
  readonly cells: {
    readonly index: Expression;
    readonly atoms: readonly (readonly [atom: number, exponent: number])[];
    readonly count: number;
  } | null;
  /** What stands in front of the sum and does not change in the loop. */
  readonly outer: Monomial;
};

type Loop = InstructionOf<'for' | 'if'>;

/** The region that a loop or branch stands in. */
export type Around = { readonly region: Region; readonly scope: Scope; readonly depth: number };

/** The contributions of a region inside of a loop or branch, as those of the loop or branch itself. */
export function accumulate(
  i: Loop,
  region: Region,
  inside: readonly Contribution[],
  at: Around,
  c: Collector,
): readonly Contribution[] {
  const whole = attempted(i, region, inside, at, c);
  if (whole !== null || inside.length === 1) return whole ?? [];
  return inside.flatMap((one) => attempted(i, region, [one], at, c) ?? []);
}

function attempted(
  i: Loop,
  region: Region,
  inside: readonly Contribution[],
  at: Around,
  c: Collector,
): readonly Contribution[] | null {
  try {
    const sums = inside.map((one) => sumsOf(one.value, at.depth, c));
    const required = inside.flatMap((one) => one.required);
    const trips = tripsOf(i, at.scope);
    // Sums of numbers need no loop where it is known how often it runs.
    const computed = sums.flat().filter((s) => trips === null || s.cells !== null || asNumberOf(s.value) === null);
    const values = computed.length === 0 && required.length === 0 ? [] : compute(i, region, computed, required, at, c);
    const bySum = new Map(computed.map((s, k) => [s, values[k]!] as const));
    return inside.map((one, k) => {
      let value: Polynomial = numberPolynomial(0);
      for (const sum of sums[k]!) {
        const result = bySum.get(sum);
        const outer = sumOf([{ coefficient: 1, monomial: sum.outer }]);
        if (result === undefined) value = add(value, multiply(scale(sum.value, trips ?? 0), outer));
        else if (sum.cells === null) value = add(value, multiply(numberOf(result), outer));
        else value = add(value, multiply(overCells(sum.cells, result, c), outer));
      }
      return { ...one, value, required: [] };
    });
  } catch (thrown) {
    if (thrown === beyond) return null;
    throw thrown;
  }
}

/** How often a loop runs, null where that is not known beforehand. */
function tripsOf(i: Loop, scope: Scope): number | null {
  if (i.kind !== 'for') return null;
  const low = numberIn(scope.find(i.low));
  const high = numberIn(scope.find(i.high));
  return low === null || high === null ? null : Math.max(0, Math.ceil(high - low));
}

const numberOf = (value: Abstract): Polynomial => {
  if (value.kind !== 'number' || value.tree.kind !== 'leaf') throw beyond;
  const number = asNumberOf(value.tree.value);
  if (number !== null && Number.isNaN(number)) throw beyond;
  return value.tree.value;
};

/** A polynomial as sums, one for each combination of what does not change inside. */
function sumsOf(p: Polynomial, depth: number, { setting }: Collector): readonly Sum[] {
  const { atoms } = setting.algebra;
  const groups = new Map<string, { readonly outer: Monomial; readonly cells: Sum['cells']; readonly terms: Term[] }>();
  for (const { coefficient, monomial } of p.values()) {
    const outer: [number, number][] = [];
    const inner: [number, number][] = [];
    const cellular: [number, number][] = [];
    let index: Expression | null = null;
    let count = 0;
    for (const [atom, exponent] of monomial) {
      const info = atoms.info(atom);
      if (info.depth <= depth) outer.push([atom, exponent]);
      else if (!info.visible) inner.push([atom, exponent]);
      else {
        const found = cellOf(atom, setting.algebra.atoms);
        if (found === null || (index !== null && index !== found.index)) throw beyond;
        index = found.index;
        count = found.cells.length;
        cellular.push([atom, exponent]);
      }
    }
    const cells = index === null ? null : { index, atoms: cellular, count };
    const key = `${monomialKey(outer)} | ${monomialKey(cellular)}`;
    const group = groups.get(key) ?? { outer, cells, terms: [] };
    group.terms.push({ coefficient, monomial: inner });
    groups.set(key, group);
  }
  // Cells that differ in the index only are one sum already, as an atom holds its index.
  return Array.from(groups.values(), ({ outer, cells, terms }) => ({ outer, cells, value: sumOf(terms) }));
}

/** The cell that an atom is, or is a function of. */
function cellOf(atom: number, atoms: Collector['setting']['algebra']['atoms']) {
  const { atom: form } = atoms.info(atom);
  if (form.kind === 'cell') return form;
  if (form.kind !== 'log' && form.kind !== 'log1m') return null;
  const { atom: inner } = atoms.info(form.of);
  return inner.kind === 'cell' ? inner : null;
}

/** The sum over cells of what was added for each, times the functions of the cell. */
function overCells(cells: NonNullable<Sum['cells']>, result: Abstract, { setting }: Collector): Polynomial {
  const { atoms } = setting.algebra;
  let sum = numberPolynomial(0);
  for (let k = 0; k < cells.count; k++) {
    const part = result.kind === 'parts' ? result.parts[k] : undefined;
    const factor =
      part !== undefined
        ? numberOf(part)
        : result.kind === 'expression'
          ? atoms.polynomialOf(
              atoms.op('index', [result.expression, atoms.ofPolynomial(numberPolynomial(k), { kind: 'int' })], {
                kind: 'real',
              }),
            )
          : numberPolynomial(Number.NaN);
    sum = add(sum, multiply(factor, functionsAt(cells.atoms, k, atoms)));
  }
  return sum;
}

/** Functions of a cell where the cell is the one of that number. */
export function functionsAt(
  functions: readonly (readonly [atom: number, exponent: number])[],
  k: number,
  atoms: Collector['setting']['algebra']['atoms'],
): Polynomial {
  let product = numberPolynomial(1);
  for (const [atom, exponent] of functions) {
    const { atom: form } = atoms.info(atom);
    const cell = cellOf(atom, atoms);
    const latent = cell?.cells[k];
    if (latent === undefined) throw beyond;
    const x = atoms.latent(latent);
    const at = form.kind === 'log' ? atoms.log(x) : form.kind === 'log1m' ? atoms.log1m(x) : x;
    product = multiply(product, atomPolynomial(at, exponent));
  }
  return product;
}

/** The values of sums: computed at once where nothing in them is random, else by instructions that join the region around. */
function compute(
  i: Loop,
  region: Region,
  sums: readonly Sum[],
  required: readonly Requirement[],
  { region: around, scope, depth }: Around,
  c: Collector,
): readonly Abstract[] {
  const { instructions, results } = summing(i, region, sums, required, c);
  const atOnce =
    depth === 0
      ? c.compute(
          instructions,
          results.map((result, k) => ({ result, cells: sums[k]?.cells?.count ?? null })),
        )
      : null;
  if (atOnce !== null) return atOnce;
  c.extra.set(around, [...(c.extra.get(around) ?? []), ...instructions]);
  const { atoms } = c.setting.algebra;
  const reach = reachOfAll(
    instructions.flatMap((made) => [...usesOf(made)]),
    scope,
    c.setting,
  );
  return results.map((r): Abstract => {
    const expression = atoms.value(r.id, r.type, depth, reach);
    return r.type.kind === 'real'
      ? { kind: 'number', type: r.type, tree: { kind: 'leaf', value: atoms.polynomialOf(expression) } }
      : { kind: 'expression', expression };
  });
}

/** Instructions that compute the sums, and their results. */
type Summing = { readonly instructions: readonly Instruction[]; readonly results: readonly Value[] };

const typeOfSum = (s: Sum): IrType =>
  s.cells === null ? { kind: 'real' } : { kind: 'array', element: { kind: 'real' }, length: null };

/** A sum of nothing. */
const nothing = (s: Sum, result: Value, at: number): Instruction => ({
  kind: 'const',
  at,
  result,
  value: s.cells === null ? 0 : new Float64Array(s.cells.count),
});

/** The loop or branch with what the sums need alone. */
function summing(
  i: Loop,
  region: Region,
  sums: readonly Sum[],
  required: readonly Requirement[],
  c: Collector,
): Summing {
  const { builder } = c;
  const before = sums.map((s) => builder.fresh(typeOfSum(s)));
  const starts = sums.map((s) => nothing(s, builder.fresh(typeOfSum(s)), i.at));
  const { instructions, value: ends } = builder.collect(() =>
    builder.withPlace(i.at, () => {
      const emitter = c.emitter();
      emitRequirements(required, emitter, builder);
      return sums.map((s, k) => {
        const amount = emitter.polynomial(s.value);
        const sum = before[k]!.id;
        if (s.cells === null) return builder.op('add', [sum, amount]);
        const index = emitter.expression(s.cells.index);
        return builder.op('set', [sum, index, builder.op('add', [builder.op('index', [sum, index]), amount])]);
      });
    }),
  );
  const stripped = rewrite(region, (inner) => (weighs(inner) || inner.kind === 'check' ? [] : inner)).body;
  const body = order([...stripped, ...(c.extra.get(region) ?? []), ...instructions]);
  if (body === null) throw beyond;
  const results = sums.map((s) => builder.fresh(typeOfSum(s)));
  const inits = starts.flatMap(resultsOf).map((r) => r.id);
  if (i.kind === 'if') {
    const kept = needed(body, ends, () => []);
    const by = new Map(before.map((b, k) => [b.id, inits[k]!]));
    const taken = cloneRegion({ args: [], body: kept.body, yields: ends }, builder.fresh, by);
    const empty: Region = { args: [], body: [], yields: inits };
    const then = region === i.then ? taken : empty;
    const otherwise = region === i.then ? empty : taken;
    return { instructions: [...starts, { ...i, results, then, otherwise }], results };
  }
  const [index, ...carried] = region.args;
  if (index === undefined) throw beyond;
  const kept = needed(body, ends, (id) => {
    const k = carried.findIndex((arg) => arg.id === id);
    return k < 0 ? [] : [region.yields[k]!];
  });
  const positions = carried.flatMap((arg, k) => (kept.used.has(arg.id) ? [k] : []));
  const looped: Region = {
    args: [index, ...positions.map((k) => carried[k]!), ...before],
    body: kept.body,
    yields: [...positions.map((k) => region.yields[k]!), ...ends],
  };
  const loop: Instruction = {
    ...i,
    results: [...positions.map((k) => builder.fresh(carried[k]!.type)), ...results],
    inits: [...positions.map((k) => i.inits[k]!), ...inits],
    body: cloneRegion(looped, builder.fresh),
  };
  return { instructions: [...starts, loop], results };
}

/** Writes the conditions that parameters must meet. */
export function emitRequirements(required: readonly Requirement[], emitter: Emitter, builder: Builder): void {
  for (const { condition, family, site, at } of required)
    builder.withPlace(at, () => {
      builder.check(
        emitter.polynomial(condition, { kind: 'bool' }),
        'E0601',
        `The parameters of ${family} at ${site} are outside its domain.`,
      );
    });
}

/** What of a region is needed for values; `more` names what else an argument of the region needs. Draws cannot be repeated. */
function needed(
  body: readonly Instruction[],
  ends: readonly ValueId[],
  more: (id: ValueId) => readonly ValueId[],
): { readonly body: readonly Instruction[]; readonly used: ReadonlySet<ValueId> } {
  const maker = new Map<ValueId, Instruction>();
  for (const i of body) for (const r of resultsOf(i)) maker.set(r.id, i);
  const used = new Set<ValueId>();
  const kept = new Set<Instruction>();
  const open = [...ends];
  const has = (i: Instruction, kinds: readonly Instruction['kind'][]): boolean =>
    some({ args: [], body: [i], yields: [] }, (inner) => kinds.includes(inner.kind));
  const keep = (i: Instruction): void => {
    if (kept.has(i)) return;
    kept.add(i);
    if (has(i, ['draw', 'extern'])) throw beyond;
    open.push(...usesOf(i));
  };
  for (const i of body) if (has(i, ['check'])) keep(i);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (used.has(id)) continue;
    used.add(id);
    open.push(...more(id));
    const from = maker.get(id);
    if (from !== undefined) keep(from);
  }
  return { body: body.filter((i) => kept.has(i)), used };
}
