import { fewestOfChain } from '../inference/dependence.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import type { FormRun, MeanRun } from './run_form.js';

/** One thing that is measured of every run, the bound beyond which the answer is doubted, and what is then to be done. */
type Threshold = {
  readonly code: DiagnosticCode;
  readonly bound: number;
  /** Doubted above the bound, or below. */
  readonly doubted: 'above' | 'below';
  /** Null where it does not apply. */
  readonly measure: (run: FormRun | MeanRun) => number | null;
  /** What is wrong, as a sentence. */
  readonly says: (measured: number, run: FormRun | MeanRun) => string;
  /** What to do about it, with the method that ran or by another one that may answer. */
  readonly advice: string | ((run: FormRun | MeanRun) => string);
};

/** Every bound by which an answer is judged, in one table. */
export const thresholds: readonly Threshold[] = [
  {
    // Vehtari, Simpson, Gelman, Yao and Gabry (2024): above it the error of an importance estimate is unreliable.
    code: 'W0601',
    bound: 0.7,
    doubted: 'above',
    measure: ({ khat }) => khat,
    says: (khat) =>
      `The weights have a heavy tail: k-hat is ${khat.toFixed(2)}, and estimates are unreliable above 0.7.`,
    advice: (run) =>
      isApproximate(run)
        ? `meet evidence by '=' with '~=' too, where there is any, or ask for more ${isMethod(run, 'abc_smc') ? '`particles`' : '`simulations`'}`
        : `use ${followers(run)}; more samples rarely help`,
  },
  {
    code: 'W0602',
    bound: 100,
    doubted: 'below',
    measure: (run) => (isApproximate(run) ? null : essOf(run)),
    says: (ess, { count }) => `Only ${ess.toFixed(1)} of ${count} draws count (effective sample size).`,
    advice: (run) =>
      hasOption(run, 'samples')
        ? `give a greater number of samples, or use ${followers(run)}`
        : `use more \`particles\`, or ${followers(run)}`,
  },
  {
    code: 'W0602',
    bound: 100,
    doubted: 'below',
    measure: (run) => (isApproximate(run) ? essOf(run) : null),
    says: (ess, { count }) =>
      `Only ${ess.toFixed(1)} of ${count} simulations that were accepted count (effective sample size).`,
    advice: 'ask abc for more `simulations` or to `accept` more of them, abc_smc for more `particles`',
  },
  {
    code: 'W0640',
    bound: 50,
    doubted: 'below',
    measure: (run) => leastVaried(run)?.values ?? null,
    says: (values, run) =>
      `Resampling left ${values.toFixed(0)} different values of '${leastVaried(run)?.name}' in a run of the filter: the particles descend from few.`,
    advice: 'use more particles, for parameters `rejuvenate = 3` or pmmh, for paths particle_gibbs',
  },
  {
    // Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), section 4.
    code: 'W0621',
    bound: 1.01,
    doubted: 'above',
    measure: (run) => worstMixing(run, 'rhat')?.value ?? null,
    says: (rhat, run) =>
      `The chains do not agree on '${worstMixing(run, 'rhat')?.name}': R-hat is ${rhat.toFixed(3)}, and above 1.01 they have not mixed.`,
    advice:
      'run them longer (a greater number of samples); if that does not help, the posterior has several parts that a chain does not leave',
  },
  {
    // The same: 100 draws for each chain, 400 of the usual four.
    code: 'W0622',
    bound: 100,
    doubted: 'below',
    measure: (run) => perChain(run, worstMixing(run, 'bulk')?.value),
    says: (_, run) => {
      const worst = worstMixing(run, 'bulk');
      return `The chains moved slowly: '${worst?.name}' has an effective sample size of ${worst?.value.toFixed(0)}, where ${wantedOf(run)} are wanted, 100 a chain.`;
    },
    advice: 'give a greater number of samples, or a longer `warmup`, in which steps are learned',
  },
  {
    code: 'W0627',
    bound: 100,
    doubted: 'below',
    measure: (run) => perChain(run, worstMixing(run, 'tail')?.value),
    says: (_, run) => {
      const worst = worstMixing(run, 'tail');
      return `The tails of '${worst?.name}' have an effective sample size of ${worst?.value.toFixed(0)}, where ${wantedOf(run)} are wanted, 100 a chain: its outer quantiles are rough.`;
    },
    advice: 'give a greater number of samples',
  },
  {
    code: 'W0623',
    bound: 0.02,
    doubted: 'below',
    measure: (run) => (isChains(run) ? run.course.acceptance : null),
    says: (share) => `Only ${percent(share)} of the proposals were accepted: the chains hardly move.`,
    advice: 'use smaller first steps (`scale`), a longer `warmup`, or more samples',
  },
  {
    code: 'W0624',
    bound: 1e-4,
    doubted: 'below',
    measure: (run) => (isChains(run) ? null : run.course.acceptance),
    says: (share) => `Only ${percent(share)} of the simulations were accepted.`,
    advice: (run) => {
      if (run.plan.comparison === null) return `use ${followers(run)}`;
      // Only runs that equal what was seen tell the evidence.
      if (run.plan.form.form === 'evidence') return 'ask for more `simulations`, or compare fewer summaries';
      const other = isMethod(run, 'abc_smc') ? '' : 'abc_smc, which moves towards the data step by step, ';
      return `use ${other}fewer summaries, or a wider tolerance`;
    },
  },
  {
    code: 'W0625',
    bound: 0.5,
    doubted: 'above',
    measure: (run) => (areScramblings(run) ? null : evidenceErrorOf(run)),
    says: (se) =>
      `The evidence is known to a factor of e^${se.toFixed(1)} only: a few replicas weigh nearly everything.`,
    advice: 'use more particles, which each replica has of its own',
  },
  {
    code: 'W0625',
    bound: 0.5,
    doubted: 'above',
    measure: (run) => (areScramblings(run) ? evidenceErrorOf(run) : null),
    says: (se) =>
      `The evidence is known to a factor of e^${se.toFixed(1)} only: the scramblings of the points disagree, and a few weigh nearly everything.`,
    advice: 'give a greater number of samples, or use a method whose draws follow the data, smc or mh',
  },
];

const isMethod = ({ plan }: FormRun | MeanRun, name: string): boolean => plan.method.name === name;

/** Whether the method that ran has an option of a name. */
export const hasOption = ({ plan }: FormRun | MeanRun, name: string): boolean =>
  plan.method.options.some((option) => option.name === name);

/** Other methods than the one that ran, for evidence that is exact. */
function followers(run: FormRun | MeanRun): string {
  const [first, ...others] = ['smc', 'mh'].filter((name) => !isMethod(run, name));
  return others.length === 0
    ? `${first}, whose draws follow the data`
    : `a method whose draws follow the data, ${[first, ...others].join(' or ')}`;
}

const isChains = (run: FormRun | MeanRun): boolean => run.kind === 'kept' && run.dependence.kind === 'chains';

/** Whether evidence was met by distances of simulations. */
const isApproximate = ({ course }: FormRun | MeanRun): boolean => course.approximation !== null;

/** The effective sample size of draws that have weights. */
const essOf = (run: FormRun | MeanRun): number | null => (isChains(run) || run.positive === 0 ? null : run.ess);

const areScramblings = (run: FormRun | MeanRun): boolean =>
  run.kind === 'kept' && run.dependence.kind === 'replicas' && run.dependence.of === 'scramblings';

/** The standard error of the log evidence, between replicas. */
const evidenceErrorOf = (run: FormRun | MeanRun): number | null =>
  run.kind === 'kept' && run.dependence.kind === 'replicas' ? (run.evidence?.se ?? null) : null;

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

type Named = { readonly name: string; readonly value: number };

/** The quantity that mixed worst, by one of the measures. */
function worstMixing(run: FormRun | MeanRun, measure: 'rhat' | 'bulk' | 'tail'): Named | null {
  if (run.kind === 'summed' || run.mixing === null) return null;
  // Nothing can be measured of chains that are as short, and no more counts than there is.
  if (
    measure !== 'rhat' &&
    run.dependence.kind === 'chains' &&
    run.count < fewestOfChain * run.dependence.starts.length
  )
    return run.mixing[0]?.[0] === undefined ? null : { name: nameOf(run, 0, 0), value: run.count };
  let worst: Named | null = null;
  for (const [i, columns] of run.mixing.entries()) {
    for (const [k, mixing] of columns.entries()) {
      const value = mixing[measure];
      const isWorse = worst === null || (measure === 'rhat' ? value > worst.value : value < worst.value);
      if (!Number.isNaN(value) && isWorse) worst = { name: nameOf(run, i, k), value };
    }
  }
  return worst;
}

/** The greatest R-hat and the least effective sample size of the tails; null where there are no chains. */
export const mixingOfRun = (
  run: FormRun | MeanRun,
): { readonly rhat: number | null; readonly tailEss: number | null } => ({
  rhat: worstMixing(run, 'rhat')?.value ?? null,
  tailEss: worstMixing(run, 'tail')?.value ?? null,
});

const nameOf = (run: FormRun, target: number, column: number): string =>
  `${run.plan.targets[target]?.text}${run.targets[target]?.[column]?.path}`;

/** The effective sample size that all chains together should have. */
const wantedOf = (run: FormRun | MeanRun): number =>
  run.kind === 'kept' && run.dependence.kind === 'chains' ? 100 * run.dependence.starts.length : 100;

const perChain = (run: FormRun | MeanRun, ess: number | undefined): number | null =>
  ess === undefined || run.kind === 'summed' || run.dependence.kind !== 'chains'
    ? null
    : ess / run.dependence.starts.length;

/**
 * The real quantity with the fewest different values, in a replica on the average. Null where the particles of all replicas descend from
 * many, or no more could be expected.
 */
function leastVaried(run: FormRun | MeanRun): { readonly name: string; readonly values: number } | null {
  if (run.kind === 'summed' || run.dependence.kind !== 'replicas') return null;
  const { starts } = run.dependence;
  const { ancestors } = run.course;
  const particles = run.count / Math.max(1, starts.length);
  if (ancestors === null || ancestors >= 50 || particles < 100) return null;
  let least: { readonly name: string; readonly values: number } | null = null;
  for (const [i, columns] of run.targets.entries()) {
    for (const [k, { type, values }] of columns.entries()) {
      if (type.kind !== 'real') continue;
      let different = 0;
      for (const [r, start] of starts.entries()) {
        const end = starts[r + 1] ?? values.length;
        different += new Set(values.subarray(start, end)).size / starts.length;
      }
      if (least === null || different < least.values) least = { name: nameOf(run, i, k), values: different };
    }
  }
  return least;
}
