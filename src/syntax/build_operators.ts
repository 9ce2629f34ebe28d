import type { CstNode, IToken } from 'chevrotain';
import { type BuildContext, type EqualsMeaning, maximumDepth, missing } from './build_context.js';
import { locate, nodes, tokens } from './cst.js';
import { spanOf } from './lex.js';
import { quoted } from './quote.js';
import { cover } from './span.js';
import type { BinaryOperator, Expr } from './tree.js';

const rank = {
  range: 1,
  or: 2,
  and: 3,
  not: 4,
  comparison: 5,
  additive: 6,
  multiplicative: 7,
  minus: 8,
  power: 9,
} as const;

type Operator = BinaryOperator | '..' | '..=';

/** How tightly each operator between two operands binds: a larger number binds tighter. */
export const operatorRank: Readonly<Record<Operator, number>> = {
  '..': rank.range,
  '..=': rank.range,
  or: rank.or,
  and: rank.and,
  '==': rank.comparison,
  '!=': rank.comparison,
  '<': rank.comparison,
  '<=': rank.comparison,
  '>': rank.comparison,
  '>=': rank.comparison,
  '=': rank.comparison,
  '~=': rank.comparison,
  '+': rank.additive,
  '-': rank.additive,
  '*': rank.multiplicative,
  '/': rank.multiplicative,
  '%': rank.multiplicative,
  '^': rank.power,
};
/** How tightly the signs before an operand bind. */
export const prefixRank = { not: rank.not, '-': rank.minus } as const;

/** Spellings of other languages that were reported when the text was cut. */
const meant: Readonly<Record<string, Operator>> = {
  '≈': '~=',
  '===': '==',
  '!==': '!=',
  '<>': '!=',
  '**': '^',
  '&&': 'and',
  '||': 'or',
};
const isOperator = (image: string): image is Operator => Object.hasOwn(operatorRank, image);
const operatorOf = (token: IToken): Operator => (isOperator(token.image) ? token.image : (meant[token.image] ?? '=='));

/** Builds one operand without the signs before it. */
type BuildOperand = (operand: CstNode, level: number) => Expr;

/**
 * Builds a flat chain of operands and operators by precedence climbing (Richards, "The BCPL Parser", 1969).
 * `level` is how deep the chain stands in the tree.
 */
export function buildChain(
  chain: CstNode,
  meaning: EqualsMeaning,
  level: number,
  context: BuildContext,
  buildOperand: BuildOperand,
): Expr {
  const items = flatten(chain);
  const depth = level + items.length - nodes(chain, 'operand').length;
  if (depth > maximumDepth) {
    const hint = 'Name parts of it with `let`, or keep the numbers in a data file.';
    context.report('E0115', `This expression is more than ${maximumDepth} operators deep.`, locate(chain), hint);
    return missing(locate(chain));
  }
  let next = 0;

  const climb = (least: number): Expr => {
    let left = prefixed(least);
    let compared: IToken | null = null;
    for (;;) {
      const sign = items[next];
      if (sign === undefined || !('image' in sign)) return left;
      const operator = operatorOf(sign);
      const binds = operatorRank[operator];
      if (binds < least) return left;
      next += 1;
      if (binds === rank.comparison || binds === rank.range) {
        if (compared !== null && operatorRank[operatorOf(compared)] === binds)
          reportChain(sign, compared, left, context);
        compared = sign;
      }
      const right = climb(operator === '^' ? binds : binds + 1);
      const span = cover(left.span, right.span);
      left =
        operator === '..' || operator === '..='
          ? { kind: 'range', low: left, high: right, closed: operator === '..=', span }
          : { kind: 'binary', operator: checkEquals(operator, sign, meaning, context), left, right, span };
    }
  };

  const prefixed = (least: number): Expr => {
    const item = items[next];
    if (item === undefined) return missing({ start: locate(chain).end, end: locate(chain).end });
    next += 1;
    if (!('image' in item)) return buildOperand(item, depth + 1);
    const sign = item.image === '!' ? 'not' : item.image;
    if (sign === 'sample') {
      const dist = prefixed(Number.POSITIVE_INFINITY);
      return { kind: 'sample', dist, span: cover(spanOf(item), dist.span) };
    }
    if (sign === 'not' ? least > rank.not : least > rank.power) {
      const hint = 'Put it and what it belongs to into parentheses.';
      context.report(
        'E0129',
        `${quoted(item.image)} binds less tightly than what stands before it.`,
        spanOf(item),
        hint,
      );
    }
    const operand = climb(sign === 'not' ? rank.not : rank.minus);
    const span = cover(spanOf(item), operand.span);
    return sign === 'not' ? { kind: 'not', operand, span } : { kind: 'negate', operand, span };
  };

  return climb(rank.range);
}

/** Signs, operands and operators in the order of the text. */
function flatten(chain: CstNode): readonly (IToken | CstNode)[] {
  const operators = tokens(chain, 'InfixOperator');
  return nodes(chain, 'operand').flatMap((operand, i) => [
    ...tokens(operand, 'prefix'),
    operand,
    ...operators.slice(i, i + 1),
  ]);
}

function reportChain(sign: IToken, earlier: IToken, left: Expr, context: BuildContext): void {
  const message = `Comparisons and ranges have two sides; ${quoted(sign.image)} follows ${quoted(earlier.image)}.`;
  const middle = context.source.text.slice(spanOf(earlier).end, left.span.end).trim();
  const ranges = sign.image.startsWith('..') || earlier.image.startsWith('..');
  const shown = middle.length <= 20 && !/[\n\r]/.test(middle) ? middle : '…';
  const hint = ranges ? null : `Write \`… ${earlier.image} ${shown} and ${shown} ${sign.image} …\`.`;
  context.report('E0110', message, spanOf(sign), hint);
}

function checkEquals(
  operator: BinaryOperator,
  sign: IToken,
  meaning: EqualsMeaning,
  context: BuildContext,
): BinaryOperator {
  if ((operator !== '=' && operator !== '~=') || meaning === 'compares') return operator;
  if (operator === '~=') {
    const message = 'Approximate equality is asked only in query forms and `observe`.';
    context.report('E0111', message, spanOf(sign), 'Compare a distance, such as `abs(a - b) < 0.1`.');
    return operator;
  }
  if (meaning === 'names')
    context.report(
      'E0111',
      'Directly in the parentheses of a call `=` names an argument.',
      spanOf(sign),
      'Write `==` to compare.',
    );
  else context.report('E0111', 'A single `=` does not compare here.', spanOf(sign), 'Write `==` to compare.');
  return '==';
}
