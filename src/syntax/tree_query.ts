/** Queries in the syntax tree, see `tree.ts`. */
import type { Span } from './span.js';
import type { Argument, Clause, Documentation, Expr, Form, Intervention } from './tree.js';
import type { Name } from './tree_type.js';

/** `using METHOD(option = value, …)` and `by backdoor(…)`. */
export type Option = { readonly name: Name; readonly value: Expr; readonly span: Span };
export type Method = {
  readonly name: Name;
  readonly options: readonly Option[];
  readonly args: readonly Expr[];
  readonly span: Span;
};

export type QueryExpr =
  | { readonly kind: 'value'; readonly value: Expr; readonly span: Span } // arithmetic over forms
  | {
      readonly kind: 'optimise'; // argmax d in S of QUERY
      readonly direction: 'max' | 'min';
      readonly variables: readonly Clause[];
      readonly objective: Expr;
      readonly span: Span;
    }
  | { readonly kind: 'identify'; readonly form: Form; readonly span: Span }
  | {
      readonly kind: 'estimate';
      readonly form: Form;
      readonly data: DataClause;
      readonly method: Method;
      readonly span: Span;
    };

/** What `given DATA …` says: rows, their weight column, the experiment or the selection they come from. */
export type DataClause = {
  readonly data: Name;
  readonly weighted: Name | null;
  readonly under: readonly Intervention[] | null;
  readonly selectedBy: Name | null;
  readonly span: Span;
};

export type Query = {
  readonly kind: 'query';
  readonly name: Name | null; // null for a question that is not in a file
  readonly expression: QueryExpr;
  readonly model: { readonly name: Name; readonly args: readonly Argument[]; readonly span: Span } | null;
  readonly given: readonly DataClause[];
  readonly using: Method | null;
  readonly documentation: Documentation;
  readonly span: Span;
};
