import { StatementParser } from './statements.js';
import * as t from './tokens.js';

/** The whole grammar: declarations and queries on top of statements and expressions. */
export class WhatifParser extends StatementParser {
  constructor({ skipValidations = true }: { readonly skipValidations?: boolean } = {}) {
    super(skipValidations);
    this.performSelfAnalysis();
  }

  readonly file = this.RULE('file', () => {
    this.items('file', 'declaration', () => this.SUBRULE(this.declaration));
  });

  /** One question that stands in no file. */
  readonly question = this.RULE('question', () => {
    this.guard('declaration', () => this.SUBRULE(this.queryBody));
    this.OPTION(() => this.CONSUME(t.Semicolon));
    this.expectEnd();
  });

  readonly declaration = this.RULE('declaration', () => {
    this.guard('declaration', () =>
      this.OR([
        { ALT: () => this.SUBRULE(this.importDeclaration) },
        { ALT: () => this.SUBRULE(this.enumDeclaration) },
        { ALT: () => this.SUBRULE(this.constDeclaration) },
        { ALT: () => this.SUBRULE(this.dataDeclaration) },
        { ALT: () => this.SUBRULE(this.externDeclaration) },
        { ALT: () => this.SUBRULE(this.functionDeclaration) },
        { ALT: () => this.SUBRULE(this.distDeclaration) },
        { ALT: () => this.SUBRULE(this.modelDeclaration) },
        { ALT: () => this.SUBRULE(this.graphDeclaration) },
        { ALT: () => this.SUBRULE(this.queryDeclaration) },
      ]),
    );
    this.OPTION(() => this.CONSUME(t.Semicolon));
  });

  readonly importDeclaration = this.RULE('importDeclaration', () => {
    this.CONSUME(t.Import);
    this.CONSUME(t.StringLiteral);
    this.OPTION(() => {
      this.CONSUME(t.LRound);
      this.CONSUME(t.Identifier);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.CONSUME2(t.Identifier);
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
      this.CONSUME(t.RRound);
    });
  });

  readonly enumDeclaration = this.RULE('enumDeclaration', () => {
    this.CONSUME(t.Enum);
    this.CONSUME(t.Identifier);
    this.guard('declaration', () => {
      this.CONSUME(t.LCurly);
      this.CONSUME2(t.Identifier, { LABEL: 'member' });
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.CONSUME3(t.Identifier, { LABEL: 'member' });
      });
      this.OPTION(() => this.CONSUME2(t.Comma));
      this.CONSUME(t.RCurly);
    });
  });

  readonly constDeclaration = this.RULE('constDeclaration', () => {
    this.CONSUME(t.Const);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.annotation));
    this.CONSUME(t.Equals);
    this.guard('declaration', () => this.SUBRULE(this.expression));
  });

  readonly dataDeclaration = this.RULE('dataDeclaration', () => {
    this.CONSUME(t.Data);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    // A placeholder is a kind of name; it is tried first.
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { ALT: () => this.CONSUME(t.Placeholder, { LABEL: 'reader' }) },
        {
          ALT: () => {
            this.CONSUME2(t.Identifier, { LABEL: 'reader' });
            this.guard('declaration', () => this.SUBRULE(this.argumentList));
          },
        },
      ],
    });
  });

  readonly externDeclaration = this.RULE('externDeclaration', () => {
    this.CONSUME(t.Extern);
    this.CONSUME(t.Fn);
    this.CONSUME(t.Identifier);
    this.SUBRULE(this.parameterList);
    this.SUBRULE(this.annotation);
    this.OPTION(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Equals);
            this.CONSUME(t.Placeholder);
          },
        },
        { ALT: () => this.SUBRULE(this.commandClause) },
      ]),
    );
    this.OPTION2(() => {
      this.CONSUME(t.Cost);
      this.CONSUME(t.NumberLiteral);
    });
  });

  /** A program beside this one that computes the function: `from command "python sim.py" by columns`. */
  readonly commandClause = this.RULE('commandClause', () => {
    this.CONSUME(t.From);
    this.CONSUME(t.Command);
    this.CONSUME(t.StringLiteral);
    this.OPTION(() => {
      this.CONSUME(t.By);
      this.CONSUME(t.Identifier);
    });
  });

  readonly functionDeclaration = this.RULE('functionDeclaration', () => {
    this.CONSUME(t.Fn);
    this.CONSUME(t.Identifier);
    this.guardHeader(() => {
      this.SUBRULE(this.parameterList);
      this.OPTION(() => this.SUBRULE(this.annotation));
    }, [t.LCurly, t.Equals]);
    this.guard('declaration', () => this.SUBRULE(this.body));
  });

  /** `= expression` or a block. */
  readonly body = this.RULE('body', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equals);
          this.SUBRULE(this.expression);
        },
      },
      { ALT: () => this.SUBRULE(this.block) },
    ]);
  });

  readonly distDeclaration = this.RULE('distDeclaration', () => {
    this.CONSUME(t.Dist);
    this.CONSUME(t.Identifier);
    this.guardHeader(() => {
      this.SUBRULE(this.parameterList);
      this.OPTION(() => this.SUBRULE(this.annotation));
    });
    const opener = this.CONSUME(t.LCurly);
    this.items('dist', 'entry', () => this.SUBRULE(this.distEntry));
    this.closeBrace(opener);
  });

  readonly distEntry = this.RULE('distEntry', () => {
    this.guard('entry', () =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Require);
            this.SUBRULE(this.expression);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Identifier);
            this.OPTION(() => {
              this.CONSUME(t.LRound);
              this.CONSUME2(t.Identifier, { LABEL: 'parameter' });
              this.MANY(() => {
                this.CONSUME(t.Comma);
                this.CONSUME3(t.Identifier, { LABEL: 'parameter' });
              });
              this.CONSUME(t.RRound);
            });
            this.SUBRULE(this.body);
          },
        },
      ]),
    );
    this.OPTION2(() => this.CONSUME(t.Semicolon));
  });

  /** `model M(n: int) { … }` or `model T = do(M, x = 1)`. */
  readonly modelDeclaration = this.RULE('modelDeclaration', () => {
    this.CONSUME(t.Model);
    this.CONSUME(t.Identifier);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equals);
          this.SUBRULE(this.operated);
        },
      },
      {
        ALT: () => {
          this.OPTION(() => this.guardHeader(() => this.SUBRULE(this.parameterList)));
          this.SUBRULE(this.block);
        },
      },
    ]);
  });

  readonly operated = this.RULE('operated', () => {
    this.CONSUME(t.Do);
    this.CONSUME(t.LRound);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.argumentList));
    this.AT_LEAST_ONE(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE(this.intervention);
    });
    this.OPTION2(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RRound);
  });

  readonly graphDeclaration = this.RULE('graphDeclaration', () => {
    this.CONSUME(t.Graph);
    this.CONSUME(t.Identifier);
    const opener = this.CONSUME(t.LCurly);
    this.items('graph', 'edge', () => this.SUBRULE(this.graphStatement));
    this.closeBrace(opener);
  });

  readonly graphStatement = this.RULE('graphStatement', () => {
    this.guard('edge', () => {
      this.OPTION(() => this.CONSUME(t.Latent));
      this.SUBRULE(this.nodeGroup);
      this.MANY(() => {
        this.SUBRULE(this.arrow);
        this.SUBRULE2(this.nodeGroup);
      });
    });
    this.OPTION2(() => this.CONSUME(t.Semicolon));
  });

  readonly nodeGroup = this.RULE('nodeGroup', () => {
    this.CONSUME(t.Identifier);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.CONSUME2(t.Identifier);
    });
  });

  /** `<-` and `--` are two signs, since `x <-1` compares with a negative number and `x--1` takes one away. */
  readonly arrow = this.RULE('arrow', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.RightArrow) },
      { ALT: () => this.CONSUME(t.BothArrow) },
      {
        ALT: () => {
          this.CONSUME(t.Less);
          this.CONSUME(t.Minus);
        },
      },
      {
        ALT: () => {
          this.CONSUME2(t.Minus);
          this.CONSUME3(t.Minus);
        },
      },
    ]);
  });

  readonly queryDeclaration = this.RULE('queryDeclaration', () => {
    this.CONSUME(t.Query);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    this.guard('declaration', () => this.SUBRULE(this.queryBody));
  });

  readonly queryBody = this.RULE('queryBody', () => {
    this.inQuery = true;
    try {
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { ALT: () => this.SUBRULE(this.optimisation) },
          { ALT: () => this.SUBRULE(this.identification) },
          { ALT: () => this.SUBRULE(this.estimation) },
          { ALT: () => this.SUBRULE(this.expression) },
        ],
      });
      this.OPTION(() => this.SUBRULE(this.modelClause));
      this.OPTION2(() => this.SUBRULE(this.dataClauses));
      this.OPTION3(() => this.SUBRULE(this.usingClause));
    } finally {
      this.inQuery = false;
    }
  });

  /** `argmax d in S of QUERY`. */
  readonly optimisation = this.RULE('optimisation', () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Argmax, { LABEL: 'direction' }) },
      { ALT: () => this.CONSUME(t.Argmin, { LABEL: 'direction' }) },
    ]);
    this.SUBRULE(this.binding);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.binding);
    });
    this.CONSUME(t.Of);
    this.SUBRULE(this.expression);
  });

  readonly identification = this.RULE('identification', () => {
    this.CONSUME(t.Identify);
    this.SUBRULE(this.form);
  });

  readonly estimation = this.RULE('estimation', () => {
    this.CONSUME(t.Estimate);
    this.SUBRULE(this.form);
    this.CONSUME(t.From);
    this.SUBRULE(this.dataClause);
    this.CONSUME(t.By);
    this.SUBRULE(this.method);
  });

  readonly modelClause = this.RULE('modelClause', () => {
    this.CONSUME(t.In);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.argumentList));
  });

  readonly dataClauses = this.RULE('dataClauses', () => {
    this.CONSUME(t.Given);
    this.SUBRULE(this.dataClause);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.dataClause);
    });
  });

  /** `trial weighted count under do(drug ~ bernoulli(0.5))`, `survey selected by answered`. */
  readonly dataClause = this.RULE('dataClause', () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => {
      this.CONSUME(t.Weighted);
      this.CONSUME2(t.Identifier, { LABEL: 'weight' });
    });
    this.OPTION2(() => {
      this.CONSUME(t.Under);
      this.SUBRULE(this.interventions);
    });
    this.OPTION3(() => {
      this.CONSUME(t.Selected);
      this.CONSUME(t.By);
      this.CONSUME3(t.Identifier, { LABEL: 'selection' });
    });
  });

  readonly usingClause = this.RULE('usingClause', () => {
    this.CONSUME(t.Using);
    this.SUBRULE(this.method);
  });

  readonly method = this.RULE('method', () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.argumentList));
  });
}
