import type { Span } from './span.js';

/** A name as written, with its place. */
export type Name = { readonly text: string; readonly span: Span };

/** A type as written. */
export type TypeExpr =
  | { readonly kind: 'named'; readonly name: Name; readonly span: Span } // real, int, bool, string, vector, matrix, dist, an enum
  | { readonly kind: 'array'; readonly element: TypeExpr; readonly span: Span } // T[]
  | { readonly kind: 'tuple'; readonly elements: readonly TypeExpr[]; readonly span: Span } // (T, U)
  | {
      readonly kind: 'record'; // { x: T, y: U }
      readonly fields: readonly { readonly name: Name; readonly type: TypeExpr }[];
      readonly span: Span;
    };
