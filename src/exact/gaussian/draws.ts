/** Draws and scores of a walk: normal where the family's own functions say so, chosen where discrete. */
import { parameterFault, requireFault, weightFault } from '../../ir/faults.js';
import type { Constant, Family, InstructionOf, NoiseKind, PlaceId } from '../../ir/ir.js';
import { countReals, isScalarType } from '../../ir/values.js';
import type { Address } from '../../runtime/random/address.js';
import type { Problem } from '../solver.js';
import { type Abstract, constantOf, elementsOf, isAffine, isItems, itemsOf, leavesOf } from './abstract.js';
import { addScaled, type Linear } from './affine.js';
import { type Choices, outcomesOf } from './choices.js';
import { agreesWithDensity } from './density.js';
import { drawAddress, type Noises } from './noises.js';
import { giveUp, isRefused, type Meter } from './refusal.js';
import { shortened, type Tape } from './tape.js';

/** What draws and scores of one walk do. */
export type Draws = {
  readonly noise: (kind: NoiseKind) => Abstract;
  readonly draw: (i: InstructionOf<'draw'>, params: readonly Abstract[], parent: Address) => Abstract;
  readonly score: (i: InstructionOf<'score'>, params: readonly Abstract[], value: Abstract, parent: Address) => void;
  /** A weight must be a number. */
  readonly number: (amount: number, what: string, at: PlaceId) => void;
};

type Setting = {
  readonly problem: Problem;
  readonly choices: Choices;
  readonly noises: Noises;
  readonly tape: Tape;
  readonly weigh: (amount: number, dimension: number) => void;
  readonly meter: Meter;
  /** Functions of draws that were found to have their family's density. */
  readonly densities: Map<string, boolean>;
  readonly call: (name: string, args: readonly Abstract[]) => readonly Abstract[];
};

/** Terms of a draw's value that are left as they are; more become a variable of their own. */
const fewTerms = 1;
/** Draws and scores of one walk. */
export function createDraws({ problem, choices, noises, tape, weigh, meter, densities, call }: Setting): Draws {
  const { program } = problem;
  const siteName = (site: number): string => program.sites[site]?.name ?? `site ${site}`;
  const number = (amount: number, what: string, at: PlaceId): void => {
    if (Number.isNaN(amount)) throw weightFault(what, at);
  };

  const checked = (i: InstructionOf<'draw' | 'score'>, params: readonly Abstract[]): Family => {
    const family = program.families[i.family];
    if (family === undefined) throw new Error(`gaussian: no family ${i.family}`);
    for (let k = 0; k < params.length; k++)
      if (Number.isNaN(params[k]))
        throw parameterFault(family.parameters[k]?.name ?? '', family.name, siteName(i.site), i.at);
    if (family.require !== null) {
      const [good] = call(family.require, params);
      if (typeof good !== 'number') giveUp(`a parameter of '${siteName(i.site)}' may leave its domain`);
      if (good !== 1) throw requireFault(family.name, siteName(i.site), i.at);
    }
    return family;
  };

  const constantsOf = (family: Family, params: readonly Abstract[]): readonly Constant[] | null => {
    const constants: Constant[] = [];
    for (let k = 0; k < params.length; k++) {
      const constant = constantOf(params[k] ?? Number.NaN, family.parameters[k]?.type ?? { kind: 'real' });
      if (constant === null) return null;
      constants.push(constant);
    }
    return constants;
  };

  /** The value of a draw as its family's function makes it. */
  const run = (by: string, address: Address, params: readonly Abstract[], shared: boolean) => {
    const [value] = noises.within(shared ? address : null, () => call(by, [address, ...params]));
    if (value === undefined) throw new Error(`gaussian: ${by} yields nothing`);
    return value;
  };
  const named = <T>(i: InstructionOf<'draw' | 'score'>, body: () => T): T => {
    try {
      return body();
    } catch (thrown) {
      if (!isRefused(thrown) || thrown.refused.startsWith("'")) throw thrown;
      const family = i.family.replace(/[(<].*$/, '');
      return giveUp(`'${siteName(i.site)}' is of the family '${family}': ${thrown.refused}`);
    }
  };

  const settled = (value: Abstract): Abstract => {
    if (isAffine(value)) return shortened(tape, value, fewTerms);
    if (!isItems(value)) return value;
    return itemsOf([...(elementsOf(value) ?? [])].map(settled));
  };

  const drawDiscrete = (
    i: InstructionOf<'draw'>,
    family: Family,
    params: readonly Abstract[],
    address: Address,
  ): number => {
    const constants = constantsOf(family, params);
    if (constants === null) return giveUp('its parameters hang on a continuous value');
    const before = i.shared ? noises.fallen(address) : undefined;
    if (before !== undefined) {
      if (before.family === i.family && sameConstants(before.params, constants)) return before.value;
      return giveUp('worlds share its noise, and its parameters differ between them');
    }
    if (i.copy) giveUp('it has no partner in the world seen');
    const { values, probabilities } = outcomesOf(problem, family, constants);
    const position = choices.choose(values.length);
    const value = values[position] ?? Number.NaN;
    weigh(Math.log(probabilities[position] ?? 0), 0);
    if (i.shared) noises.fell(address, { family: i.family, params: constants, value });
    return value;
  };

  const scoreConstants = (
    i: InstructionOf<'score'>,
    family: Family,
    params: readonly Constant[],
    value: Constant,
    address: Address,
  ): void => {
    const logpdf = problem.entry(i.family, 'logpdf');
    if (logpdf === null) return giveUp(`'${siteName(i.site)}' has no density`);
    const density = Number(logpdf(...params, value));
    number(density, siteName(i.site), i.at);
    weigh(density, family.dimension ?? realsIn(family, value));
    if (!i.abduct) return;
    if (family.discrete && typeof value === 'number') {
      noises.fell(address, { family: i.family, params, value });
      return;
    }
    if (family.abduct === null) return giveUp(`the noise of '${siteName(i.site)}' is not known`);
    const [found] = call(family.abduct, [address, ...params.map(toAbstract), toAbstract(value)]);
    const numbers = found === undefined ? null : leavesOf(found);
    if (!numbers?.every((x) => typeof x === 'number')) return giveUp(`the noise of '${siteName(i.site)}' is not known`);
    noises.fix(address, numbers);
  };

  const scoreNormal = (
    i: InstructionOf<'score'>,
    family: Family,
    params: readonly Abstract[],
    value: Abstract,
    address: Address,
  ) => {
    if (i.abduct && noises.isKnown(address)) giveUp('its noise is fixed twice');
    const first = tape.definitions.length;
    const by = i.abduct ? (family.mechanism ?? family.draw) : family.draw;
    const drawn = leavesOf(run(by, address, params, i.abduct));
    const noisesMade = tape.definitions.slice(first).filter((d) => d === null).length;
    const seen = leavesOf(value);
    if (drawn === null || seen === null) return giveUp('its value is not a number or an array of numbers');
    if (drawn.length !== seen.length) return giveUp('what was seen of it has another length');
    if (i.abduct && noisesMade !== drawn.length) giveUp('its noise cannot be told from its value');
    if (seen.some((x) => typeof x === 'number' && !Number.isFinite(x))) giveUp('what was seen of it is not finite');
    const fresh = (x: Linear): boolean => typeof x !== 'number' && x.ids.some((id) => id >= first);
    if (!drawn.every(fresh)) giveUp('it has no normal noise');
    if (!(densities.get(by) ?? false)) {
      if (!agreesWithDensity(problem, family, params, drawn, tape, first, meter))
        giveUp('its density is not that of its draw');
      densities.set(by, true);
    }
    weigh(0, family.dimension ?? drawn.length);
    for (const [k, x] of drawn.entries()) {
      const difference = addScaled(x, seen[k] ?? 0, -1);
      if (typeof difference === 'number') return giveUp('it has no normal noise');
      tape.observations.push(difference);
    }
  };

  return {
    number,
    noise: (kind) => (kind === 'normal' ? noises.next() : giveUp(`its noise is ${kind}`)),
    draw: (i, params, parent) =>
      named(i, () => {
        const family = checked(i, params);
        const address = drawAddress(parent, i.site);
        if (family.discrete && isScalarType(family.value)) return drawDiscrete(i, family, params, address);
        if (i.copy && !noises.isKnown(address)) giveUp('it has no partner in the world seen');
        const by = i.shared ? (family.mechanism ?? family.draw) : family.draw;
        return settled(run(by, address, params, i.shared));
      }),
    score: (i, params, value, parent) =>
      named(i, () => {
        const family = checked(i, params);
        const address = drawAddress(parent, i.site);
        const constants = constantsOf(family, params);
        const constant = constants === null ? null : constantOf(value, family.value);
        if (constants !== null && constant !== null) scoreConstants(i, family, constants, constant, address);
        else if (family.discrete) giveUp('it hangs on a continuous value');
        else scoreNormal(i, family, params, value, address);
      }),
  };
}

const realsIn = (family: Family, value: Constant): number =>
  typeof value === 'string' ? 0 : countReals(family.value, value instanceof Float64Array ? value : toRuntime(value));

type Runtime = Parameters<typeof countReals>[1];

function toRuntime(value: Constant): Runtime {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Float64Array) return value;
  return value.map(toRuntime);
}

function toAbstract(value: Constant): Abstract {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Float64Array) return value;
  return itemsOf(value.map(toAbstract));
}

function sameConstants(a: Constant, b: Constant): boolean {
  if (typeof a === 'number' || typeof a === 'string' || typeof b === 'number' || typeof b === 'string') return a === b;
  return a.length === b.length && Array.from<Constant>(a).every((x, k) => sameConstants(x, b[k] ?? Number.NaN));
}
