/** Declarations as documents. */
import { type Doc, group, indent, line } from './layout.js';
import type {
  Command,
  DataClause,
  Declaration,
  DeclarationOf,
  DistEntry,
  GraphStatement,
  Method,
  Query,
  QueryExpr,
} from './tree.js';
import type { Weaver } from './weave.js';
import {
  bracketed,
  commaSeparated,
  quoteString,
  writeAnnotation,
  writeArguments,
  writeAssigned,
  writeBinding,
  writeDo,
  writeExpr,
  writeIntervention,
  writeName,
  writeType,
} from './write_expr.js';
import { writeBlock, writeBody, writeBraces, writeNames, writeParameters } from './write_statement.js';

export function writeDeclaration(d: Declaration, weaver: Weaver): Doc {
  const named = (...words: readonly string[]): Doc => [
    words.map((word) => [weaver.take(word), ' ']),
    d.kind === 'import' || d.name === null ? '' : writeName(d.name, weaver),
  ];
  switch (d.kind) {
    case 'import': {
      const head = [weaver.take('import'), ' ', weaver.takeString(quoteString(d.path))];
      return d.names.length === 0
        ? head
        : [head, ' ', bracketed('(', d.names, ')', (name) => writeName(name, weaver), weaver)];
    }
    case 'enum':
      return [named('enum'), ' ', bracketed('{', d.members, '}', (member) => writeName(member, weaver), weaver, line)];
    case 'const':
      return [named('const'), writeAnnotation(d.annotation, weaver), writeAssigned('=', d.value, weaver)];
    case 'data':
      return [named('data'), ' ', weaver.take('='), ' ', writeName(d.reader, weaver), writeArguments(d.args, weaver)];
    case 'extern':
      return [
        named('extern', 'fn'),
        writeParameters(d.parameters, weaver),
        weaver.take(':'),
        ' ',
        writeType(d.result, weaver),
        ...(d.supplied === null ? [] : [' ', weaver.take('='), ' ', writeName(d.supplied, weaver)]),
        ...(d.command === null ? [] : writeCommand(d.command, weaver)),
        ...(d.cost === null ? [] : [' ', weaver.take('cost'), ' ', writeExpr(d.cost, weaver)]),
      ];
    case 'function':
      return [
        named('fn'),
        writeParameters(d.parameters, weaver),
        writeAnnotation(d.result, weaver),
        writeBody(d.body, weaver),
      ];
    case 'dist':
      return [
        named('dist'),
        writeParameters(d.parameters, weaver),
        writeAnnotation(d.result, weaver),
        ' ',
        writeBraces(d.entries, (entry) => writeEntry(entry, weaver), weaver),
      ];
    case 'model':
      return [
        named('model'),
        d.parameters.length === 0 ? '' : writeParameters(d.parameters, weaver),
        ' ',
        writeBlock(d.body, weaver),
      ];
    case 'operated':
      return [named('model'), ' ', weaver.take('='), ' ', writeOperated(d, weaver)];
    case 'graph':
      return [
        named('graph'),
        ' ',
        writeBraces(d.statements, (statement) => writeGraphStatement(statement, weaver), weaver),
      ];
    case 'query':
      return group(named('query'), ' ', weaver.take('='), ' ', writeQuery(d, weaver));
  }
}

const writeCommand = ({ text, format }: Command, weaver: Weaver): readonly Doc[] => [
  [' ', weaver.take('from'), ' ', weaver.take('command'), ' ', weaver.takeString(quoteString(text))],
  ...(format === null ? [] : [' ', weaver.take('by'), ' ', writeName(format, weaver)]),
];

function writeOperated(d: DeclarationOf<'operated'>, weaver: Weaver): Doc {
  const open = [weaver.take('do'), weaver.take('(')];
  const base = [writeName(d.base, weaver), d.args.length === 0 ? '' : writeArguments(d.args, weaver)];
  const rest = d.interventions.map((i) => [weaver.take(','), line, writeIntervention(i, weaver)]);
  return group(open, indent(base, rest), weaver.take(')'));
}

function writeEntry(entry: DistEntry, weaver: Weaver): Doc {
  if (entry.kind === 'require') return [weaver.take('require'), ' ', writeExpr(entry.condition, weaver)];
  const name = weaver.take(entry.name);
  const parameters =
    entry.parameters.length === 0 ? '' : [weaver.take('('), writeNames(entry.parameters, weaver), weaver.take(')')];
  return [name, parameters, writeBody(entry.body, weaver)];
}

function writeGraphStatement(s: GraphStatement, weaver: Weaver): Doc {
  switch (s.kind) {
    case 'latent':
      return [weaver.take('latent'), ' ', writeNames(s.names, weaver)];
    case 'isolated':
      return writeName(s.name, weaver);
    case 'edges':
      return s.groups.map((names, i) => [
        i === 0 ? '' : [' ', writeArrow(s.arrows[i - 1] ?? '->', weaver), ' '],
        writeNames(names, weaver),
      ]);
  }
}

function writeArrow(arrow: '->' | '<-' | '<->' | '--', weaver: Weaver): Doc {
  if (arrow === '<-') return [weaver.take('<'), weaver.take('-')];
  return arrow === '--' ? [weaver.take('-'), weaver.take('-')] : weaver.take(arrow);
}

/** A question and its clauses, without its name. */
export function writeQuery(query: Query, weaver: Weaver): Doc {
  const { model, given, using } = query;
  const expression = writeQueryExpr(query.expression, weaver);
  const clauses: Doc[] = [];
  if (model !== null) {
    const head = [line, weaver.take('in'), ' ', writeName(model.name, weaver)];
    clauses.push([head, model.args.length === 0 ? '' : writeArguments(model.args, weaver)]);
  }
  if (given.length > 0)
    clauses.push([
      line,
      weaver.take('given'),
      ' ',
      commaSeparated(given, (clause) => writeDataClause(clause, weaver), weaver),
    ]);
  if (using !== null) clauses.push([line, weaver.take('using'), ' ', writeMethod(using, weaver)]);
  return group(expression, indent(...clauses));
}

/** What is asked, without `in`, `given` and `using`. */
function writeQueryExpr(e: QueryExpr, weaver: Weaver): Doc {
  switch (e.kind) {
    case 'value':
      return writeExpr(e.value, weaver);
    case 'optimise': {
      const head = [weaver.take(e.direction === 'max' ? 'argmax' : 'argmin'), ' '];
      const variables = commaSeparated(e.variables, (variable) => writeBinding(variable, weaver), weaver);
      return group(head, variables, ' ', weaver.take('of'), indent(line, writeExpr(e.objective, weaver)));
    }
    case 'identify':
      return [weaver.take('identify'), ' ', writeExpr(e.form, weaver)];
    case 'estimate': {
      const head = [weaver.take('estimate'), ' ', writeExpr(e.form, weaver)];
      const from = [line, weaver.take('from'), ' ', writeDataClause(e.data, weaver)];
      return group(head, indent(from, line, weaver.take('by'), ' ', writeMethod(e.method, weaver)));
    }
  }
}

function writeDataClause(clause: DataClause, weaver: Weaver): Doc {
  return [
    writeName(clause.data, weaver),
    clause.weighted === null ? '' : [' ', weaver.take('weighted'), ' ', writeName(clause.weighted, weaver)],
    clause.under === null ? '' : [' ', weaver.take('under'), ' ', writeDo(clause.under, weaver)],
    clause.selectedBy === null
      ? ''
      : [' ', weaver.take('selected'), ' ', weaver.take('by'), ' ', writeName(clause.selectedBy, weaver)],
  ];
}

function writeMethod(method: Method, weaver: Weaver): Doc {
  const name = writeName(method.name, weaver);
  const args = method.args.map((value) => ({ name: null, value, span: value.span }));
  const all = [...args, ...method.options].sort((a, b) => a.span.start - b.span.start);
  return all.length === 0 ? name : [name, writeArguments(all, weaver)];
}
