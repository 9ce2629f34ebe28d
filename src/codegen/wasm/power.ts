/** base^exponent for a whole exponent, as `powerOf` of the IR's primitives. */
import type { Code } from '../../runtime/assembly/code.js';
import { get, set } from '../../runtime/assembly/instructions.js';

import type { Arithmetic, Site } from './contract.js';

/** Products and quotients of one form. */
type Products = Pick<Arithmetic, 'number' | 'literal'> & {
  readonly mul: (a: Code, b: Code) => Code;
  readonly div: (a: Code, b: Code) => Code;
};

/** Code of base^exponent by repeated squaring, in the order of `powerOf`. */
export function powerCode(
  { number, literal, mul, div }: Products,
  { locals }: Site,
  base: Code,
  exponent: number,
): Code {
  let rest = Math.abs(exponent);
  if (rest === 0) return literal(1);
  const square = locals.fresh(number);
  const code: Code[] = [set(square, base)];
  let product: Code | null = null;
  for (;;) {
    if (rest % 2 === 1) {
      if (product === null) product = get(square);
      else product = mul(product, get(square));
    }
    rest = Math.floor(rest / 2);
    if (rest === 0) break;
    if (product !== null) {
      const held = locals.fresh(number);
      code.push(set(held, product));
      product = get(held);
    }
    code.push(set(square, mul(get(square), get(square))));
  }
  const power = product ?? get(square);
  return [code, exponent < 0 ? div(literal(1), power) : power];
}
