import type { Project } from '../check/project.js';
import type { Constant, IrType } from '../ir/ir.js';
import { lowerExpr } from '../lower/expression.js';
import { createFrame } from '../lower/frame.js';
import { irTypeOf } from '../lower/operand.js';
import { isRaised } from '../lower/raise.js';
import { createUnit } from '../lower/unit.js';
import { diagnose, fail, hasErrors, type Outcome, succeed } from '../syntax/diagnostic.js';
import { parseQuery } from '../syntax/parse.js';
import type { Source } from '../syntax/span.js';
import { evaluateFunction } from './evaluate_function.js';

const name = 'assignment';

/** The value of an expression of the language given as text, such as `100` or `[1, 2]` behind `--set`. */
export function evaluateText(project: Project, source: Source): Outcome<Constant> {
  const { query, diagnostics } = parseQuery(source);
  if (query === null || hasErrors(diagnostics) || query.expression.kind !== 'value') {
    return fail(...diagnostics, ...(diagnostics.length > 0 ? [] : [notConstant(source)]));
  }
  const { value } = query.expression;
  try {
    const unit = createUnit(project);
    const frame = createFrame(unit, source);
    let type: IrType = { kind: 'unit' };
    const body = frame.builder.region([], () => {
      const result = lowerExpr(frame, value);
      type = irTypeOf(result.type);
      return [result.id];
    });
    unit.functions.set(name, { name, body, results: [type], draws: false, scores: false });
    const constant = evaluateFunction(unit.finish(), name, {});
    return constant === null ? fail(notConstant(source)) : succeed(constant);
  } catch (thrown) {
    if (isRaised(thrown)) return fail(thrown.raised);
    throw thrown;
  }
}

const notConstant = (source: Source) =>
  diagnose('E0490', 'The value must be a constant expression.', source, { start: 0, end: source.text.length });
