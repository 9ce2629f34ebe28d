import type { CstNode } from 'chevrotain';
import { type BuildContext, missing, nameOf } from './build_context.js';
import { buildArguments, buildBinding, buildExpr, ordinary } from './build_expr.js';
import { buildForm, buildInterventions } from './build_form.js';
import { namesOf } from './build_type.js';
import { child, locate, nodes, onlyChild, token } from './cst.js';
import type { Span } from './span.js';
import type { DataClause, Method, Query, QueryExpr } from './tree.js';

/** Builds a question without a name; where nothing could be read its expression is a hole. */
export function buildQueryBody(body: CstNode | null, context: BuildContext, at: Span): Query {
  const none = { kind: 'query', name: null, model: null, given: [], using: null, documentation: null } as const;
  if (body === null) return { ...none, expression: { kind: 'value', value: missing(at), span: at }, span: at };
  const model = child(body, 'modelClause');
  const using = child(body, 'usingClause');
  const method = using === null ? null : child(using, 'method');
  return {
    ...none,
    expression: buildQueryExpr(body, context),
    model: model === null ? null : buildModelClause(model, context),
    given: nodes(body, 'dataClauses')
      .flatMap((list) => nodes(list, 'dataClause'))
      .map((clause) => buildDataClause(clause, context)),
    using: method === null ? null : buildMethod(method, context),
    span: locate(body),
  };
}

function buildModelClause(node: CstNode, context: BuildContext): Query['model'] {
  const list = child(node, 'argumentList');
  const args = list === null ? [] : buildArguments(list, ordinary, context);
  return { name: nameOf(token(node, 'Identifier')!), args, span: locate(node) };
}

function buildQueryExpr(body: CstNode, context: BuildContext): QueryExpr {
  const plain = child(body, 'expression');
  if (plain !== null) {
    const span = locate(plain);
    return { kind: 'value', value: buildExpr(plain, ordinary, context, span), span };
  }
  const node = onlyChild(body)!;
  const span = locate(node);
  if (node.name === 'optimisation')
    return {
      kind: 'optimise',
      direction: token(node, 'direction')!.image === 'argmin' ? 'min' : 'max',
      variables: nodes(node, 'binding').map((binding) => buildBinding(binding, ordinary, context)),
      objective: buildExpr(child(node, 'expression'), ordinary, context, span),
      span,
    };
  const form = buildForm(child(node, 'form')!, 0, { ...context, bareDo: node.name === 'identification' });
  if (node.name === 'identification') return { kind: 'identify', form, span };
  const method = buildMethod(child(node, 'method')!, context);
  const data = buildDataClause(child(node, 'dataClause')!, { ...context, bareDo: true });
  return { kind: 'estimate', form, data, method, span };
}

function buildDataClause(node: CstNode, context: BuildContext): DataClause {
  const surgery = child(node, 'interventions');
  return {
    data: nameOf(token(node, 'Identifier')!),
    weighted: namesOf(node, 'weight')[0] ?? null,
    under: surgery === null ? null : buildInterventions(surgery, ordinary, context),
    selectedBy: namesOf(node, 'selection')[0] ?? null,
    span: locate(node),
  };
}

function buildMethod(node: CstNode, context: BuildContext): Method {
  const list = child(node, 'argumentList');
  const all = list === null ? [] : buildArguments(list, ordinary, context);
  return {
    name: nameOf(token(node, 'Identifier')!),
    options: all.flatMap((arg) => (arg.name === null ? [] : [{ name: arg.name, value: arg.value, span: arg.span }])),
    args: all.flatMap((arg) => (arg.name === null ? [arg.value] : [])),
    span: locate(node),
  };
}
