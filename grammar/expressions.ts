import { BaseParser } from './base.js';
import * as t from './tokens.js';

/**
 * Expressions, types and lists of parameters. A chain of operators is read flat; precedence, chaining and the meanings
 * of `=` are settled when the tree is built, so that their errors can be told in words.
 */
export abstract class ExpressionParser extends BaseParser {
  readonly expression = this.RULE('expression', () => {
    this.deepen(() => {
      this.SUBRULE(this.operand);
      this.MANY(() => {
        this.CONSUME(t.InfixOperator);
        this.SUBRULE2(this.operand);
      });
    });
  });

  readonly operand = this.RULE('operand', () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Not, { LABEL: 'prefix' }) },
        { ALT: () => this.CONSUME(t.Minus, { LABEL: 'prefix' }) },
        { ALT: () => this.CONSUME(t.Sample, { LABEL: 'prefix' }) },
      ]);
    });
    this.OR2([
      { ALT: () => this.SUBRULE(this.reference) },
      { ALT: () => this.CONSUME(t.NumberLiteral) },
      { ALT: () => this.CONSUME(t.StringLiteral) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.SUBRULE(this.parentheses) },
      { ALT: () => this.SUBRULE(this.array) },
      { ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.conditional) },
      { ALT: () => this.SUBRULE(this.match) },
    ]);
    this.MANY2(() => this.SUBRULE(this.suffix));
  });

  readonly suffix = this.RULE('suffix', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.CONSUME(t.Identifier);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LSquare);
          this.OR2([
            { ALT: () => this.SUBRULE(this.interventions) },
            {
              ALT: () => {
                this.SUBRULE(this.expression);
                this.MANY(() => {
                  this.CONSUME(t.Comma);
                  this.SUBRULE2(this.expression);
                });
              },
            },
          ]);
          this.CONSUME(t.RSquare);
        },
      },
    ]);
  });

  /** A name, or a call when `(` follows; in a query some calls are forms. */
  readonly reference = this.RULE('reference', () => {
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { GATE: () => this.inQuery, ALT: () => this.SUBRULE(this.form) },
        {
          GATE: () => !this.atDeclarationLine(),
          ALT: () => {
            this.CONSUME(t.Identifier);
            this.OPTION(() => this.SUBRULE(this.argumentList));
          },
        },
      ],
    });
  });

  readonly argumentList = this.RULE('argumentList', () => {
    this.CONSUME(t.LRound);
    this.OPTION(() => {
      this.SUBRULE(this.argument);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.argument);
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RRound);
  });

  readonly argument = this.RULE('argument', () => {
    this.OPTION(() => {
      this.CONSUME(t.Identifier);
      this.CONSUME(t.Equals);
    });
    this.SUBRULE(this.expression);
  });

  /** One expression is a group, several are a tuple. */
  readonly parentheses = this.RULE('parentheses', () => {
    this.CONSUME(t.LRound);
    this.SUBRULE(this.expression);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.expression);
    });
    this.CONSUME(t.RRound);
  });

  readonly array = this.RULE('array', () => {
    this.CONSUME(t.LSquare);
    this.OPTION(() => {
      this.SUBRULE(this.expression);
      this.OR([
        {
          ALT: () => {
            this.AT_LEAST_ONE(() => this.SUBRULE(this.clause));
            this.OPTION2(() => {
              this.CONSUME(t.If);
              this.SUBRULE2(this.expression, { LABEL: 'filter' });
            });
          },
        },
        {
          ALT: () => {
            this.MANY(() => {
              this.CONSUME(t.Comma);
              this.SUBRULE3(this.expression);
            });
            this.OPTION3(() => this.CONSUME2(t.Comma));
          },
        },
      ]);
    });
    this.CONSUME(t.RSquare);
  });

  /** `for x in xs` of a comprehension. */
  readonly clause = this.RULE('clause', () => {
    this.CONSUME(t.For);
    this.SUBRULE(this.binding);
  });

  /** `x in xs`. */
  readonly binding = this.RULE('binding', () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.In);
    this.SUBRULE(this.expression);
  });

  readonly record = this.RULE('record', () => {
    this.CONSUME(t.LCurly);
    this.SUBRULE(this.recordField);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.recordField);
    });
    this.OPTION(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RCurly);
  });

  readonly recordField = this.RULE('recordField', () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.expression);
  });

  readonly conditional = this.RULE('conditional', () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Then);
    this.SUBRULE2(this.expression);
    this.CONSUME(t.Else);
    this.SUBRULE3(this.expression);
  });

  readonly match = this.RULE('match', () => {
    this.CONSUME(t.Match);
    this.SUBRULE(this.expression);
    this.CONSUME(t.LCurly);
    this.SUBRULE(this.matchArm);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.matchArm);
    });
    this.OPTION(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RCurly);
  });

  readonly matchArm = this.RULE('matchArm', () => {
    this.SUBRULE(this.pattern);
    this.CONSUME(t.FatArrow);
    this.SUBRULE(this.expression);
  });

  readonly pattern = this.RULE('pattern', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Identifier);
          this.OPTION(() => {
            this.CONSUME(t.Dot);
            this.CONSUME2(t.Identifier);
          });
        },
      },
      {
        ALT: () => {
          this.OPTION2(() => this.CONSUME(t.Minus));
          this.CONSUME(t.NumberLiteral);
        },
      },
      { ALT: () => this.CONSUME(t.StringLiteral) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
    ]);
  });

  /** `do(x = 1, z ~ normal(0, 1))`. */
  readonly interventions = this.RULE('interventions', () => {
    this.CONSUME(t.Do);
    this.CONSUME(t.LRound);
    this.SUBRULE(this.intervention);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.intervention);
    });
    this.OPTION(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RRound);
  });

  readonly intervention = this.RULE('intervention', () => {
    this.SUBRULE(this.operand);
    this.OPTION(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Equals, { LABEL: 'operator' }) },
        { ALT: () => this.CONSUME(t.Tilde, { LABEL: 'operator' }) },
        { ALT: () => this.CONSUME(t.Becomes, { LABEL: 'operator' }) },
      ]);
      this.SUBRULE(this.expression);
    });
  });

  /** `P(y | x = 1, do(z = 0))`, `I(a; b)`, `evidence(x = 1)`. */
  readonly form = this.RULE('form', () => {
    this.CONSUME(t.FormName);
    this.CONSUME(t.LRound);
    this.OPTION(() => {
      this.SUBRULE(this.given, { LABEL: 'target' });
      this.MANY(() => {
        this.OR([
          { ALT: () => this.CONSUME(t.Comma, { LABEL: 'separator' }) },
          { ALT: () => this.CONSUME(t.Semicolon, { LABEL: 'separator' }) },
        ]);
        this.SUBRULE2(this.given, { LABEL: 'target' });
      });
    });
    this.OPTION2(() => {
      this.CONSUME(t.Bar);
      this.SUBRULE3(this.given);
      this.MANY2(() => {
        this.CONSUME2(t.Comma);
        this.SUBRULE4(this.given);
      });
    });
    this.CONSUME(t.RRound);
  });

  /** Evidence or surgery. */
  readonly given = this.RULE('given', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.interventions) }, { ALT: () => this.SUBRULE(this.expression) }]);
  });

  readonly type = this.RULE('type', () => {
    this.deepen(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Identifier) },
        {
          ALT: () => {
            this.CONSUME(t.LRound);
            this.SUBRULE(this.type);
            this.MANY(() => {
              this.CONSUME(t.Comma);
              this.SUBRULE2(this.type);
            });
            this.CONSUME(t.RRound);
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.LCurly);
            this.SUBRULE(this.typeField);
            this.MANY2(() => {
              this.CONSUME2(t.Comma);
              this.SUBRULE2(this.typeField);
            });
            this.OPTION(() => this.CONSUME3(t.Comma));
            this.CONSUME(t.RCurly);
          },
        },
      ]);
      this.MANY3(() => {
        this.CONSUME(t.LSquare);
        this.CONSUME(t.RSquare);
      });
    });
  });

  readonly typeField = this.RULE('typeField', () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.type);
  });

  readonly annotation = this.RULE('annotation', () => {
    this.CONSUME(t.Colon);
    this.SUBRULE(this.type);
  });

  readonly parameterList = this.RULE('parameterList', () => {
    this.CONSUME(t.LRound);
    this.OPTION(() => {
      this.SUBRULE(this.parameter);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.parameter);
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RRound);
  });

  readonly parameter = this.RULE('parameter', () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.annotation));
    this.OPTION2(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.expression);
    });
  });
}
