import type { IRecognitionException } from 'chevrotain';
import { isA, startsLine } from '../../grammar/recovery.js';
import * as t from '../../grammar/tokens.js';
import { explainMisspeltStatement } from './explain_statement.js';
import { quoted } from './quote.js';
import {
  afterLineEnd,
  before,
  describe,
  type Explanation,
  found,
  isFound,
  notClosed,
  openBracket,
  type Spot,
  say,
  spanAt,
} from './spot.js';

/** Words for a rule that met a token it cannot take. */
export function explainUnexpected(spot: Spot, error: IRecognitionException, start: number): Explanation {
  const stack = error.context.ruleStack;
  const rule = stack.at(-1) ?? '';
  const expected = error.message;
  const equals = wrongEquals(spot, rule, expected);
  if (equals !== null) return equals;
  const reserved = reservedName(spot, rule, expected);
  if (reserved !== null) return reserved;
  if (expected === 'Identifier')
    return {
      code: afterLineEnd(spot) ? 'E0117' : 'E0101',
      message: `Expected a name, found ${describe(found(spot))}.`,
      span: spanAt(spot),
      hint: null,
    };
  if (rule === 'statement' && isFound(spot, t.Identifier))
    return explainMisspeltStatement({ ...spot, at: spot.at + 1 }, spot.at);
  if (rule === 'namedStatement' && expected === '') return explainMisspeltStatement(spot, start);
  if (rule === 'conditional') return brokenConditional(spot, expected);
  if (
    rule === 'block' &&
    stack.includes('choiceArm') &&
    !stack.slice(stack.lastIndexOf('choiceArm')).includes('statement')
  )
    return say(
      spot,
      'E0124',
      `An arm of a \`match\` statement is a block; found ${describe(found(spot))}.`,
      'Write `A => { … }`.',
    );
  if (['operand', 'reference', 'matchArm', 'queryBody'].includes(rule)) return missingValue(spot);
  if (isCloser(expected)) return brokenList(spot, rule, expected);
  if (rule === 'form' && expected === 'FormName') {
    const hint = 'Write a form: `identify P(y | do(x))`, `estimate E(y | do(x = 1)) from trial by backdoor()`.';
    return say(spot, 'E0101', `Expected a query form, found ${describe(found(spot))}.`, hint);
  }
  if (rule === 'body' && found(spot)?.image === '->')
    return say(
      spot,
      'E0101',
      'Expected `=` or `{`, found `->`.',
      'A type stands behind a colon: `fn f(x: real): real`.',
    );
  if (before(spot)?.image === 'do')
    return say(spot, 'E0101', `Expected \`(\`, found ${describe(found(spot))}.`, 'Write `do(x = 1)`.');
  const wanted = wantedIn(rule, expected);
  return say(spot, 'E0101', `Expected ${wanted}, found ${describe(found(spot))}.`, null);
}

const labels = new Map(t.tokenTypes.map((type) => [type.name, (type.LABEL ?? type.name).replaceAll("'", '`')]));

/** What a rule wants where several things could stand. */
const wants: Readonly<Record<string, string>> = {
  declaration: 'a declaration',
  statement: 'a statement',
  pattern: 'a pattern (`_`, a literal or an enum member)',
  type: 'a type, such as `real`, `int[]` or `Drug`',
  body: '`=` or `{`',
  modelDeclaration: '`{`, `(` or `= do(…)`',
  markedNode: '`~` or `:=`',
  letStatement: 'a name, or names in parentheses',
  suffix: 'an index or `do(…)`',
  arrow: '`->`, `<-`, `<->` or `--`',
  dataClause: '`weighted`, `under` or `selected by`',
  operated: '`,` and what `do` changes',
  distEntry: 'an entry such as `draw = …`',
};

const wantedIn = (rule: string, expected: string): string => labels.get(expected) ?? wants[rule] ?? 'something else';

function wrongEquals(spot: Spot, rule: string, expected: string): Explanation | null {
  const sign = found(spot)?.image ?? '';
  const declares = sign === ':=' || sign === '~' || sign === '==';
  if (expected === 'Equals' && declares) {
    if (rule === 'letStatement' || rule === 'varStatement') {
      const word = rule === 'letStatement' ? 'let' : 'var';
      const hint =
        sign === '~'
          ? `Write \`${word} x = sample …\`, or \`x ~ …\` for a node.`
          : `Write \`=\`, or drop \`${word}\` to declare a node.`;
      return say(spot, 'E0111', `\`${word}\` takes \`=\`, not ${quoted(sign)}.`, hint);
    }
    return say(spot, 'E0111', `Expected \`=\`, found ${quoted(sign)}.`, 'Write `=`.');
  }
  if (rule === 'type' && sign === '=' && before(spot)?.image === ':')
    return say(spot, 'E0111', '`:=` is one sign.', 'Write `:=` without a space.');
  if (rule === 'markedNode' && (sign === '=' || sign === '==')) {
    const hint = 'Write `~` before a distribution, `:=` before a value.';
    return say(spot, 'E0111', 'A node is declared with `~` or `:=`.', hint);
  }
  return null;
}

/** A reserved word where a name is wanted, or a statement that begins with one and goes on as if it were a name. */
function reservedName(spot: Spot, rule: string, expected: string): Explanation | null {
  const nameWanted = expected === 'Identifier' || (expected === '' && rule === 'letStatement');
  const inNames = isCloser(expected) && ['parameterList', 'enumDeclaration', 'importDeclaration'].includes(rule);
  const declares = isFound(spot, t.Tilde, t.Becomes, t.Equals);
  // A word that begins an expression, as `match` does, where a node is declared.
  const marked =
    isFound(spot, t.Tilde, t.Becomes) && startsLine({ text: spot.source.text, tokens: spot.tokens }, spot.at - 1);
  const at = (declares && nameWanted) || marked ? spot.at - 1 : spot.at;
  const word = spot.tokens[at];
  if (!(nameWanted || inNames || marked) || word === undefined || !t.reservedWords.includes(word.tokenType))
    return null;
  if (at === spot.at && startsNewStatement(spot)) return null;
  const hint = `Choose another name, such as \`${word.image}_\`.`;
  return { ...say({ ...spot, at }, 'E0109', `${quoted(word.image)} is a reserved word and cannot be a name.`, hint) };
}

const startsNewStatement = (spot: Spot): boolean =>
  startsLine({ text: spot.source.text, tokens: spot.tokens }, spot.at) && spot.at > 0;

function brokenConditional(spot: Spot, expected: string): Explanation {
  const here = describe(found(spot));
  if (expected === 'Then' && isFound(spot, t.LCurly))
    return say(spot, 'E0124', '`if c { … }` is a statement; a value was expected here.', 'Write `if c then a else b`.');
  if (expected === 'Else') {
    const hint = 'Write `if c then a else b`.';
    return {
      code: 'E0124',
      message: `This \`if\` has a value and needs its \`else\`; found ${here}.`,
      span: spanAt(spot),
      hint,
    };
  }
  return say(spot, 'E0101', `Expected \`then\`, found ${here}.`, 'Write `if c then a else b`.');
}

/** An operand was expected. */
function missingValue(spot: Spot): Explanation {
  const last = before(spot);
  const next = found(spot);
  if (last === undefined && next === undefined)
    return {
      code: 'E0128',
      message: 'There is no question here.',
      span: spanAt(spot),
      hint: 'Ask something like `P(y | do(x = 1))`.',
    };
  const image = next?.image ?? '';
  if (
    next === undefined ||
    afterLineEnd(spot) ||
    isFound(spot, t.RRound, t.RSquare, t.RCurly, t.Comma, t.Semicolon, t.Bar)
  )
    return {
      code: 'E0117',
      message:
        last === undefined
          ? `Expected a value, found ${describe(next)}.`
          : `A value is missing after ${quoted(last.image)}.`,
      span: spanAt(spot),
      hint: null,
    };
  if (image === 'do')
    return say(
      spot,
      'E0101',
      '`do(…)` is no value.',
      'It stands right of a bar, `P(y | do(x = 1))`, or in brackets, `y[do(x = 1)]`.',
    );
  if (image === '=' || image === '==')
    return say(
      spot,
      'E0111',
      `Two equals signs: ${quoted(last?.image ?? '')} and ${quoted(image)}.`,
      'Write `==` to compare.',
    );
  return say(
    spot,
    'E0117',
    `Expected a value, found ${describe(next)}.`,
    image === '+' ? 'A number has no plus sign.' : null,
  );
}

const isCloser = (expected: string): boolean =>
  expected === 'RRound' || expected === 'RSquare' || expected === 'RCurly';

const formNames = /^(P|E|Var|Sd|Median|Q|Cov|Corr|posterior|predict|H|I|evidence)$/;

/** A list in brackets that neither goes on nor ends. */
function brokenList(spot: Spot, rule: string, expected: string): Explanation {
  const opener = openBracket(spot);
  const next = found(spot);
  const last = before(spot);
  if (rule === 'argumentList' && isFound(spot, t.Bar) && opener !== null) {
    const callee = spot.tokens[spot.tokens.indexOf(opener) - 1]?.image ?? '';
    if (formNames.test(callee))
      return say(
        spot,
        'E0125',
        `\`${callee}(… | …)\` is asked in a query only.`,
        `Write \`query name = ${callee}(… | …)\`.`,
      );
  }
  const closer = (labels.get(expected) ?? expected).replaceAll('`', '');
  const wrongCloser = isFound(spot, t.RRound, t.RSquare, t.RCurly);
  if (opener !== null && (afterLineEnd(spot) || isFound(spot, t.RCurly))) return notClosed(spot, opener);
  if (wrongCloser && opener !== null) {
    const hint = `\`${opener.image}\` is closed by \`${closer}\`.`;
    return say(spot, 'E0108', `${quoted(next?.image ?? '')} does not close \`${opener.image}\`.`, hint);
  }
  if (last !== undefined && isA(last.tokenType, t.Comma)) return missingValue(spot);
  const acts = opener !== null && spot.tokens[spot.tokens.indexOf(opener) - 1]?.image === 'do';
  if (acts && next?.image === '==') return say(spot, 'E0111', '`do` takes `=`, not `==`.', 'Write `do(x = 1)`.');
  const separator = rule === 'form' && !isFound(spot, t.Bar) ? '`,`, `|`' : '`,`';
  return say(spot, 'E0101', `Expected ${separator} or \`${closer}\`, found ${describe(next)}.`, null);
}
