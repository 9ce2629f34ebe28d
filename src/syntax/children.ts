import type { Block, Expr, Given, Intervention, Pattern, Statement } from './tree.js';

/** A piece of the tree that a walk can stop at. */
export type Piece = Expr | Statement | Block;

const interventionParts = (interventions: readonly Intervention[]): Expr[] =>
  interventions.flatMap((i) => (i.value === null ? [i.target] : [i.target, i.value]));

const givenParts = (given: readonly Given[]): Expr[] =>
  given.flatMap((g) => (g.kind === 'evidence' ? [g.value] : interventionParts(g.interventions)));

const patternParts = (pattern: Pattern): Expr[] => (pattern.kind === 'literal' ? [pattern.value] : []);

const statementKinds: ReadonlySet<string> = new Set<Statement['kind']>([
  'node',
  'let',
  'var',
  'assign',
  'for',
  'while',
  'branch',
  'choose',
  'return',
  'observe',
  'factor',
  'resample',
]);

/** Whether a piece is an expression, which has a value. A call that stands as a statement is none. */
export const isExpr = (piece: Piece): piece is Expr =>
  'kind' in piece && !statementKinds.has(piece.kind) && !('call' in piece);

/** The pieces directly below a piece, in the order of the text. */
export function childrenOf(piece: Piece): readonly Piece[] {
  if (!('kind' in piece)) return piece.statements;
  switch (piece.kind) {
    case 'number':
    case 'boolean':
    case 'string':
    case 'name':
    case 'missing':
    case 'resample':
      return [];
    case 'call':
      return 'call' in piece ? [piece.call] : piece.args.map((a) => a.value);
    case 'index':
      return [piece.target, ...piece.indices];
    case 'field':
      return [piece.target];
    case 'negate':
    case 'not':
      return [piece.operand];
    case 'binary':
      return [piece.left, piece.right];
    case 'range':
      return [piece.low, piece.high];
    case 'if':
      return [piece.condition, piece.then, piece.otherwise];
    case 'match':
      return [piece.subject, ...piece.arms.flatMap((a) => [...patternParts(a.pattern), a.value])];
    case 'array':
    case 'tuple':
      return piece.elements;
    case 'comprehension':
      return [...piece.clauses.map((c) => c.iterable), ...(piece.filter === null ? [] : [piece.filter]), piece.element];
    case 'record':
      return piece.fields.map((f) => f.value);
    case 'group':
      return [piece.inner];
    case 'sample':
      return [piece.dist];
    case 'world':
      return [piece.target, ...interventionParts(piece.interventions)];
    case 'form':
      return [...piece.targets, ...givenParts(piece.given)];
    case 'node':
    case 'assign':
      return [...piece.indices, piece.value];
    case 'let':
    case 'var':
    case 'factor':
      return [piece.value];
    case 'for':
      return [piece.iterable, piece.body];
    case 'while':
      return [piece.condition, piece.body];
    case 'branch':
      return piece.otherwise === null ? [piece.condition, piece.then] : [piece.condition, piece.then, piece.otherwise];
    case 'choose':
      return [piece.subject, ...piece.arms.flatMap((a) => [...patternParts(a.pattern), a.body])];
    case 'return':
      return piece.value === null ? [] : [piece.value];
    case 'observe':
      return piece.value === null ? [piece.subject] : [piece.subject, piece.value];
  }
}
