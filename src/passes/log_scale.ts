/**
 * Densities of parameters that are exponentials: `normal(0, exp(h / 2))`, `poisson(exp(eta))`. The density takes the exponent in the
 * parameter's place, and where it asks for the parameter's logarithm that is the exponent itself: less work, and no digits are lost. It
 * is the same number but for rounding; engines see the same program, so that they agree to the bit as before.
 */
import type { Family, Func, Instruction, InstructionOf, Program, ValueId } from '../ir/ir.js';
import { findFamily, findFunction, withFunctions } from '../ir/program.js';
import { definitions, maximalId, some } from '../ir/walk.js';
import { mapBody } from './map_body.js';

/** The program with such densities taken at exponents. Scores that fix noise are left as they are. */
export function withLogScales(program: Program): Program {
  const made: Made = { program, functions: [], families: {} };
  for (const func of Object.values(program.functions)) {
    if (!some(func.body, (i) => i.kind === 'score')) continue;
    const exponents = exponentsOf(func);
    if (exponents.size === 0) continue;
    const change = (i: Instruction): Instruction => (i.kind === 'score' ? atExponents(made, i, exponents) : i);
    const body = mapBody(func.body, new Map(), change);
    if (body !== func.body) made.functions.push({ ...func, body });
  }
  if (made.functions.length === 0) return program;
  return { ...withFunctions(program, made.functions), families: { ...program.families, ...made.families } };
}

type Made = { readonly program: Program; readonly functions: Func[]; readonly families: Record<string, Family> };

/** What the exponential is taken of, by the value that it gives. */
function exponentsOf(func: Func): ReadonlyMap<ValueId, ValueId> {
  const found = new Map<ValueId, ValueId>();
  for (const [id, definition] of definitions(func.body)) {
    if (definition.kind !== 'result') continue;
    const { instruction } = definition;
    if (instruction.kind === 'op' && instruction.op === 'exp') found.set(id, instruction.args[0]!);
  }
  return found;
}

function atExponents(
  made: Made,
  score: InstructionOf<'score'>,
  exponents: ReadonlyMap<ValueId, ValueId>,
): InstructionOf<'score'> {
  const family = findFamily(made.program, score.family);
  const density = family?.logpdf == null ? null : findFunction(made.program, family.logpdf);
  if (family === null || density === null || score.abduct) return score;
  const places = score.params.flatMap((id, k) => (exponents.has(id) && asksForLog(density, k) ? [k] : []));
  if (places.length === 0) return score;
  const key = `${score.family} of exp ${places.join()}`;
  made.families[key] ??= familyOfExponents(made, family, places);
  const params = score.params.map((id, k) => (places.includes(k) ? exponents.get(id)! : id));
  return { ...score, family: key, params };
}

const asksForLog = (density: Func, place: number): boolean => {
  const parameter = density.body.args[place];
  return some(density.body, (i) => i.kind === 'op' && i.op === 'log' && i.args[0] === parameter?.id);
};

function familyOfExponents(made: Made, family: Family, places: readonly number[]): Family {
  const changed = (name: string | null): string | null => {
    const func = name === null ? null : findFunction(made.program, name);
    if (func === null) return name;
    const next = { ...ofExponents(func, places), name: `${func.name} of exp ${places.join()}` };
    made.functions.push(next);
    return next.name;
  };
  return { ...family, logpdf: changed(family.logpdf), require: changed(family.require) };
}

/** The function with exponents in the place of some parameters. */
function ofExponents(func: Func, places: readonly number[]): Func {
  const by = new Map<ValueId, ValueId>();
  const exponentOf = new Map<ValueId, ValueId>();
  let next = maximalId(func.body) + 1;
  const exponentials = places.map((place): Instruction => {
    const { id } = func.body.args[place]!;
    const result = { id: next++, type: { kind: 'real' } } as const;
    by.set(id, result.id);
    exponentOf.set(result.id, id);
    return { kind: 'op', at: -1, result, op: 'exp', args: [id] };
  });
  const body = mapBody(func.body, by, (i) => {
    const exponent = i.kind === 'op' && i.op === 'log' ? exponentOf.get(i.args[0]!) : undefined;
    if (exponent === undefined || i.kind !== 'op') return i;
    by.set(i.result.id, exponent);
    return [];
  });
  return { ...func, body: { ...body, body: [...exponentials, ...body.body] } };
}
