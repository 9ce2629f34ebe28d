import { ExpressionParser } from './expressions.js';
import * as t from './tokens.js';

/** Blocks and what stands in them. */
export abstract class StatementParser extends ExpressionParser {
  readonly block = this.RULE('block', () => {
    const opener = this.CONSUME(t.LCurly);
    this.deepen(() => this.items('block', 'statement', () => this.SUBRULE(this.statement)));
    this.closeBrace(opener);
  });

  readonly statement = this.RULE('statement', () => {
    this.guard('statement', () =>
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.markedNode) },
          { ALT: () => this.SUBRULE(this.letStatement) },
          { ALT: () => this.SUBRULE(this.varStatement) },
          { ALT: () => this.SUBRULE(this.forStatement) },
          { ALT: () => this.SUBRULE(this.whileStatement) },
          { ALT: () => this.SUBRULE(this.branch) },
          { ALT: () => this.SUBRULE(this.choice) },
          { ALT: () => this.SUBRULE(this.returnStatement) },
          { ALT: () => this.SUBRULE(this.observeStatement) },
          { ALT: () => this.SUBRULE(this.factorStatement) },
          { GATE: () => !this.namesResample(), ALT: () => this.CONSUME(t.Resample) },
          { ALT: () => this.SUBRULE(this.namedStatement) },
        ],
      }),
    );
    this.OPTION(() => this.CONSUME(t.Semicolon));
  });

  /** `resample` is a name where something is said of it. */
  private namesResample(): boolean {
    return [t.Tilde, t.Becomes, t.Equals, t.LSquare, t.LRound, t.Colon].some((type) => this.LA(2).tokenType === type);
  }

  /** `param risk[bool, Drug] ~ beta(1, 1)`, `latent drive ~ normal(0, 1)`. */
  readonly markedNode = this.RULE('markedNode', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Param, { LABEL: 'modifier' }) },
      { ALT: () => this.CONSUME(t.Latent, { LABEL: 'modifier' }) },
    ]);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.indices));
    this.OPTION2(() => this.SUBRULE(this.annotation));
    this.OR2([
      { ALT: () => this.CONSUME(t.Tilde, { LABEL: 'operator' }) },
      { ALT: () => this.CONSUME(t.Becomes, { LABEL: 'operator' }) },
    ]);
    this.guard('statement', () => this.SUBRULE(this.expression));
  });

  readonly indices = this.RULE('indices', () => {
    this.CONSUME(t.LSquare);
    this.SUBRULE(this.expression);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.expression);
    });
    this.CONSUME(t.RSquare);
  });

  /** A node (`x ~ d`, `x[t] := e`), an assignment to a `var` (`x = e`), or a call. */
  readonly namedStatement = this.RULE('namedStatement', () => {
    this.CONSUME(t.Identifier);
    this.OR([
      { ALT: () => this.SUBRULE(this.argumentList) },
      {
        ALT: () => {
          this.OPTION(() => this.SUBRULE(this.indices));
          this.OPTION2(() => this.SUBRULE(this.annotation));
          this.OR2([
            { ALT: () => this.CONSUME(t.Tilde, { LABEL: 'operator' }) },
            { ALT: () => this.CONSUME(t.Becomes, { LABEL: 'operator' }) },
            { ALT: () => this.CONSUME(t.Equals, { LABEL: 'operator' }) },
          ]);
          this.guard('statement', () => this.SUBRULE(this.expression));
        },
      },
    ]);
  });

  readonly letStatement = this.RULE('letStatement', () => {
    this.CONSUME(t.Let);
    this.OR([
      { ALT: () => this.CONSUME(t.Identifier) },
      {
        ALT: () => {
          this.CONSUME(t.LRound);
          this.CONSUME2(t.Identifier);
          this.MANY(() => {
            this.CONSUME(t.Comma);
            this.CONSUME3(t.Identifier);
          });
          this.CONSUME(t.RRound);
        },
      },
    ]);
    this.OPTION(() => this.SUBRULE(this.annotation));
    this.CONSUME(t.Equals);
    this.guard('statement', () => this.SUBRULE(this.expression));
  });

  readonly varStatement = this.RULE('varStatement', () => {
    this.CONSUME(t.Var);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.annotation));
    this.CONSUME(t.Equals);
    this.guard('statement', () => this.SUBRULE(this.expression));
  });

  readonly forStatement = this.RULE('forStatement', () => {
    this.CONSUME(t.For);
    this.guardHeader(() => this.SUBRULE(this.binding));
    this.SUBRULE(this.block);
  });

  readonly whileStatement = this.RULE('whileStatement', () => {
    this.CONSUME(t.While);
    this.guardHeader(() => this.SUBRULE(this.expression));
    this.SUBRULE(this.block);
  });

  /** `if c { … } else if d { … } else { … }`. */
  readonly branch = this.RULE('branch', () => {
    this.CONSUME(t.If);
    this.guardHeader(() => this.SUBRULE(this.expression));
    this.SUBRULE(this.block);
    this.MANY(() => {
      this.CONSUME(t.Else);
      this.CONSUME2(t.If);
      this.guardHeader(() => this.SUBRULE2(this.expression));
      this.SUBRULE2(this.block);
    });
    this.OPTION(() => {
      this.CONSUME2(t.Else);
      this.SUBRULE3(this.block, { LABEL: 'otherwise' });
    });
  });

  /** `match` as a statement: its arms are blocks. */
  readonly choice = this.RULE('choice', () => {
    this.CONSUME(t.Match);
    this.guardHeader(() => this.SUBRULE(this.expression));
    const opener = this.CONSUME(t.LCurly);
    this.items('arms', 'statement', () => this.SUBRULE(this.choiceArm));
    this.closeBrace(opener);
  });

  readonly choiceArm = this.RULE('choiceArm', () => {
    this.guard('statement', () => {
      this.SUBRULE(this.pattern);
      this.CONSUME(t.FatArrow);
      this.SUBRULE(this.block);
    });
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  readonly returnStatement = this.RULE('returnStatement', () => {
    this.CONSUME(t.Return);
    this.OPTION(() => this.guard('statement', () => this.SUBRULE(this.expression)));
  });

  /** `observe e ~ d`; `=`, `~=` and a bare condition are read as one expression. */
  readonly observeStatement = this.RULE('observeStatement', () => {
    this.CONSUME(t.Observe);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(t.Tilde);
      this.guard('statement', () => this.SUBRULE2(this.expression, { LABEL: 'distribution' }));
    });
  });

  readonly factorStatement = this.RULE('factorStatement', () => {
    this.CONSUME(t.Factor);
    this.guard('statement', () => this.SUBRULE(this.expression));
  });
}
