import type { SyntaxProblem } from '../../grammar/base.js';
import { maximumErrors, maximumNesting } from '../../grammar/base.js';
import { endOf } from '../../grammar/recovery.js';
import { type Diagnostic, diagnose } from './diagnostic.js';
import { explainItem } from './explain_item.js';
import { explainUnexpected } from './explain_unexpected.js';
import { type Lexed, spanOf } from './lex.js';
import type { Source } from './span.js';
import { type Explanation, notClosed, type Spot } from './spot.js';

/** Turns the parser's problems into words. Text that was already reported when it was cut is not reported again. */
export function explainProblems(
  source: Source,
  lexed: Lexed,
  problems: readonly SyntaxProblem[],
): readonly Diagnostic[] {
  const { tokens } = lexed.stream;
  const reportedBefore = (index: number): boolean => {
    const from = tokens[index - 1]?.startOffset ?? 0;
    const to = tokens[index] === undefined ? source.text.length : endOf(tokens[index]);
    return lexed.diagnostics.some((d) => d.code !== 'E0113' && d.span.end >= from && d.span.start <= to);
  };
  return problems
    .filter((problem) => problem.kind === 'too many' || !reportedBefore(problem.at))
    .map((problem) => {
      const { code, message, span, hint } = explain(problem, { source, tokens, at: problem.at });
      return diagnose(code, message, source, span, hint);
    });
}

function explain(problem: SyntaxProblem, spot: Spot): Explanation {
  switch (problem.kind) {
    case 'unexpected':
      return explainUnexpected(spot, problem.error, problem.start);
    case 'no item':
      return explainItem(spot, problem.list);
    case 'not closed':
      return notClosed(spot, spot.tokens[problem.opener]!);
    case 'too deep': {
      const message = `Brackets, blocks and conditions stand in one another more than ${maximumNesting} deep.`;
      return { code: 'E0115', message, span: spanHere(spot), hint: 'Name the inner parts with `let`.' };
    }
    case 'too many': {
      const message = `There are more than ${maximumErrors} syntax errors; the rest of the file was not read.`;
      return { code: 'E0116', message, span: spanHere(spot), hint: null };
    }
  }
}

function spanHere(spot: Spot): Diagnostic['span'] {
  const token = spot.tokens[spot.at] ?? spot.tokens.at(-1);
  return token === undefined ? { start: 0, end: 0 } : spanOf(token);
}
