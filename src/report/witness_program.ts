import type { Term, Values, Witness, WitnessModel } from '../causal/identify/witness_models.js';
import { identifierOf } from '../data/identifier.js';
import { numberText } from './number.js';

/** Two models that agree on all that is observed and differ in an effect, as a program that asks both. */
export function witnessProgram({ models, outcome, action, given, effects }: Witness): string {
  const spelled = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name } of models[0].nodes) {
    const plain = identifierOf(name)?.replaceAll(/[^\p{L}\p{Nd}_]/gu, '_') ?? 'node';
    let free = plain;
    for (let n = 2; taken.has(free); n++) free = `${plain}_${n}`;
    taken.add(free);
    spelled.set(name, free);
  }
  const list = (values: Values): readonly string[] => [...values].map(([v, x]) => `${spelled.get(v) ?? v} = ${x}`);
  const right = [`do(${list(action).join(', ')})`, ...list(given)].join(', ');
  const asked = `P(${list(outcome).join(' and ')} | ${right})`;
  const names = ['First', 'Second'] as const;
  return [
    ...models.flatMap((model, k) => [...modelLines(model, names[k]!, spelled), '']),
    ...effects.map((p, k) => `query ${names[k]!.toLowerCase()} = ${asked} in ${names[k]} //= ${numberText(p)}`),
    '',
  ].join('\n');
}

function modelLines(model: WitnessModel, name: string, spelled: ReadonlyMap<string, string>): readonly string[] {
  const bitsOf = new Map(model.nodes.map((node) => [node.name, node.bits.length]));
  const coin = (k: number): string => `hidden_${k + 1}`;
  const term = (t: Term): string => {
    if (t.kind === 'coin') return coin(t.coin);
    const node = spelled.get(t.node) ?? t.node;
    const bits = bitsOf.get(t.node) ?? 1;
    const odd = Array.from({ length: 2 ** bits }, (_, value) => value).filter((value) => (value >> t.bit) & 1);
    return `(${odd.map((value) => `${node} == ${value}`).join(' or ')})`;
  };
  const thrown = Array.from({ length: model.coins }, (_, k) => `  latent ${coin(k)} ~ bernoulli(0.5)`);
  const lines = model.nodes.map((node) => {
    const bits = node.bits.map(({ parity, flip }, b) => {
      const terms = [...parity.map(term), ...(flip > 0 ? [`(sample bernoulli(${flip}))`] : [])];
      const [first, ...others] = terms;
      const odd = others.reduce((left, right) => `(${left} != ${right})`, first ?? 'false');
      return `(if ${odd} then ${2 ** b} else 0)`;
    });
    return `  ${spelled.get(node.name) ?? node.name} := ${bits.length === 0 ? '0' : bits.join(' + ')}`;
  });
  return [`model ${name} {`, ...thrown, ...lines, '}'];
}
