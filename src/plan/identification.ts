import { identificationInClass } from '../causal/class/identification.js';
import { type GraphClass, graphClass, type NoClass } from '../causal/class/members.js';
import { type Graph, graphOfDeclaration } from '../causal/graph.js';
import { graphOfModel } from '../causal/graph_of_model.js';
import { identificationAcrossWorlds, namesAcrossWorlds } from '../causal/identify/across_worlds.js';
import { parseCounterfactual, speaksOfWorlds } from '../causal/identify/parse_counterfactual.js';
import type { IndexedGraph } from '../causal/indexed.js';
import { topologicalOrder } from '../causal/structure.js';
import type { Declared, Project } from '../check/project.js';
import { raise } from '../lower/raise.js';
import type { Answer } from '../report/answer.js';
import { type Diagnostic, diagnose } from '../syntax/diagnostic.js';
import type { Expr, Form, Query } from '../syntax/tree.js';

/** The causal graph of a model or of a `graph` declaration, for questions about it: parameters of a population are no causes within a unit. */
export function causalGraphs(
  project: Project,
  name: string,
  unroll: boolean,
): { readonly ok: true; readonly value: GraphClass } | NoClass {
  const declared = project.graphs.get(name);
  const graph: Graph =
    declared === undefined
      ? graphOfModel(project, name, { targets: [], unroll })
      : graphOfDeclaration(declared.declaration);
  const parameters = new Set(graph.nodes.filter(({ parameter }) => parameter).map((node) => node.name));
  return graphClass({
    nodes: graph.nodes.filter((node) => !parameters.has(node.name)),
    edges: graph.edges.filter(({ from, to }) => !parameters.has(from) && !parameters.has(to)),
  });
}

/** The same where only one graph will do. */
export function causalGraph(project: Project, name: string, unroll: boolean): IndexedGraph {
  const graphs = causalGraphs(project, name, unroll);
  if (graphs.ok && graphs.value.partly === null) return graphs.value.first;
  const { source, declaration } = project.graphs.get(name)!;
  const { code, message } = graphs.ok
    ? ({ code: 'E0672', message: 'edges have no direction, and this question is asked of one graph' } as const)
    : graphs;
  return raise(code, `In \`${name}\` ${message}.`, source, declaration.span);
}

/** Answers `identify P(y | do(x), z)` on a model or graph. */
export function answerIdentify(
  project: Project,
  query: Declared<Query>,
  form: Form,
  subject: string,
  blank: Answer,
): Answer {
  const { source } = query;
  const fail = (error: Diagnostic): Answer => ({ ...blank, kind: 'identification', error });
  const asked = source.text.slice(form.span.start, form.span.end);
  if (speaksOfWorlds(asked)) return answerAcrossWorlds(project, query, form, asked, subject, blank);
  const textOf = (expr: Expr): string => source.text.slice(expr.span.start, expr.span.end).replace(/\s+/g, '');
  const outcome = form.targets.flatMap((t) => (t.kind === 'tuple' ? t.elements : [t]));
  const action: Expr[] = [];
  const given: Expr[] = [];
  for (const part of form.given) {
    if (part.kind === 'do') action.push(...part.interventions.map((i) => i.target));
    else given.push(part.value.kind === 'binary' ? part.value.left : part.value);
  }
  const all = [...outcome, ...action, ...given];
  const graphs = causalGraphs(
    project,
    subject,
    all.some((expr) => textOf(expr).includes('[')),
  );
  if (!graphs.ok) return fail(diagnose(graphs.code, `In \`${subject}\` ${graphs.message}.`, source, form.span));
  const graph = graphs.value.first;
  if (topologicalOrder(graph) === null)
    return fail(diagnose('E0552', `the graph of \`${subject}\` has a circle of causes`, source, form.span));
  const seen = new Set<string>();
  for (const expr of all) {
    const name = textOf(expr);
    const index = graph.indexOf.get(name);
    if (index === undefined)
      return fail(diagnose('E0553', `\`${name}\` is no node of the graph of \`${subject}\``, source, expr.span));
    if (graph.nodes[index]?.latent === true)
      return fail(diagnose('E0553', `\`${name}\` is latent: nothing is known of it`, source, expr.span));
    if (seen.has(name)) return fail(diagnose('E0553', `\`${name}\` stands in two places`, source, expr.span));
    seen.add(name);
  }
  const found = identificationInClass(graphs.value, {
    outcome: outcome.map(textOf),
    action: action.map(textOf),
    given: given.map(textOf),
    experiments: [],
  });
  if (!found.ok) return fail(diagnose('E0672', `In \`${subject}\` ${found.message}.`, source, form.span));
  return { ...blank, kind: 'identification', exact: true, method: 'identify', identification: found.value };
}

/** Answers `identify P(y[do(x = 1)] | x = 0)` on a model or a graph whose edges have directions. */
function answerAcrossWorlds(
  project: Project,
  { source }: Declared<Query>,
  form: Form,
  asked: string,
  subject: string,
  blank: Answer,
): Answer {
  const fail = (code: 'E0552' | 'E0553' | 'E0680', message: string): Answer => ({
    ...blank,
    kind: 'identification',
    error: diagnose(code, message, source, form.span),
  });
  const question = parseCounterfactual(asked);
  if (question === null) return fail('E0680', 'events of a question across worlds are nodes with or without a value');
  const names = namesAcrossWorlds(question);
  const graph = causalGraph(
    project,
    subject,
    names.some((name) => name.includes('[')),
  );
  if (topologicalOrder(graph) === null) return fail('E0552', `the graph of \`${subject}\` has a circle of causes`);
  for (const name of names) {
    const index = graph.indexOf.get(name);
    if (index === undefined) return fail('E0553', `\`${name}\` is no node of the graph of \`${subject}\``);
    if (graph.nodes[index]?.latent === true) return fail('E0553', `\`${name}\` is latent: nothing is known of it`);
  }
  const found = identificationAcrossWorlds(graph, question, []);
  if (!found.ok) return fail('E0680', found.message);
  return { ...blank, kind: 'identification', exact: true, method: 'identify', identification: found.value };
}
