/** Blocks and statements as documents. */
import { type Doc, hardLine, indent, separate } from './layout.js';
import type { Block, Body, Name, Parameter, Statement, StatementOf } from './tree.js';
import type { Weaver } from './weave.js';
import {
  bracketed,
  writeAnnotation,
  writeArguments,
  writeAssigned,
  writeBinding,
  writeExpr,
  writeName,
  writePattern,
} from './write_expr.js';

/** Items between braces, one a line. */
export function writeBraces<T>(items: readonly T[], write: (item: T, isLast: boolean) => Doc, weaver: Weaver): Doc {
  const open = weaver.take('{');
  const lines = items.map((item, i) => [i === 0 ? hardLine : weaver.nextItem(), write(item, i === items.length - 1)]);
  const rest = weaver.dangling();
  const empty = items.length === 0 && rest.length === 0;
  return [open, indent(lines, rest), empty ? '' : hardLine, weaver.take('}')];
}

export const writeBlock = (block: Block, weaver: Weaver): Doc =>
  writeBraces(block.statements, (statement, isLast) => writeStatement(statement, isLast, weaver), weaver);

/** `= expression` or a block, with the space before it. */
export const writeBody = (body: Body, weaver: Weaver): Doc =>
  body.kind === 'block' ? [' ', writeBlock(body.block, weaver)] : writeAssigned('=', body.value, weaver);

export const writeNames = (names: readonly Name[], weaver: Weaver): Doc =>
  names.map((name, i) => (i === 0 ? writeName(name, weaver) : [weaver.take(','), ' ', writeName(name, weaver)]));

/** `(n: int, p = 0.5)`. */
export const writeParameters = (parameters: readonly Parameter[], weaver: Weaver): Doc =>
  bracketed(
    '(',
    parameters,
    ')',
    (parameter) => [
      writeName(parameter.name, weaver),
      writeAnnotation(parameter.annotation, weaver),
      parameter.default === null ? '' : [' ', weaver.take('='), ' ', writeExpr(parameter.default, weaver)],
    ],
    weaver,
  );

function writeStatement(s: Statement, isLast: boolean, weaver: Weaver): Doc {
  switch (s.kind) {
    case 'node':
      return [
        s.modifier === null ? '' : [weaver.take(s.modifier), ' '],
        writePlace(s, weaver),
        writeAnnotation(s.annotation, weaver),
        writeAssigned(s.operator, s.value, weaver),
      ];
    case 'let': {
      const word = weaver.take('let');
      const names =
        s.names.length === 1
          ? writeNames(s.names, weaver)
          : [weaver.take('('), writeNames(s.names, weaver), weaver.take(')')];
      return [word, ' ', names, writeAnnotation(s.annotation, weaver), writeAssigned('=', s.value, weaver)];
    }
    case 'var':
      return [
        weaver.take('var'),
        ' ',
        writeName(s.name, weaver),
        writeAnnotation(s.annotation, weaver),
        writeAssigned('=', s.value, weaver),
      ];
    case 'assign':
      return [writePlace(s, weaver), writeAssigned('=', s.value, weaver)];
    case 'for':
      return [weaver.take('for'), ' ', writeBinding(s, weaver), ' ', writeBlock(s.body, weaver)];
    case 'while':
      return [weaver.take('while'), ' ', writeExpr(s.condition, weaver), ' ', writeBlock(s.body, weaver)];
    case 'branch':
      return writeBranch(s, weaver);
    case 'choose':
      return [
        weaver.take('match'),
        ' ',
        writeExpr(s.subject, weaver),
        ' ',
        writeBraces(
          s.arms,
          (arm) => [writePattern(arm.pattern, weaver), ' ', weaver.take('=>'), ' ', writeBlock(arm.body, weaver)],
          weaver,
        ),
      ];
    case 'return':
      if (s.value === null) return [weaver.take('return'), isLast ? '' : weaver.take(';')];
      return [weaver.take('return'), ' ', writeExpr(s.value, weaver)];
    case 'observe':
      return writeObserve(s, weaver);
    case 'factor':
      return [weaver.take('factor'), ' ', writeExpr(s.value, weaver)];
    case 'resample':
      return weaver.take('resample');
    case 'call':
      return [writeName(s.call.callee, weaver), writeArguments(s.call.args, weaver)];
  }
}

/** The left side of a node or an assignment. */
function writePlace(s: StatementOf<'node'> | StatementOf<'assign'>, weaver: Weaver): Doc {
  const name = writeName(s.name, weaver);
  if (s.indices.length === 0) return name;
  return [name, bracketed('[', s.indices, ']', (index) => writeExpr(index, weaver), weaver)];
}

const observed = { score: '~', equal: '=', approximate: '~=' } as const;

function writeObserve(s: StatementOf<'observe'>, weaver: Weaver): Doc {
  const head = [weaver.take('observe'), ' ', writeExpr(s.subject, weaver)];
  if (s.form === 'condition' || s.value === null) return head;
  return [head, writeAssigned(observed[s.form], s.value, weaver)];
}

/** A chain of `else if` is written in a loop: it may be long. */
function writeBranch(s: StatementOf<'branch'>, weaver: Weaver): Doc {
  const docs: Doc[] = [];
  let branch: StatementOf<'branch'> | null = s;
  while (branch !== null) {
    docs.push([weaver.take('if'), ' ', writeExpr(branch.condition, weaver), ' ', writeBlock(branch.then, weaver)]);
    const otherwise: Block | null = branch.otherwise;
    branch = otherwise === null ? null : elseIf(otherwise);
    if (otherwise === null) break;
    docs.push([weaver.take('else'), branch === null ? [' ', writeBlock(otherwise, weaver)] : '']);
  }
  return separate(docs, ' ');
}

/** The branch that an `else` leads to without braces of its own: its block is nothing but the branch. */
function elseIf(block: Block): StatementOf<'branch'> | null {
  const [only] = block.statements;
  if (block.statements.length !== 1 || only?.kind !== 'branch') return null;
  return only.span.start === block.span.start ? only : null;
}
