/** What weighs a run: `observe`, `factor`, `resample`. */
import { isDiscrete, isNumeric, joinTypes, showType } from '../ir/type.js';
import type { Expr, Statement, StatementOf } from '../syntax/tree.js';
import { checkValue } from './expressions.js';
import { checkScored } from './families.js';
import { cellsOf } from './missing.js';
import { nodeReference } from './node_reference.js';
import { checkCondition } from './operators.js';
import { type Frame, report } from './session.js';
import { union, type Value } from './value.js';

/** Notes that the run is weighed; constants, queries and entries of distributions are not. */
export function scores(frame: Frame, statement: Statement, what: string): void {
  frame.effects.scores = true;
  weigh(frame, frame.control);
  if (frame.place === 'entry' || frame.place === 'sampler')
    report(
      frame,
      'E0424',
      `${what} cannot stand in a distribution`,
      statement.span,
      'a distribution says how likely its values are by `logpdf`',
    );
}

/** Notes nodes that weights read: acting on them changes something. */
export function weigh(frame: Frame, reads: ReadonlySet<string>): void {
  if (frame.model !== null) frame.model.weighed = union(frame.model.weighed, reads);
}

/** `observe` in its four forms. */
export function checkObserve(frame: Frame, statement: StatementOf<'observe'>): void {
  scores(frame, statement, '`observe`');
  const { subject } = statement;
  const value = checkValue(frame, subject);
  weigh(frame, value.reads);
  if (statement.value === null) {
    checkCondition(frame, value, subject);
    return;
  }
  const other = checkValue(frame, statement.value);
  weigh(frame, other.reads);
  if (statement.form === 'score') {
    if (other.type.kind === 'dist') checkScored(frame, other, value, subject);
    else if (other.type.kind !== 'unknown')
      report(
        frame,
        'E0315',
        `a distribution stands here, and this is ${showType(other.type)}`,
        statement.value.span,
        '`observe x = v` compares with a value',
      );
    return;
  }
  checkSeen(frame, value, other, statement.value);
  const approximate = statement.form === 'approximate';
  if (approximate || nodeReference(frame, subject) !== null || isDiscrete(value.type) || value.type.kind === 'unknown')
    return;
  report(
    frame,
    'E0423',
    'this is no node, and a continuous value equals no other',
    subject.span,
    'declare a node for it: `y := …`, or ask for approximate equality: `~=`',
  );
}

/** A value and what was seen of it must be of one type, and none of it missing: E0439. */
export function checkSeen(frame: Frame, value: Value, seen: Value, expr: Expr): void {
  const cells = cellsOf(frame.session.project, expr);
  if (cells !== null && cells.missing > 0) {
    const { table, column, missing } = cells;
    const many = missing === 1 ? '1 missing cell' : `${missing} missing cells`;
    const hint = `\`observe ${table}.${column}[i] ~ …\` in a loop leaves them out`;
    report(frame, 'E0439', `\`${table}.${column}\` has ${many}, and what is missing was not seen`, expr.span, hint);
    return;
  }
  if (value.type.kind === 'unit' || joinTypes(value.type, seen.type) !== null) {
    const length = value.type.kind === 'array' ? value.type.length : null;
    if (length === null || seen.type.kind !== 'array' || seen.type.length === null || length === seen.type.length)
      return;
    report(frame, 'E0309', `there are ${length} values, and ${seen.type.length} were seen`, expr.span);
    return;
  }
  if (value.type.kind === 'bool' && seen.type.kind === 'int' && (seen.known === 0 || seen.known === 1)) {
    report(frame, 'E0439', 'a bool is never a number', expr.span, `write \`${seen.known === 1}\``);
    return;
  }
  const fits =
    value.type.kind === 'array' &&
    value.type.element.kind === 'bool' &&
    seen.type.kind === 'array' &&
    isNumeric(seen.type.element);
  if (!fits)
    report(
      frame,
      'E0439',
      `what is observed is ${showType(value.type)}, and this is ${showType(seen.type)}`,
      expr.span,
    );
}

/** `factor e`. */
export function checkFactor(frame: Frame, statement: StatementOf<'factor'>): void {
  scores(frame, statement, '`factor`');
  const value = checkValue(frame, statement.value);
  weigh(frame, value.reads);
  if (isNumeric(value.type)) return;
  const hint = value.type.kind === 'bool' ? 'to keep only runs where it is true write `observe`' : null;
  report(
    frame,
    'E0301',
    `\`factor\` takes a log weight, and this is ${showType(value.type)}`,
    statement.value.span,
    hint,
  );
}
