/** Random structural causal models over bools and small ints, with answers by enumeration of all exogenous noise. */
import fc from 'fast-check';

/** Values of nodes by name; a bool is 0 or 1. */
type Values = Map<string, number>;

/** Exogenous noise by name. A uniform is named by the cell of the unit interval that it lies in. */
type Noise = (name: string, kind: NoiseKind) => number;

/** `uniform`: which of the cells between the thresholds; `die`: 0, 1 or 2. */
type NoiseKind = 'uniform' | 'die';

/** Thresholds of all uniforms, and the probabilities of the cells between them. */
const thresholds = [0, 0.25, 0.5, 0.75] as const;
const cells: Readonly<Record<NoiseKind, readonly number[]>> = {
  uniform: [0.25, 0.25, 0.25, 0.25],
  die: [0.5, 0.3, 0.2],
};

/** u < p, for u in a cell. */
const below = (cell: number, p: number): number => ((thresholds[cell] ?? 1) < p ? 1 : 0);

type World = {
  readonly values: Values;
  readonly noise: Noise;
  /** Sets a node: to the natural value, or to what an intervention says. */
  readonly set: (name: string, natural: number) => void;
};

/** A piece of a model: its text, the nodes that it declares, and what it does. */
type Piece = {
  readonly text: string;
  readonly nodes: readonly { readonly name: string; readonly type: 'bool' | 'int' }[];
  readonly run: (world: World) => void;
};

/** What one piece is made from: numbers that are read modulo what there is to choose from. */
const specification = fc.record({
  kind: fc.nat(12),
  a: fc.nat(20),
  b: fc.nat(20),
  p: fc.nat(2),
  q: fc.nat(2),
  r: fc.nat(2),
});
type Specification = typeof specification extends fc.Arbitrary<infer T> ? T : never;

const probabilities = [0.25, 0.5, 0.75] as const;

const functions = `
fn noisy(a: bool, p: real, q: real) = sample bernoulli(if a then p else q)
fn lasts(p: real, n: int): int {
  if n == 0 { return 0 }
  if sample bernoulli(p) { return 1 + lasts(p, n - 1) }
  return 0
}
`;

function pieceOf(spec: Specification, k: number, before: readonly Piece[]): Piece {
  const x = `v${k}`;
  const [p, q, r] = [probabilities[spec.p]!, probabilities[spec.q]!, probabilities[spec.r]!];
  const named = before.flatMap((piece) => piece.nodes);
  const bools = named.filter((n) => n.type === 'bool').map((n) => n.name);
  const ints = named.filter((n) => n.type === 'int').map((n) => n.name);
  const root: Piece = {
    text: `${x} ~ bernoulli(${p})`,
    nodes: [{ name: x, type: 'bool' }],
    run: ({ noise, set }) => set(x, below(noise(x, 'uniform'), p)),
  };
  const a = bools[spec.a % Math.max(1, bools.length)];
  const b = bools[spec.b % Math.max(1, bools.length)];
  if (a === undefined || b === undefined) return root;
  const bool = (text: string, run: Piece['run']): Piece => ({ text, nodes: [{ name: x, type: 'bool' }], run });
  const int = (text: string, run: Piece['run']): Piece => ({ text, nodes: [{ name: x, type: 'int' }], run });
  const of = (values: Values, name: string): number => values.get(name) ?? Number.NaN;
  switch (spec.kind) {
    case 0:
    case 1:
      return bool(`${x} ~ bernoulli(if ${a} then ${p} else ${q})`, ({ values, noise, set }) =>
        set(x, below(noise(x, 'uniform'), of(values, a) ? p : q)),
      );
    case 2:
      return bool(`${x} := ${a} ${spec.p === 0 ? 'and' : 'or'} not ${b}`, ({ values, set }) => {
        const [u, w] = [of(values, a), 1 - of(values, b)];
        set(x, spec.p === 0 ? u * w : Math.max(u, w));
      });
    case 3:
      return bool(`${x} := ${a} and sample bernoulli(${p}) or sample bernoulli(${q})`, ({ values, noise, set }) => {
        const left = of(values, a) && below(noise(`${x}/0`, 'uniform'), p);
        set(x, left || below(noise(`${x}/1`, 'uniform'), q));
      });
    case 4:
      return bool(`if ${a} { ${x} ~ bernoulli(${p}) } else { ${x} := ${b} }`, ({ values, noise, set }) =>
        set(x, of(values, a) ? below(noise(x, 'uniform'), p) : of(values, b)),
      );
    case 5:
      return int(`${x} ~ categorical([0.5, 0.3, 0.2])`, ({ noise, set }) => set(x, noise(x, 'die')));
    case 6: {
      const c = ints[spec.b % Math.max(1, ints.length)];
      if (c === undefined)
        return int(`${x} := (if ${a} then 2 else 0) + (if ${b} then 1 else 0)`, ({ values, set }) =>
          set(x, 2 * of(values, a) + of(values, b)),
        );
      return int(`${x} := if ${a} then ${c} + 1 else ${spec.r}`, ({ values, set }) =>
        set(x, of(values, a) ? of(values, c) + 1 : spec.r),
      );
    }
    case 7: {
      const names = [0, 1, 2].map((i) => `${x}[${i}]`);
      return {
        text: `for i in 0..3 { ${x}[i] ~ bernoulli(if i == 0 then (if ${a} then ${p} else ${q}) else if ${x}[i - 1] then ${q} else ${r}) }`,
        nodes: names.map((name) => ({ name, type: 'bool' as const })),
        run: ({ values, noise, set }) => {
          for (const [i, name] of names.entries()) {
            const chance = i === 0 ? (of(values, a) ? p : q) : of(values, names[i - 1]!) ? q : r;
            set(name, below(noise(name, 'uniform'), chance));
          }
        },
      };
    }
    case 8:
      return bool(`${x} := noisy(${a}, ${p}, ${q})`, ({ values, noise, set }) =>
        set(x, below(noise(`${x}/noisy`, 'uniform'), of(values, a) ? p : q)),
      );
    case 9:
      return int(`${x} := lasts(if ${a} then ${p} else ${q}, 2)`, ({ values, noise, set }) => {
        const chance = of(values, a) ? p : q;
        let n = 0;
        while (n < 2 && below(noise(`${x}/lasts ${n}`, 'uniform'), chance)) n++;
        set(x, n);
      });
    case 10: {
      const c = ints[spec.a % Math.max(1, ints.length)];
      const times = c ?? '2';
      return int(
        `var n${k} = 0  for i in 0..min(2, ${times}) { if sample bernoulli(${p}) { n${k} = n${k} + 1 } }  ${x} := n${k}`,
        ({ values, noise, set }) => {
          let n = 0;
          for (let i = 0; i < Math.min(2, c === undefined ? 2 : of(values, c)); i++)
            n += below(noise(`${x}/for ${i}`, 'uniform'), p);
          set(x, n);
        },
      );
    }
    case 11:
      return bool(
        `${x} := match (if ${a} then 2 else if ${b} then 1 else 0) { 0 => sample bernoulli(${p}), 1 => ${b}, _ => not sample bernoulli(${q}) }`,
        ({ values, noise, set }) => {
          if (of(values, a)) set(x, 1 - below(noise(`${x}/1`, 'uniform'), q));
          else set(x, of(values, b) ? of(values, b) : below(noise(`${x}/0`, 'uniform'), p));
        },
      );
    default:
      return int(
        `var n${k} = 0  while n${k} < 2 and sample bernoulli(if ${a} then ${p} else ${q}) { n${k} = n${k} + 1 }  ${x} := n${k}`,
        ({ values, noise, set }) => {
          const chance = of(values, a) ? p : q;
          let n = 0;
          while (n < 2 && below(noise(`${x}/while ${n}`, 'uniform'), chance)) n++;
          set(x, n);
        },
      );
  }
}

/** What is done to a node in a world. */
type Act = { readonly node: string; readonly text: string; readonly value: (natural: number, noise: Noise) => number };

/** A claim about nodes of some world: its text and its truth. `world` is null for the world seen. */
type Claim = { readonly world: number | null; readonly text: string; readonly holds: (values: Values) => boolean };

/** A random question, its exact answer, and the probability of its evidence. */
export type DiscreteQuestion = {
  readonly text: string;
  readonly exact: number;
  readonly evidence: number;
};

const choice = fc.record({ node: fc.nat(30), value: fc.nat(3), kind: fc.nat(9) });
type Choice = typeof choice extends fc.Arbitrary<infer T> ? T : never;

/** Random questions with random models. */
export const discreteQuestions: fc.Arbitrary<DiscreteQuestion> = fc
  .record({
    specifications: fc.array(specification, { minLength: 2, maxLength: 5 }),
    seen: fc.array(choice, { maxLength: 1 }),
    worlds: fc.array(fc.array(choice, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
    evidence: fc.array(fc.tuple(choice, fc.option(fc.nat(1))), { maxLength: 3 }),
    targets: fc.array(fc.tuple(choice, fc.option(fc.nat(1), { freq: 3 })), { minLength: 1, maxLength: 2 }),
  })
  .map(questionOf)
  .filter((q) => q !== null)
  .filter((q) => q.evidence > 0.01);

type Ingredients = {
  readonly specifications: readonly Specification[];
  readonly seen: readonly Choice[];
  readonly worlds: readonly (readonly Choice[])[];
  readonly evidence: readonly (readonly [Choice, number | null])[];
  readonly targets: readonly (readonly [Choice, number | null])[];
};

function questionOf({ specifications, seen, worlds, evidence, targets }: Ingredients): DiscreteQuestion | null {
  const pieces: Piece[] = [];
  for (const [k, spec] of specifications.entries()) pieces.push(pieceOf(spec, k, pieces));
  const nodes = pieces.flatMap((piece) => piece.nodes);
  const nodeOf = (c: Choice) => nodes[c.node % nodes.length]!;
  const act = (c: Choice, world: number): Act => {
    const { name, type } = nodeOf(c);
    const set = type === 'bool' ? c.value % 2 : c.value % 3;
    const written = type === 'bool' ? String(set === 1) : String(set);
    if (c.kind < 6) return { node: name, text: `${name} = ${written}`, value: () => set };
    if (c.kind < 8 && type === 'bool') {
      return {
        node: name,
        text: `${name} ~ bernoulli(0.25)`,
        value: (_, noise) => below(noise(`do ${name} ${world}`, 'uniform'), 0.25),
      };
    }
    return type === 'bool'
      ? { node: name, text: `${name} := not ${name}`, value: (natural) => 1 - natural }
      : { node: name, text: `${name} := ${name} + 1`, value: (natural) => natural + 1 };
  };
  const distinct = (acts: readonly Act[]): readonly Act[] =>
    acts.filter((x, i) => acts.findIndex((y) => y.node === x.node) === i);
  const seenActs = distinct(seen.map((c) => act(c, -1)));
  const others = worlds.map((choices, w) => distinct(choices.map((c) => act(c, w))));
  const doText = (acts: readonly Act[]): string => `do(${acts.map((x) => x.text).join(', ')})`;
  const claim = ([c, w]: readonly [Choice, number | null]): Claim => {
    const { name, type } = nodeOf(c);
    const world = w === null || others.length === 0 ? null : w % others.length;
    const where = world === null ? name : `${name}[${doText(others[world]!)}]`;
    const value = type === 'bool' ? c.value % 2 : c.value % 3;
    return {
      world,
      text: `${where} = ${type === 'bool' ? String(value === 1) : value}`,
      holds: (values) => values.get(name) === value,
    };
  };
  const isSet = (world: number | null, c: Choice): boolean =>
    (world === null ? seenActs : others[world]!).some((x) => x.node === nodeOf(c).name);
  const given = evidence
    .map((e) => ({ claim: claim(e), choice: e[0] }))
    .filter(({ claim: { world }, choice: c }) => !isSet(world, c));
  const asked = targets.map(claim);

  const names = new Map<string, NoiseKind>();
  const run = (noise: Noise, acts: readonly Act[]): Values => {
    const values: Values = new Map();
    const set = (name: string, natural: number): void => {
      const value = acts.reduce((v, x) => (x.node === name ? x.value(v, noise) : v), natural);
      values.set(name, value);
    };
    for (const piece of pieces) piece.run({ values, noise, set });
    return values;
  };
  /** All claims, of every world, at one point of the noise. */
  const at = (noise: Noise): { readonly seen: boolean; readonly asked: boolean } => {
    const all = [run(noise, seenActs), ...others.map((acts) => run(noise, withSeen(seenActs, acts)))];
    const holds = (c: Claim): boolean => c.holds(all[c.world === null ? 0 : c.world + 1]!);
    return { seen: given.every((g) => holds(g.claim)), asked: asked.every(holds) };
  };
  const total = { evidence: 0, both: 0 };
  if (!enumerate(names, at, total)) return null;
  const bars = [...given.map((g) => g.claim.text), ...(seenActs.length > 0 ? [doText(seenActs)] : [])];
  const bar = bars.length === 0 ? '' : ` | ${bars.join(', ')}`;
  const text = `${functions}model M {\n  ${pieces.map((piece) => piece.text).join('\n  ')}\n}\nquery q = P(${asked
    .map((c) => `(${c.text})`)
    .join(' and ')}${bar})\n`;
  return { text, evidence: total.evidence, exact: total.both / total.evidence };
}

/** `do` right of the bar holds in all worlds that branch off; a world's own acts on the same node come after it. */
const withSeen = (seen: readonly Act[], acts: readonly Act[]): readonly Act[] => [...seen, ...acts];

/** Sums over all noise that is asked for: a name is branched on when it is first met. False where there is too much of it. */
function enumerate(
  names: Map<string, NoiseKind>,
  at: (noise: Noise) => { readonly seen: boolean; readonly asked: boolean },
  total: { evidence: number; both: number },
): boolean {
  let points = 0;
  const fixed = new Map<string, number>();
  const visit = (probability: number): boolean => {
    if (++points > 60_000) return false;
    let unknown: string | null = null;
    const noise: Noise = (name, kind) => {
      names.set(name, kind);
      const cell = fixed.get(name);
      if (cell === undefined) unknown ??= name;
      return cell ?? 0;
    };
    const found = at(noise);
    if (unknown !== null) {
      const name: string = unknown;
      for (const [cell, share] of cells[names.get(name)!].entries()) {
        fixed.set(name, cell);
        if (!visit(probability * share)) return false;
      }
      fixed.delete(name);
      return true;
    }
    if (found.seen) total.evidence += probability;
    if (found.seen && found.asked) total.both += probability;
    return true;
  };
  return visit(1);
}
