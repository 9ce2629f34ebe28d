import type { CstNode } from 'chevrotain';
import { type BuildContext, missing } from './build_context.js';
import { buildExpr, buildOperand, type ExprPlace } from './build_expr.js';
import { child, locate, nodes, token, tokens } from './cst.js';
import { spanOf } from './lex.js';
import type { Expr, Form, FormName, Given, Intervention } from './tree.js';

/** The entries of `do(…)`. */
export const buildInterventions = (node: CstNode, place: ExprPlace, context: BuildContext): readonly Intervention[] =>
  nodes(node, 'intervention').map((each) => buildIntervention(each, place, context));

const kinds: Readonly<Record<string, Intervention['kind']>> = { '=': 'set', '~': 'draw', ':=': 'shift' };

/** `x = 1`, `x ~ d`, `x := e`, or a bare `x` in `identify`. */
export function buildIntervention(node: CstNode, place: ExprPlace, context: BuildContext): Intervention {
  const operand = child(node, 'operand')!;
  const inner: ExprPlace = { equals: place.equals === 'compares' ? 'names' : place.equals, level: place.level + 1 };
  const target = buildOperand(operand, inner, context);
  const actable = target.kind === 'name' || target.kind === 'field' || target.kind === 'index';
  const prefixes = tokens(operand, 'prefix');
  const actsOnNode = actable && prefixes.length === 0;
  const operator = token(node, 'operator');
  if (!actsOnNode)
    context.report(
      'E0121',
      '`do` acts on a node.',
      locate(operand),
      operator === null && target.kind === 'name' && prefixes[0]?.image === 'not'
        ? `Write \`do(${target.name.text} = false)\`.`
        : 'Write its name, a member `x[3]`, or a part `event.depth`.',
    );
  if (operator === null) {
    if (!context.bareDo && actsOnNode) {
      const name = target.kind === 'name' ? target.name.text : 'x';
      context.report(
        'E0120',
        '`do` needs a value here.',
        locate(operand),
        `Write \`do(${name} = 1)\`, or \`do(${name} = true)\`; \`do(${name})\` alone is for \`identify\`.`,
      );
    }
    return { target, kind: 'bare', value: null, span: locate(node) };
  }
  const value = buildExpr(child(node, 'expression'), inner, context, spanOf(operator));
  return { target, kind: kinds[operator.image] ?? 'set', value, span: locate(node) };
}

const formNames: ReadonlySet<string> = new Set<FormName>([
  'P',
  'E',
  'Var',
  'Sd',
  'Median',
  'Q',
  'Cov',
  'Corr',
  'posterior',
  'predict',
  'H',
  'I',
  'evidence',
]);
const isFormName = (text: string): text is FormName => formNames.has(text);

/** `P(y | x = 1, do(z = 0))` and its kin. */
export function buildForm(node: CstNode, level: number, context: BuildContext): Form {
  const name = token(node, 'FormName')!;
  const form = isFormName(name.image) ? name.image : 'P';
  const place: ExprPlace = { equals: 'compares', level };
  const parts = nodes(node, 'target').map((part) => buildGiven(part, place, context));
  const right = nodes(node, 'given').map((part) => buildGiven(part, place, context));
  const span = locate(node);
  checkSeparators(node, form, context);
  const bar = token(node, 'Bar');
  if (form === 'evidence') {
    if (bar !== null)
      context.report(
        'E0119',
        '`evidence(…)` has no bar.',
        spanOf(bar),
        'Write the evidence itself: `evidence(x = 1, do(z = 0))`.',
      );
    return { kind: 'form', form, targets: [], given: [...parts, ...right], span };
  }
  if (parts.length === 0)
    context.report('E0117', `\`${form}(…)\` asks of nothing.`, span, `Write what is asked of, such as \`${form}(y)\`.`);
  return { kind: 'form', form, targets: parts.map((part) => asTarget(part, context)), given: right, span };
}

function asTarget(part: Given, context: BuildContext): Expr {
  if (part.kind === 'evidence') return part.value;
  context.report('E0101', '`do(…)` cannot be asked of.', part.span, 'It stands right of the bar, or in `y[do(…)]`.');
  return missing(part.span);
}

function buildGiven(node: CstNode, place: ExprPlace, context: BuildContext): Given {
  const span = locate(node);
  const surgery = child(node, 'interventions');
  if (surgery !== null) return { kind: 'do', interventions: buildInterventions(surgery, place, context), span };
  return { kind: 'evidence', value: buildExpr(child(node, 'expression'), place, context, span), span };
}

function checkSeparators(node: CstNode, form: FormName, context: BuildContext): void {
  const separators = tokens(node, 'separator');
  if (form !== 'I') {
    const wrong = separators.find((separator) => separator.image === ';');
    if (wrong !== undefined)
      context.report('E0119', `The parts of \`${form}(…)\` are separated by commas.`, spanOf(wrong), 'Write `,`.');
    return;
  }
  const right = separators.length === 1 && separators[0]!.image === ';';
  if (!right) {
    const place = separators.find((separator) => separator.image === ',') ?? token(node, 'FormName')!;
    const hint = 'Write `I(a; b)`; several variables on a side are a tuple: `I((a, b); c)`.';
    context.report('E0119', 'Mutual information is of two things with `;` between them.', spanOf(place), hint);
  }
}
