/** Expressions, types and patterns as documents. */
import { operatorRank, prefixRank } from './build_operators.js';
import { type Doc, group, indent, line, softLine } from './layout.js';
import type { Argument, Clause, Expr, ExprOf, Form, Given, Intervention, Name, Pattern, TypeExpr } from './tree.js';
import type { Weaver } from './weave.js';

/** A string as the language spells it. */
export function quoteString(value: string): string {
  const inner = value.replace(/[\\"\p{Cc}\p{Cs}\u2028\u2029]/gu, (character) => {
    if (character === '\\' || character === '"') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return `"${inner}"`;
}

export const writeName = (name: Name, weaver: Weaver): Doc => weaver.take(name.text);

/** A list in brackets: on one line, or one element a line. */
export function bracketed<T>(
  open: string,
  elements: readonly T[],
  close: string,
  write: (element: T) => Doc,
  weaver: Weaver,
  edge: Doc = softLine,
): Doc {
  const opened = weaver.take(open);
  const inner = commaSeparated(elements, write, weaver);
  const rest = weaver.dangling();
  return group(
    opened,
    indent(elements.length === 0 ? '' : edge, inner, rest),
    edge === line && elements.length === 0 ? '' : edge,
    weaver.take(close),
  );
}

/** Elements with commas between them and a place to break behind each comma. */
export function commaSeparated<T>(elements: readonly T[], write: (element: T) => Doc, weaver: Weaver): Doc {
  return elements.map((element, i) => (i === 0 ? write(element) : [weaver.take(','), line, write(element)]));
}

const rankOf = (e: Expr): number => {
  switch (e.kind) {
    case 'range':
      return operatorRank['..'];
    case 'binary':
      return operatorRank[e.operator];
    case 'not':
      return prefixRank.not;
    case 'negate':
      return prefixRank['-'];
    default:
      return Number.POSITIVE_INFINITY;
  }
};

/** Whether the text of the expression ends in an `else` branch, which takes in what is written behind it. */
function endsOpen(e: Expr): boolean {
  switch (e.kind) {
    case 'if':
      return true;
    case 'binary':
      return endsOpen(e.right);
    case 'range':
      return endsOpen(e.high);
    case 'not':
    case 'negate':
      return endsOpen(e.operand);
    case 'sample':
      return endsOpen(e.dist);
    default:
      return false;
  }
}

const parenthesised = (e: Expr, weaver: Weaver): Doc =>
  bracketed('(', [e], ')', (inner) => writeExpr(inner, weaver), weaver);

/** An expression that must bind at least as tightly as `least`; in parentheses where a tree without a text needs them. */
function operand(e: Expr, least: number, followed: boolean, weaver: Weaver): Doc {
  return rankOf(e) < least || (followed && endsOpen(e)) ? parenthesised(e, weaver) : writeExpr(e, weaver);
}

/** An expression in the one style. */
export function writeExpr(e: Expr, weaver: Weaver): Doc {
  switch (e.kind) {
    case 'number':
      return weaver.take(e.text);
    case 'boolean':
      return weaver.take(e.value ? 'true' : 'false');
    case 'string':
      return weaver.takeString(quoteString(e.value));
    case 'name':
      return writeName(e.name, weaver);
    case 'missing':
      return '…';
    case 'call':
      return [writeName(e.callee, weaver), writeArguments(e.args, weaver)];
    case 'index':
      return [target(e.target, weaver), bracketed('[', e.indices, ']', (index) => writeExpr(index, weaver), weaver)];
    case 'field':
      // `1.x` would be a misspelt number.
      return [
        target(e.target, weaver),
        e.target.kind === 'number' ? ' ' : '',
        weaver.take('.'),
        writeName(e.name, weaver),
      ];
    case 'world':
      return [target(e.target, weaver), weaver.take('['), writeDo(e.interventions, weaver), weaver.take(']')];
    case 'negate':
      return [weaver.take('-'), operand(e.operand, prefixRank['-'], false, weaver)];
    case 'not':
      return [weaver.take('not'), ' ', operand(e.operand, prefixRank.not, false, weaver)];
    case 'sample':
      return [weaver.take('sample'), ' ', e.dist.kind === 'if' ? writeExpr(e.dist, weaver) : target(e.dist, weaver)];
    case 'binary':
      return group(writeBinary(e, weaver));
    case 'range': {
      const low = operand(e.low, operatorRank['..'] + 1, true, weaver);
      return [low, weaver.take(e.closed ? '..=' : '..'), operand(e.high, operatorRank['..'] + 1, false, weaver)];
    }
    case 'if':
      return writeConditional(e, weaver);
    case 'match':
      return [
        weaver.take('match'),
        ' ',
        writeExpr(e.subject, weaver),
        ' ',
        bracketed(
          '{',
          e.arms,
          '}',
          (arm) => [writePattern(arm.pattern, weaver), ' ', weaver.take('=>'), ' ', writeExpr(arm.value, weaver)],
          weaver,
          line,
        ),
      ];
    case 'array':
      return writeArray(e, weaver);
    case 'comprehension':
      return writeComprehension(e, weaver);
    case 'record':
      return bracketed(
        '{',
        e.fields,
        '}',
        (field) => [writeName(field.name, weaver), weaver.take(':'), ' ', writeExpr(field.value, weaver)],
        weaver,
        line,
      );
    case 'tuple':
      return bracketed('(', e.elements, ')', (element) => writeExpr(element, weaver), weaver);
    case 'group':
      return parenthesised(e.inner, weaver);
    case 'form':
      return writeForm(e, weaver);
  }
}

/** What a suffix stands behind. */
const target = (e: Expr, weaver: Weaver): Doc =>
  e.kind === 'sample' || e.kind === 'if'
    ? parenthesised(e, weaver)
    : operand(e, Number.POSITIVE_INFINITY, true, weaver);

/** The arguments of a call; an only argument in brackets of its own needs no further indentation. */
export function writeArguments(args: readonly Argument[], weaver: Weaver): Doc {
  const [only] = args;
  if (args.length === 1 && only !== undefined && only.name === null && hugs(only.value))
    return [weaver.take('('), writeArgument(only, weaver), weaver.dangling(), weaver.take(')')];
  return bracketed('(', args, ')', (arg) => writeArgument(arg, weaver), weaver);
}

const hugs = (e: Expr): boolean => e.kind === 'array' || e.kind === 'comprehension' || e.kind === 'record';

const writeArgument = (arg: Argument, weaver: Weaver): Doc =>
  arg.name === null
    ? writeExpr(arg.value, weaver)
    : [writeName(arg.name, weaver), ' ', weaver.take('='), ' ', writeExpr(arg.value, weaver)];

/** A chain of operators that bind alike is broken before all of them or none. */
function writeBinary(e: ExprOf<'binary'>, weaver: Weaver): Doc {
  const rank = operatorRank[e.operator];
  if (e.operator === '^')
    return [
      operand(e.left, rank + 1, true, weaver),
      weaver.take('^'),
      operand(e.right, e.right.kind === 'negate' ? 0 : rank, false, weaver),
    ];
  const comparison = rank === operatorRank['=='];
  const links: ExprOf<'binary'>[] = [e];
  for (
    let left = e.left;
    !comparison && left.kind === 'binary' && operatorRank[left.operator] === rank;
    left = left.left
  )
    links.push(left);
  const first = links[links.length - 1]!;
  const head = operand(first.left, rank + 1, true, weaver);
  const tail = links.reverse().map((link) => {
    const sign = weaver.take(link.operator);
    return [line, sign, ' ', operand(link.right, rank + 1, link !== e, weaver)];
  });
  return [head, indent(...tail)];
}

function writeConditional(e: ExprOf<'if'>, weaver: Weaver): Doc {
  const head = [weaver.take('if'), ' ', writeExpr(e.condition, weaver)];
  const then = [line, weaver.take('then'), ' ', writeExpr(e.then, weaver)];
  return group(head, indent(then, line, weaver.take('else'), ' ', writeExpr(e.otherwise, weaver)));
}

const isShort = (e: Expr): boolean =>
  e.kind === 'number' ||
  e.kind === 'boolean' ||
  e.kind === 'name' ||
  (e.kind === 'negate' && e.operand.kind === 'number');

function writeArray(e: ExprOf<'array'>, weaver: Weaver): Doc {
  if (!e.elements.every(isShort))
    return bracketed('[', e.elements, ']', (element) => writeExpr(element, weaver), weaver);
  // Numbers fill the lines: each gap breaks by itself.
  const open = weaver.take('[');
  const filled = e.elements.map((element, i) =>
    i === 0 ? writeExpr(element, weaver) : [weaver.take(','), group(line, writeExpr(element, weaver))],
  );
  const rest = weaver.dangling();
  return group(open, indent(softLine, filled, rest), softLine, weaver.take(']'));
}

function writeComprehension(e: ExprOf<'comprehension'>, weaver: Weaver): Doc {
  const open = weaver.take('[');
  const element = writeExpr(e.element, weaver);
  const clauses = e.clauses.map((clause) => [line, weaver.take('for'), ' ', writeBinding(clause, weaver)]);
  const filter = e.filter === null ? '' : [line, weaver.take('if'), ' ', writeExpr(e.filter, weaver)];
  const rest = weaver.dangling();
  return group(open, indent(softLine, element, clauses, filter, rest), softLine, weaver.take(']'));
}

/** `x in xs`. */
export const writeBinding = (clause: Clause, weaver: Weaver): Doc => [
  writeName(clause.variable, weaver),
  ' ',
  weaver.take('in'),
  ' ',
  writeExpr(clause.iterable, weaver),
];

const signs: Readonly<Record<'set' | 'draw' | 'shift', string>> = { set: '=', draw: '~', shift: ':=' };

/** One entry of `do(…)`. */
export function writeIntervention(i: Intervention, weaver: Weaver): Doc {
  const left = writeExpr(i.target, weaver);
  if (i.kind === 'bare' || i.value === null) return left;
  return [left, ' ', weaver.take(signs[i.kind]), ' ', writeExpr(i.value, weaver)];
}

/** `do(x = 1, z ~ normal(0, 1))`. */
export const writeDo = (interventions: readonly Intervention[], weaver: Weaver): Doc => [
  weaver.take('do'),
  bracketed('(', interventions, ')', (i) => writeIntervention(i, weaver), weaver),
];

const writeGiven = (given: Given, weaver: Weaver): Doc =>
  given.kind === 'do' ? writeDo(given.interventions, weaver) : writeExpr(given.value, weaver);

function writeForm(form: Form, weaver: Weaver): Doc {
  const name = weaver.take(form.form);
  if (form.form === 'evidence')
    return [name, bracketed('(', form.given, ')', (given) => writeGiven(given, weaver), weaver)];
  const open = weaver.take('(');
  const separator = form.form === 'I' ? ';' : ',';
  const targets = form.targets.map((each, i) =>
    i === 0 ? writeExpr(each, weaver) : [weaver.take(separator), line, writeExpr(each, weaver)],
  );
  const right =
    form.given.length === 0
      ? ''
      : [line, weaver.take('|'), ' ', indent(commaSeparated(form.given, (given) => writeGiven(given, weaver), weaver))];
  const rest = weaver.dangling();
  return group(name, open, indent(softLine, targets, right, rest), softLine, weaver.take(')'));
}

/** A pattern of a `match`. */
export function writePattern(pattern: Pattern, weaver: Weaver): Doc {
  switch (pattern.kind) {
    case 'wildcard':
      return weaver.take('_');
    case 'literal':
      return writeExpr(pattern.value, weaver);
    case 'member':
      if (pattern.enumName === null) return writeName(pattern.name, weaver);
      return [writeName(pattern.enumName, weaver), weaver.take('.'), writeName(pattern.name, weaver)];
  }
}

/** A type. */
export function writeType(type: TypeExpr, weaver: Weaver): Doc {
  switch (type.kind) {
    case 'named':
      return writeName(type.name, weaver);
    case 'array':
      return [writeType(type.element, weaver), weaver.take('['), weaver.take(']')];
    case 'tuple':
      return bracketed('(', type.elements, ')', (element) => writeType(element, weaver), weaver);
    case 'record':
      return bracketed(
        '{',
        type.fields,
        '}',
        (field) => [writeName(field.name, weaver), weaver.take(':'), ' ', writeType(field.type, weaver)],
        weaver,
        line,
      );
  }
}

/** `: T`, or nothing. */
export const writeAnnotation = (type: TypeExpr | null, weaver: Weaver): Doc =>
  type === null ? '' : [weaver.take(':'), ' ', writeType(type, weaver)];

/** Whether a value that is too long for its line goes to the next line, or is broken inside its own brackets. */
const breaksBefore = (e: Expr): boolean =>
  e.kind === 'binary' || e.kind === 'if' || e.kind === 'not' || e.kind === 'range';

/** A sign such as `:=` and the value behind it. */
export function writeAssigned(sign: string, value: Expr, weaver: Weaver): Doc {
  const written = weaver.take(sign);
  if (!breaksBefore(value)) return [' ', written, ' ', writeExpr(value, weaver)];
  return [' ', group(written, indent(line, writeExpr(value, weaver)))];
}
