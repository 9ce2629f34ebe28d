/** Numbers in the text of C programs: each reads back as the same double. */

/** A double. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NAN';
  if (!Number.isFinite(value)) return value > 0 ? 'INFINITY' : '(-INFINITY)';
  const text = String(value);
  const real = /[.e]/.test(text) ? text : `${text}.0`;
  return value < 0 || Object.is(value, -0) ? `(${text.startsWith('-') ? '' : '-'}${real})` : real;
}

/** A word of 32 bits. */
export const wordText = (value: number): string => `INT32_C(${value | 0})`.replace('INT32_C(-2147483648)', 'INT32_MIN');

/** The declaration of a table. */
export function tableText(type: string, name: string, entries: readonly string[]): string {
  const lines: string[] = [];
  for (let k = 0; k < entries.length; k += 8) lines.push(`  ${entries.slice(k, k + 8).join(', ')},`);
  return `static const ${type} ${name}[${entries.length}] = {\n${lines.join('\n')}\n};`;
}

/** A table of doubles. */
export const numberTable = (name: string, values: ArrayLike<number>): string =>
  tableText('double', name, Array.from(values, numberText));
