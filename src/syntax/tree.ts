/**
 * The syntax tree: one node type for each construct of the language page, one to one with the text.
 * Every node carries its span. Nothing here is resolved or typed.
 */
import type { Source, Span } from './span.js';
import type { Query } from './tree_query.js';
import type { Name, TypeExpr } from './tree_type.js';

export type { DataClause, Method, Option, Query, QueryExpr } from './tree_query.js';
export type { Name, TypeExpr };

/** A `///` comment's text, lines joined by newlines, without the slashes; `null` when there is none. */
export type Documentation = string | null;

// ---------------------------------------------------------------- expressions

export type BinaryOperator =
  | 'or'
  | 'and'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '='
  | '~=' // only inside query forms and `observe`
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^';

export type Argument = { readonly name: Name | null; readonly value: Expr; readonly span: Span };

export type Pattern =
  | { readonly kind: 'wildcard'; readonly span: Span } // _
  | { readonly kind: 'literal'; readonly value: Expr; readonly span: Span } // number (may be negative), bool, string
  | { readonly kind: 'member'; readonly enumName: Name | null; readonly name: Name; readonly span: Span }; // A, Drug.A

export type Clause = { readonly variable: Name; readonly iterable: Expr }; // for variable in iterable

export type Expr =
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly integer: boolean;
      readonly text: string;
      readonly span: Span;
    }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'name'; readonly name: Name; readonly span: Span }
  | { readonly kind: 'call'; readonly callee: Name; readonly args: readonly Argument[]; readonly span: Span }
  | { readonly kind: 'index'; readonly target: Expr; readonly indices: readonly Expr[]; readonly span: Span } // a[i, j]
  | { readonly kind: 'field'; readonly target: Expr; readonly name: Name; readonly span: Span } // r.x, Drug.A, trial.age
  | { readonly kind: 'negate'; readonly operand: Expr; readonly span: Span }
  | { readonly kind: 'not'; readonly operand: Expr; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
      readonly span: Span;
    }
  | { readonly kind: 'range'; readonly low: Expr; readonly high: Expr; readonly closed: boolean; readonly span: Span } // a..b, a..=b
  | {
      readonly kind: 'if';
      readonly condition: Expr;
      readonly then: Expr;
      readonly otherwise: Expr;
      readonly span: Span;
    }
  | {
      readonly kind: 'match';
      readonly subject: Expr;
      readonly arms: readonly { readonly pattern: Pattern; readonly value: Expr; readonly span: Span }[];
      readonly span: Span;
    }
  | { readonly kind: 'array'; readonly elements: readonly Expr[]; readonly span: Span }
  | {
      readonly kind: 'comprehension'; // [f(x) for x in xs if c], several `for` clauses nest, outermost first
      readonly element: Expr;
      readonly clauses: readonly Clause[];
      readonly filter: Expr | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'record';
      readonly fields: readonly { readonly name: Name; readonly value: Expr }[];
      readonly span: Span;
    }
  | { readonly kind: 'tuple'; readonly elements: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'group'; readonly inner: Expr; readonly span: Span } // (e), kept so that the formatter prints what was written
  | { readonly kind: 'sample'; readonly dist: Expr; readonly span: Span }
  | {
      readonly kind: 'world';
      readonly target: Expr;
      readonly interventions: readonly Intervention[];
      readonly span: Span;
    } // y[do(x = 0)]
  | { readonly kind: 'missing'; readonly span: Span } // a hole where the text was wrong and a diagnostic says so: of any type, no cause of further complaint
  | Form;

/** One entry of `do(…)`: `x = 1`, `x ~ bernoulli(0.5)`, `x := x + 1`, `x[3] = 0`; a bare `gps` only in `identify`. */
export type Intervention = {
  readonly target: Expr; // a name, a field (`event.depth`) or an index (`x[3]`)
  readonly kind: 'set' | 'draw' | 'shift' | 'bare';
  readonly value: Expr | null; // null only for `bare`
  readonly span: Span;
};

export type FormName =
  | 'P'
  | 'E'
  | 'Var'
  | 'Sd'
  | 'Median'
  | 'Q'
  | 'Cov'
  | 'Corr'
  | 'posterior'
  | 'predict'
  | 'H'
  | 'I'
  | 'evidence';

/** What stands right of a bar (or in `evidence(…)`): evidence, or surgery. */
export type Given =
  | { readonly kind: 'evidence'; readonly value: Expr; readonly span: Span } // x = 1, x ~= v, x > 3, a bare name
  | { readonly kind: 'do'; readonly interventions: readonly Intervention[]; readonly span: Span };

/** `P(e | …)` and its kin. `I(a; b | …)` holds a and b in `targets`; `Q(e, 0.9 | …)` holds both. */
export type Form = {
  readonly kind: 'form';
  readonly form: FormName;
  readonly targets: readonly Expr[];
  readonly given: readonly Given[];
  readonly span: Span;
};

// ---------------------------------------------------------------- statements

export type Block = { readonly statements: readonly Statement[]; readonly span: Span };

export type Statement =
  | {
      readonly kind: 'node';
      readonly modifier: 'param' | 'latent' | null;
      readonly name: Name;
      readonly indices: readonly Expr[]; // x[t]; for a `param` table the index types: risk[bool, Drug]
      readonly annotation: TypeExpr | null;
      readonly operator: '~' | ':=';
      readonly value: Expr;
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'let';
      readonly names: readonly Name[];
      readonly annotation: TypeExpr | null;
      readonly value: Expr;
      readonly span: Span;
    } // several names: let (a, b) = e
  | {
      readonly kind: 'var';
      readonly name: Name;
      readonly annotation: TypeExpr | null;
      readonly value: Expr;
      readonly span: Span;
    }
  | {
      readonly kind: 'assign';
      readonly name: Name;
      readonly indices: readonly Expr[];
      readonly value: Expr;
      readonly span: Span;
    } // x = e, a[i] = e
  | {
      readonly kind: 'for';
      readonly variable: Name;
      readonly iterable: Expr;
      readonly body: Block;
      readonly span: Span;
    }
  | { readonly kind: 'while'; readonly condition: Expr; readonly body: Block; readonly span: Span }
  | {
      readonly kind: 'branch';
      readonly condition: Expr;
      readonly then: Block;
      readonly otherwise: Block | null;
      readonly span: Span;
    } // `else if` nests: otherwise holds one branch statement
  | {
      readonly kind: 'choose'; // match as a statement
      readonly subject: Expr;
      readonly arms: readonly { readonly pattern: Pattern; readonly body: Block; readonly span: Span }[];
      readonly span: Span;
    }
  | { readonly kind: 'return'; readonly value: Expr | null; readonly span: Span }
  | {
      readonly kind: 'observe';
      readonly form: 'score' | 'equal' | 'condition' | 'approximate';
      readonly subject: Expr;
      readonly value: Expr | null;
      readonly span: Span;
    }
  // observe subject ~ value (score) | observe subject = value (equal) | observe subject (condition, value null) | observe subject ~= value
  | { readonly kind: 'factor'; readonly value: Expr; readonly span: Span }
  | { readonly kind: 'resample'; readonly span: Span }
  | { readonly kind: 'call'; readonly call: Extract<Expr, { readonly kind: 'call' }>; readonly span: Span };

// ---------------------------------------------------------------- declarations

/** The program behind an `extern fn`, as written; a format of null is `json`. */
export type Command = { readonly text: string; readonly format: Name | null; readonly span: Span };

export type Parameter = {
  readonly name: Name;
  readonly annotation: TypeExpr | null;
  readonly default: Expr | null;
  readonly span: Span;
};

/** A function's body: `= expression` or a block with `return`. */
export type Body =
  | { readonly kind: 'expression'; readonly value: Expr }
  | { readonly kind: 'block'; readonly block: Block };

export type DistEntryName =
  | 'support'
  | 'draw'
  | 'mechanism'
  | 'abduct'
  | 'logpdf'
  | 'cdf'
  | 'quantile'
  | 'survival'
  | 'logcdf'
  | 'moment_mean'
  | 'moment_variance';

export type DistEntry =
  | { readonly kind: 'require'; readonly condition: Expr; readonly span: Span }
  | {
      readonly kind: 'entry';
      readonly name: DistEntryName;
      readonly parameters: readonly Name[];
      readonly body: Body;
      readonly span: Span;
    };

/** `graph` statements: edges between every pair of the left and right lists; chains are split at each arrow. */
export type GraphStatement =
  | { readonly kind: 'latent'; readonly names: readonly Name[]; readonly span: Span }
  | { readonly kind: 'isolated'; readonly name: Name; readonly span: Span }
  | {
      readonly kind: 'edges'; // a, b -> c, d -> e: groups [[a,b],[c,d],[e]], arrows ['->','->']
      readonly groups: readonly (readonly Name[])[];
      readonly arrows: readonly ('->' | '<-' | '<->' | '--')[];
      readonly span: Span;
    };

export type Declaration =
  | {
      readonly kind: 'import';
      readonly path: string;
      readonly pathSpan: Span;
      readonly names: readonly Name[];
      readonly span: Span;
    } // names empty: everything
  | {
      readonly kind: 'enum';
      readonly name: Name;
      readonly members: readonly Name[];
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'const';
      readonly name: Name;
      readonly annotation: TypeExpr | null;
      readonly value: Expr;
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'data';
      readonly name: Name;
      readonly reader: Name;
      readonly args: readonly Argument[];
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'extern';
      readonly name: Name;
      readonly parameters: readonly Parameter[];
      readonly result: TypeExpr;
      /** The placeholder that gives the function; null where the host program gives it by name. */
      readonly supplied: Name | null;
      /** The program that computes it; null where the host program does. */
      readonly command: Command | null;
      /** What a call costs, in thousands of elementary operations; null where nothing is said. */
      readonly cost: ExprOf<'number'> | null;
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'function';
      readonly name: Name;
      readonly parameters: readonly Parameter[];
      readonly result: TypeExpr | null;
      readonly body: Body;
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'dist';
      readonly name: Name;
      readonly parameters: readonly Parameter[];
      readonly result: TypeExpr | null; // the type of a value; null: inferred from draw
      readonly entries: readonly DistEntry[];
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'model';
      readonly name: Name;
      readonly parameters: readonly Parameter[];
      readonly body: Block;
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'operated'; // model Treated = do(Trial, drug = A)
      readonly name: Name;
      readonly base: Name;
      readonly args: readonly Argument[];
      readonly interventions: readonly Intervention[];
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | {
      readonly kind: 'graph';
      readonly name: Name;
      readonly statements: readonly GraphStatement[];
      readonly documentation: Documentation;
      readonly span: Span;
    }
  | Query;

/** A comment that is no documentation, kept for the formatter. */
export type Comment = { readonly text: string; readonly span: Span };

export type File = {
  readonly source: Source;
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
};

export type DeclarationOf<K extends Declaration['kind']> = Extract<Declaration, { readonly kind: K }>;
export type ExprOf<K extends Expr['kind']> = Extract<Expr, { readonly kind: K }>;
export type StatementOf<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>;
