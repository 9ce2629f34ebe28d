import type { CstNode } from 'chevrotain';
import { type BuildContext, maximumDepth, missing, nameOf } from './build_context.js';
import {
  buildBinding,
  buildCall,
  buildExpr,
  buildExprs,
  buildPattern,
  comparing,
  type ExprPlace,
  ordinary,
} from './build_expr.js';
import { annotationOf, namesOf } from './build_type.js';
import { child, locate, nodes, onlyChild, token, tokens } from './cst.js';
import { spanOf } from './lex.js';
import type { Span } from './span.js';
import type { Block, Body, Expr, Statement, StatementOf } from './tree.js';

/** Builds a block; statements of which nothing could be read are left out. */
export const buildBlock = (node: CstNode, context: BuildContext): Block => ({
  statements: nodes(node, 'statement').flatMap((statement) => {
    const built = buildStatement(statement, context);
    return built === null ? [] : [built];
  }),
  span: locate(node),
});

/** `= expression` or a block. */
export function buildBody(node: CstNode | null, context: BuildContext, at: Span): Body {
  if (node === null) return { kind: 'expression', value: missing({ start: at.end, end: at.end }) };
  const block = child(node, 'block');
  if (block !== null) return { kind: 'block', block: buildBlock(block, context) };
  return { kind: 'expression', value: buildExpr(child(node, 'expression'), ordinary, context, locate(node)) };
}

/** The expression that ends a statement, or a hole where it should be. */
const tail = (node: CstNode, context: BuildContext, place: ExprPlace = ordinary): Expr =>
  buildExpr(child(node, 'expression'), place, context, locate(node));

function buildStatement(statement: CstNode, context: BuildContext): Statement | null {
  const resample = token(statement, 'Resample');
  if (resample !== null) return { kind: 'resample', span: spanOf(resample) };
  const node = onlyChild(statement);
  if (node === null) return null;
  const span = locate(node);
  switch (node.name) {
    case 'markedNode':
    case 'namedStatement':
      return buildNamed(node, context);
    case 'letStatement':
      return {
        kind: 'let',
        names: namesOf(node, 'Identifier'),
        annotation: annotationOf(node, context),
        value: tail(node, context),
        span,
      };
    case 'varStatement':
      return {
        kind: 'var',
        name: nameOf(token(node, 'Identifier')!),
        annotation: annotationOf(node, context),
        value: tail(node, context),
        span,
      };
    case 'forStatement':
      return buildFor(node, context);
    case 'whileStatement':
      return {
        kind: 'while',
        condition: tail(node, context),
        body: buildBlock(child(node, 'block')!, context),
        span,
      };
    case 'branch':
      return buildBranch(node, context);
    case 'choice':
      return buildChoice(node, context);
    case 'returnStatement':
      return { kind: 'return', value: returned(node, context), span };
    case 'observeStatement':
      return buildObserve(node, context);
    case 'factorStatement':
      return { kind: 'factor', value: tail(node, context), span };
    default:
      return null;
  }
}

const returned = (node: CstNode, context: BuildContext): Expr | null => {
  if (child(node, 'expression') !== null) return tail(node, context);
  return token(node, 'skipped') === null ? null : missing(locate(node));
};

function buildNamed(node: CstNode, context: BuildContext): Statement {
  const span = locate(node);
  const name = nameOf(token(node, 'Identifier')!);
  const args = child(node, 'argumentList');
  if (args !== null) return { kind: 'call', call: buildCall(name, args, context), span };
  const places = child(node, 'indices');
  const indices = places === null ? [] : buildExprs(places, ordinary, context);
  const annotation = annotationOf(node, context);
  const operator = token(node, 'operator')!.image;
  const value = tail(node, context);
  if (operator === '=') {
    if (annotation !== null) {
      const hint = 'Write `let` or `var` before the name of a local, or `:=` for a node.';
      context.report('E0111', 'An assignment has no type.', annotation.span, hint);
    }
    return { kind: 'assign', name, indices, value, span };
  }
  const modifier = token(node, 'modifier')?.image ?? null;
  return {
    kind: 'node',
    modifier: modifier === 'param' || modifier === 'latent' ? modifier : null,
    name,
    indices,
    annotation,
    operator: operator === '~' ? '~' : ':=',
    value,
    documentation: context.documentation(span.start),
    span,
  };
}

function buildFor(node: CstNode, context: BuildContext): Statement {
  const binding = child(node, 'binding');
  const at = spanOf(token(node, 'For')!);
  const hole = { variable: { text: '_', span: at }, iterable: missing(at) };
  const { variable, iterable } = binding === null ? hole : buildBinding(binding, ordinary, context);
  return { kind: 'for', variable, iterable, body: buildBlock(child(node, 'block')!, context), span: locate(node) };
}

function buildBranch(node: CstNode, context: BuildContext): Statement {
  const conditions = nodes(node, 'expression');
  const blocks = nodes(node, 'block');
  const last = child(node, 'otherwise');
  const start = locate(node).start;
  if (blocks.length > maximumDepth) {
    const message = `This statement has more than ${maximumDepth} branches.`;
    context.report('E0115', message, { start, end: start + 2 }, 'Write it as a `match`.');
  }
  const kept = blocks.slice(0, maximumDepth);
  const otherwise = last === null ? null : buildBlock(last, context);
  // A broken condition leaves a gap in the list: conditions are matched to the blocks that follow them.
  const conditionOf = (block: CstNode, i: number): CstNode | null => {
    const from = i === 0 ? start : locate(blocks[i - 1]!).end;
    return conditions.find((each) => locate(each).start >= from && locate(each).end <= locate(block).start) ?? null;
  };
  const ifs = tokens(node, 'If');
  let result: Block | null = otherwise;
  let built: StatementOf<'branch'> | null = null;
  for (let i = kept.length - 1; i >= 0; i -= 1) {
    const block = kept[i]!;
    const span = { start: ifs[i]!.startOffset, end: result?.span.end ?? locate(block).end };
    const condition = buildExpr(conditionOf(block, i), ordinary, context, {
      start: span.start,
      end: locate(block).start,
    });
    built = { kind: 'branch', condition, then: buildBlock(block, context), otherwise: result, span };
    result = { statements: [built], span };
  }
  return built!;
}

function buildChoice(node: CstNode, context: BuildContext): Statement {
  const arms = nodes(node, 'choiceArm').flatMap((arm) => {
    const pattern = child(arm, 'pattern');
    const block = child(arm, 'block');
    if (pattern === null || block === null) return [];
    const body = buildBlock(block, context);
    return [
      { pattern: buildPattern(pattern, context), body, span: { start: locate(pattern).start, end: body.span.end } },
    ];
  });
  return { kind: 'choose', subject: tail(node, context), arms, span: locate(node) };
}

function buildObserve(node: CstNode, context: BuildContext): Statement {
  const span = locate(node);
  const tilde = token(node, 'Tilde');
  const subject = tail(node, context, comparing);
  if (tilde !== null) {
    const value = buildExpr(child(node, 'distribution'), ordinary, context, spanOf(tilde));
    return { kind: 'observe', form: 'score', subject, value, span };
  }
  if (subject.kind === 'binary' && subject.operator === '=')
    return { kind: 'observe', form: 'equal', subject: subject.left, value: subject.right, span };
  if (subject.kind === 'binary' && subject.operator === '~=')
    return { kind: 'observe', form: 'approximate', subject: subject.left, value: subject.right, span };
  return { kind: 'observe', form: 'condition', subject, value: null, span };
}
