/** Random discrete programs in several worlds, and their exact answers against importance sampling. */
import { expect } from 'vitest';
import { meanOf } from '../../../src/exact/summary.js';
import { numberOf } from '../../../src/plan/run_form.js';
import { planOf, runPlan } from '../../passes/small_programs.js';

/** Numbers from 0 to n - 1, the same in every run: a multiplicative congruential generator (Park and Miller 1988). */
function dice(seed: number): (n: number) => number {
  let state = (seed * 48271 + 11) % 2147483647;
  for (let i = 0; i < 5; i++) state = (state * 48271) % 2147483647;
  return (n) => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
}

type Node = { readonly name: string; readonly kind: 'bool' | 'int' };

/** A model of about seven nodes with laws that hang on each other, one to three worlds, and evidence. */
function randomProgram(seed: number): string {
  const roll = dice(seed);
  const nodes: Node[] = [];
  const lines: string[] = [];
  const share = (): string => (0.1 + 0.1 * roll(9)).toFixed(1);
  const row = (): string => {
    const parts = [1 + roll(5), 1 + roll(5), 1 + roll(5)];
    const total = parts[0]! + parts[1]! + parts[2]!;
    return `[${parts.map((p) => `${p} / ${total}`).join(', ')}]`;
  };
  const test = (): string => {
    const node = nodes[roll(nodes.length)];
    if (node === undefined) return 'true';
    return node.kind === 'bool' ? node.name : `${node.name} > ${roll(3)}`;
  };
  const count = 4 + roll(4);
  for (let k = 0; k < count; k++) {
    const name = `v${k}`;
    const choice = (make: () => string): string =>
      nodes.length === 0 ? make() : roll(3) === 0 ? make() : `(if ${test()} then ${make()} else ${make()})`;
    const add = (kind: Node['kind'], text: string): void => {
      lines.push(text);
      nodes.push({ name, kind });
    };
    switch (roll(9)) {
      case 0:
      case 1:
        add('bool', `${name} ~ bernoulli(${choice(share)})`);
        break;
      case 2:
      case 3:
        add('int', `${name} ~ categorical(${choice(row)})`);
        break;
      case 4:
        add('int', `${name} ~ poisson(${choice(() => String(0.5 + 0.5 * roll(6)))})`);
        break;
      case 5:
        add('int', `${name} ~ binomial(${choice(() => String(1 + roll(4)))}, ${choice(share)})`);
        break;
      case 6:
        add('int', `${name} ~ geometric(${choice(() => (0.3 + 0.1 * roll(6)).toFixed(1))})`);
        break;
      case 7:
        add('int', `${name} ~ discrete_uniform(0, ${choice(() => String(1 + roll(3)))})`);
        break;
      default:
        add('bool', `${name} := ${test()} ${roll(2) === 0 ? 'and' : 'or'} not (${test()})`);
    }
  }
  const act = (): string => {
    const node = nodes[roll(nodes.length)]!;
    return `do(${node.name} = ${node.kind === 'bool' ? ['false', 'true'][roll(2)] : roll(3)})`;
  };
  const worlds = [act(), act()];
  const claim = (node: Node, world: string | null): string => {
    const where = world === null ? node.name : `${node.name}[${world}]`;
    return node.kind === 'bool'
      ? roll(2) === 0
        ? where
        : `not ${where}`
      : `${where} ${['>', '<='][roll(2)]} ${roll(3)}`;
  };
  const some = (): Node => nodes[roll(nodes.length)]!;
  const asked = [
    claim(nodes.at(-1)!, worlds[0]!),
    ...(roll(2) === 0 ? [claim(nodes.at(-1)!, worlds[1]!)] : []),
    ...(roll(2) === 0 ? [claim(some(), null)] : []),
  ];
  const evidence = Array.from({ length: roll(3) }, () => {
    const node = some();
    return roll(2) === 0
      ? claim(node, null)
      : `${node.name} = ${node.kind === 'bool' ? ['false', 'true'][roll(2)] : roll(2)}`;
  });
  const given = [...new Set(evidence)].filter(
    (e, i, all) => all.findIndex((f) => f.slice(0, 2) === e.slice(0, 2)) === i,
  );
  const bar = given.length > 0 ? ` | ${given.join(', ')}` : '';
  return `model M {\n  ${lines.join('\n  ')}\n}\nquery q = P((${asked.join(') and (')})${bar})\n`;
}

/** How far sampling is from the exact answer, in standard errors; null where there is nothing to compare. */
function distance(seed: number, samples: number): number | null {
  const text = randomProgram(seed);
  const plan = planOf(text);
  if (!('program' in plan)) expect.fail(`${plan.join('\n')}\n${text}`);
  const { exact } = plan;
  if (exact === null || exact.solver !== 'discrete' || exact.solved.logEvidence < Math.log(0.002)) return null;
  const value = meanOf(exact.solved.marginal(0));
  const sampled = numberOf(runPlan(plan, samples, `exact ${seed}`), 'P');
  const error = Math.max(sampled.se, 1e-12);
  const off = (sampled.value - value) / error;
  // What is all but certain may never have been seen otherwise.
  if (sampled.se === 0 || value * (1 - value) < 0.001) {
    if (Math.abs(sampled.value - value) > 0.02) expect.fail(`${sampled.value} for ${value}\n${text}`);
    return null;
  }
  if (Math.abs(off) > 5) expect.fail(`${sampled.value} ± ${sampled.se} for ${value}\n${text}`);
  return off;
}

/** Compares programs of many seeds: each within 5 standard errors, and no systematic side. Gives how many were compared. */
export function compareAll(from: number, to: number, samples: number): number {
  const distances: number[] = [];
  for (let seed = from; seed < to; seed++) {
    const off = distance(seed, samples);
    if (off !== null) distances.push(off);
  }
  const sum = distances.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum) / Math.sqrt(distances.length)).toBeLessThan(4.5);
  const squares = distances.reduce((a, b) => a + b * b, 0);
  // Too near is as suspicious as too far.
  expect(squares / distances.length).toBeGreaterThan(0.4);
  expect(squares / distances.length).toBeLessThan(2);
  return distances.length;
}
