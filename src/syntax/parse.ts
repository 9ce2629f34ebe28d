import { maximumErrors } from '../../grammar/base.js';
import { WhatifParser } from '../../grammar/parser.js';
import type { BuildContext } from './build_context.js';
import { buildDeclaration } from './build_declaration.js';
import { buildQueryBody } from './build_query.js';
import { child, nodes } from './cst.js';
import { type Diagnostic, diagnose } from './diagnostic.js';
import { type DocumentationDesk, documentationDesk } from './documentation.js';
import { explainProblems } from './explain_problem.js';
import { type Lexed, lex } from './lex.js';
import type { Source } from './span.js';
import type { File, Query } from './tree.js';

/** Made on first use: it costs some ten milliseconds. */
let parser: WhatifParser | null = null;
const sharedParser = (): WhatifParser => {
  parser ??= new WhatifParser();
  return parser;
};

/**
 * Reads a file. It never throws: what could not be read is left out or stands in the tree as a hole (`missing`), and the
 * diagnostics, in the order of the text, say what was wrong.
 */
export function parse(source: Source): { readonly file: File; readonly diagnostics: readonly Diagnostic[] } {
  const { file, diagnostics } = parseText(source);
  return { file, diagnostics };
}

/** As `parse`, with the words and all comments of the text. */
export function parseText(source: Source): {
  readonly file: File;
  readonly diagnostics: readonly Diagnostic[];
  readonly lexed: Lexed;
} {
  const reading = new Reading(source);
  const root = reading.run((grammar) => grammar.file());
  const declarations = nodes(root, 'declaration').flatMap((node) => buildDeclaration(node, reading.context) ?? []);
  const file = { source, declarations, comments: reading.desk.remaining() };
  return { file, diagnostics: reading.diagnostics(), lexed: reading.lexed };
}

/**
 * Reads one question that stands in no file, such as `P(y | do(x = 1)) in M given trial using smc(particles = 100)`.
 * The query is `null` where nothing of it could be read.
 */
export function parseQuery(source: Source): {
  readonly query: Query | null;
  readonly diagnostics: readonly Diagnostic[];
} {
  const reading = new Reading(source);
  const root = reading.run((grammar) => grammar.question());
  const body = child(root, 'queryBody');
  const span = { start: 0, end: source.text.length };
  const query = body === null ? null : buildQueryBody(body, reading.context, span);
  return { query, diagnostics: reading.diagnostics() };
}

/** One text on its way to a tree. */
class Reading {
  readonly context: BuildContext;
  readonly desk: DocumentationDesk;
  readonly lexed: Lexed;
  private readonly found: Diagnostic[] = [];

  constructor(private readonly source: Source) {
    this.lexed = lex(source);
    this.desk = documentationDesk(source.text, this.lexed.stream.tokens, this.lexed.comments);
    this.context = {
      source,
      bareDo: false,
      report: (code, message, span, hint = null) => this.found.push(diagnose(code, message, source, span, hint)),
      documentation: this.desk.above,
    };
  }

  run<T>(rule: (grammar: WhatifParser) => T): T {
    const grammar = sharedParser();
    grammar.load(this.lexed.stream, false);
    let root = rule(grammar);
    if (grammar.problems.length > 0) {
      grammar.load(this.lexed.stream, true);
      root = rule(grammar);
    }
    this.found.push(...explainProblems(this.source, this.lexed, grammar.problems));
    grammar.load({ text: '', tokens: [] }, false);
    return root;
  }

  diagnostics(): readonly Diagnostic[] {
    const all = [...this.lexed.diagnostics, ...this.found].sort((a, b) => a.span.start - b.span.start);
    const last = all[maximumErrors];
    if (last === undefined || last.code === 'E0116') return all;
    const message = `There are more than ${maximumErrors} syntax errors; the others are not shown.`;
    return [...all.slice(0, maximumErrors), diagnose('E0116', message, this.source, last.span)];
  }
}
