/** Importance sampling on kernels made by hand: stopping, limits, dimensions. */
import { describe, expect, test } from 'vitest';
import { type Posterior, type Progress, plainCourse, type Summary, type Task } from '../../src/inference/backend.js';
import { importance } from '../../src/inference/importance/importance.js';
import { backends } from '../../src/inference/registry.js';
import { effectiveSampleSizeOf, logEvidenceOf, meanOf } from '../../src/inference/statistics/block_moments.js';
import { weightedMean } from '../../src/inference/statistics/moments.js';
import { paretoKhatOf, paretoKhatOfGreatest } from '../../src/inference/statistics/pareto.js';
import { effectiveSampleSize, logEvidence, weightsOf } from '../../src/inference/statistics/weights.js';
import { fillByBlocks } from '../../src/ir/draws.js';
import { type BlockResult, blockSize, defaultLimits, type Kernel } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import { analyse } from '../../src/passes/analyse.js';
import { mainName } from '../../src/passes/assemble.js';
import { serialPool } from '../../src/runtime/jobs.js';
import { mainProgram } from '../ir/hand_program.js';

/** Stands beside a kernel made by hand: importance does not look at it. */
const program = mainProgram([], () => []);

/** What particle i gives. */
type Particle = { readonly logWeight?: number; readonly dimension?: number; readonly value: number };

function kernelOf(particle: (i: number) => Particle, seen: [number, number][] = []): Kernel {
  const runBlock = (block: number, count: number): BlockResult => {
    seen.push([block, count]);
    const all = Array.from({ length: count }, (_, i) => particle(block * blockSize + i));
    return {
      count,
      logWeight: Float64Array.from(all, (p) => p.logWeight ?? 0),
      dimension: Float64Array.from(all, (p) => p.dimension ?? 0),
      columns: [Float64Array.from(all, (p) => p.value)],
      unaligned: count,
      steps: 2 * count,
    };
  };
  return { runBlock, fill: fillByBlocks(runBlock) };
}

const taskOf = (kernel: Kernel, change: Partial<Task> = {}): Task => ({
  kernel: () => kernel,
  program,
  facts: analyse(program, mainName),
  comparison: null,
  kernelOptions: { layout: 'column', key: [0, 0], limits: defaultLimits, externs: {} },
  engine: interpret,
  pool: serialPool,
  outputs: [{ kind: 'real' }],
  size: 1,
  accurate: () => true,
  memoryLimit: 1e9,
  options: { samples: null },
  ...change,
});

/** Runs to the end, or until `stop` says so at a pause. */
function run(task: Task, stop: (p: Progress) => 'time' | 'abort' | undefined = () => undefined): Posterior {
  const running = importance.run(task);
  let step = running.next();
  while (step.done !== true) step = running.next(stop(step.value));
  return step.value;
}

describe('how many draws', () => {
  test('as many as asked for, the last block in part', () => {
    const blocks: [number, number][] = [];
    const posterior = run(
      taskOf(
        kernelOf((i) => ({ value: i }), blocks),
        { options: { samples: 2500 } },
      ),
    );
    expect([...posterior.logWeights]).toEqual(new Array(2500).fill(0));
    expect(Array.from(posterior.columns[0] ?? [])).toEqual(Array.from({ length: 2500 }, (_, i) => i));
    expect(blocks).toEqual([
      [0, 1024],
      [1, 1024],
      [2, 452],
    ]);
    expect(posterior).toMatchObject({ steps: 5000, unaligned: 2500, stopped: null, converged: true });
  });

  test('doubled until every answer is accurate', () => {
    const sizes: number[] = [];
    const accurate = (p: Posterior): boolean => sizes.push(p.logWeights.length) === 3;
    const posterior = run(
      taskOf(
        kernelOf((i) => ({ value: i })),
        { accurate },
      ),
    );
    expect(sizes).toEqual([10_240, 20_480, 40_960]);
    expect(posterior.converged).toBe(true);
    expect(Array.from(posterior.columns[0] ?? [])).toEqual(Array.from({ length: 40_960 }, (_, i) => i));
  });

  test('at most what the budget of operations allows, and then says that it did not converge', () => {
    const posterior = run(
      taskOf(
        kernelOf((i) => ({ value: i })),
        { accurate: () => false, size: 1e5 },
      ),
    );
    expect(posterior.converged).toBe(false);
    expect(posterior.logWeights.length).toBe(10_240);
  });

  test('no end without hope: evidence that never agrees is given up', () => {
    const never = kernelOf((i) => ({ value: i, logWeight: Number.NEGATIVE_INFINITY }));
    const posterior = run(taskOf(never, { accurate: () => false, size: 0 }));
    expect(posterior.converged).toBe(false);
    expect(posterior.logWeights.length).toBeLessThan(5e6);
  });
});

describe('a run that is stopped', () => {
  test('by the caller keeps what was drawn', () => {
    const posterior = run(
      taskOf(
        kernelOf((i) => ({ value: i })),
        { options: { samples: 1e6 } },
      ),
      ({ draws }) => (draws > 3000 ? 'time' : undefined),
    );
    expect(posterior.stopped).toBe('time');
    expect(posterior.logWeights.length).toBeGreaterThan(3000);
    expect(posterior.logWeights.length).toBeLessThan(1e6);
    expect(posterior.columns[0]?.length).toBe(posterior.logWeights.length);
  });

  test('by memory says so', () => {
    const posterior = run(
      taskOf(
        kernelOf((i) => ({ value: i })),
        { options: { samples: 1e6 }, memoryLimit: 24 * 5000 },
      ),
    );
    expect(posterior.stopped).toBe('memory');
    expect(posterior.logWeights.length).toBeLessThanOrEqual(5120);
  });
});

describe('dimensions', () => {
  test('a run that has weight at a lower dimension takes it from those at a higher one', () => {
    const posterior = run(
      taskOf(
        kernelOf((i) => ({ value: i, dimension: i === 7 ? 0 : 1, logWeight: -1 })),
        { options: { samples: 2000 } },
      ),
    );
    const positive = [...posterior.logWeights.keys()].filter(
      (i) => posterior.logWeights[i]! > Number.NEGATIVE_INFINITY,
    );
    expect(positive).toEqual([7]);
  });

  test('one without weight takes nothing', () => {
    const kernel = kernelOf((i) => ({
      value: i,
      dimension: i === 7 ? 0 : 1,
      logWeight: i === 7 ? Number.NEGATIVE_INFINITY : -1,
    }));
    const posterior = run(taskOf(kernel, { options: { samples: 2000 } }));
    expect(posterior.logWeights.filter((w) => w === -1).length).toBe(1999);
  });
});

describe('draws that are summed up', () => {
  /** Runs to the end. */
  function sum(task: Omit<Task, 'accurate'>): Summary {
    const running = importance.runForMean!({ ...task, accurate: ({ moments }) => moments.count > 30_000 });
    let step = running.next();
    while (step.done !== true) step = running.next();
    return step.value;
  }

  const spread = (i: number): number => ((i * 7919) % 1009) / 1009;
  const kernels: Readonly<Record<string, (i: number) => Particle>> = {
    'of one dimension': (i) => ({ value: spread(i), logWeight: -5 * spread(i + 3) ** 2 }),
    'of which some lack weight': (i) => ({
      value: spread(i),
      logWeight: i % 3 === 0 ? -i / 1e4 : Number.NEGATIVE_INFINITY,
    }),
    'of a lower dimension at the end': (i) => ({
      value: spread(i),
      dimension: i < 5000 ? 2 : 1,
      logWeight: -spread(i),
    }),
    'of a lower dimension inside of a block': (i) => ({
      value: spread(i),
      dimension: i % 700 < 90 ? 0 : 1,
      logWeight: 3,
    }),
  };

  test.each(Object.entries(kernels))('%s say the same as those kept', (_, particle) => {
    for (const samples of [6500, null]) {
      const task = taskOf(kernelOf(particle), { options: { samples } });
      const { moments, greatest, ...course } = sum(task);
      const posterior = run({ ...task, accurate: (p) => p.logWeights.length > 30_000 });
      const weights = weightsOf(posterior.logWeights);
      const [values] = posterior.columns;
      if (!(values instanceof Float64Array)) return expect.fail('no column');
      const mean = weightedMean(values, weights);
      expect(moments.count).toBe(values.length);
      expect(moments.positive).toBe(weights.positive);
      expect(meanOf(moments).value).toBeCloseTo(mean.value, 13);
      expect(meanOf(moments).se / mean.se).toBeCloseTo(1, 11);
      expect(effectiveSampleSizeOf(moments) / effectiveSampleSize(weights)).toBeCloseTo(1, 11);
      const evidence = logEvidence(weights);
      expect(logEvidenceOf(moments).value).toBeCloseTo(evidence.value, 12);
      expect(logEvidenceOf(moments).se / evidence.se).toBeCloseTo(1, 10);
      const [khat, wanted] = [paretoKhatOfGreatest(moments, greatest), paretoKhatOf(weights)];
      if (wanted === null) expect(khat).toBeNull();
      else expect(khat).toBeCloseTo(wanted, 9);
      expect(course).toEqual({
        ...plainCourse,
        steps: posterior.steps,
        unaligned: posterior.unaligned,
        stopped: null,
        converged: true,
      });
    }
  });

  test('count values that are absent', () => {
    const kernel = kernelOf((i) => ({
      value: i % 100 === 0 ? Number.NaN : 1,
      logWeight: i < 50 ? Number.NEGATIVE_INFINITY : 0,
    }));
    const { moments } = sum(taskOf(kernel, { options: { samples: 2000 } }));
    expect(moments.absent).toBe(19);
  });

  test('take no memory for each draw', () => {
    const { moments, stopped } = sum(
      taskOf(
        kernelOf((i) => ({ value: i })),
        { options: { samples: 50_000 }, memoryLimit: 50_000 },
      ),
    );
    expect([moments.count, stopped]).toEqual([50_000, null]);
  });
});

describe('the method', () => {
  test('is in the registry under its name', () => {
    expect(backends[importance.name]).toBe(importance);
  });

  test('takes whole numbers of samples, and no approximate evidence', () => {
    const [samples] = importance.options;
    expect(samples?.accepts(100)).toBe(true);
    expect([0, -1, 1.5, Number.NaN].some((n) => samples?.accepts(n))).toBe(false);
    expect(importance.suits({ approximate: false, resample: true, sharedNoise: false, evidence: false })).toBeNull();
    expect(importance.suits({ approximate: true, resample: false, sharedNoise: false, evidence: false })).toMatch(
      /likelihood-free/,
    );
  });
});
