/** Random expressions and types for property tests. Their spans are empty. */
import fc from 'fast-check';
import type {
  Argument,
  BinaryOperator,
  Clause,
  Expr,
  ExprOf,
  Form,
  FormName,
  Given,
  Intervention,
  Name,
  Pattern,
  TypeExpr,
} from '../../src/syntax/tree.js';

export const span = { start: 0, end: 0 };
export type Arb<T> = fc.Arbitrary<T>;

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
export const callee: Arb<Name> = fc
  .constantFrom('f', 'normal', 'exp', 'graph', 'θ', 'max', 'using')
  .map((text) => ({ text, span }));
export const word: Arb<Name> = fc.constantFrom('a', 'b', 'Trial', 'σ2', 'm_1').map((text) => ({ text, span }));

export const number: Arb<ExprOf<'number'>> = fc
  .oneof(
    fc.nat(1000).map(String),
    fc.double({ min: 0, max: 1e12, noNaN: true }).map(String),
    fc.constantFrom('1e-9', '1.50', '2.5e+10', '007', '9007199254740991'),
  )
  .filter((text) => !text.startsWith('-'))
  .map((text) => ({ kind: 'number', value: Number(text), integer: /^\d+$/.test(text), text, span }));
const boolean: Arb<Expr> = fc.boolean().map((value) => ({ kind: 'boolean', value, span }));
export const string: Arb<Expr & { readonly kind: 'string' }> = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('"', '\\', '\n', `\`$\{1}`, '\ud835', '// no'))
  .map((value) => ({ kind: 'string', value, span }));

/** Where an expression stands: whether `=` compares directly here, inside brackets, and whether forms may stand. */
type Place = { readonly equals: boolean; readonly equalsInBrackets: boolean; readonly forms: boolean };
export const ordinaryPlace: Place = { equals: false, equalsInBrackets: false, forms: false };
export const observed: Place = { equals: true, equalsInBrackets: true, forms: false };
export const asked: Place = { equals: false, equalsInBrackets: false, forms: true };
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

export const clause = (iterable: Arb<Expr>): Arb<Clause> => fc.record({ variable: name, iterable });

export const args = (place: Place, depth: number): Arb<Argument[]> =>
  fc.array(
    fc.record({ name: fc.option(name), value: expr({ ...place, equals: false }, depth), span: fc.constant(span) }),
    { maxLength: 3 },
  );

export const pattern: Arb<Pattern> = fc.oneof(
  fc.constant<Pattern>({ kind: 'wildcard', span }),
  fc.oneof(number, boolean, string).map((value): Pattern => ({ kind: 'literal', value, span })),
  number.map((operand): Pattern => ({ kind: 'literal', value: { kind: 'negate', operand, span }, span })),
  fc.record({ kind: fc.constant('member'), enumName: fc.option(word), name: word, span: fc.constant(span) }),
);

export function intervention(place: Place, depth: number): Arb<Intervention> {
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
