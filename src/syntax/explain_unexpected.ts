import type { IRecognitionException } from 'chevrotain';
import { isA, startsLine } from '../../grammar/recovery.js';
import * as t from '../../grammar/tokens.js';
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
  spanAt,
  spanFound,
} from './spot.js';
import { nearest } from './suggest.js';

/** Words for a rule that met a token it cannot take. */
export function explainUnexpected(spot: Spot, error: IRecognitionException, start: number): Explanation {
  const stack = error.context.ruleStack;
  const rule = stack.at(-1) ?? '';
  const expected = error.message;
  const equals = wrongEquals(spot, rule, expected);
  if (equals !== null) return equals;
  if (expected === 'Identifier' || rule === 'operated') {
    const name = missingName(spot, rule);
    if (name !== null) return name;
  }
  if (rule === 'namedStatement' && expected === '') return misspeltStatement(spot, start);
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
  if (rule === 'operand' || rule === 'matchArm') return missingValue(spot);
  if (isCloser(expected)) return brokenList(spot, rule, expected);
  if (rule === 'form' && expected === 'FormName') {
    const hint = 'Write a form: `identify P(y | do(x))`, `estimate E(y | do(x = 1)) from trial by backdoor()`.';
    return say(spot, 'E0101', `Expected a query form, found ${describe(found(spot))}.`, hint);
  }
  const wanted = wantedIn(rule, expected);
  return say(spot, 'E0101', `Expected ${wanted}, found ${describe(found(spot))}.`, null);
}

const say = (spot: Spot, code: Explanation['code'], message: string, hint: string | null): Explanation => ({
  code,
  message,
  span: spanFound(spot),
  hint,
});

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
  suffix: 'a name or an index',
  arrow: '`->`, `<-` or `<->`',
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
  if (rule === 'markedNode' && (sign === '=' || sign === '==')) {
    const hint = 'Write `~` before a distribution, `:=` before a value.';
    return say(spot, 'E0111', 'A node is declared with `~` or `:=`.', hint);
  }
  return null;
}

function missingName(spot: Spot, rule: string): Explanation | null {
  const word = found(spot);
  if (word !== undefined && t.reservedWords.includes(word.tokenType) && !startsNewStatement(spot)) {
    const hint = `Choose another name, such as \`${word.image}_\`.`;
    return say(spot, 'E0109', `${quoted(word.image)} is a reserved word and cannot be a name.`, hint);
  }
  if (rule === 'operated') return null;
  const code = afterLineEnd(spot) ? 'E0117' : 'E0101';
  return { code, message: `Expected a name, found ${describe(word)}.`, span: spanAt(spot), hint: null };
}

const startsNewStatement = (spot: Spot): boolean =>
  startsLine({ text: spot.source.text, tokens: spot.tokens }, spot.at) && spot.at > 0;

const statementWords = [
  'let',
  'var',
  'for',
  'while',
  'if',
  'match',
  'return',
  'observe',
  'factor',
  'param',
  'latent',
  'else',
];

/** A statement that begins with a name which no operator follows. */
function misspeltStatement(spot: Spot, start: number): Explanation {
  const name = spot.tokens[start]?.image ?? '';
  const sign = found(spot);
  const image = sign?.image ?? '';
  if (image === '==')
    return say(
      spot,
      'E0111',
      '`==` compares; it does not declare.',
      'Write `~` or `:=` for a node, `=` to assign to a `var`.',
    );
  if (image === '<' && spot.tokens[spot.at + 1]?.image === '-')
    return say(spot, 'E0112', '`<-` has no meaning here.', 'Write `~` or `:=` for a node, `=` to assign to a `var`.');
  if (sign?.tokenType === t.CompoundAssignment)
    return say(spot, 'E0112', `${quoted(image)} has no meaning here.`, `Write \`${name} = ${name} ${image[0]} …\`.`);
  if (image === '~=' || image === '≈')
    return say(spot, 'E0127', 'Approximate equality is no statement.', `Write \`observe ${name} ~= …\`.`);
  if (image === '.')
    return say(
      spot,
      'E0101',
      'The name of a node or local is one word.',
      'A part declares its own nodes; they are acted on with `do`.',
    );
  const near = nearest(name, statementWords);
  if (near !== null && !afterLineEnd(spot))
    return {
      ...say(spot, 'E0101', `${quoted(name)} begins no statement.`, `Did you mean \`${near}\`?`),
      span: spanOfStart(spot, start),
    };
  if (isFound(spot, t.InfixOperator) || afterLineEnd(spot)) {
    const hint =
      'A statement is a node (`x ~ …`, `x := …`), an assignment, a call, or begins with a word such as `let` or `for`.';
    return { code: 'E0127', message: 'An expression by itself is no statement.', span: spanOfStart(spot, start), hint };
  }
  return say(
    spot,
    'E0101',
    `Expected \`~\`, \`:=\`, \`=\` or \`(\` after ${quoted(name)}, found ${describe(sign)}.`,
    null,
  );
}

const spanOfStart = (spot: Spot, start: number): Explanation['span'] => spanFound({ ...spot, at: start });

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
  const separator = rule === 'form' && !isFound(spot, t.Bar) ? '`,`, `|`' : '`,`';
  const hint = next?.image === '=' ? 'Write `==` to compare.' : null;
  return say(
    spot,
    next?.image === '=' ? 'E0111' : 'E0101',
    `Expected ${separator} or \`${closer}\`, found ${describe(next)}.`,
    hint,
  );
}
