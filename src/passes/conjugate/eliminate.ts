/** Latent quantities integrated out one after another. */
import { functionsAt } from './accumulate.js';
import { attempt, type Collector, type Contribution } from './collect.js';
import { dirichletForm, type FamilyName, memberOf, naturalForm } from './exponential_families.js';
import { dirichletTotal, type LatentDraw } from './latents.js';
import { add, asNumberOf, atomPolynomial, multiply, numberPolynomial, type Polynomial, sumOf } from './polynomial.js';

/** A draw with the distribution that it has now. */
export type Posterior = {
  readonly latent: LatentDraw;
  readonly family: FamilyName | 'dirichlet';
  readonly parameters: readonly Polynomial[];
};

/** What became of the contributions: `total` is what is left of those absorbed, `untouched` the sum of the others. */
type Elimination = {
  readonly posteriors: readonly Posterior[];
  readonly absorbed: readonly Contribution[];
  readonly total: Polynomial;
  readonly untouched: Polynomial;
};

/** What adds to the log weight: contributions, or what was left after a latent quantity went. */
type Weight = { readonly value: Polynomial; readonly sources: readonly Contribution[] };

/** A cell is told apart by its index where there are at most so many. */
const mostCells = 64;

/** Takes the draws from the last to the first; each absorbs what is conjugate to it. */
export function eliminate(c: Collector, contributions: readonly Contribution[]): Elimination {
  let weights: readonly Weight[] = contributions.flatMap((source) => {
    const value = isSteady(source, c) ? attempt(() => withoutCells(source.value, c)) : null;
    return value === null ? [] : [{ value, sources: [source] }];
  });
  const absorbed = new Set<Contribution>();
  const posteriors: Posterior[] = [];
  const hangsOn = new Map<number, ReadonlySet<number>>();
  for (const draw of c.draws) for (const latent of draw.latents) hangsOn.set(latent, others(draw, [draw.prior], c));
  for (const draw of [...c.draws].reverse()) {
    const touching = weights.filter((w) => hasAny(c.setting.algebra.atoms.reachOf(w.value), draw.latents));
    const fitting = touching.filter(
      (w) => !comesBack(others(draw, [w.value], c), draw, hangsOn) && posteriorOf(draw, [w], c) !== null,
    );
    const found = fitting.length === 0 ? null : posteriorOf(draw, fitting, c);
    if (found === null) continue;
    posteriors.push(found.posterior);
    for (const latent of draw.latents)
      hangsOn.set(latent, others(draw, [draw.prior, ...fitting.map((w) => w.value)], c));
    for (const w of fitting) for (const source of w.sources) absorbed.add(source);
    weights = [
      ...weights.filter((w) => !fitting.includes(w)),
      { value: found.rest, sources: fitting.flatMap((w) => w.sources) },
    ];
  }
  const isLeft = (w: Weight): boolean => w.sources.some((s) => absorbed.has(s));
  const sum = (of: readonly Weight[]): Polynomial => of.reduce((so, w) => add(so, w.value), numberPolynomial(0));
  return {
    posteriors,
    absorbed: [...absorbed],
    total: sum(weights.filter(isLeft)),
    untouched: sum(weights.filter((w) => !isLeft(w))),
  };
}

/** Scores that carry a dimension must happen equally often in all runs, for what is left of them carries none. */
function isSteady({ source, byChance }: Contribution, { setting }: Collector): boolean {
  if (!byChance || source.kind === 'factor') return true;
  return setting.program.families[source.family]?.dimension === 0;
}

const hasAny = (set: ReadonlySet<number>, items: readonly number[]): boolean => items.some((x) => set.has(x));

/** Latent quantities of other draws that the polynomials hang on. */
function others(draw: LatentDraw, values: readonly Polynomial[], c: Collector): ReadonlySet<number> {
  const reach = new Set<number>();
  for (const value of values) for (const x of c.setting.algebra.atoms.reachOf(value)) reach.add(x);
  for (const own of draw.latents) reach.delete(own);
  return reach;
}

/** Whether one of the latent quantities hangs on the draw itself. */
function comesBack(
  from: ReadonlySet<number>,
  draw: LatentDraw,
  hangsOn: ReadonlyMap<number, ReadonlySet<number>>,
): boolean {
  const seen = new Set<number>();
  const open = [...from];
  for (let x = open.pop(); x !== undefined; x = open.pop()) {
    if (seen.has(x)) continue;
    seen.add(x);
    if (draw.latents.includes(x)) return true;
    open.push(...(hangsOn.get(x) ?? []));
  }
  return false;
}

/** The posterior given weights, and the log of what they integrate to; null where it is of no known family. */
function posteriorOf(
  draw: LatentDraw,
  weights: readonly Weight[],
  c: Collector,
): { readonly posterior: Posterior; readonly rest: Polynomial } | null {
  const { algebra } = c.setting;
  const joint = weights.reduce((sum, w) => algebra.plus(sum, w.value), draw.prior);
  return attempt(() => {
    if (draw.simplex) {
      const form = dirichletForm(joint, draw.latents, algebra);
      if (form === null || form.concentration.some(isNotPositive)) return null;
      const rest = add(form.rest, dirichletTotal(form.concentration, c.latents.normalisers, c.setting));
      return { posterior: { latent: draw, family: 'dirichlet', parameters: form.concentration }, rest };
    }
    const [latent] = draw.latents;
    const natural = latent === undefined ? null : naturalForm(joint, latent, draw.range, algebra);
    if (natural === null) return null;
    const { family, parameters, logTotal } = memberOf(natural, algebra, c.latents.normalisers);
    const scales = family === 'normal' ? parameters.slice(1) : parameters;
    if (scales.some(isNotPositive)) return null;
    return { posterior: { latent: draw, family, parameters }, rest: logTotal };
  });
}

const isNotPositive = (p: Polynomial): boolean => {
  const number = asNumberOf(p);
  return number !== null && !(number > 0 && number < Infinity);
};

/** Cells whose index is only known when the program runs, as sums over what the index may be; null where those are too many. */
function withoutCells(p: Polynomial, { setting }: Collector): Polynomial | null {
  const { atoms } = setting.algebra;
  let sum = numberPolynomial(0);
  for (const { coefficient, monomial } of p.values()) {
    const cellular = monomial.filter(([atom]) => indexOf(atom, atoms) !== null);
    const rest = sumOf([{ coefficient, monomial: monomial.filter((factor) => !cellular.includes(factor)) }]);
    const [first] = cellular;
    const index = first === undefined ? null : indexOf(first[0], atoms);
    if (index === null) {
      sum = add(sum, rest);
      continue;
    }
    if (index.cells.length > mostCells || cellular.some(([a]) => indexOf(a, atoms)?.index !== index.index)) return null;
    const one = atoms.ofPolynomial(numberPolynomial(1));
    const none = atoms.ofPolynomial(numberPolynomial(0));
    for (let k = 0; k < index.cells.length; k++) {
      const here = atoms.op('eq', [index.index, atoms.ofPolynomial(numberPolynomial(k), { kind: 'int' })], {
        kind: 'bool',
      });
      const indicator = atomPolynomial(atoms.expression(atoms.either(here, one, none)));
      sum = add(sum, multiply(multiply(rest, indicator), functionsAt(cellular, k, atoms)));
    }
  }
  return sum;
}

/** The cell that an atom is or is a function of. */
function indexOf(atom: number, atoms: Collector['setting']['algebra']['atoms']) {
  const { atom: form } = atoms.info(atom);
  const cell = form.kind === 'log' || form.kind === 'log1m' ? atoms.info(form.of).atom : form;
  return cell.kind === 'cell' ? cell : null;
}

/** The distribution of a draw on which no score or factor bears. */
export function priorOf(draw: LatentDraw, c: Collector): Posterior | null {
  return posteriorOf(draw, [], c)?.posterior ?? null;
}
