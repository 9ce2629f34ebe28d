import type { ItemList } from '../../grammar/base.js';
import { startsDeclaration as beginsDeclaration, isA } from '../../grammar/recovery.js';
import * as t from '../../grammar/tokens.js';
import { explainMisspeltStatement } from './explain_statement.js';
import { spanOf } from './lex.js';
import { quoted } from './quote.js';
import { afterLineEnd, before, describe, type Explanation, found, isFound, type Spot, spanFound } from './spot.js';
import { nearest } from './suggest.js';

const wanted: Readonly<Record<ItemList, string>> = {
  file: 'a declaration (import, enum, const, data, extern fn, fn, dist, model, graph, query)',
  block: 'a statement',
  graph: 'a name or an arrow',
  dist: 'an entry such as `draw = …`',
  arms: 'a pattern (`_`, a literal or an enum member)',
  question: '`in`, `given`, `using` or the end of the question',
};

const declarationWords = ['import', 'enum', 'const', 'data', 'extern', 'fn', 'dist', 'model', 'graph', 'query'];

/** Words for text that begins no item of the list it stands in. */
export function explainItem(spot: Spot, list: ItemList): Explanation {
  const token = found(spot);
  const span = spanFound(spot);
  if (isFound(spot, t.RRound, t.RSquare, t.RCurly))
    return { code: 'E0108', message: `This \`${token?.image ?? ''}\` closes nothing.`, span, hint: null };
  const continued = continuation(spot);
  if (continued !== null) return continued;
  if (
    (list === 'file' || list === 'question') &&
    isFound(spot, t.In, t.Given, t.Using, t.Weighted, t.Under, t.Selected)
  )
    if (before(spot) !== undefined && spot.tokens[spot.at + 1] !== undefined) return clauseOutOfOrder(spot);
  if (list === 'file') return noDeclaration(spot);
  if (startsDeclaration(spot, spot.at)) return misplaced(spot);
  if (list === 'block') return noStatement(spot);
  if (list === 'question' && isFound(spot, t.Identifier)) {
    const near = nearest(token?.image ?? '', ['in', 'given', 'using']);
    const hint = near === null ? null : `Did you mean \`${near}\`?`;
    return { code: 'E0101', message: `Expected ${wanted.question}, found ${describe(token)}.`, span, hint };
  }
  return { code: 'E0101', message: `Expected ${wanted[list]}, found ${describe(token)}.`, span, hint: null };
}

function clauseOutOfOrder(spot: Spot): Explanation {
  const message = `This ${quoted(found(spot)?.image ?? '')} comes twice or too late.`;
  const hint =
    'The order is: in MODEL, given DATA weighted COLUMN under do(…) selected by NODE, using METHOD; each once.';
  return { code: 'E0123', message, span: spanFound(spot), hint };
}

/** Text that looks like the rest of what stands before it. */
function continuation(spot: Spot): Explanation | null {
  const token = found(spot);
  const last = before(spot);
  const span = spanFound(spot);
  if (isFound(spot, t.LRound)) {
    const hint =
      'Only names are called. A line that starts with `(` continues the line before; end that line with `;`.';
    return { code: 'E0126', message: 'What stands before this `(` cannot be called.', span, hint };
  }
  if (isFound(spot, t.Tilde, t.Becomes) && last !== undefined) {
    const previous = spot.tokens[leftSide(spot) - 1];
    const unfinished = previous !== undefined && isA(previous.tokenType, t.InfixOperator);
    if (previous !== undefined && (unfinished || [t.Tilde, t.Becomes, t.Return].includes(previous.tokenType))) {
      const returns = previous.tokenType === t.Return;
      return {
        code: 'E0117',
        message: returns
          ? 'A `return` without a value ends its block.'
          : `A value is missing after ${quoted(previous.image)}.`,
        span: spanOf(previous),
        hint: returns ? 'Put `;` behind it, or leave out what follows.' : null,
      };
    }
  }
  if (token?.tokenType === t.CompoundAssignment)
    return { code: 'E0112', message: `${quoted(token.image)} has no meaning here.`, span, hint: 'Write `x = x + 1`.' };
  if (isFound(spot, t.Bar)) {
    const hint = 'Only query forms have a bar: `query q = P(y | x = 1)`.';
    return { code: 'E0125', message: 'A bar cannot stand here.', span, hint };
  }
  return null;
}

/** Index of the name that a `~` or `:=` stands behind, with or without an index: `x[t] ~`. */
function leftSide(spot: Spot): number {
  if (spot.tokens[spot.at - 1]?.tokenType !== t.RSquare) return spot.at - 1;
  let depth = 0;
  for (let i = spot.at - 1; i > 0; i -= 1) {
    const type = spot.tokens[i]?.tokenType;
    if (type === t.RSquare) depth += 1;
    if (type === t.LSquare) depth -= 1;
    if (depth === 0) return i - 1;
  }
  return spot.at - 1;
}

function noDeclaration(spot: Spot): Explanation {
  const token = found(spot);
  const span = spanFound(spot);
  const near = isFound(spot, t.Identifier) ? nearest(token?.image ?? '', declarationWords) : null;
  const next = spot.tokens[spot.at + 1];
  const statement =
    isFound(spot, t.Let, t.Var, t.For, t.While, t.If, t.Match, t.Observe, t.Factor, t.Param, t.Latent, t.Return) ||
    (next !== undefined && [t.Tilde, t.Becomes].includes(next.tokenType));
  const clause =
    before(spot) !== undefined && !afterLineEnd(spot) ? nearest(token?.image ?? '', ['given', 'using']) : null;
  if (clause !== null)
    return {
      code: 'E0101',
      message: `Expected \`given\`, \`using\` or a declaration, found ${describe(token)}.`,
      span,
      hint: `Did you mean \`${clause}\`?`,
    };
  if (statement)
    return {
      code: 'E0118',
      message: 'A statement cannot stand outside a model or function.',
      span,
      hint: 'Put it into `model NAME { … }`.',
    };
  const question =
    isFound(spot, t.Identifier) && [t.Identify, t.Estimate].includes(before(spot)?.tokenType ?? t.Identifier);
  if (question) {
    const hint = 'Write a form: `identify P(y | do(x))`, `estimate E(y | do(x = 1)) from trial by backdoor()`.';
    return { code: 'E0101', message: `Expected a query form, found ${describe(token)}.`, span, hint };
  }
  if (before(spot) !== undefined && !afterLineEnd(spot) && near === null)
    return {
      code: 'E0101',
      message: `Expected an operator or the next declaration, found ${describe(token)}.`,
      span,
      hint: null,
    };
  const hint = near === null ? null : `Did you mean \`${near}\`?`;
  return { code: 'E0118', message: `Expected ${wanted.file}, found ${describe(token)}.`, span, hint };
}

const startsDeclaration = (spot: Spot, index: number): boolean =>
  beginsDeclaration({ text: spot.source.text, tokens: spot.tokens }, index);

function misplaced(spot: Spot): Explanation {
  const message = `${quoted(found(spot)?.image ?? '')} declares something for the whole file and cannot stand in braces.`;
  return { code: 'E0118', message, span: spanFound(spot), hint: 'Put it outside; `let` declares a local name.' };
}

function noStatement(spot: Spot): Explanation {
  const token = found(spot);
  const span = spanFound(spot);
  const image = token?.image ?? '';
  if (image === 'else')
    return { code: 'E0124', message: 'This `else` belongs to no `if`.', span, hint: 'Write `if c { … } else { … }`.' };
  if (isFound(spot, t.Identifier)) return explainMisspeltStatement({ ...spot, at: spot.at + 1 }, spot.at);
  if (isFound(spot, t.Equals))
    return {
      code: 'E0111',
      message: 'What stands before this `=` cannot be assigned to.',
      span,
      hint: 'Write `==` to compare, `:=` to declare a node.',
    };
  if (isFound(spot, t.NumberLiteral, t.StringLiteral, t.True, t.False, t.Minus, t.Not, t.Sample, t.LSquare)) {
    const hint = 'Give it a name: `let x = …`, or `x := …` for a node.';
    return { code: 'E0127', message: `An expression by itself is no statement; found ${describe(token)}.`, span, hint };
  }
  return { code: 'E0101', message: `Expected ${wanted.block}, found ${describe(token)}.`, span, hint: null };
}
