/** Random syntax trees for property tests. Their spans are empty; compare trees with `bare`. */
import fc from 'fast-check';
import type {
  Argument,
  BinaryOperator,
  Block,
  Clause,
  DataClause,
  Declaration,
  DistEntry,
  Expr,
  Form,
  FormName,
  Given,
  GraphStatement,
  Intervention,
  Method,
  Name,
  Parameter,
  Pattern,
  Query,
  QueryExpr,
  Statement,
  TypeExpr,
} from '../../src/syntax/tree.js';

const span = { start: 0, end: 0 };
type Arb<T> = fc.Arbitrary<T>;

/** Plain names, Unicode ones, and words that are names outside their construct. */
export const name: Arb<Name> = fc
  .constantFrom(
    'x',
    'y',
    'z1',
    'theta',
    'θ',
    'ñandú',
    '𝜇',
    '_',
    'in_bed',
    'beta',
    'data',
    'model',
    'query',
    'given',
    'P',
    'E',
    'H',
    'by',
    'weighted',
    'gamma',
  )
  .map((text) => ({ text, span }));
const callee: Arb<Name> = fc
  .constantFrom('f', 'normal', 'exp', 'graph', 'θ', 'max', 'using')
  .map((text) => ({ text, span }));
const word: Arb<Name> = fc.constantFrom('a', 'b', 'Trial', 'σ2', 'm_1').map((text) => ({ text, span }));

const number: Arb<Expr> = fc
  .oneof(
    fc.nat(1000).map(String),
    fc.double({ min: 0, max: 1e12, noNaN: true }).map(String),
    fc.constantFrom('1e-9', '1.50', '2.5e+10', '007', '9007199254740991'),
  )
  .filter((text) => !text.startsWith('-'))
  .map((text) => ({ kind: 'number', value: Number(text), integer: /^\d+$/.test(text), text, span }));
const boolean: Arb<Expr> = fc.boolean().map((value) => ({ kind: 'boolean', value, span }));
const string: Arb<Expr & { readonly kind: 'string' }> = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('"', '\\', '\n', `\`$\{1}`, '\ud835', '// no'))
  .map((value) => ({ kind: 'string', value, span }));

/** Where an expression stands: whether `=` compares directly here, inside brackets, and whether forms may stand. */
export type Place = { readonly equals: boolean; readonly equalsInBrackets: boolean; readonly forms: boolean };
export const ordinaryPlace: Place = { equals: false, equalsInBrackets: false, forms: false };
const observed: Place = { equals: true, equalsInBrackets: true, forms: false };
const asked: Place = { equals: false, equalsInBrackets: false, forms: true };
const inForm: Place = { equals: true, equalsInBrackets: true, forms: true };

const plainOperators: readonly BinaryOperator[] = [
  'or',
  'and',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
];

const memory = new Map<string, Arb<Expr>>();

/** An expression at most `depth` constructs deep. */
export function expr(place: Place = ordinaryPlace, depth = 3): Arb<Expr> {
  const key = `${place.equals}${place.equalsInBrackets}${place.forms}${depth}`;
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = makeExpr(place, depth);
  memory.set(key, made);
  return made;
}

function makeExpr(place: Place, depth: number): Arb<Expr> {
  const leaf = fc.oneof(
    number,
    boolean,
    string,
    name.map((n): Expr => ({ kind: 'name', name: n, span })),
  );
  if (depth === 0) return leaf;
  const here = fc.oneof({ weight: 2, arbitrary: leaf }, expr(place, depth - 1));
  const bracketPlace = { ...place, equals: place.equalsInBrackets };
  const inner = expr(bracketPlace, depth - 1);
  const operators = place.equals ? [...plainOperators, '=' as const, '~=' as const] : plainOperators;
  const items = (min: number): Arb<Expr[]> => fc.array(inner, { minLength: min, maxLength: 3 });
  const alternatives: Arb<Expr>[] = [
    fc.record({ kind: fc.constant('call'), callee, args: args(place, depth - 1), span: fc.constant(span) }),
    fc.record({ kind: fc.constant('index'), target: here, indices: items(1), span: fc.constant(span) }),
    fc.record({ kind: fc.constant('field'), target: here, name, span: fc.constant(span) }),
    fc.record({ kind: fc.constant('negate'), operand: here, span: fc.constant(span) }),
    fc.record({ kind: fc.constant('not'), operand: here, span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('binary'),
      operator: fc.constantFrom(...operators),
      left: here,
      right: here,
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('binary'),
      operator: fc.constantFrom(...operators),
      left: here,
      right: here,
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('range'), low: here, high: here, closed: fc.boolean(), span: fc.constant(span) }),
    fc.record({ kind: fc.constant('if'), condition: here, then: here, otherwise: here, span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('match'),
      subject: here,
      arms: fc.array(fc.record({ pattern, value: inner, span: fc.constant(span) }), { minLength: 1, maxLength: 2 }),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('array'), elements: items(0), span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('comprehension'),
      element: inner,
      clauses: fc.array(clause(inner), { minLength: 1, maxLength: 2 }),
      filter: fc.option<Expr>(inner),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('record'),
      fields: fc.array(fc.record({ name, value: inner }), { minLength: 1, maxLength: 3 }),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('tuple'), elements: items(2), span: fc.constant(span) }),
    fc.record({ kind: fc.constant('group'), inner, span: fc.constant(span) }),
    fc.record({ kind: fc.constant('sample'), dist: here, span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('world'),
      target: here,
      interventions: fc.array(intervention(place, depth - 1), { minLength: 1, maxLength: 2 }),
      span: fc.constant(span),
    }),
  ];
  if (place.forms) alternatives.push(form(depth - 1), form(depth - 1));
  return fc.oneof(leaf, ...alternatives);
}

const clause = (iterable: Arb<Expr>): Arb<Clause> => fc.record({ variable: name, iterable });

const args = (place: Place, depth: number): Arb<Argument[]> =>
  fc.array(
    fc.record({ name: fc.option(name), value: expr({ ...place, equals: false }, depth), span: fc.constant(span) }),
    { maxLength: 3 },
  );

const pattern: Arb<Pattern> = fc.oneof(
  fc.constant<Pattern>({ kind: 'wildcard', span }),
  fc.oneof(number, boolean, string).map((value): Pattern => ({ kind: 'literal', value, span })),
  number.map((operand): Pattern => ({ kind: 'literal', value: { kind: 'negate', operand, span }, span })),
  fc.record({ kind: fc.constant('member'), enumName: fc.option(word), name: word, span: fc.constant(span) }),
);

function intervention(place: Place, depth: number): Arb<Intervention> {
  const target: Arb<Expr> = fc.oneof(
    word.map((n): Expr => ({ kind: 'name', name: n, span })),
    fc
      .tuple(word, word)
      .map(([a, b]): Expr => ({ kind: 'field', target: { kind: 'name', name: a, span }, name: b, span })),
    fc
      .tuple(word, number)
      .map(([a, i]): Expr => ({ kind: 'index', target: { kind: 'name', name: a, span }, indices: [i], span })),
  );
  const kind = fc.constantFrom('set' as const, 'draw' as const, 'shift' as const);
  return fc.record({ target, kind, value: expr({ ...place, equals: false }, depth), span: fc.constant(span) });
}

const given = (depth: number): Arb<Given> =>
  fc.oneof(
    fc.record({ kind: fc.constant('evidence'), value: expr(inForm, depth), span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('do'),
      interventions: fc.array(intervention(inForm, depth), { minLength: 1, maxLength: 2 }),
      span: fc.constant(span),
    }),
  );

/** A query form. */
export function form(depth: number): Arb<Form> {
  const make = (names: readonly FormName[], min: number, max: number): Arb<Form> =>
    fc.record({
      kind: fc.constant('form'),
      form: fc.constantFrom(...names),
      targets: fc.array(expr(inForm, depth), { minLength: min, maxLength: max }),
      given: fc.array(given(depth), { maxLength: 2 }),
      span: fc.constant(span),
    });
  return fc.oneof(
    make(['P', 'E', 'Var', 'Sd', 'Median', 'Q', 'Cov', 'Corr', 'posterior', 'predict', 'H'], 1, 3),
    make(['I'], 2, 2),
    make(['evidence'], 0, 0),
  );
}

/** A type as written. */
export const type: Arb<TypeExpr> = fc.letrec<{ type: TypeExpr }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    fc
      .constantFrom('real', 'int', 'Drug', 'vector')
      .map((text): TypeExpr => ({ kind: 'named', name: { text, span }, span })),
    fc.record({ kind: fc.constant('array'), element: tie('type'), span: fc.constant(span) }),
    fc.record({
      kind: fc.constant('tuple'),
      elements: fc.array(tie('type'), { minLength: 2, maxLength: 3 }),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('record'),
      fields: fc.array(fc.record({ name, type: tie('type') }), { minLength: 1, maxLength: 2 }),
      span: fc.constant(span),
    }),
  ),
})).type;

const documentation = fc.constant(null);
const block = (depth: number): Arb<Block> =>
  fc.record({ statements: fc.array(statement(depth), { maxLength: 3 }), span: fc.constant(span) });

/** A statement whose blocks nest at most `depth` deep. */
export function statement(depth = 2): Arb<Statement> {
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
  fc.record({ kind: fc.constant('estimate'), form: form(1), data: word, method, span: fc.constant(span) }),
);

const dataClause: Arb<DataClause> = fc.record({
  data: word,
  weighted: fc.option(word),
  under: fc.option(fc.array(intervention({ ...asked }, 1), { minLength: 1, maxLength: 2 })),
  selectedBy: fc.option(word),
  span: fc.constant(span),
});

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
    .array(fc.tuple(fc.constantFrom('->' as const, '<-' as const, '<->' as const), names(1)), {
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
  fc.record({ kind: fc.constant('extern'), name, parameters, result: type, documentation, span: fc.constant(span) }),
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
