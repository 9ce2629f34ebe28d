/** Random linear-Gaussian models with a few bools that their equations hang on. */
import fc from 'fast-check';

const part = fc.record({ kind: fc.nat(4), a: fc.nat(20), b: fc.nat(20), c: fc.nat(20), k: fc.nat(5), l: fc.nat(5) });
type Part = typeof part extends fc.Arbitrary<infer T> ? T : never;

const coefficients = ['1', '-1', '0.5', '2', '-0.5', '1.5'] as const;
const chances = ['0.2', '0.5', '0.7', '0.4', '0.9', '0.3'] as const;

/** A question on a mixture of linear-Gaussian models, with evidence and at times another world. */
export const mixtureQuestions: fc.Arbitrary<string> = fc
  .record({
    parts: fc.array(part, { minLength: 3, maxLength: 7 }),
    evidence: fc.array(fc.tuple(fc.nat(20), fc.nat(5)), { maxLength: 2 }),
    world: fc.option(fc.tuple(fc.nat(20), fc.nat(5))),
    range: fc.option(fc.tuple(fc.nat(20), fc.nat(5))),
    target: fc.tuple(fc.nat(20), fc.nat(2)),
  })
  .map(({ parts, evidence, world, range, target }) => {
    const bools: string[] = [];
    const reals: string[] = [];
    const lines = parts.map((p, i) => lineOf(p, i, bools, reals));
    if (reals.length === 0) lines.push(lineOf({ kind: 2, a: 0, b: 0, c: 0, k: 0, l: 1 }, parts.length, bools, reals));
    const real = (at: number): string => reals[at % reals.length]!;
    const seen = new Map(evidence.map(([at, k]) => [real(at), coefficients[k]!]));
    const changed = world === null ? '' : `[do(${real(world[0])} = ${coefficients[world[1]]!})]`;
    const bars = [...seen].map(([name, value]) => `${name} = ${value}`);
    if (range !== null && !seen.has(real(range[0]))) bars.push(`${real(range[0])} > ${coefficients[range[1]]!}`);
    const given = bars.length === 0 ? '' : ` | ${bars.join(', ')}`;
    const asked = `${real(target[0])}${changed}`;
    const form = target[1] === 0 ? `P(${asked} > 0.5${given})` : `E(${asked}${given})`;
    return `model M {\n  ${lines.join('\n  ')}\n}\nquery q = ${form}\n`;
  });

/** One node of the model; its name is put among those of its type. */
function lineOf(p: Part, i: number, bools: string[], reals: string[]): string {
  const a = reals[p.a % Math.max(1, reals.length)];
  const b = reals[p.b % Math.max(1, reals.length)];
  const c = bools[p.c % Math.max(1, bools.length)];
  const [k, l] = [coefficients[p.k]!, coefficients[p.l]!];
  const choice = (yes: string, no: string): string => (c === undefined ? yes : `(if ${c} then ${yes} else ${no})`);
  if (p.kind === 0) {
    bools.push(`c${i}`);
    return `c${i} ~ bernoulli(${choice(chances[p.k]!, chances[p.l]!)})`;
  }
  reals.push(`x${i}`);
  if (a === undefined || b === undefined) return `x${i} ~ normal(${choice(k, l)}, ${choice('1', '2')})`;
  if (p.kind === 1) return `x${i} := ${choice(k, l)} * ${a} + ${b} + sample normal(0, 1)`;
  if (p.kind === 2) return `x${i} ~ normal(${choice(`${k} * ${a}`, b)}, ${choice('0.5', '1.5')})`;
  if (p.kind === 3) return `x${i} ~ normal(${a} - ${l} * ${b}, 1)`;
  return `x${i} := ${choice(`${k} * ${a}`, `${b} + ${l}`)}`;
}
