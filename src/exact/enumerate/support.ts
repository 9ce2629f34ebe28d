/** The values of a discrete distribution, found from its mass function. */
import { parameterFault, requireFault } from '../../ir/faults.js';
import type { Constant, Family, IrType, PlaceId } from '../../ir/ir.js';
import { type RuntimeValue, toConstant } from '../../ir/values.js';
import type { Evaluate, Problem } from '../solver.js';
import { keyOfAll } from './distribution.js';
import { type Budget, giveUp } from './refusal.js';

/** Values with their probabilities, and what is missing to 1. */
type Support = {
  readonly values: readonly number[];
  readonly probabilities: readonly number[];
  readonly leftOut: number;
};

/** Who asks, for messages. */
type Asker = { readonly site: string; readonly at: PlaceId };

/** What the enumeration asks of families; answers are kept by parameters. */
export type Families = {
  /** Faults where the parameters are none of the family. */
  readonly check: (key: string, family: Family, params: readonly RuntimeValue[], asker: Asker) => void;
  readonly support: (key: string, family: Family, params: readonly RuntimeValue[], asker: Asker) => Support;
  /** Null where the family does not say it. */
  readonly logDensity: (key: string) => Evaluate | null;
};

/** Families of a problem. */
export function familiesOf(problem: Problem, budget: Budget): Families {
  const checked = new Set<string>();
  const supports = new Map<string, Support>();
  const logDensity: Families['logDensity'] = (key) => problem.entry(key, 'logpdf');
  const check: Families['check'] = (key, family, params, asker) => {
    const name = `${key}(${keyOfAll(params)})`;
    if (checked.has(name)) return;
    for (const [k, value] of params.entries())
      if (typeof value === 'number' && Number.isNaN(value))
        throw parameterFault(family.parameters[k]?.name ?? '', family.name, asker.site, asker.at);
    const require = family.require === null ? null : problem.entry(key, 'require');
    if (require !== null && require(...constants(params)) !== 1) throw requireFault(family.name, asker.site, asker.at);
    checked.add(name);
  };
  return {
    check,
    logDensity,
    support: (key, family, params, asker) => {
      const name = `${key}(${keyOfAll(params)})`;
      const known = supports.get(name);
      if (known !== undefined) return known;
      check(key, family, params, asker);
      const density = logDensity(key) ?? giveUp(`the distribution of ${asker.site} has no mass function`);
      const given = constants(params);
      const mass = (x: number): number => {
        budget.spend(10);
        const log = density(...given, x);
        return typeof log === 'number' ? Math.exp(log) : Number.NaN;
      };
      const finite = membersOf(family.value);
      const found =
        finite === null
          ? scan(mass, () => startOf(problem, key, given), asker.site)
          : exactly(
              Array.from({ length: finite }, (_, k) => k),
              mass,
            );
      supports.set(name, found);
      return found;
    },
  };
}

const constants = (values: readonly RuntimeValue[]): readonly Constant[] => values.map(toConstant);

/** How many values a type has, null where it has no end. */
function membersOf(type: IrType): number | null {
  if (type.kind === 'bool') return 2;
  return type.kind === 'enum' ? type.members.length : null;
}

function exactly(values: readonly number[], mass: (x: number) => number): Support {
  const kept = values.map((x) => ({ x, p: mass(x) })).filter(({ p }) => !(p <= 0));
  return { values: kept.map(({ x }) => x), probabilities: kept.map(({ p }) => p), leftOut: 0 };
}

/** A place near the middle of the mass. */
function startOf(problem: Problem, key: string, given: readonly Constant[]): number {
  for (const guess of [problem.entry(key, 'mean')?.(...given), problem.entry(key, 'quantile')?.(...given, 0.5)])
    if (typeof guess === 'number' && Number.isFinite(guess)) return Math.round(guess);
  return 0;
}

/** Terms under this share of the mass are left out once so many in a row are. */
const negligible = 1e-20;
const inARow = 64;
/** The farthest that is looked for mass, and what may be missing then. */
const farthest = 1e6;
const missing = 1e-9;

/** Looks up and down from a start until nothing comes any more. The mass that was left out is 1 minus the mass that was found. */
function scan(mass: (x: number) => number, start: () => number, site: string): Support {
  const middle = start();
  const found: { x: number; p: number }[] = [];
  let total = 0;
  const ends: boolean[] = [];
  const walk = (from: number, by: number): void => {
    let quiet = 0;
    let vanished = true;
    // As long as much is missing, silence is a gap.
    for (let x = from; quiet < inARow || (total < 0.5 && Math.abs(x - from) < 1e5); x += by) {
      if (Math.abs(x - from) > farthest) {
        vanished = false;
        break;
      }
      const p = mass(x);
      if (Number.isNaN(p)) giveUp(`the mass function of ${site} is not a number at ${x}`);
      if (p > 0) found.push({ x, p });
      if (p > negligible) quiet = 0;
      else quiet += 1;
      if (p > 0) vanished = false;
      else if (quiet === 1) vanished = true;
      total += p;
    }
    ends.push(vanished);
  };
  walk(middle, 1);
  walk(middle - 1, -1);
  const lost = 1 - total;
  if (!(lost < missing)) giveUp(`the values of ${site} could not be listed: ${total} of their probability was found`);
  if (total > 1 + missing) giveUp(`the mass function of ${site} adds up to ${total}`);
  const kept = found.filter(({ p }) => p > negligible).sort((a, b) => a.x - b.x);
  return {
    values: kept.map(({ x }) => x),
    probabilities: kept.map(({ p }) => p),
    leftOut: ends.every(Boolean) ? 0 : Math.max(lost, 1e-16),
  };
}
