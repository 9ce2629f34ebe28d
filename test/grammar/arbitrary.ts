/** Random syntax trees for property tests. Their spans are empty; compare trees with `bare`. */
import fc from 'fast-check';
import type {
  Block,
  DataClause,
  Declaration,
  DistEntry,
  Expr,
  GraphStatement,
  Method,
  Name,
  Parameter,
  Query,
  QueryExpr,
  Statement,
} from '../../src/syntax/tree.js';
import {
  type Arb,
  args,
  asked,
  callee,
  clause,
  expr,
  form,
  intervention,
  name,
  number,
  observed,
  ordinaryPlace,
  pattern,
  span,
  string,
  type,
  word,
} from './arbitrary_expr.js';

export { expr } from './arbitrary_expr.js';

const documentation = fc.constant(null);
const block = (depth: number): Arb<Block> =>
  fc.record({ statements: fc.array(statement(depth), { maxLength: 3 }), span: fc.constant(span) });

/** A statement whose blocks nest at most `depth` deep. */
function statement(depth = 2): Arb<Statement> {
  const value = expr(ordinaryPlace, 2);
  const indices = fc.array(expr(ordinaryPlace, 1), { maxLength: 2 });
  const annotation = fc.option(type);
  const flat: Arb<Statement>[] = [
    fc.record({
      kind: fc.constant('node'),
      modifier: fc.constantFrom(null, 'param' as const, 'latent' as const),
      name,
      indices,
      annotation,
      operator: fc.constantFrom('~' as const, ':=' as const),
      value,
      documentation,
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('let'),
      names: fc.array(name, { minLength: 1, maxLength: 2 }),
      annotation,
      value,
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('var'), name, annotation, value, span: fc.constant(span) }),
    fc.record({ kind: fc.constant('assign'), name, indices, value, span: fc.constant(span) }),
    fc.record({ kind: fc.constant('return'), value: fc.option<Expr>(value), span: fc.constant(span) }),
    fc
      .record({
        kind: fc.constant('observe'),
        form: fc.constantFrom('score' as const, 'equal' as const, 'approximate' as const),
        subject: expr({ ...observed, equals: false }, 1).filter((e) => e.kind !== 'if' && e.kind !== 'range'),
        value,
        span: fc.constant(span),
      })
      .filter((s) => s.form === 'score' || (isTight(s.subject) && isTight(s.value))),
    fc.record({
      kind: fc.constant('observe'),
      form: fc.constant('condition'),
      value: fc.constant(null),
      subject: expr(observed, 2).filter((e) => e.kind !== 'binary' || (e.operator !== '=' && e.operator !== '~=')),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('factor'), value, span: fc.constant(span) }),
    fc.constant<Statement>({ kind: 'resample', span }),
    fc.record({
      kind: fc.constant('call'),
      call: fc.record({ kind: fc.constant('call'), callee, args: args(ordinaryPlace, 1), span: fc.constant(span) }),
      span: fc.constant(span),
    }),
  ];
  if (depth === 0) return fc.oneof(...flat);
  const body = block(depth - 1);
  const condition = expr(ordinaryPlace, 1);
  return fc.oneof(
    ...flat.map((arbitrary) => ({ weight: 2, arbitrary })),
    fc.record({ kind: fc.constant('for'), variable: name, iterable: condition, body, span: fc.constant(span) }),
    fc.record({ kind: fc.constant('while'), condition, body, span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('branch'),
      condition,
      then: body,
      otherwise: fc.option(body),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('choose'),
      subject: condition,
      arms: fc.array(fc.record({ pattern, body, span: fc.constant(span) }), { maxLength: 2 }),
      span: fc.constant(span),
    }),
  );
}

/** Binds tighter than a comparison, so that it can stand on a side of `=` without parentheses. */
const isTight = (e: Expr): boolean => ['number', 'name', 'call', 'index', 'field', 'group', 'array'].includes(e.kind);

const parameters: Arb<Parameter[]> = fc.array(
  fc.record({ name, annotation: fc.option(type), default: fc.option(expr(ordinaryPlace, 1)), span: fc.constant(span) }),
  { maxLength: 3 },
);
const body = fc.oneof(
  fc.record({ kind: fc.constant('expression'), value: expr(ordinaryPlace, 2) }),
  fc.record({ kind: fc.constant('block'), block: block(1) }),
);

const method: Arb<Method> = fc.record({
  name: word,
  args: fc.array(expr(asked, 1), { maxLength: 1 }),
  options: fc.array(fc.record({ name: word, value: expr(asked, 1), span: fc.constant(span) }), { maxLength: 2 }),
  span: fc.constant(span),
});

const dataClause: Arb<DataClause> = fc.record({
  data: word,
  weighted: fc.option(word),
  under: fc.option(fc.array(intervention({ ...asked }, 1), { minLength: 1, maxLength: 2 })),
  selectedBy: fc.option(word),
  span: fc.constant(span),
});

const queryExpr: Arb<QueryExpr> = fc.oneof(
  fc.record({ kind: fc.constant('value'), value: expr(asked, 3), span: fc.constant(span) }),
  fc.record({
    kind: fc.constant('optimise'),
    direction: fc.constantFrom('max' as const, 'min' as const),
    variables: fc.array(clause(expr(asked, 1)), { minLength: 1, maxLength: 2 }),
    objective: expr(asked, 2),
    span: fc.constant(span),
  }),
  fc.record({ kind: fc.constant('identify'), form: form(1), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('estimate'), form: form(1), data: dataClause, method, span: fc.constant(span) }),
);

/** A query with a name. */
export const query: Arb<Query> = fc.record({
  kind: fc.constant('query'),
  name: word,
  expression: queryExpr,
  model: fc.option(fc.record({ name: word, args: args(asked, 1), span: fc.constant(span) })),
  given: fc.array(dataClause, { maxLength: 2 }),
  using: fc.option(method),
  documentation,
  span: fc.constant(span),
});

const distEntry: Arb<DistEntry> = fc.oneof(
  fc.record({ kind: fc.constant('require'), condition: expr(ordinaryPlace, 2), span: fc.constant(span) }),
  fc.record({
    kind: fc.constant('entry'),
    name: fc.constantFrom(
      'support',
      'draw',
      'mechanism',
      'abduct',
      'logpdf',
      'cdf',
      'quantile',
      'survival',
      'logcdf',
      'moment_mean',
      'moment_variance',
    ),
    parameters: fc.array(word, { maxLength: 2 }),
    body,
    span: fc.constant(span),
  }),
);

const names = (min: number): Arb<Name[]> => fc.array(word, { minLength: min, maxLength: 3 });
const graphStatement: Arb<GraphStatement> = fc.oneof(
  fc.record({ kind: fc.constant('latent'), names: names(1), span: fc.constant(span) }),
  fc.record({ kind: fc.constant('isolated'), name: word, span: fc.constant(span) }),
  fc
    .array(fc.tuple(fc.constantFrom('->' as const, '<-' as const, '<->' as const, '--' as const), names(1)), {
      minLength: 1,
      maxLength: 3,
    })
    .chain((links) =>
      names(1).map((first) => ({
        kind: 'edges' as const,
        groups: [first, ...links.map(([, group]) => group)],
        arrows: links.map(([arrow]) => arrow),
        span,
      })),
    ),
);

/** A declaration of any kind. */
export const declaration: Arb<Declaration> = fc.oneof(
  fc.record({
    kind: fc.constant('import'),
    path: string.map((s) => s.value),
    pathSpan: fc.constant(span),
    names: names(0),
    span: fc.constant(span),
  }),
  fc.record({ kind: fc.constant('enum'), name: word, members: names(1), documentation, span: fc.constant(span) }),
  fc.record({
    kind: fc.constant('const'),
    name,
    annotation: fc.option(type),
    value: expr(),
    documentation,
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('data'),
    name,
    reader: word,
    args: args(ordinaryPlace, 1),
    documentation,
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('extern'),
    name,
    parameters,
    result: type,
    supplied: fc.constant(null),
    command: fc.option(
      fc.record({ text: string.map((s) => s.value), format: fc.option(name), span: fc.constant(span) }),
    ),
    cost: fc.option(number),
    documentation,
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('function'),
    name,
    parameters,
    result: fc.option(type),
    body,
    documentation,
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('dist'),
    name,
    parameters,
    result: fc.option(type),
    entries: fc.array(distEntry, { maxLength: 3 }),
    documentation,
    span: fc.constant(span),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('model'),
      name,
      parameters,
      body: block(3),
      documentation,
      span: fc.constant(span),
    }),
  },
  fc.record({
    kind: fc.constant('operated'),
    name,
    base: word,
    args: args(ordinaryPlace, 1),
    interventions: fc.array(intervention(ordinaryPlace, 1), { minLength: 1, maxLength: 2 }),
    documentation,
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('graph'),
    name: word,
    statements: fc.array(graphStatement, { maxLength: 3 }),
    documentation,
    span: fc.constant(span),
  }),
  { weight: 3, arbitrary: query },
);

/** A tree without spans and without parentheses: what two texts that mean the same have in common. */
export function bare(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(bare);
  if (typeof tree !== 'object' || tree === null) return tree;
  if ('kind' in tree && tree.kind === 'group' && 'inner' in tree) return bare(tree.inner);
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => key !== 'span' && key !== 'pathSpan' && key !== 'source')
      .map(([key, value]) => [key, bare(value)]),
  );
}
