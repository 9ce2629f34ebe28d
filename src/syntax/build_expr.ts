import type { CstNode } from 'chevrotain';
import {
  type BuildContext,
  type EqualsMeaning,
  inBrackets,
  inCall,
  maximumDepth,
  missing,
  nameOf,
} from './build_context.js';
import { buildForm, buildInterventions } from './build_form.js';
import { buildNumber, buildString } from './build_literal.js';
import { buildChain } from './build_operators.js';
import { child, locate, nodes, token, tokens } from './cst.js';
import { spanOf } from './lex.js';
import type { Span } from './span.js';
import type { Argument, Clause, Expr, ExprOf, Pattern } from './tree.js';

/** Where an expression stands and what `=` means there. */
export type ExprPlace = { readonly equals: EqualsMeaning; readonly level: number };

/** Outside query forms. */
export const ordinary: ExprPlace = { equals: 'wrong', level: 0 };
/** In `observe`. */
export const comparing: ExprPlace = { equals: 'compares', level: 0 };

const bracketed = (place: ExprPlace): ExprPlace => ({ equals: inBrackets(place.equals), level: place.level + 1 });
const argued = (place: ExprPlace): ExprPlace => ({ equals: inCall(place.equals), level: place.level + 1 });

/** Builds an expression; where the parser found none, a hole at `at`. */
export function buildExpr(node: CstNode | null, place: ExprPlace, context: BuildContext, at: Span): Expr {
  if (node === null) return missing({ start: at.end, end: at.end });
  return buildChain(node, place.equals, place.level, context, (operand, level) =>
    buildOperand(operand, { equals: place.equals, level }, context),
  );
}

/** The expressions among a rule's children. */
export const buildExprs = (node: CstNode, place: ExprPlace, context: BuildContext): readonly Expr[] =>
  nodes(node, 'expression').map((each) => buildExpr(each, place, context, locate(each)));

/** Builds an operand with its suffixes, without the signs before it. */
export function buildOperand(operand: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const suffixes = nodes(operand, 'suffix');
  if (place.level + suffixes.length > maximumDepth) {
    const span = locate(operand);
    context.report(
      'E0115',
      `This expression is more than ${maximumDepth} levels deep.`,
      span,
      'Name parts of it with `let`.',
    );
    return missing(span);
  }
  const inner = { ...place, level: place.level + suffixes.length };
  return suffixes.reduce<Expr>(
    (target, suffix) => buildSuffix(target, suffix, bracketed(place), context),
    buildPrimary(operand, inner, context),
  );
}

function buildSuffix(target: Expr, suffix: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const span = { start: target.span.start, end: locate(suffix).end };
  const field = token(suffix, 'Identifier');
  if (field !== null) return { kind: 'field', target, name: nameOf(field), span };
  const world = child(suffix, 'interventions');
  if (world !== null) return { kind: 'world', target, interventions: buildInterventions(world, place, context), span };
  return { kind: 'index', target, indices: buildExprs(suffix, place, context), span };
}

function buildPrimary(operand: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const literal =
    token(operand, 'NumberLiteral') ??
    token(operand, 'StringLiteral') ??
    token(operand, 'True') ??
    token(operand, 'False');
  if (literal !== null) {
    const span = spanOf(literal);
    if (literal.image === 'true' || literal.image === 'false')
      return { kind: 'boolean', value: literal.image === 'true', span };
    return token(operand, 'NumberLiteral') === null ? buildString(literal, context) : buildNumber(literal, context);
  }
  const node = primaryRules.map((rule) => child(operand, rule)).find((found) => found !== null);
  const span = locate(operand);
  switch (node?.name) {
    case 'reference':
      return buildReference(node, place, context);
    case 'parentheses':
      return buildParentheses(node, place, context);
    case 'array':
      return buildArray(node, place, context);
    case 'record':
      return {
        kind: 'record',
        fields: nodes(node, 'recordField').map((field) => ({
          name: nameOf(token(field, 'Identifier')!),
          value: buildExpr(child(field, 'expression'), bracketed(place), context, locate(field)),
        })),
        span: locate(node),
      };
    case 'conditional':
      return buildConditional(node, place, context);
    case 'match':
      return buildMatch(node, place, context);
    default:
      return missing(span);
  }
}

const primaryRules = ['reference', 'parentheses', 'array', 'record', 'conditional', 'match'];

function buildReference(node: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const form = child(node, 'form');
  if (form !== null) return buildForm(form, place.level + 1, context);
  const name = nameOf(token(node, 'Identifier')!);
  const args = child(node, 'argumentList');
  if (args === null) return { kind: 'name', name, span: name.span };
  return { kind: 'call', callee: name, args: buildArguments(args, place, context), span: locate(node) };
}

/** Builds what stands in the parentheses of a call. */
export const buildArguments = (list: CstNode, place: ExprPlace, context: BuildContext): readonly Argument[] =>
  nodes(list, 'argument').map((argument) => {
    const name = token(argument, 'Identifier');
    const value = buildExpr(child(argument, 'expression'), argued(place), context, locate(argument));
    return { name: name === null ? null : nameOf(name), value, span: locate(argument) };
  });

/** A call, from its name and its argument list. */
export function buildCall(name: ReturnType<typeof nameOf>, args: CstNode, context: BuildContext): ExprOf<'call'> {
  const span = { start: name.span.start, end: locate(args).end };
  return { kind: 'call', callee: name, args: buildArguments(args, ordinary, context), span };
}

function buildParentheses(node: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const elements = buildExprs(node, bracketed(place), context);
  const span = locate(node);
  return elements.length === 1 ? { kind: 'group', inner: elements[0]!, span } : { kind: 'tuple', elements, span };
}

function buildArray(node: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const inner = bracketed(place);
  const elements = buildExprs(node, inner, context);
  const clauses = nodes(node, 'clause');
  const span = locate(node);
  if (clauses.length === 0) return { kind: 'array', elements, span };
  const filter = child(node, 'filter');
  return {
    kind: 'comprehension',
    element: elements[0] ?? missing(span),
    clauses: clauses.map((clause) => buildBinding(child(clause, 'binding')!, inner, context)),
    filter: filter === null ? null : buildExpr(filter, inner, context, span),
    span,
  };
}

/** `x in xs`. */
export const buildBinding = (node: CstNode, place: ExprPlace, context: BuildContext): Clause => ({
  variable: nameOf(token(node, 'Identifier')!),
  iterable: buildExpr(child(node, 'expression'), place, context, locate(node)),
});

function buildConditional(node: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const inner = { ...place, level: place.level + 1 };
  const [condition, then, otherwise] = buildExprs(node, inner, context);
  const hole = missing(locate(node));
  return {
    kind: 'if',
    condition: condition ?? hole,
    then: then ?? hole,
    otherwise: otherwise ?? hole,
    span: locate(node),
  };
}

function buildMatch(node: CstNode, place: ExprPlace, context: BuildContext): Expr {
  const inner = bracketed(place);
  return {
    kind: 'match',
    subject: buildExpr(child(node, 'expression'), { ...place, level: place.level + 1 }, context, locate(node)),
    arms: nodes(node, 'matchArm').map((arm) => ({
      pattern: buildPattern(child(arm, 'pattern')!, context),
      value: buildExpr(child(arm, 'expression'), inner, context, locate(arm)),
      span: locate(arm),
    })),
    span: locate(node),
  };
}

/** `_`, a literal, or a member of an enum. */
export function buildPattern(node: CstNode, context: BuildContext): Pattern {
  const span = locate(node);
  const [first, second] = tokens(node, 'Identifier').map(nameOf);
  if (first !== undefined) {
    if (second === undefined && first.text === '_') return { kind: 'wildcard', span };
    return second === undefined
      ? { kind: 'member', enumName: null, name: first, span }
      : { kind: 'member', enumName: first, name: second, span };
  }
  const number = token(node, 'NumberLiteral');
  if (number !== null) {
    const value = buildNumber(number, context);
    return {
      kind: 'literal',
      value: token(node, 'Minus') === null ? value : { kind: 'negate', operand: value, span },
      span,
    };
  }
  const string = token(node, 'StringLiteral');
  if (string !== null) return { kind: 'literal', value: buildString(string, context), span };
  return { kind: 'literal', value: { kind: 'boolean', value: token(node, 'True') !== null, span }, span };
}
