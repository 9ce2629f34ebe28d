import type { CstNode } from 'chevrotain';
import { type BuildContext, nameOf } from './build_context.js';
import { buildExpr, ordinary } from './build_expr.js';
import { child, locate, nodes, token, tokens } from './cst.js';
import { spanOf } from './lex.js';
import type { Name, Parameter, TypeExpr } from './tree.js';

/** `real[][]` has two. */
const maximumDimensions = 16;

/** A type as written; parentheses around one type mean that type. */
function buildType(node: CstNode, context: BuildContext): TypeExpr {
  const { start } = locate(node);
  const closers = tokens(node, 'RSquare');
  if (closers.length > maximumDimensions)
    context.report('E0115', `An array has up to ${maximumDimensions} dimensions.`, locate(node));
  return closers
    .slice(0, maximumDimensions)
    .reduce<TypeExpr>(
      (element, closer) => ({ kind: 'array', element, span: { start, end: spanOf(closer).end } }),
      buildElement(node, context),
    );
}

function buildElement(node: CstNode, context: BuildContext): TypeExpr {
  const name = token(node, 'Identifier');
  if (name !== null) return { kind: 'named', name: nameOf(name), span: spanOf(name) };
  const close = token(node, 'RRound') ?? token(node, 'RCurly');
  const span = { start: locate(node).start, end: close === null ? locate(node).end : spanOf(close).end };
  const fields = nodes(node, 'typeField');
  if (fields.length > 0)
    return {
      kind: 'record',
      fields: fields.map((field) => ({
        name: nameOf(token(field, 'Identifier')!),
        type: buildType(child(field, 'type')!, context),
      })),
      span,
    };
  const elements = nodes(node, 'type').map((each) => buildType(each, context));
  return elements.length === 1 ? { ...elements[0]!, span } : { kind: 'tuple', elements, span };
}

/** The type behind the colon of a rule, if there is one. */
export function annotationOf(node: CstNode, context: BuildContext): TypeExpr | null {
  const annotation = child(node, 'annotation');
  const type = annotation === null ? null : child(annotation, 'type');
  return type === null ? null : buildType(type, context);
}

/** `(n: int, p = 0.5)`; `null` is no list. */
export const buildParameters = (list: CstNode | null, context: BuildContext): readonly Parameter[] =>
  (list === null ? [] : nodes(list, 'parameter')).map((parameter) => {
    const name = nameOf(token(parameter, 'Identifier')!);
    const equals = token(parameter, 'Equals');
    return {
      name,
      annotation: annotationOf(parameter, context),
      default: equals === null ? null : buildExpr(child(parameter, 'expression'), ordinary, context, spanOf(equals)),
      span: locate(parameter),
    };
  });

/** All names under one key, in order. */
export const namesOf = (node: CstNode, key: string): readonly Name[] => tokens(node, key).map(nameOf);
