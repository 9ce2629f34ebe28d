/** Commands behind `extern fn`: the text as arguments, and what a declaration may say. */
import type { Type } from '../ir/type.js';
import type { DeclarationOf } from '../syntax/tree.js';
import { annotationType } from './annotations.js';
import { type Frame, report } from './session.js';

/**
 * The program and its arguments: words separated by spaces. Single and double quotes hold words together and are left out; within double
 * quotes a backslash takes the next sign as it is. Nothing is expanded, since no shell reads it. Null where there is no word, or
 * a quote is not closed.
 */
export function wordsOfCommand(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (quote !== null) {
      if (sign === quote) quote = null;
      else if (sign === '\\' && quote === '"' && i + 1 < text.length) word = `${word ?? ''}${text[++i]!}`;
      else word = `${word ?? ''}${sign}`;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = `${word ?? ''}${sign}`;
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words.length === 0 || words[0] === '' ? null : words;
}

/** How a command is spoken to. */
const commandFormats = ['json', 'columns'] as const;

/** The name of such a way. */
type CommandFormat = (typeof commandFormats)[number];

/** The format that a declaration names. */
export const formatOf = ({ command }: DeclarationOf<'extern'>): CommandFormat =>
  commandFormats.find((format) => format === command?.format?.text) ?? 'json';

/** E0532 for what a declaration says of its command and its cost. */
export function checkCommand(frame: Frame, declaration: DeclarationOf<'extern'>): void {
  const { command, cost } = declaration;
  if (cost !== null && !(cost.value > 0)) report(frame, 'E0532', 'the cost of a call is a positive number', cost.span);
  if (command === null) return;
  if (wordsOfCommand(command.text) === null)
    report(frame, 'E0532', 'this is no command', command.span, 'a program and its arguments: "python sim.py"');
  const { format } = command;
  if (format !== null && !commandFormats.some((known) => known === format.text))
    report(frame, 'E0532', `there is no format \`${format.text}\``, format.span, 'write `by json` or `by columns`');
  if (formatOf(declaration) !== 'columns') return;
  for (const { annotation } of declaration.parameters)
    if (annotation !== null && !isScalar(annotationType(frame, annotation)))
      report(frame, 'E0532', 'columns hold scalars', annotation.span, 'arrays and records go `by json`');
  const result = annotationType(frame, declaration.result);
  if (!partsOf(result).every(isScalar))
    report(frame, 'E0532', 'columns hold scalars', declaration.result.span, 'a tuple of scalars gives several columns');
}

const isScalar = ({ kind }: Type): boolean =>
  kind === 'real' || kind === 'int' || kind === 'bool' || kind === 'enum' || kind === 'unknown';

/** The columns that a result takes: one for each part of a tuple or record. */
export function partsOf(type: Type): readonly Type[] {
  if (type.kind === 'tuple') return type.elements;
  return type.kind === 'record' ? type.fields.map((field) => field.type) : [type];
}
