/** Questions run forwards, and asked again of what they made up. */
import { describe, expect, test } from 'vitest';
import { asIfSeen, forwards } from '../../src/calibrate/observations.js';
import { drawTruths, type Truths } from '../../src/calibrate/truths.js';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import type { Host, ReadRequest } from '../../src/data/host.js';
import type { Constant } from '../../src/ir/ir.js';
import type { Question } from '../../src/lower/question.js';
import { modelOf } from '../../src/plan/answer.js';
import { formsOf } from '../../src/plan/arithmetic.js';
import { type Plan, planForm } from '../../src/plan/plan.js';
import { diagnose, fail } from '../../src/syntax/diagnostic.js';
import { expectSound, runPlan } from '../passes/small_programs.js';

const refused = (request: ReadRequest) =>
  fail(diagnose('E0502', 'There are no files here.', request.source, request.span));
const nowhere: Host = { readText: refused, readTable: refused };

/** The plan of the query of a text by importance sampling, after a change of its question. */
function planned(text: string, change: (question: Question) => Question): Plan {
  const loaded = loadProject({ name: 'program.scm', text }, nowhere);
  const project = loaded.ok ? loaded.value : null;
  const query = project?.queries[0];
  const expression = query?.declaration.expression;
  if (project === null || query === undefined || expression?.kind !== 'value') throw new Error(`no query in ${text}`);
  expect(check(project).filter((d) => d.severity === 'error')).toEqual([]);
  const [form] = formsOf(expression.value);
  const model = modelOf(project, query.declaration);
  if (form === undefined || model === null) throw new Error('no form');
  const plan = planForm(project, query, form, model, { method: 'importance', samples: null }, change);
  if (!plan.ok) throw new Error(plan.diagnostics.map((d) => d.message).join('\n'));
  return plan.value;
}

function truthsOf(text: string, targets: number, count: number): Truths {
  const settings = {
    method: null,
    samples: null,
    seed: '1',
    engine: 'js',
    memoryLimit: 1e9,
    externs: {},
  } as const;
  const work = drawTruths(planned(text, forwards), targets, count, settings);
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

const text = `
const seen = [1.0, 2.0, 3.0]
model M {
  mu ~ normal(0, 1)
  for i in 0..3 {
    x[i] ~ normal(mu, 1)
    observe seen[i] ~ normal(x[i], 1)
    if i > 0 { observe i ~ poisson(1 + abs(mu)) }
  }
  var n = 0
  while n < 2 { n = n + 1  observe [n, 7] ~ iid(discrete_uniform(1, 6), 2) }
  k ~ binomial(10, 0.5)
  observe k = 4
  z := mu + sum(x)
  observe mu > -1
}
query q = posterior(mu, x, k | z = 2.0, x[1] = 0.5)`;

const shape = (value: Constant): unknown =>
  typeof value === 'number' || typeof value === 'string' ? typeof value : Array.from<Constant>(value).map(shape);

describe('run forwards', () => {
  const { targets, seen } = truthsOf(text, 3, 2000);

  test('a run yields its targets and all that would be seen, place by place, in the order of the run', () => {
    expect(targets.map((t) => t.path)).toEqual(['mu', 'x[0]', 'x[1]', 'x[2]', 'k']);
    expect(seen).toHaveLength(2000);
    const number = 'number';
    expect(seen[0]?.map(shape)).toEqual([
      [number, number, number],
      [number, number],
      [
        [number, number],
        [number, number],
      ],
      [number],
      number,
      number,
    ]);
  });

  test('what is seen belongs to the targets of the same run', () => {
    const [mu, x0, x1, x2, k] = targets.map((t) => t.values);
    let squares = 0;
    for (const [i, data] of seen.entries()) {
      const [measured, , , counts, z, second] = data;
      expect(z).toBeCloseTo(mu![i]! + x0![i]! + x1![i]! + x2![i]!, 10);
      expect(second).toBe(x1![i]);
      expect(counts).toEqual(Float64Array.of(k![i]!));
      if (measured instanceof Float64Array) squares += (measured[2]! - x2![i]!) ** 2;
    }
    // Noise of variance 1: 5 standard errors of 2,000 squares are 0.16.
    expect(Math.abs(squares / seen.length - 1)).toBeLessThan(0.16);
  });

  test('conditions stay with the model', () => {
    expect(Math.min(...targets[0]!.values)).toBeGreaterThan(-1);
  });
});

describe('asked again', () => {
  test('of what the text says, weights and draws are the same to the bit', () => {
    const program = `
    const seen = [1.0, 2.0, 3.0]
    model M {
      mu ~ normal(0, 1)
      for i in 0..3 { x[i] ~ normal(mu, 1)  observe seen[i] ~ normal(x[i], 1) }
      observe 4 ~ poisson(exp(mu))
    }
    query q = posterior(mu | x[1] = 0.5)`;
    const before = planned(program, (question) => question);
    const data = [Float64Array.of(1, 2, 3), Float64Array.of(4), 0.5];
    const after = planned(program, (question) => asIfSeen(question, data));
    for (const plan of [before, after]) expectSound(plan, program);
    const [first, second] = [before, after].map((plan) => runPlan(plan, 500, 'again'));
    expect(second?.weights.relative).toEqual(first?.weights.relative);
    expect(second?.evidence).toEqual(first?.evidence);
    expect(second?.targets).toEqual(first?.targets);
  });
});
