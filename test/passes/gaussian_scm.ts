/** Random linear-Gaussian structural causal models, with answers by conditioning a multivariate normal. */
import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';

/** A linear function of the exogenous noises, all independent standard normals. */
type Linear = { readonly constant: number; readonly noise: ReadonlyMap<string, number> };

const number = (constant: number): Linear => ({ constant, noise: new Map() });
const noise = (name: string): Linear => ({ constant: 0, noise: new Map([[name, 1]]) });
const scale = (k: number, a: Linear): Linear => ({
  constant: k * a.constant,
  noise: new Map([...a.noise].map(([name, v]) => [name, k * v])),
});
const add = (a: Linear, b: Linear): Linear => {
  const sum = new Map(a.noise);
  for (const [name, v] of b.noise) sum.set(name, (sum.get(name) ?? 0) + v);
  return { constant: a.constant + b.constant, noise: sum };
};
const covariance = (a: Linear, b: Linear): number => {
  let sum = 0;
  for (const [name, v] of a.noise) sum += v * (b.noise.get(name) ?? 0);
  return sum;
};

type Values = Map<string, Linear>;
type World = { readonly values: Values; readonly set: (name: string, natural: Linear) => void };

/** A piece of a model: its text, its nodes, whether these are draws, and what it does. */
type Piece = {
  readonly text: string;
  readonly nodes: readonly string[];
  readonly drawn: boolean;
  readonly run: (world: World) => void;
};

const specification = fc.record({
  kind: fc.nat(7),
  a: fc.nat(20),
  b: fc.nat(20),
  j: fc.nat(5),
  k: fc.nat(5),
  sd: fc.nat(2),
});
type Specification = typeof specification extends fc.Arbitrary<infer T> ? T : never;

const coefficients = [1, -1, 0.5, 2, -0.5, 1.5] as const;
const deviations = [1, 0.5, 2] as const;

const functions = `
fn mixed(x: real, y: real, k: real) = x + k * y
fn noisy(x: real, sd: real) = x + sample normal(0, sd)
fn walk(x: real, n: int): real {
  if n == 0 { return x }
  return walk(x + sample normal(0, 1), n - 1)
}
`;

function pieceOf(spec: Specification, k: number, before: readonly Piece[]): Piece {
  const x = `v${k}`;
  const names = before.flatMap((piece) => piece.nodes);
  const [p, q] = [coefficients[spec.j]!, coefficients[spec.k]!];
  const sd = deviations[spec.sd]!;
  const a = names[spec.a % Math.max(1, names.length)];
  const b = names[spec.b % Math.max(1, names.length)];
  const one = (text: string, drawn: boolean, value: (values: Values) => Linear): Piece => ({
    text: `${x} ${drawn ? '~' : ':='} ${text}`,
    nodes: [x],
    drawn,
    run: ({ values, set }) => set(x, value(values)),
  });
  if (a === undefined || b === undefined)
    return one(`normal(${p}, ${sd})`, true, () => add(number(p), scale(sd, noise(x))));
  const of = (values: Values, name: string): Linear => values.get(name)!;
  switch (spec.kind) {
    case 0:
    case 1:
      return one(`normal(${p} * ${a} + ${q} * ${b}, ${sd})`, true, (v) =>
        add(add(scale(p, of(v, a)), scale(q, of(v, b))), scale(sd, noise(x))),
      );
    case 2:
      return one(`(${a} - ${p}) / ${q} + sample normal(0, ${sd})`, false, (v) =>
        add(scale(1 / q, add(of(v, a), number(-p))), scale(sd, noise(`${x}/0`))),
      );
    case 3:
      return one(`${p} * ${a} - mixed(${b}, ${a}, ${q})`, false, (v) =>
        add(scale(p - q, of(v, a)), scale(-1, of(v, b))),
      );
    case 4: {
      const members = [0, 1, 2].map((i) => `${x}[${i}]`);
      return {
        text: `${x}[0] ~ normal(${a}, ${sd})  for i in 1..3 { ${x}[i] ~ normal(${p} * ${x}[i - 1], 1) }`,
        nodes: members,
        drawn: true,
        run: ({ values, set }) => {
          for (const [i, name] of members.entries()) {
            if (i === 0) set(name, add(of(values, a), scale(sd, noise(name))));
            else set(name, add(scale(p, of(values, members[i - 1]!)), noise(name)));
          }
        },
      };
    }
    case 5: {
      const members = [0, 1].map((i) => `${x}[${i}]`);
      return {
        text: `for i in 0..2 { u${k}[i] ~ normal(0, ${sd})  ${x}[i] := ${a} * ${p} + u${k}[i] }`,
        nodes: members,
        drawn: false,
        run: ({ values, set }) => {
          for (const [i, name] of members.entries()) {
            set(`u${k}[${i}]`, scale(sd, noise(`u${k}[${i}]`)));
            set(name, add(scale(p, of(values, a)), of(values, `u${k}[${i}]`)));
          }
        },
      };
    }
    case 6:
      return one(`noisy(${p} * ${a} + ${b}, ${sd})`, false, (v) =>
        add(add(scale(p, of(v, a)), of(v, b)), scale(sd, noise(`${x}/noisy`))),
      );
    default:
      return one(`walk(${a}, 2)`, false, (v) => add(of(v, a), add(noise(`${x}/walk 0`), noise(`${x}/walk 1`))));
  }
}

type Act = { readonly node: string; readonly text: string; readonly value: (natural: Linear) => Linear };

const choice = fc.record({ node: fc.nat(30), value: fc.nat(5), kind: fc.nat(5) });
type Choice = typeof choice extends fc.Arbitrary<infer T> ? T : never;

/** A random question: what is expected, given what was seen. `evidence` is the log density of what was seen. */
export type GaussianQuestion = {
  readonly text: string;
  readonly mean: number;
  readonly deviation: number;
  readonly logEvidence: number;
};

type Ingredients = {
  readonly specifications: readonly Specification[];
  readonly seen: readonly Choice[];
  readonly world: readonly Choice[];
  readonly evidence: readonly (readonly [Choice, boolean])[];
  readonly target: readonly [Choice, boolean];
};

/** Random questions with random models. */
export const gaussianQuestions: fc.Arbitrary<GaussianQuestion> = fc
  .record({
    specifications: fc.array(specification, { minLength: 2, maxLength: 5 }),
    seen: fc.array(choice, { maxLength: 1 }),
    world: fc.array(choice, { maxLength: 2 }),
    evidence: fc.array(fc.tuple(choice, fc.boolean()), { maxLength: 2 }),
    target: fc.tuple(choice, fc.boolean()),
  })
  .map(questionOf)
  .filter((q) => q !== null);

function questionOf({ specifications, seen, world, evidence, target }: Ingredients): GaussianQuestion | null {
  const pieces: Piece[] = [];
  for (const [k, spec] of specifications.entries()) pieces.push(pieceOf(spec, k, pieces));
  const nodes = pieces.flatMap((piece) => piece.nodes);
  const nodeOf = (c: Choice): string => nodes[c.node % nodes.length]!;
  const act = (c: Choice): Act => {
    const node = nodeOf(c);
    const v = coefficients[c.value]!;
    if (c.kind < 4) return { node, text: `${node} = ${v}`, value: () => number(v) };
    return { node, text: `${node} := 2 * ${node} + ${v}`, value: (natural) => add(scale(2, natural), number(v)) };
  };
  const distinct = (acts: readonly Act[]): readonly Act[] =>
    acts.filter((x, i) => acts.findIndex((y) => y.node === x.node) === i);
  const seenActs = distinct(seen.map(act));
  const otherActs = distinct(world.map(act));
  const run = (acts: readonly Act[]): Values => {
    const values: Values = new Map();
    const set = (name: string, natural: Linear): void => {
      values.set(
        name,
        acts.reduce((v, x) => (x.node === name ? x.value(v) : v), natural),
      );
    };
    for (const piece of pieces) piece.run({ values, set });
    return values;
  };
  const here = run(seenActs);
  const there = run([...seenActs, ...otherActs]);
  const doText = (acts: readonly Act[]): string => `do(${acts.map((x) => x.text).join(', ')})`;
  const place = ([c, other]: readonly [Choice, boolean]): { readonly text: string; readonly value: Linear } => {
    const name = nodeOf(c);
    if (!other || otherActs.length === 0) return { text: name, value: here.get(name)! };
    return { text: `${name}[${doText(otherActs)}]`, value: there.get(name)! };
  };
  const fixed = new Set(seenActs.map((x) => x.node));
  const given = evidence
    // Evidence on another world stands beside evidence on this one only: both worlds must be able to claim noise of their own.
    .filter(([c], i) => !fixed.has(nodeOf(c)) && evidence.findIndex(([d]) => nodeOf(d) === nodeOf(c)) === i)
    .map(([c]) => ({ ...place([c, false]), seen: coefficients[c.value]! }));
  const asked = place(target);
  const bars = [...given.map((g) => `${g.text} = ${g.seen}`), ...(seenActs.length > 0 ? [doText(seenActs)] : [])];
  const text = `${functions}model M {\n  ${pieces.map((piece) => piece.text).join('\n  ')}\n}\nquery q = E(${asked.text}${
    bars.length === 0 ? '' : ` | ${bars.join(', ')}`
  })\n`;
  const n = given.length;
  let mean = asked.value.constant;
  let variance = covariance(asked.value, asked.value);
  let logEvidence = 0;
  if (n > 0) {
    const sigma = Matrix.zeros(n, n);
    const cross = Matrix.zeros(n, 1);
    const distance = Matrix.zeros(n, 1);
    for (const [i, g] of given.entries()) {
      for (const [j, h] of given.entries()) sigma.set(i, j, covariance(g.value, h.value));
      cross.set(i, 0, covariance(asked.value, g.value));
      distance.set(i, 0, g.seen - g.value.constant);
    }
    const determinant = n === 1 ? sigma.get(0, 0) : sigma.get(0, 0) * sigma.get(1, 1) - sigma.get(0, 1) ** 2;
    if (determinant < 1e-6) return null;
    const by = solve(sigma, distance);
    mean += cross.transpose().mmul(by).get(0, 0);
    variance -= cross.transpose().mmul(solve(sigma, cross)).get(0, 0);
    const square = distance.transpose().mmul(by).get(0, 0);
    if (square > 12) return null;
    logEvidence = -0.5 * (square + Math.log(determinant) + n * Math.log(2 * Math.PI));
  }
  return { text, mean, deviation: Math.sqrt(Math.max(0, variance)), logEvidence };
}
