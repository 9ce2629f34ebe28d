import type { Func, Instruction, IrType, Program, Region, Value, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { weighs } from '../ir/program.js';
import { maximalId, operandsOf, regionsOf, rewrite, substitute } from '../ir/walk.js';
import type { RowInput } from '../lower/situation.js';
import { elementOf } from './surgery.js';

/** Which of the model's own scores a unit keeps. */
export type OwnScores = 'of the unit' | 'none';

/**
 * A model's function as the program of one unit whose parameters are known: inputs stand for the parameters, whole tables at once. Scores
 * that hang on parameters and constants alone speak of the population, so that they count once and not for each unit: they are left
 * out, as are all where none are to be kept. `nodes` are the names of what the function yields.
 */
export function asUnit(
  program: Program,
  func: Func,
  nodes: readonly string[],
  parameters: readonly RowInput[],
  scores: OwnScores,
): Func {
  let next = maximalId(func.body) + 1;
  const fresh = (type: IrType): Value => ({ id: next++, type });
  const inputs = new Map(parameters.map((p) => [p.node, { result: fresh(p.type), name: p.input }]));
  const by = new Map<ValueId, ValueId>();
  for (const [position, name] of nodes.entries()) {
    const input = inputs.get(name);
    const value = func.body.yields[position];
    if (input !== undefined && value !== undefined) by.set(value, input.result.id);
  }
  const known = rewrite(func.body, (i) => {
    const input = i.kind === 'node' ? inputs.get(i.name) : undefined;
    if (i.kind !== 'node' || input === undefined) return i;
    const member = elementOf(input.result.id, i.indices, i.result.type, fresh, i.at);
    return [...member.body, { ...i, value: member.value }];
  });
  const read: readonly Instruction[] = [...inputs.values()].map((input) => ({ kind: 'input', at: -1, ...input }));
  const given = substitute(known, by);
  const body: Region = { ...given, body: [...read, ...given.body] };
  const random = randomValues(program, body);
  const kept = (i: Instruction, within: boolean): boolean =>
    !weighs(i) || (scores !== 'none' && (within || operandsOf(i).some((id) => random.has(id))));
  return { ...func, body: withScores(body, random, kept, false) };
}

type Kept = (instruction: Instruction, within: boolean) => boolean;

/** The region with only those scores that are kept; `within`: what happens to it hangs on the unit. */
function withScores(region: Region, random: ReadonlySet<ValueId>, kept: Kept, within: boolean): Region {
  const body = region.body.flatMap((i): readonly Instruction[] => {
    if (!kept(i, within)) return [];
    const inside = within || operandsOf(i).some((id) => random.has(id));
    if (i.kind === 'if')
      return [
        {
          ...i,
          then: withScores(i.then, random, kept, inside),
          otherwise: withScores(i.otherwise, random, kept, inside),
        },
      ];
    if (i.kind === 'for' || i.kind === 'while') {
      const again = inside || i.body.args.some((a) => random.has(a.id));
      return [{ ...i, body: withScores(i.body, random, kept, again) }];
    }
    return [i];
  });
  return { ...region, body };
}

/** The values that hang on a draw: not on parameters and constants alone. The least fixed point over loops. */
function randomValues(program: Program, body: Region): ReadonlySet<ValueId> {
  const random = new Set<ValueId>();
  const mark = (ids: readonly Value[]): void => {
    for (const { id } of ids) random.add(id);
  };
  const anyRandom = (ids: readonly ValueId[]): boolean => ids.some((id) => random.has(id));
  const see = (region: Region): void => {
    for (const i of region.body) {
      if (i.kind === 'for' || i.kind === 'while') {
        const offset = i.kind === 'for' ? 1 : 0;
        i.inits.forEach((init, k) => {
          const arg = i.body.args[k + offset];
          const back = i.body.yields[k];
          if (arg !== undefined && (random.has(init) || (back !== undefined && random.has(back)))) random.add(arg.id);
        });
        if (i.kind === 'for' && anyRandom([i.low, i.high])) mark(i.body.args);
        if (i.kind === 'while') {
          i.condition.args.forEach((arg, k) => {
            if (random.has(i.body.args[k]?.id ?? arg.id)) random.add(arg.id);
          });
          if (anyRandom(i.condition.yields)) mark(i.body.args);
        }
      }
      regionsOf(i).forEach(see);
      const drawn = i.kind === 'draw' || (i.kind === 'call' && program.functions[i.callee]?.draws === true);
      if (drawn || anyRandom(operandsOf(i))) mark(resultsOf(i));
      else
        resultsOf(i).forEach((result, k) => {
          const outs = regionsOf(i).flatMap((r) => (r.yields[k] === undefined ? [] : [r.yields[k]]));
          if (anyRandom(outs)) random.add(result.id);
        });
    }
  };
  for (let size = -1; size !== random.size; ) {
    size = random.size;
    see(body);
  }
  return random;
}
