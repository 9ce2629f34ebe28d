import { standardErrorOf, type Units } from '../estimate/units.js';

/** What is assumed of the outcome; without `response` and `selection` only that it stays in its range. */
export type OutcomeAssumptions = {
  readonly low: number;
  readonly high: number;
  /** More exposure never lowers (1), or never raises (-1), the outcome of any unit: monotone treatment response. */
  readonly response: 1 | -1 | null;
  /** Units with more exposure would on average have had no lower (1), or no higher (-1), outcomes under each exposure: monotone treatment selection. */
  readonly selection: 1 | -1 | null;
};

/** The ends of what is known of a contrast, with their standard errors by the sampling of units. */
type ManskiBounds = {
  readonly low: number;
  readonly high: number;
  readonly lowSe: number;
  readonly highSe: number;
};

/**
 * Bounds of mean outcomes, whatever confounds them: units without the exposure that is asked about may have any outcome of the range (Manski,
 * American Economic Review 80, 1990), or what monotone response (Manski, Econometrica 65, 1997) and monotone selection (Manski and Pepper,
 * Econometrica 68, 2000) leave of it. Null where an arm, or the group asked about, has no units.
 */
export function manskiBounds(units: Units, assumed: OutcomeAssumptions): ManskiBounds | null {
  const { rows, exposure, arms, among } = units;
  const counted = among === null ? rows : exposure.values.filter((x) => x === among).length;
  if (counted === 0 || arms.some(({ value }) => !exposure.values.includes(value))) return null;
  const low = nothing(rows);
  const high = nothing(rows);
  for (const { sign, value } of arms) {
    const level = levelOf(units, value, assumed);
    add(low, sign > 0 ? level.low : level.high, sign);
    add(high, sign > 0 ? level.high : level.low, sign);
  }
  const direction = directionOf(units);
  // The difference of one unit's outcomes has a sign, which bounds of each mean alone forget.
  if (assumed.response !== null && direction !== 0) {
    const never = assumed.response * direction > 0 ? low : high;
    never.parts.fill(0);
    never.sampling.fill(0);
  }
  const asked = (r: number): boolean => among === null || exposure.values[r] === among;
  const meanOf = ({ parts, sampling }: End): { readonly value: number; readonly se: number } => {
    const value = parts.reduce((sum, part, r) => (asked(r) ? sum + part : sum), 0) / counted;
    const influence = parts.map((part, r) => (rows / counted) * ((asked(r) ? part - value : 0) + sampling[r]!));
    return { value, se: standardErrorOf(influence) };
  };
  const [least, greatest] = [meanOf(low), meanOf(high)];
  return { low: least.value, high: greatest.value, lowSe: least.se, highSe: greatest.se };
}

/** One end: what each unit adds to its mean among those asked about, and what it adds to its sampling through means of others. */
type End = { readonly parts: Float64Array; readonly sampling: Float64Array };

const nothing = (rows: number): End => ({ parts: new Float64Array(rows), sampling: new Float64Array(rows) });

function add(to: End, { parts, sampling }: End, sign: number): void {
  for (let r = 0; r < parts.length; r++) {
    to.parts[r]! += sign * parts[r]!;
    to.sampling[r]! += sign * sampling[r]!;
  }
}

/** The sign of the change of exposure in a difference of two arms; 0 for other contrasts. */
function directionOf({ arms }: Units): number {
  const [plus, ...more] = arms.filter(({ sign }) => sign > 0);
  const [minus, ...others] = arms.filter(({ sign }) => sign < 0);
  if (plus === undefined || minus === undefined || more.length > 0 || others.length > 0) return 0;
  return Math.sign(plus.value - minus.value);
}

/** For each unit the least and the greatest mean of what its outcome would be under an exposure; their means are those of the population. */
function levelOf(
  { rows, outcome, exposure, among }: Units,
  value: number,
  { low, high, response, selection }: OutcomeAssumptions,
): { readonly low: End; readonly high: End } {
  const having: number[] = [];
  for (let r = 0; r < rows; r++) if (exposure.values[r] === value) having.push(r);
  const mean = having.reduce((sum, r) => sum + outcome.values[r]!, 0) / having.length;
  const [least, greatest] = [nothing(rows), nothing(rows)];
  let leastByMean = 0;
  let greatestByMean = 0;
  for (let r = 0; r < rows; r++) {
    const own = outcome.values[r]!;
    const more = Math.sign(value - exposure.values[r]!);
    const asked = among === null || exposure.values[r] === among;
    // What a unit had bounds what it would have had; and where it would have been no better off, those who had the exposure bound it.
    const bound = response === null ? 0 : response * more;
    const chosen = selection === null ? 0 : selection * more;
    least.parts[r] = more === 0 || bound > 0 ? own : chosen < 0 ? mean : low;
    greatest.parts[r] = more === 0 || bound < 0 ? own : chosen > 0 ? mean : high;
    if (asked && bound <= 0 && chosen < 0) leastByMean += 1;
    if (asked && bound >= 0 && chosen > 0) greatestByMean += 1;
  }
  for (const r of having) {
    const away = (outcome.values[r]! - mean) / having.length;
    least.sampling[r] = leastByMean * away;
    greatest.sampling[r] = greatestByMean * away;
  }
  return { low: least, high: greatest };
}
