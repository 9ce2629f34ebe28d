import type { CstNode, IToken } from 'chevrotain';
import { type BuildContext, nameOf } from './build_context.js';
import { buildArguments, buildExpr, ordinary } from './build_expr.js';
import { buildIntervention } from './build_form.js';
import { buildNumber, buildString } from './build_literal.js';
import { buildQueryBody } from './build_query.js';
import { buildBlock, buildBody } from './build_statement.js';
import { annotationOf, buildParameters, namesOf } from './build_type.js';
import { child, locate, nodes, onlyChild, token, tokens } from './cst.js';
import { spanOf } from './lex.js';
import { quoted } from './quote.js';
import type { Command, Declaration, DistEntry, DistEntryName, ExprOf, GraphStatement } from './tree.js';

/** Builds a declaration, or nothing where too little of it could be read. */
export function buildDeclaration(declaration: CstNode, context: BuildContext): Declaration | null {
  const node = onlyChild(declaration);
  if (node === null) return null;
  const span = locate(node);
  if (node.name === 'importDeclaration') {
    const path = token(node, 'StringLiteral')!;
    const { value } = buildString(path, context);
    return { kind: 'import', path: value, pathSpan: spanOf(path), names: namesOf(node, 'Identifier'), span };
  }
  const name = nameOf(token(node, 'Identifier')!);
  const documentation = context.documentation(span.start);
  const parameters = (): ReturnType<typeof buildParameters> => buildParameters(child(node, 'parameterList'), context);
  switch (node.name) {
    case 'enumDeclaration':
      return { kind: 'enum', name, members: namesOf(node, 'member'), documentation, span };
    case 'constDeclaration': {
      const value = buildExpr(child(node, 'expression'), ordinary, context, span);
      return { kind: 'const', name, annotation: annotationOf(node, context), value, documentation, span };
    }
    case 'dataDeclaration': {
      const list = child(node, 'argumentList');
      const args = list === null ? [] : buildArguments(list, ordinary, context);
      return { kind: 'data', name, reader: nameOf(token(node, 'reader')!), args, documentation, span };
    }
    case 'externDeclaration': {
      const supplied = token(node, 'Placeholder');
      return {
        kind: 'extern',
        name,
        parameters: parameters(),
        result: annotationOf(node, context)!,
        supplied: supplied === null ? null : nameOf(supplied),
        command: buildCommand(child(node, 'commandClause'), context),
        cost: buildCost(token(node, 'NumberLiteral'), context),
        documentation,
        span,
      };
    }
    case 'functionDeclaration': {
      const body = buildBody(child(node, 'body'), context, span);
      return {
        kind: 'function',
        name,
        parameters: parameters(),
        result: annotationOf(node, context),
        body,
        documentation,
        span,
      };
    }
    case 'distDeclaration': {
      const entries = nodes(node, 'distEntry').flatMap((entry) => buildEntry(entry, context) ?? []);
      return {
        kind: 'dist',
        name,
        parameters: parameters(),
        result: annotationOf(node, context),
        entries,
        documentation,
        span,
      };
    }
    case 'modelDeclaration':
      return buildModel(node, context, documentation);
    case 'graphDeclaration': {
      const statements = nodes(node, 'graphStatement').flatMap((each) => buildGraphStatement(each, context));
      return { kind: 'graph', name, statements, documentation, span };
    }
    case 'queryDeclaration':
      return { ...buildQueryBody(child(node, 'queryBody'), context, span), name, documentation, span };
    default:
      return null;
  }
}

function buildCommand(clause: CstNode | null, context: BuildContext): Command | null {
  const string = clause === null ? null : token(clause, 'StringLiteral');
  if (clause === null || string === null) return null;
  const format = token(clause, 'Identifier');
  const { value } = buildString(string, context);
  return { text: value, format: format === null ? null : nameOf(format), span: spanOf(string) };
}

function buildCost(number: IToken | null, context: BuildContext): ExprOf<'number'> | null {
  const cost = number === null ? null : buildNumber(number, context);
  return cost?.kind === 'number' ? cost : null;
}

function buildModel(node: CstNode, context: BuildContext, documentation: string | null): Declaration {
  const name = nameOf(token(node, 'Identifier')!);
  const span = locate(node);
  const operated = child(node, 'operated');
  if (operated === null) {
    const parameters = buildParameters(child(node, 'parameterList'), context);
    return { kind: 'model', name, parameters, body: buildBlock(child(node, 'block')!, context), documentation, span };
  }
  const list = child(operated, 'argumentList');
  return {
    kind: 'operated',
    name,
    base: nameOf(token(operated, 'Identifier')!),
    args: list === null ? [] : buildArguments(list, ordinary, context),
    interventions: nodes(operated, 'intervention').map((each) => buildIntervention(each, ordinary, context)),
    documentation,
    span,
  };
}

const entryNames = [
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
] as const satisfies readonly DistEntryName[];

function buildEntry(node: CstNode, context: BuildContext): DistEntry | null {
  const span = locate(node);
  if (token(node, 'Require') !== null) {
    const condition = child(node, 'expression');
    return condition === null
      ? null
      : { kind: 'require', condition: buildExpr(condition, ordinary, context, span), span };
  }
  const body = child(node, 'body');
  const written = token(node, 'Identifier');
  if (body === null || written === null) return null;
  const name = entryNames.find((known) => known === written.image);
  if (name === undefined) {
    const hint = `A \`dist\` has require, ${entryNames.join(', ')}.`;
    context.report('E0122', `${quoted(written.image)} is no entry of a distribution.`, spanOf(written), hint);
    return null;
  }
  return { kind: 'entry', name, parameters: namesOf(node, 'parameter'), body: buildBody(body, context, span), span };
}

function buildGraphStatement(node: CstNode, context: BuildContext): readonly GraphStatement[] {
  const span = locate(node);
  const groups = nodes(node, 'nodeGroup').map((group) => namesOf(group, 'Identifier'));
  const [first] = groups;
  if (first === undefined) return [];
  if (token(node, 'Latent') !== null) {
    const arrow = child(node, 'arrow');
    if (arrow !== null) {
      const hint = 'Write `latent a` on a line of its own, then the arrows.';
      context.report('E0101', 'An arrow cannot follow `latent`.', locate(arrow), hint);
    }
    return [{ kind: 'latent', names: first, span }];
  }
  if (groups.length === 1) return first.map((name) => ({ kind: 'isolated', name, span: name.span }));
  const arrows = nodes(node, 'arrow').map((arrow) => {
    if (tokens(arrow, 'RightArrow').length > 0) return '->';
    if (tokens(arrow, 'BothArrow').length > 0) return '<->';
    return tokens(arrow, 'Less').length > 0 ? '<-' : '--';
  });
  return [{ kind: 'edges', groups, arrows, span }];
}
