import { type Builder, buildFunction } from '../ir/build.js';
import {
  type Family,
  type Func,
  type Instruction,
  type InstructionOf,
  type IrType,
  type Program,
  resultsOf,
  type ValueId,
} from '../ir/ir.js';
import { cloneRegion, visit } from '../ir/walk.js';
import { dependence, invert, makers } from './invert.js';

/** What a mechanism is made of, for messages: how worlds share the noise of a family's draws. */
export type MechanismKind = 'own' | 'monotone draw' | 'quantile';

/**
 * The program with a mechanism and its inverse (`abduct`) for a family, so that worlds can share the noise of its draws; null when
 * the family gives nothing to make them from. In this order: what the family declares; a draw that is monotone in one noise, inverted
 * symbolically; the quantile of one uniform, inverted by the cdf (for a discrete family uniformly over the noises that give the value).
 */
export function withMechanism(
  program: Program,
  key: string,
): { readonly program: Program; readonly kind: MechanismKind } | null {
  const family = program.families[key];
  if (family === undefined) return null;
  if (family.abduct !== null) {
    return { program: withFamily(program, { ...family, mechanism: family.mechanism ?? family.draw }, []), kind: 'own' };
  }
  if (family.mechanism !== null) {
    const found =
      abductByInversion(program, family, family.mechanism) ?? abductByMonotone(program, family, family.mechanism);
    return found === null
      ? null
      : { program: withFamily(program, { ...family, abduct: found.name }, [found]), kind: 'own' };
  }
  const inverse = abductByInversion(program, family, family.draw);
  if (inverse !== null) {
    return {
      program: withFamily(program, { ...family, mechanism: family.draw, abduct: inverse.name }, [inverse]),
      kind: 'monotone draw',
    };
  }
  const abduct = abductByCdf(program, family);
  if (abduct === null || family.quantile === null) return null;
  const mechanism = quantileMechanism(family, family.quantile);
  const changed = { ...family, mechanism: mechanism.name, abduct: abduct.name };
  return { program: withFamily(program, changed, [mechanism, abduct]), kind: 'quantile' };
}

function withFamily(program: Program, family: Family, functions: readonly Func[]): Program {
  return {
    ...program,
    families: { ...program.families, [family.name]: family },
    functions: { ...program.functions, ...Object.fromEntries(functions.map((f) => [f.name, f])) },
  };
}

const real: IrType = { kind: 'real' };
const noiseArray: IrType = { kind: 'array', element: { kind: 'real' }, length: 1 };

const drawing = { draws: true, scores: false };

const parameterTypes = (family: Family): readonly IrType[] => family.parameters.map((p) => p.type);

function quantileMechanism(family: Family, quantile: string): Func {
  const types: readonly IrType[] = [{ kind: 'address' }, ...parameterTypes(family)];
  return buildFunction(`${family.name}.mechanism`, types, [family.value], drawing, (b, [address = -1, ...params]) => {
    const u = b.noise('uniform', address, 0);
    return b.call(quantile, [...params, u], [family.value]);
  });
}

/** u = F(x) for a continuous family; uniform on (F(x-), F(x)) for a discrete one. */
const abductByCdf = (program: Program, family: Family): Func | null => uniformBehind(program, family, (_b, u) => u);

const nearEnd = 2 ** -30;

/**
 * As `abductByCdf`, for a mechanism that the family declares itself: a monotone function of one uniform, rising or falling. Which of the
 * two is seen near the ends of the unit interval.
 */
function abductByMonotone(program: Program, family: Family, mechanism: string): Func | null {
  const func = program.functions[mechanism];
  const noise = func === undefined ? null : onlyNoise(program, func);
  if (func === undefined || noise?.noise !== 'uniform') return null;
  return uniformBehind(program, family, (b, u, args) => {
    const at = (share: number): ValueId => {
      const by = new Map(func.body.args.map((arg, i) => [arg.id, args[i] ?? arg.id]));
      const body = func.body.body.filter((i) => i !== noise);
      const copy = cloneRegion({ ...func.body, body }, b.fresh, by.set(noise.result.id, b.real(share)));
      for (const instruction of copy.body) b.emit(instruction);
      const [value = u] = copy.yields;
      return family.value.kind === 'bool' ? b.op('to_int', [value], { kind: 'int' }) : value;
    };
    const rising = b.op('le', [at(nearEnd), at(1 - nearEnd)], { kind: 'bool' });
    return b.op('select', [rising, u, b.op('sub', [b.real(1), u], real)], real);
  });
}

/** The uniform that the quantile function takes to the value, then changed by `turn`, which gets the address and the parameters. */
function uniformBehind(
  program: Program,
  family: Family,
  turn: (b: Builder, u: ValueId, args: readonly ValueId[]) => ValueId,
): Func | null {
  const { cdf, value } = family;
  if (cdf === null || program.functions[cdf] === undefined) return null;
  if (!['real', 'int', 'bool'].includes(value.kind)) return null;
  const types: readonly IrType[] = [{ kind: 'address' }, ...parameterTypes(family), value];
  return buildFunction(`${family.name}.abduct`, types, [noiseArray], drawing, (b, args) => {
    const [address = -1, ...params] = args.slice(0, -1);
    const x = args.at(-1) ?? address;
    const at = (v: ValueId): ValueId => b.call(cdf, [...params, v], [real])[0] ?? v;
    const high = at(x);
    if (value.kind === 'real') return [b.make(noiseArray, [turn(b, high, args)])];
    const low =
      value.kind === 'bool'
        ? b.op('select', [x, at(b.bool(false)), b.real(0)], real)
        : at(b.op('sub', [x, b.int(1)], { kind: 'int' }));
    const share = b.noise('uniform', address, 0);
    const u = b.op('add', [low, b.op('mul', [share, b.op('sub', [high, low], real)], real)], real);
    return [b.make(noiseArray, [turn(b, u, args)])];
  });
}

/** The one noise that a function asks for, outside any loop or branch; null where it asks for none, several, or draws besides. */
function onlyNoise(program: Program, func: Func): InstructionOf<'noise'> | null {
  const noises: Instruction[] = [];
  visit(func.body, (i) => {
    const draws = i.kind === 'call' && program.functions[i.callee]?.draws === true;
    if (i.kind === 'noise' || i.kind === 'draw' || draws) noises.push(i);
  });
  const [noise] = noises;
  return noises.length === 1 && noise?.kind === 'noise' && func.body.body.includes(noise) ? noise : null;
}

/** The inverse of a function of one noise that is invertible in it. */
function abductByInversion(program: Program, family: Family, mechanism: string): Func | null {
  const draw = program.functions[mechanism];
  if (draw === undefined || family.value.kind !== 'real') return null;
  const noise = onlyNoise(program, draw);
  const [result] = draw.body.yields;
  if (noise === null || result === undefined) return null;
  const types: readonly IrType[] = [{ kind: 'address' }, ...parameterTypes(family), family.value];
  let possible = true;
  const func = buildFunction(`${family.name}.abduct`, types, [noiseArray], drawing, (b, args) => {
    const by = new Map(draw.body.args.map((arg, i) => [arg.id, args[i] ?? arg.id]));
    const x = args.at(-1) ?? 0;
    const copy = cloneRegion(draw.body, b.fresh, by);
    const position = draw.body.body.indexOf(noise);
    const copied = copy.body[position];
    const [yielded = x] = copy.yields;
    const inverse =
      copied?.kind === 'noise' ? invert(makers(copy.body), yielded, copied.result.id, x, b.fresh, copied.at) : null;
    if (inverse === null) {
      possible = false;
      return [x];
    }
    const depends = dependence(makers(copy.body), copied?.kind === 'noise' ? copied.result.id : -1);
    const before = copy.body.filter((i) => !resultsOf(i).some((r) => depends(r.id)));
    for (const instruction of [...before, ...inverse.body]) b.emit(instruction);
    return [b.make(noiseArray, [inverse.source])];
  });
  return possible ? func : null;
}
