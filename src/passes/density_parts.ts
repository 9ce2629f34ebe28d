/** What of a density is the same for all rows of a loop is computed in front of the loop. */
import { type Builder, createBuilder } from '../ir/build.js';
import type { Family, Func, Instruction, InstructionOf, IrType, Program, Region, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { findFamily, findFunction, withFlags, withFunctions } from '../ir/program.js';
import { eachUseOf, mapRegions, maximalId, some, valuesOf, visit } from '../ir/walk.js';
import { type Purity, purityOf } from './call_graph.js';
import { faultlessIn } from './hoist.js';

/** In about additions: what is less work is not worth a value that lives as long as the loop. */
const leastWork = 6;

/** A family whose density takes one more parameter: what was computed of the parameters at the given places. */
type Parted = {
  readonly key: string;
  /** Takes the parameters at the places. */
  readonly before: string;
  readonly count: number;
  /** Whether it may only be computed where the parameters are inside of the domain. */
  readonly guarded: boolean;
  readonly require: string | null;
};

type Made = {
  readonly program: Program;
  readonly isPure: Purity;
  readonly faultless: (i: Instruction) => boolean;
  readonly functions: Func[];
  readonly families: Record<string, Family>;
  readonly parted: Map<string, Parted | null>;
};

/**
 * Takes the densities of scores in loops of `main` apart: what hangs on parameters from outside of the loop alone (log σ of a normal, the
 * normalising constant of Student's t) is computed once in front of it and handed over in a tuple. Weights, dimensions and faults are the
 * same to the bit: a tuple is not asked whether it is NaN, and what may have a fault is computed where the parameters are inside of the
 * family's domain alone, or else not at all, as the score says so then.
 */
export function withDensityParts(program: Program, main: string): Program {
  const func = findFunction(program, main);
  const inLoop = (i: Instruction): boolean =>
    (i.kind === 'for' || i.kind === 'while') && some(i.body, (inner) => inner.kind === 'score' && !inner.abduct);
  if (func === null || !some(func.body, inLoop)) return program;
  const made: Made = {
    program,
    isPure: purityOf(program),
    faultless: faultlessIn(program),
    functions: [],
    families: {},
    parted: new Map(),
  };
  const builder = createBuilder({ known: valuesOf(func.body) });
  const body = inRegion(func.body, made, builder);
  if (made.functions.length === 0) return program;
  const next = withFunctions(program, [...made.functions, { ...func, body }]);
  return withFlags({ ...next, families: { ...next.families, ...made.families } });
}

function inRegion(region: Region, made: Made, builder: Builder): Region {
  const body = region.body.flatMap((i): readonly Instruction[] => {
    const inner = mapRegions(i, (r) => inRegion(r, made, builder));
    if (inner.kind !== 'for' && inner.kind !== 'while') return [inner];
    const inside = new Set<ValueId>();
    for (const value of valuesOf({ args: [], body: [inner], yields: [] })) inside.add(value.id);
    const { instructions, value } = builder.collect(() =>
      mapRegions(inner, (r) => withParts(r, inside, made, builder)),
    );
    return [...instructions, value];
  });
  return { ...region, body };
}

/** A loop's region with its own scores changed; what they need is written in front of the loop. */
function withParts(region: Region, inside: ReadonlySet<ValueId>, made: Made, builder: Builder): Region {
  const body = region.body.map((i): Instruction => {
    if (i.kind === 'if') return mapRegions(i, (r) => withParts(r, inside, made, builder));
    if (i.kind !== 'score' || i.abduct) return i;
    const places = i.params.flatMap((id, k) => (inside.has(id) ? [] : [k]));
    const parted = partedFamily(i.family, places, made);
    return parted === null ? i : handedOver(i, places, parted, builder);
  });
  return { ...region, body };
}

const real: IrType = { kind: 'real' };
const tupleOf = (count: number): IrType => ({
  kind: 'tuple',
  elements: Array.from({ length: count }, () => ({ kind: 'real' })),
});

function handedOver(
  score: InstructionOf<'score'>,
  places: readonly number[],
  { key, before, count, guarded, require }: Parted,
  builder: Builder,
): Instruction {
  const types = Array.from({ length: count }, () => real);
  const given = places.map((k) => score.params[k]!);
  const compute = (): readonly ValueId[] => builder.call(before, given, types);
  const numbers = builder.withPlace(score.at, () => {
    if (!guarded || require === null) return compute();
    // What the domain does not hang on is not known here.
    const all = score.params.map((id, k) => (places.includes(k) ? id : builder.real(0)));
    const [fine] = builder.call(require, all, [{ kind: 'bool' }]);
    return builder.ifElse(fine!, compute, () => types.map(() => builder.real(Number.NaN)), types);
  });
  return { ...score, family: key, params: [...score.params, builder.make(tupleOf(count), numbers)] };
}

function partedFamily(family: string, places: readonly number[], made: Made): Parted | null {
  const key = `${family} with parts of ${places.join()}`;
  const known = made.parted.get(key);
  if (known !== undefined) return known;
  const parted = places.length === 0 ? null : takenApart(family, places, key, made);
  made.parted.set(key, parted);
  return parted;
}

function takenApart(name: string, places: readonly number[], key: string, made: Made): Parted | null {
  const { program, isPure, faultless } = made;
  const family = findFamily(program, name);
  const density = family?.logpdf == null ? null : findFunction(program, family.logpdf);
  const drawn = family === null ? null : findFunction(program, family.draw);
  if (family === null || density === null || drawn === null) return null;
  const canGuard = onlyAsks(family, places, program);
  const { args, body } = density.body;
  const same = new Set(places.map((k) => args[k]!.id));
  const own = new Set(valuesOf(density.body).map((value) => value.id));
  const literals = new Set<ValueId>();
  const moved: Instruction[] = [];
  const left: Instruction[] = [];
  let guarded = false;
  for (const i of body) {
    if (i.kind === 'const') {
      literals.add(i.result.id);
      continue;
    }
    let fits = isPure(i) && i.kind !== 'check' && (faultless(i) || canGuard);
    const inner = new Set(valuesOf({ args: [], body: [i], yields: [] }).map((value) => value.id));
    eachUseOf(i, (id) => {
      fits &&= same.has(id) || literals.has(id) || inner.has(id) || !own.has(id);
    });
    (fits ? moved : left).push(i);
    if (!fits) continue;
    guarded ||= !faultless(i);
    for (const { id } of resultsOf(i)) same.add(id);
  }
  const used = new Set(density.body.yields);
  for (const i of left) eachUseOf(i, (id) => used.add(id));
  const handed = moved.flatMap(resultsOf).filter(({ id }) => used.has(id));
  const work = moved.reduce((sum, i) => sum + workOf(i, program), 0);
  if (handed.length === 0 || work < leastWork || handed.some(({ type }) => type.kind !== 'real')) return null;
  const constants = body.filter((i) => i.kind === 'const');
  const pure = { draws: false, scores: false };
  const before: Func = {
    name: `${density.name} before ${places.join()}`,
    body: { args: places.map((k) => args[k]!), body: [...constants, ...moved], yields: handed.map((v) => v.id) },
    results: handed.map((v) => v.type),
    ...pure,
  };
  const parts: Value = { id: maximalId(density.body) + 1, type: tupleOf(handed.length) };
  const gets = handed.map(
    (result, position): Instruction => ({ kind: 'get', at: -1, result, target: parts.id, position }),
  );
  const rest: Func = {
    ...density,
    name: `${density.name} after ${places.join()}`,
    body: {
      args: [...args.slice(0, -1), parts, ...args.slice(-1)],
      body: [...constants, ...gets, ...left],
      yields: density.body.yields,
    },
  };
  const wrapped = (func: Func): Func => ({
    ...func,
    name: `${func.name} with parts of ${places.join()}`,
    body: {
      args: [...func.body.args, { id: maximalId(func.body) + 1, type: parts.type }],
      body: func.body.body,
      yields: func.body.yields,
    },
  });
  const required = family.require === null ? null : findFunction(program, family.require);
  const functions = [before, rest, wrapped(drawn), ...(required === null ? [] : [wrapped(required)])];
  made.functions.push(...functions);
  made.families[key] = {
    ...family,
    parameters: [...family.parameters, { name: 'parts', type: parts.type }],
    draw: functions[2]!.name,
    logpdf: rest.name,
    require: functions[3]?.name ?? null,
    ...{ mechanism: null, abduct: null, cdf: null, quantile: null, survival: null, logcdf: null },
    ...{ support: null, mean: null, variance: null },
  };
  return { key, before: before.name, count: handed.length, guarded, require: family.require };
}

/** Whether a family has a domain that hangs on parameters at the places alone, the others being real numbers. */
function onlyAsks(family: Family, places: readonly number[], program: Program): boolean {
  const require = family.require === null ? null : findFunction(program, family.require);
  if (require === null) return false;
  const others = require.body.args.filter((_, k) => !places.includes(k));
  const asked = new Set(require.body.yields);
  for (const i of require.body.body) eachUseOf(i, (id) => asked.add(id));
  return others.every(({ id, type }) => type.kind === 'real' && !asked.has(id));
}

/** Operations that take as long as several additions. */
const dear: ReadonlySet<string> = new Set(['exp', 'log', 'sin', 'cos', 'pow']);

function workOf(i: Instruction, program: Program): number {
  let work = 0;
  visit({ args: [], body: [i], yields: [] }, (inner) => {
    if (inner.kind === 'op') work += dear.has(inner.op) ? 6 : inner.op === 'div' || inner.op === 'sqrt' ? 2 : 1;
    if (inner.kind === 'call') work += (findFunction(program, inner.callee)?.body.body.length ?? 0) + 1;
  });
  return work;
}
