import { buildFunction } from '../ir/build.js';
import type { Family, Func, Instruction, IrType, Program, ValueId } from '../ir/ir.js';
import { cloneRegion, visit } from '../ir/walk.js';
import { invert, makers } from './invert.js';

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
    const abduct = abductByCdf(program, family);
    return abduct === null
      ? null
      : { program: withFamily(program, { ...family, abduct: abduct.name }, [abduct]), kind: 'own' };
  }
  const inverse = abductByInversion(program, family);
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
function abductByCdf(program: Program, family: Family): Func | null {
  const { cdf, value } = family;
  if (cdf === null || program.functions[cdf] === undefined) return null;
  if (!['real', 'int', 'bool'].includes(value.kind)) return null;
  const types: readonly IrType[] = [{ kind: 'address' }, ...parameterTypes(family), value];
  return buildFunction(`${family.name}.abduct`, types, [noiseArray], drawing, (b, [address = -1, ...rest]) => {
    const params = rest.slice(0, -1);
    const x = rest.at(-1) ?? address;
    const at = (v: ValueId): ValueId => b.call(cdf, [...params, v], [real])[0] ?? v;
    const high = at(x);
    if (value.kind === 'real') return [b.make(noiseArray, [high])];
    const low =
      value.kind === 'bool'
        ? b.op('select', [x, at(b.bool(false)), b.real(0)], real)
        : at(b.op('sub', [x, b.int(1)], { kind: 'int' }));
    const share = b.noise('uniform', address, 0);
    const u = b.op('add', [low, b.op('mul', [share, b.op('sub', [high, low], real)], real)], real);
    return [b.make(noiseArray, [u])];
  });
}

/** The inverse of a draw that asks for one noise, outside any loop or branch, and is invertible in it. */
function abductByInversion(program: Program, family: Family): Func | null {
  const draw = program.functions[family.draw];
  if (draw === undefined || family.value.kind !== 'real') return null;
  const noises: Instruction[] = [];
  visit(draw.body, (i) => {
    if (i.kind === 'noise' || i.kind === 'draw' || (i.kind === 'call' && program.functions[i.callee]?.draws === true))
      noises.push(i);
  });
  const [noise] = noises;
  const [result] = draw.body.yields;
  if (noises.length !== 1 || noise?.kind !== 'noise' || result === undefined || !draw.body.body.includes(noise))
    return null;
  const types: readonly IrType[] = [{ kind: 'address' }, ...parameterTypes(family), family.value];
  let possible = true;
  const func = buildFunction(`${family.name}.abduct`, types, [noiseArray], drawing, (b, args) => {
    const by = new Map<ValueId, ValueId>();
    for (const [i, arg] of draw.body.args.entries()) by.set(arg.id, args[i] ?? arg.id);
    const x = args.at(-1) ?? 0;
    const whole = cloneRegion(draw.body, b.fresh, by);
    const copied = whole.body.find((i) => i.kind === 'noise');
    const yielded = whole.yields[0];
    if (copied?.kind !== 'noise' || yielded === undefined) {
      possible = false;
      return [x];
    }
    const inverse = invert(makers(whole.body), yielded, copied.result.id, x, b.fresh, copied.at);
    if (inverse === null) {
      possible = false;
      return [x];
    }
    for (const instruction of whole.body) b.emit(instruction);
    for (const instruction of inverse.body) b.emit(instruction);
    return [b.make(noiseArray, [inverse.source])];
  });
  return possible ? func : null;
}
