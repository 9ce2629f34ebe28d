/**
 * Brings checks together: a check that parameters are numbers is needless where the one that follows fails for NaN as well. Both are
 * made, in their order, where the second has failed.
 */
import type { Block, Expression, LowFunction, Operand, Statement, StatementOf } from './low.js';

type Definitions = Map<number, Expression>;

const comparisons: ReadonlySet<string> = new Set(['eq', 'lt', 'le', 'gt', 'ge']);

const isLocal = (o: Operand, id: number): boolean => o.kind === 'local' && o.id === id;

/** Whether a flag is 0 wherever the local is NaN. */
function failsForNaN(flag: Operand, id: number, definitions: Definitions): boolean {
  const e = flag.kind === 'local' ? definitions.get(flag.id) : undefined;
  if (e?.kind !== 'scalar') return false;
  if (comparisons.has(e.op) || e.op === 'is_number') return e.args.some((o) => isLocal(o, id));
  return e.op === 'and' && e.args.some((o) => failsForNaN(o, id, definitions));
}

/** The number that a check looks at, where it is one for NaN. */
function checkedNumber({ value }: StatementOf<'fail_unless'>, definitions: Definitions): number | null {
  const e = value.kind === 'local' ? definitions.get(value.id) : undefined;
  if (e?.kind !== 'scalar' || e.op !== 'is_number') return null;
  const [of] = e.args;
  return of?.kind === 'local' ? of.id : null;
}

/** What may stand between two checks that are made together. */
const isQuiet = (s: Statement): boolean => s.kind === 'set' && s.value.kind === 'scalar';

function joined(block: Block, definitions: Definitions): Block {
  const statements: Statement[] = [];
  /** Checks that may be left to one that follows, by their places in `statements`. */
  let open: { readonly at: number; readonly check: StatementOf<'fail_unless'>; readonly number: number }[] = [];
  for (const s of block.statements) {
    if (s.kind === 'set') definitions.set(s.target.id, s.value);
    if (s.kind === 'fail_unless') {
      const within = open.filter(({ number }) => failsForNaN(s.value, number, definitions));
      if (within.length > 0) {
        const first = within[0]!.at;
        // All from the first on keep their order: those that are not left out are made before.
        if (open.every(({ at }) => at < first || within.some((o) => o.at === at))) {
          for (const { at } of [...within].reverse()) statements.splice(at, 1);
          const slow: Block = { statements: [...within.map(({ check }) => check), s], yields: [] };
          statements.push({
            kind: 'if',
            at: s.at,
            condition: s.value,
            targets: [],
            then: { statements: [], yields: [] },
            otherwise: slow,
          });
          open = [];
          continue;
        }
      }
      const number = checkedNumber(s, definitions);
      if (number === null) open = [];
      else open.push({ at: statements.length, check: s, number });
      statements.push(s);
      continue;
    }
    if (!isQuiet(s)) open = [];
    statements.push(inner(s, definitions));
  }
  return { ...block, statements };
}

function inner(s: Statement, definitions: Definitions): Statement {
  switch (s.kind) {
    case 'if':
      return { ...s, then: joined(s.then, definitions), otherwise: joined(s.otherwise, definitions) };
    case 'for':
      return { ...s, body: joined(s.body, definitions) };
    case 'while':
      return { ...s, condition: joined(s.condition, definitions), body: joined(s.body, definitions) };
    default:
      return s;
  }
}

/** The function with fewer checks on its way. */
export const withJoinedChecks = (f: LowFunction): LowFunction => ({ ...f, body: joined(f.body, new Map()) });
