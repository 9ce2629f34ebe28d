import type { Identification } from '../../report/answer.js';
import type { IndexedGraph } from '../indexed.js';
import { type CounterfactualEvent, type CounterfactualTerm, identifyCounterfactual } from './counterfactual.js';
import { renamed } from './estimand.js';
import type { CounterfactualQuestion, WorldEvent, WorldTerm } from './parse_counterfactual.js';
import { estimandLatex, estimandText } from './write_estimand.js';

/** All names of nodes in a question. */
export function namesAcrossWorlds({ events, evidence }: CounterfactualQuestion): readonly string[] {
  const namesIn = ({ variable, action }: WorldTerm): readonly string[] => [
    variable,
    ...[...action].flatMap(([name, to]) => [name, ...(to === null || typeof to === 'string' ? [] : namesIn(to))]),
  ];
  return [...new Set([...events, ...evidence].flatMap(namesIn))];
}

/**
 * Whether P(events | evidence) across worlds is known from observation, and from experiments on some nodes. In the estimand `x=1` is a value of x, and a bare
 * name what stands for it everywhere. The message where the question has no meaning. The graph has no cycle; names are of observed nodes.
 */
export function identificationAcrossWorlds(
  graph: IndexedGraph,
  question: CounterfactualQuestion,
  experiments: readonly string[],
): { readonly ok: true; readonly value: Identification } | { readonly ok: false; readonly message: string } {
  const codes = new Map<string, Map<string | null, number>>();
  /** Values of a variable as numbers; null, what has no value written, is one of them. */
  const codeOf = (variable: string, value: string | null): number => {
    const known = codes.get(variable) ?? new Map<string | null, number>();
    codes.set(variable, known);
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  };
  const termOf = ({ variable, action }: WorldTerm): CounterfactualTerm => {
    const set: Record<string, number> = {};
    const nested: Record<string, CounterfactualTerm> = {};
    for (const [name, to] of action)
      if (to === null || typeof to === 'string') set[name] = codeOf(name, to);
      else nested[name] = termOf(to);
    return { variable, action: set, nested };
  };
  const eventOf = (event: WorldEvent): CounterfactualEvent => ({
    ...termOf(event),
    value: codeOf(event.variable, event.value),
  });
  const [events, evidence] = [question.events.map(eventOf), question.evidence.map(eventOf)];
  for (const [variable, values] of codes)
    if (values.has(null) && values.size > 1)
      return {
        ok: false,
        message: `\`${variable}\` stands here with a value and there without one: write all its values`,
      };
  const found = identifyCounterfactual(graph, events, evidence, 'observations', experiments);
  const identification = { strategy: 'counterfactual', steps: [], hedge: null };
  switch (found.kind) {
    case 'impossible':
      return { ok: false, message: 'what is given contradicts itself: it never happens' };
    case 'constant': {
      const value = String(found.value);
      return { ok: true, value: { ...identification, identifiable: true, estimand: value, latex: value } };
    }
    case 'unidentifiable': {
      const set = `{${found.component.join(', ')}}`;
      const hedge =
        found.why === 'hedge'
          ? `${set}: hidden common causes join them, so that neither observation nor experiment gives their distribution under do on all others`
          : `${set}: what is asked for sets their causes to different values at once, and no observation or experiment shows more than one world`;
      return {
        ok: true,
        value: { ...identification, strategy: null, identifiable: false, estimand: null, latex: null, hedge },
      };
    }
    case 'identified': {
      const names = new Map<string, string>();
      for (const [name, { variable, value }] of found.symbols) {
        const text = value === null ? null : [...(codes.get(variable) ?? [])].find(([, code]) => code === value)?.[0];
        if (text !== null && text !== undefined) names.set(name, `${variable}=${text}`);
      }
      const estimand = renamed(found.estimand, names);
      const [text, latex] = [estimandText(estimand), estimandLatex(estimand)];
      return { ok: true, value: { ...identification, identifiable: true, estimand: text, latex } };
    }
  }
}
