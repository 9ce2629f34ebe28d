/** `match`, as an expression and as a statement. */
import { joinTypes, showType, type Type } from '../ir/type.js';
import type { Span } from '../syntax/span.js';
import type { Expr, ExprOf, Pattern } from '../syntax/tree.js';
import { enumType } from './annotations.js';
import { checkExpr, checkValue, joinBranches, knownValue } from './expressions.js';
import { plainName } from './rename.js';
import { enumsWithMember } from './resolve.js';
import { type Frame, report, use } from './session.js';
import { didYouMean } from './suggest.js';
import { makeValue, readsOf, type Value } from './value.js';

export function checkMatch(frame: Frame, expr: ExprOf<'match'>): Value {
  const subject = checkValue(frame, expr.subject);
  checkPatterns(
    frame,
    subject,
    expr.subject.span,
    expr.arms.map((a) => a.pattern),
  );
  const values = expr.arms.map((arm) => ({ value: checkValue(frame, arm.value), expr: arm.value }));
  const type = joinBranches(frame, values);
  const known = subject.known === null ? null : knownValue(frame, expr);
  return makeValue(type, known, readsOf([subject, ...values.map((v) => v.value)]));
}

/** Checks the patterns against the subject, which stands at `span`: something must take each of its values. */
export function checkPatterns(frame: Frame, subject: Value, span: Span, patterns: readonly Pattern[]): void {
  const taken = new Set<number | string>();
  let open = true;
  let wrong = false;
  for (const pattern of patterns) {
    if (!open) report(frame, 'W0303', 'this pattern is never reached: those above take everything', pattern.span);
    if (pattern.kind === 'wildcard') {
      open = false;
      continue;
    }
    const key =
      pattern.kind === 'literal'
        ? literalKey(frame, subject.type, pattern.value)
        : memberKey(frame, subject.type, pattern);
    if (key === null) {
      wrong = true;
      continue;
    }
    if (taken.has(key)) report(frame, 'W0303', 'this pattern is never reached: it stands above already', pattern.span);
    taken.add(key);
    if (covers(taken, subject.type)) open = false;
  }
  const rest = open && !wrong ? missing(taken, subject.type) : null;
  if (rest === null) return;
  report(frame, 'E0322', `${rest} is not dealt with`, span, 'add the missing arms, or `_ => …` for the rest');
}

const covers = (taken: ReadonlySet<number | string>, type: Type): boolean =>
  (type.kind === 'bool' && taken.size === 2) || (type.kind === 'enum' && taken.size === type.members.length);

function missing(taken: ReadonlySet<number | string>, type: Type): string | null {
  if (type.kind === 'unknown') return null;
  if (type.kind === 'bool') return taken.has(1) ? '`false`' : '`true`';
  if (type.kind !== 'enum') return `the rest of ${showType(type)}`;
  const left = type.members.filter((_, i) => !taken.has(i)).map((m) => `\`${m}\``);
  return left.join(', ');
}

function literalKey(frame: Frame, type: Type, literal: Expr): number | string | null {
  const value = checkExpr(frame, literal);
  if (joinTypes(type, value.type) === null)
    report(frame, 'E0321', `this is ${showType(value.type)}, and what is matched is ${showType(type)}`, literal.span);
  return typeof value.known === 'number' || typeof value.known === 'string' ? value.known : null;
}

function memberKey(frame: Frame, type: Type, pattern: Extract<Pattern, { readonly kind: 'member' }>): number | null {
  const { name, enumName } = pattern;
  const { project } = frame.session;
  // A bare member is one of what is matched, though other enums may have one of the same name.
  if (enumName === null && type.kind === 'enum' && type.members.includes(name.text))
    return type.members.indexOf(name.text);
  const owners =
    enumName === null
      ? enumsWithMember(project, name.text)
      : [project.enums.get(enumName.text)].filter((e) => e !== undefined);
  for (const owner of owners) use(frame, owner);
  const found = owners[0] === undefined ? null : enumType(project, enumName?.text ?? owners[0].declaration.name.text);
  const index = found?.members.indexOf(name.text) ?? -1;
  if (enumName !== null && found === null) {
    report(
      frame,
      'E0204',
      `there is no type \`${plainName(enumName.text)}\``,
      enumName.span,
      didYouMean(enumName.text, project.enums.keys()),
    );
  } else if (index === -1) {
    const members = found?.members ?? (type.kind === 'enum' ? type.members : []);
    const of = found !== null ? plainName(found.name) : type.kind === 'enum' ? plainName(type.name) : null;
    const message =
      of === null ? `\`${name.text}\` is a member of no enum` : `\`${of}\` has no member \`${name.text}\``;
    report(frame, 'E0210', message, name.span, didYouMean(name.text, members));
  } else if (found !== null && joinTypes(type, found) === null) {
    report(
      frame,
      'E0321',
      `this is a member of ${plainName(found.name)}, and what is matched is ${showType(type)}`,
      pattern.span,
    );
  } else return index;
  return null;
}
