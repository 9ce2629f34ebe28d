import { keyFromSeed } from '../../runtime/random/seed.js';
import { noiseSource, seedParticle } from '../../runtime/random/source.js';
import { type Distribution, type Estimand, freeNames } from './estimand.js';
import { variableOf } from './rewrite.js';
import { numberOf } from './tables.js';

/** How often expressions are compared, and products of which a distribution is the mixture. */
const trials = 4;
const parts = 6;

/**
 * Whether two expressions are the same in every distribution, whatever is acted on. They are compared in random ones over binary variables, mixtures of
 * products, one for each action by itself: both sides are quotients of polynomials in what these are made of, so that expressions that differ
 * differ there but by a chance of measure zero (Schwartz, Journal of the ACM 27, 1980). No value of a variable is another's better, so that a few do. Null where
 * the sums are too wide to be taken.
 */
export function holdsEverywhere(a: Estimand, b: Estimand): boolean | null {
  const open = [...new Set([...freeNames(a), ...freeNames(b)])].sort();
  for (let trial = 0; trial < trials; trial++) {
    const distribution = mixtures(`${trial}`);
    const drawn = uniforms(`values ${trial}`);
    const values = new Map(open.map((name) => [name, Math.round(drawn())]));
    const x = numberOf(a, values, distribution);
    const y = numberOf(b, values, distribution);
    if (x === null || y === null) return null;
    // What is not a number on one side is no equation.
    if (!(Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y)))) return false;
  }
  return true;
}

/** Uniform numbers that a text stands for. */
function uniforms(text: string): () => number {
  const state = new Int32Array(4);
  const [hi, lo] = keyFromSeed(text);
  seedParticle(hi, lo, 0, state);
  const source = noiseSource(state);
  return () => source.uniform();
}

/** Random distributions, one for each action and its values; NaN where a variable stands in two places of one probability. */
function mixtures(seed: string): Distribution {
  const known = new Map<string, (variable: string) => readonly number[]>();
  const joint = (key: string): ((variable: string) => readonly number[]) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const chances = new Map<string, readonly number[]>();
    const made = (variable: string): readonly number[] => {
      const there = chances.get(variable);
      if (there !== undefined) return there;
      const draw = uniforms(`${seed} ${key} ${variable}`);
      const fresh = Array.from({ length: parts }, () => 0.1 + 0.8 * draw());
      chances.set(variable, fresh);
      return fresh;
    };
    known.set(key, made);
    return made;
  };
  return (of, given, action, values) => {
    const variables = [...of, ...given, ...action].map(variableOf);
    if (new Set(variables).size < variables.length) return Number.NaN;
    const value = (name: string): number => values.get(name) ?? 0;
    const key = action
      .map((name) => `${variableOf(name)}=${value(name)}`)
      .sort()
      .join();
    const chanceOf = joint(key);
    const weights = new Float64Array(parts).fill(1);
    const seen = (names: readonly string[]): number => {
      for (const name of names) {
        const chances = chanceOf(variableOf(name));
        for (let k = 0; k < parts; k++) weights[k]! *= value(name) === 1 ? chances[k]! : 1 - chances[k]!;
      }
      return weights.reduce((total, w) => total + w, 0);
    };
    const below = seen(given);
    return seen(of) / below;
  };
}
