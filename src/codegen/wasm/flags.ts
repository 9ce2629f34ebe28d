/** Which numbers of a function are 1 or 0 alone, so that they are held as words and conditions read them as they are. */
import { type Block, blocksOf, type LowFunction, type Operand, type ScalarOp, type Statement } from '../low.js';

const flagOps: ReadonlySet<ScalarOp> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'not', 'is_number']);

/** Whether an operation gives 1 or 0 alone. */
const isFlagOp = (op: ScalarOp): boolean => flagOps.has(op);

/** Ids of the locals that only flags flow into; `body` is that of the function, perhaps changed. */
export function flagsIn({ params }: Pick<LowFunction, 'params'>, body: Block): ReadonlySet<number> {
  const sources = new Map<number, Operand[]>();
  const flags = new Set<number>();
  const others = new Set<number>(params.map((p) => p.id));
  const flow = (id: number, from: Operand): void => {
    const known = sources.get(id) ?? [];
    known.push(from);
    sources.set(id, known);
    flags.add(id);
  };
  const see = (s: Statement): void => {
    switch (s.kind) {
      case 'set': {
        const { value, target } = s;
        if ((value.kind === 'scalar' && isFlagOp(value.op)) || value.kind === 'equal_text' || value.kind === 'replay')
          flags.add(target.id);
        else others.add(target.id);
        break;
      }
      case 'if':
        s.targets.forEach((t, k) => {
          if (t.slot !== 'number') return;
          flow(t.id, s.then.yields[k]!);
          flow(t.id, s.otherwise.yields[k]!);
        });
        break;
      case 'for':
      case 'while':
        if (s.kind === 'for') others.add(s.index.id);
        s.carried.forEach((c, k) => {
          if (c.slot !== 'number') return;
          flow(c.id, s.inits[k]!);
          flow(c.id, s.body.yields[k]!);
        });
        break;
      case 'call':
        for (const t of s.targets) others.add(t.id);
        break;
      case 'load':
        others.add(s.local.id);
        break;
      default:
        break;
    }
    for (const b of blocksOf(s)) b.statements.forEach(see);
  };
  body.statements.forEach(see);
  for (const id of others) flags.delete(id);
  const isFlag = (o: Operand): boolean =>
    o.kind === 'literal' ? Object.is(o.value, 0) || o.value === 1 : o.kind === 'local' && flags.has(o.id);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, from] of sources) {
      if (!flags.has(id) || from.every(isFlag)) continue;
      flags.delete(id);
      changed = true;
    }
  }
  return flags;
}
