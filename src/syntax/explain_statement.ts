import * as t from '../../grammar/tokens.js';
import { quoted } from './quote.js';
import { afterLineEnd, describe, type Explanation, found, isFound, type Spot, say, spanFound } from './spot.js';
import { nearest } from './suggest.js';

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

/** Words for a statement that begins with a name (at `start`) behind which nothing follows that makes it a statement. */
export function explainMisspeltStatement(spot: Spot, start: number): Explanation {
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
