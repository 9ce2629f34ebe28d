import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../../syntax/diagnostic.js';
import type { Source } from '../../syntax/span.js';
import type { Graph } from '../graph.js';
import { createCollector } from './collector.js';

const name = /^[\p{L}_][\p{L}\p{N}_.]*$/u;
const fixedAtZero = /^\s*-?0*\.?0+\s*\*/;

/**
 * Reads a model in the text of lavaan (Rosseel, Journal of Statistical Software 48, 2012): `y ~ a * x + z` (y is caused by x and z), `f =~ y1 + y2` (f is
 * latent and causes y1 and y2), `x ~~ y` (a common cause of both; `x ~~ x`, a variance, says nothing), `y ~ 1` (an intercept, likewise). Coefficients and
 * labels before `*` are left out, and with them terms whose coefficient is fixed at 0. E0550 for any other line.
 */
export function readLavaan(source: Source): Outcome<Graph> {
  const found: Diagnostic[] = [];
  const collector = createCollector();
  let start = 0;
  for (const line of source.text.split('\n')) {
    const span = { start, end: start + line.length };
    start += line.length + 1;
    for (const statement of line.replace(/[#!].*$/, '').split(';')) {
      if (statement.trim() === '') continue;
      const parts = /^(.*?)(=~|~~|~)(.*)$/.exec(statement);
      const left = parts?.[1]?.split('+').map((part) => part.trim());
      const right = parts?.[3]
        ?.split('+')
        .flatMap((part) => (fixedAtZero.test(part) ? [] : [part.replace(/^.*\*/, '').trim()]));
      const wrong = [...(left ?? ['']), ...(right ?? [''])].find((part) => !name.test(part) && !/^[01]$/.test(part));
      if (left === undefined || right === undefined || wrong !== undefined) {
        found.push(diagnose('E0550', `'${statement.trim()}' is no line of a lavaan model`, source, span));
        continue;
      }
      for (const a of left)
        for (const b of right.filter((part) => name.test(part)))
          if (parts?.[2] === '=~') {
            collector.latent(a);
            collector.edge(a, b, '->');
          } else if (parts?.[2] === '~') collector.edge(b, a, '->');
          else if (a !== b) collector.edge(a, b, '<->');
    }
  }
  return found.length > 0 ? fail(...found) : succeed(collector.graph());
}

/** A graph in the text of lavaan, with a line for each caused variable and each common cause. */
export function writeLavaan(graph: Graph): string {
  const lines: string[] = [];
  for (const { name: node, latent } of graph.nodes) {
    if (!latent) continue;
    const effects = graph.edges.filter(({ from, kind }) => kind === '->' && from === node).map(({ to }) => to);
    if (effects.length > 0) lines.push(`${node} =~ ${effects.join(' + ')}`);
  }
  const hidden = new Set(graph.nodes.filter(({ latent }) => latent).map((node) => node.name));
  for (const { name: node } of graph.nodes) {
    const causes = graph.edges.filter(({ from, to, kind }) => kind === '->' && to === node && !hidden.has(from));
    if (causes.length > 0) lines.push(`${node} ~ ${causes.map(({ from }) => from).join(' + ')}`);
  }
  for (const { from, to, kind } of graph.edges) if (kind === '<->') lines.push(`${from} ~~ ${to}`);
  return `${lines.join('\n')}\n`;
}
