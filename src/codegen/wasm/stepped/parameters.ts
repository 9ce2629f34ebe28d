/** What the loop of a node is handed: numbers that the generated text around it has in variables. */
import { types, type ValueType } from '../../../runtime/assembly/instructions.js';

export type Parameters = {
  readonly types: readonly ValueType[];
  readonly texts: readonly string[];
  /** The number of the parameter with this text; the same for the same text. */
  readonly number: (text: string, type: typeof types.i32 | typeof types.f64) => number;
};

/** The first two are the bounds of the particles. */
export function newParameters(): Parameters {
  const texts = ['from', 'to'];
  const all: ValueType[] = [types.i32, types.i32];
  return {
    types: all,
    texts,
    number: (text, type) => {
      const known = texts.indexOf(text);
      if (known >= 0) return known;
      all.push(type);
      return texts.push(text) - 1;
    },
  };
}
