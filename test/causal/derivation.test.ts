/** Derivations: each is accepted by the checker, and none that something is wrong with. */
import { describe, expect, test } from 'vitest';
import { checkDerivation } from '../../src/causal/identify/check_derivation.js';
import type { CausalQuery } from '../../src/causal/identify/identify.js';
import { identification } from '../../src/causal/identify/strategy.js';
import type { IndexedGraph } from '../../src/causal/indexed.js';
import type { DerivationStep, Identification } from '../../src/report/answer.js';
import { graphNamed, graphOf, list, ofKind } from './cases.js';
import { generator, randomGraph } from './discrete_scm.js';

type Asked = { readonly graph: IndexedGraph; readonly query: CausalQuery; readonly found: Identification };

const ask = (graph: IndexedGraph, query: CausalQuery): Asked => ({ graph, query, found: identification(graph, query) });
const check = ({ graph, query, found }: Asked, steps: readonly DerivationStep[] = found.steps): string | null =>
  checkDerivation(graph, query, { steps, estimand: found.estimand ?? '' });

const cases = [...ofKind('identify'), ...ofKind('z_identify')]
  .filter((c) => c.identifiable === true)
  .map((c): [string, Asked] => {
    const query = {
      outcome: list(c.outcome),
      action: list(c.do),
      given: list(c.given),
      experiments: list(c.experiments_on),
    };
    return [c.id, ask(graphOf(c), query)];
  });

test.each(cases)('%s', (_, asked) => {
  expect(asked.found.identifiable).toBe(true);
  expect(check(asked)).toBeNull();
});

/** Random questions that have an estimand, of one or two actions and outcomes, with conditions and experiments. */
function randomQuestions(count: number, nodes: number, random: () => number): readonly Asked[] {
  const asked: Asked[] = [];
  while (asked.length < count) {
    const graph = graphNamed(randomGraph(3 + Math.floor(random() * (nodes - 2)), 0.5, 0.1 + 0.15 * random(), random));
    const names = graph.nodes.map(({ name }) => name).toSorted(() => random() - 0.5);
    const action = names.splice(0, random() < 0.3 ? 2 : 1);
    const outcome = names.splice(0, random() < 0.2 ? 2 : 1);
    if (outcome.length === 0) continue;
    const given = random() < 0.3 ? names.slice(0, 1 + Math.floor(random() * 2)) : [];
    const experiments = random() < 0.2 ? [...names, ...action].filter(() => random() < 0.4) : [];
    const one = ask(graph, { outcome, action, given, experiments });
    if (one.found.identifiable && one.found.strategy !== 'no effect') asked.push(one);
  }
  return asked;
}

test('derivations of random questions', () => {
  const seen = new Map<string, number>();
  for (const asked of randomQuestions(80, 6, generator(41))) {
    const { strategy, steps } = asked.found;
    seen.set(strategy ?? '', (seen.get(strategy ?? '') ?? 0) + 1);
    expect(steps.length).toBeGreaterThan(0);
    expect(check(asked), JSON.stringify(asked.query)).toBeNull();
  }
  for (const strategy of ['no confounding', 'backdoor', 'c-components', 'surrogate experiments'])
    expect(seen.get(strategy) ?? 0, strategy).toBeGreaterThan(1);
});

describe('what is wrong is not accepted', () => {
  const random = generator(43);
  const all = [...cases.map(([, asked]) => asked), ...randomQuestions(12, 6, random)];

  /** Each derivation with one step changed; a change that cannot be made gives null. */
  const rejectAll = (change: (step: DerivationStep, asked: Asked) => DerivationStep | null, least: number): void => {
    let changed = 0;
    for (const asked of all)
      for (const [k, step] of asked.found.steps.entries()) {
        const other = change(step, asked);
        if (other === null) continue;
        changed += 1;
        expect(check(asked, asked.found.steps.with(k, other)), JSON.stringify([step, other])).not.toBeNull();
      }
    expect(changed).toBeGreaterThan(least);
  };

  test('another rule', () => {
    rejectAll((step) => ({ ...step, rule: (step.rule + 1) % 4 }), 120);
    rejectAll((step) => ({ ...step, rule: (step.rule + 3) % 4 }), 120);
  });

  test('another law', () => {
    const laws = ['marginalisation', 'chain rule', 'definition of conditional probability'];
    rejectAll(
      (step) => (laws.includes(step.because) ? { ...step, because: laws.find((l) => l !== step.because)! } : null),
      50,
    );
  });

  test('a condition that is left out', () => {
    rejectAll((step) => {
      const [left, right] = step.gives.split(' = ');
      const less = right?.replace(/ \| \w+\)/, ')') ?? '';
      return less === right ? null : { ...step, gives: `${left} = ${less}` };
    }, 20);
    rejectAll((step) => {
      const less = step.gives.replace(/ \| \w+, /, ' | ');
      return less === step.gives ? null : { ...step, gives: less };
    }, 30);
  });

  test('another graph, another separation', () => {
    rejectAll(
      (step) =>
        step.because.includes(' out of ') ? { ...step, because: step.because.replace(' out of ', ' into ') } : null,
      50,
    );
    rejectAll(
      (step) =>
        step.because.includes(' without ') ? { ...step, because: step.because.replace(/ without .*/, '') } : null,
      80,
    );
    rejectAll(
      (step) => (step.because.includes(' | ') ? { ...step, because: step.because.replace(/ \| [^)]*/, '') } : null),
      50,
    );
  });

  test('an action that is left out or put in', () => {
    rejectAll((step) => {
      const less = step.gives.replace(/P_\{\w+\}/, 'P');
      return less === step.gives ? null : { ...step, gives: less };
    }, 50);
  });

  test('steps that are missing or stand elsewhere', () => {
    for (const asked of all) {
      const { steps } = asked.found;
      for (const [k, step] of steps.entries()) {
        // What another step says as well may be missing once.
        if (steps.filter(({ gives }) => gives === step.gives).length > 1) continue;
        expect(check(asked, steps.toSpliced(k, 1)), step.gives).not.toBeNull();
      }
      const [first, second, ...rest] = steps;
      if (first === undefined || second === undefined || first.rule !== 0) continue;
      expect(check(asked, [second, first, ...rest])).not.toBeNull();
    }
  });

  test('the graph of another question', () => {
    const { found, query } = ask(graphNamed('x -> m -> y; x <-> y'), {
      outcome: ['y'],
      action: ['x'],
      given: [],
      experiments: [],
    });
    const confounded = graphNamed('x -> m -> y; x <-> y; m <-> y');
    expect(check({ graph: confounded, query, found })).toContain('rule 2');
    expect(check({ graph: graphNamed('x -> m -> y'), query, found })).toBeNull();
  });

  test('an estimand that is another, or speaks of experiments that there were not', () => {
    const graph = graphNamed('x -> y');
    const query = { outcome: ['y'], action: ['x'], given: [], experiments: [] };
    expect(checkDerivation(graph, query, { steps: [], estimand: 'P_{x}(y)' })).toContain('experiment');
    expect(checkDerivation(graph, query, { steps: [], estimand: 'P(y | x)' })).toContain('last line');
    expect(checkDerivation(graph, query, { steps: [], estimand: 'P(y' })).toContain('last line');
    const law = { rule: 0, because: 'laws of probability', gives: 'P_{x}(y) = P(y | x)' };
    expect(checkDerivation(graph, query, { steps: [law], estimand: 'P(y | x)' })).toContain('differ');
    const unknown = { rule: 0, because: 'a law', gives: 'P_{x}(y) = P_{x}(y)' };
    expect(checkDerivation(graph, query, { steps: [unknown], estimand: 'P_{x}(y)' })).toContain('no law');
  });
});

test('names that are no words', () => {
  const graph = graphNamed('"blood pressure" -> "drug dose" -> y; "blood pressure" -> y');
  const query = { outcome: ['y'], action: ['drug dose'], given: [], experiments: [] };
  const asked = ask(graph, query);
  expect(asked.found.estimand).toBe('sum{"blood pressure"} P(y | "drug dose", "blood pressure") P("blood pressure")');
  expect(check(asked)).toBeNull();
});
