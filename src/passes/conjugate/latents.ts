/** Draws that could be integrated out: the density of each as a polynomial in what is drawn. */
import type { Constant, Family, Instruction, InstructionOf } from '../../ir/ir.js';
import { findFamily } from '../../ir/program.js';
import type { Range } from './atoms.js';
import { dirichletForm, memberOf, type Normalisers, naturalForm } from './exponential_families.js';
import { constantOf, interpretCall, type Setting } from './interpret.js';
import { add, asNumberOf, atomPolynomial, numberPolynomial, type Polynomial } from './polynomial.js';
import { type Abstract, beyond, expressionOf, flattened, leaf } from './value.js';

/** A draw, with one latent quantity for each number of its value. */
export type LatentDraw = {
  readonly draw: InstructionOf<'draw'>;
  readonly family: Family;
  readonly latents: readonly number[];
  readonly range: Range;
  /** Whether the value is a vector of probabilities. */
  readonly simplex: boolean;
  /** The log density of the draw. */
  readonly prior: Polynomial;
  /** Conditions on the parameters that are not known to hold. */
  readonly required: readonly Requirement[];
};

/** What must hold at run time, as a truth value; else the run stops. */
export type Requirement = {
  readonly condition: Polynomial;
  readonly family: string;
  readonly site: string;
  readonly at: number;
};

/** A latent quantity: its draw and, for vectors, its position. */
export type Latent = { readonly range: Range; readonly position: number | null };

/** All latent quantities, and the groups of them that sum to 1. Both grow while draws are met. */
export type Latents = {
  readonly all: Latent[];
  readonly simplices: (readonly number[])[];
  /** Tells whether a polynomial is 0 whatever the values are that it is made of. */
  readonly vanishes: (p: Polynomial) => boolean;
  readonly normalisers: Normalisers;
};

const ranges: readonly Range[] = ['real', 'positive', 'unit'];
const longest = 256;

/** Describes a draw by latent quantities; null where its density is none of those that are understood. */
export function latentDraw(
  draw: InstructionOf<'draw'>,
  params: readonly Abstract[],
  latents: Latents,
  setting: Setting,
): LatentDraw | null {
  if (draw.shared || draw.copy) return null;
  const family = findFamily(setting.program, draw.family);
  if (family === null || family.discrete || family.logpdf === null) return null;
  if (family.value.kind === 'real') return scalarDraw(draw, family, params, latents, setting);
  if (family.value.kind === 'array' && family.value.element.kind === 'real')
    return simplexDraw(draw, family, params, latents, setting);
  return null;
}

function scalarDraw(
  draw: InstructionOf<'draw'>,
  family: Family,
  params: readonly Abstract[],
  latents: Latents,
  setting: Setting,
): LatentDraw | null {
  for (const range of ranges) {
    const latent = latents.all.push({ range, position: null }) - 1;
    const x: Abstract = {
      kind: 'number',
      type: family.value,
      tree: leaf(atomPolynomial(setting.algebra.atoms.latent(latent))),
    };
    const found = densityOf(family, params, x, draw, setting);
    if (found === null) continue;
    const natural = naturalForm(found.density, latent, range, setting.algebra);
    if (natural === null) continue;
    const member = memberOf(natural, setting.algebra, latents.normalisers);
    if (member.parameters.some((p) => Number.isNaN(asNumberOf(p) ?? 0))) continue;
    // A density that only looks like the family's does not integrate to 1.
    if (!latents.vanishes(member.logTotal)) continue;
    return { draw, family, latents: [latent], range, simplex: false, prior: found.density, required: found.required };
  }
  return null;
}

function simplexDraw(
  draw: InstructionOf<'draw'>,
  family: Family,
  params: readonly Abstract[],
  latents: Latents,
  setting: Setting,
): LatentDraw | null {
  const length = params.map((p) => lengthOf(p, setting)).find((n) => n !== null) ?? 0;
  if (length < 2 || length > longest) return null;
  const group = Array.from({ length }, (_, position) => latents.all.push({ range: 'unit', position }) - 1);
  const { atoms } = setting.algebra;
  latents.simplices.push(group);
  const forget = (): null => {
    latents.simplices.splice(latents.simplices.indexOf(group), 1);
    return null;
  };
  const x: Abstract = {
    kind: 'parts',
    type: family.value,
    parts: group.map((latent) => ({
      kind: 'number',
      type: { kind: 'real' },
      tree: leaf(atomPolynomial(atoms.latent(latent))),
    })),
  };
  const found = densityOf(family, params, x, draw, setting);
  const form = found === null ? null : dirichletForm(found.density, group, setting.algebra);
  if (found === null || form === null) return forget();
  if (!latents.vanishes(add(form.rest, dirichletTotal(form.concentration, latents.normalisers, setting))))
    return forget();
  return { draw, family, latents: group, range: 'unit', simplex: true, prior: found.density, required: found.required };
}

/** The log of the integral of Π xᵢ^(aᵢ - 1) over vectors of probabilities. */
export const dirichletTotal = (
  concentration: readonly Polynomial[],
  { lgamma }: Normalisers,
  { algebra }: Setting,
): Polynomial =>
  algebra.minus(
    concentration.map(lgamma).reduce(algebra.plus, numberPolynomial(0)),
    lgamma(concentration.reduce(algebra.plus, numberPolynomial(0))),
  );

function lengthOf(value: Abstract, { algebra }: Setting): number | null {
  if (value.kind === 'parts') return value.parts.length;
  if (value.kind !== 'expression') return null;
  const constant: Constant | null = constantOf(expressionOf(value, algebra.atoms));
  return constant !== null && typeof constant === 'object' ? constant.length : null;
}

/** The log density of a family at a value, and what its parameters must meet; null where it cannot be described. */
export function densityOf(
  family: Family,
  params: readonly Abstract[],
  x: Abstract,
  site: Extract<Instruction, { readonly kind: 'draw' | 'score' }>,
  setting: Setting,
): { readonly density: Polynomial; readonly required: readonly Requirement[] } | null {
  if (family.logpdf === null) return null;
  const truth = (name: string, args: readonly Abstract[]): Polynomial => {
    const [value] = interpretCall(name, args, [{ kind: 'bool' }], setting, 0, true);
    if (value?.kind !== 'number') throw beyond;
    return flattened(value.tree, setting.algebra.atoms, setting.algebra.byLatents);
  };
  try {
    const required: Requirement[] = [];
    const met = family.require === null ? numberPolynomial(1) : truth(family.require, params);
    const known = asNumberOf(met);
    if (known === 0) return null;
    if (known === null)
      required.push({
        condition: met,
        family: family.name,
        site: setting.program.sites[site.site]?.name ?? '',
        at: site.at,
      });
    if (
      site.kind === 'draw' &&
      family.support !== null &&
      !family.discrete &&
      asNumberOf(truth(family.support, [...params, x])) !== 1
    )
      return null;
    const [value] = interpretCall(family.logpdf, [...params, x], [{ kind: 'real' }], setting);
    if (value?.kind !== 'number') return null;
    const density = flattened(value.tree, setting.algebra.atoms, setting.algebra.byLatents);
    for (const { coefficient } of density.values()) if (Number.isNaN(coefficient)) return null;
    return { density, required };
  } catch (thrown) {
    if (thrown === beyond) return null;
    throw thrown;
  }
}
