import type { ValueId } from '../ir/ir.js';
import type { Expr, ExprOf, Pattern } from '../syntax/tree.js';
import { lowerExpr, one, primitive } from './expression.js';
import { branches, type Frame } from './frame.js';
import { irTypeOf, type Operand } from './operand.js';
import { raise } from './raise.js';
import { bool } from './types.js';

/** `match` as an expression: the arms are tried in order. */
export function lowerMatch(frame: Frame, expr: ExprOf<'match'>): Operand {
  const arms = expr.arms.map((arm) => ({ pattern: arm.pattern, body: () => [lowerExpr(frame, arm.value)] }));
  return one(lowerArms(frame, expr.subject, expr.span, arms));
}

/** The arms of a `match`, as a chain of `if`. What no arm matches stops the run, unless the last arm is the only way left. */
export function lowerArms(
  frame: Frame,
  subject: Expr,
  span: Expr['span'],
  arms: readonly { readonly pattern: Pattern; readonly body: () => readonly Operand[] }[],
): readonly Operand[] {
  const value = lowerExpr(frame, subject);
  const choose = (position: number): readonly Operand[] => {
    const arm = arms[position];
    if (arm === undefined) return [];
    if (position === arms.length - 1) {
      if (arm.pattern.kind !== 'wildcard' && !covers(value, arms.length)) {
        frame.builder.check(test(frame, value, arm.pattern), 'E0601', 'No arm of this match fits the value.');
      }
      return arm.body();
    }
    if (arm.pattern.kind === 'wildcard') return arm.body();
    return branches(frame, test(frame, value, arm.pattern), span, arm.body, () => choose(position + 1));
  };
  return choose(0);
}

/** As many arms as an enum has members, or two for a bool: the checker has seen that they are all there. */
const covers = (value: Operand, arms: number): boolean =>
  (value.type.kind === 'enum' && arms >= value.type.members.length) || (value.type.kind === 'bool' && arms >= 2);

function test(frame: Frame, value: Operand, pattern: Pattern): ValueId {
  switch (pattern.kind) {
    case 'wildcard':
      return frame.builder.bool(true);
    case 'literal':
      return primitive(frame, 'eq', [value, lowerExpr(frame, pattern.value)], pattern.span).id;
    case 'member': {
      const index = value.type.kind === 'enum' ? value.type.members.indexOf(pattern.name.text) : -1;
      if (index === -1) return raise('E0490', `'${pattern.name.text}' is no member here.`, frame.source, pattern.span);
      const label = frame.builder.constant(irTypeOf(value.type), index);
      return frame.builder.op('eq', [value.id, label], irTypeOf(bool));
    }
  }
}
