/**
 * Lengths that library functions and families ask of their arguments. Their texts would only find a mismatch when run; here it is
 * found where lengths are known before.
 */
import type { Type } from '../ir/type.js';
import { isLibrary } from '../stdlib/prelude.js';
import type { Span } from '../syntax/span.js';
import type { DeclarationOf } from '../syntax/tree.js';
import type { Declared } from './project.js';
import { plainName } from './rename.js';
import { type Frame, report } from './session.js';

/** Says what does not fit, or null. */
type Rule = (types: readonly Type[]) => string | null;

const length = (type: Type | undefined): number | null => (type?.kind === 'array' ? type.length : null);
const width = (type: Type | undefined): number | null => (type?.kind === 'array' ? length(type.element) : null);

const some = (n: number | null, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

const differ = (a: number | null, b: number | null): boolean => a !== null && b !== null && a !== b;

const equalLengths =
  (first: string, second: string): Rule =>
  ([a, b]) =>
    differ(length(a), length(b)) ? `${first} has ${some(length(a), 'element')}, ${second} ${length(b)}` : null;

const square = (name: string, type: Type | undefined): string | null =>
  differ(length(type), width(type))
    ? `${name} has ${some(length(type), 'row')} and ${some(width(type), 'column')}, and is not square`
    : null;

const system: Rule = ([a, b]) =>
  square('the matrix', a) ??
  (differ(length(a), length(b))
    ? `the matrix has ${some(length(a), 'row')}, the vector ${some(length(b), 'element')}`
    : null);

const rules: Readonly<Record<string, Rule>> = {
  dot: equalLengths('the first vector', 'the second'),
  matmul: ([a, b]) =>
    differ(width(a), length(b))
      ? `the first matrix has ${some(width(a), 'column')}, the second ${some(length(b), 'row')}`
      : null,
  solve: system,
  cholesky: ([a]) => square('the matrix', a),
  inverse: ([a]) => square('the matrix', a),
  determinant: ([a]) => square('the matrix', a),
  mvnormal: ([mean, covariance]) =>
    square('the covariance', covariance) ??
    (differ(length(mean), length(covariance))
      ? `the mean has ${some(length(mean), 'element')}, the covariance ${some(length(covariance), 'row')}`
      : null),
  mixture: equalLengths('the array of weights', 'the array of distributions'),
  uniform_box: equalLengths('the low corner', 'the high corner'),
};

/** E0309 where known lengths do not fit; then false. */
export function checkShapes(
  frame: Frame,
  declared: Declared<DeclarationOf<'function' | 'dist'>>,
  types: readonly Type[],
  spans: readonly Span[],
): boolean {
  const name = plainName(declared.declaration.name.text);
  if (!isLibrary(declared.source) || !Object.hasOwn(rules, name)) return true;
  const problem = rules[name]?.(types) ?? null;
  const last = spans[Math.min(1, spans.length - 1)];
  if (problem === null || last === undefined) return true;
  report(frame, 'E0309', `\`${name}\`: ${problem}`, last);
  return false;
}
