import type { Progress } from '../inference/backend.js';
import { type NamedColumn, scalarColumns } from '../inference/columns.js';
import { newDraws } from '../ir/draws.js';
import { blockSize, defaultLimits } from '../ir/engine.js';
import type { Constant, IrType } from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import { mainName } from '../passes/assemble.js';
import type { Output } from '../passes/flatten.js';
import { chooseEngine } from '../plan/choose_engine.js';
import { engines } from '../plan/engines.js';
import type { AnswerSettings } from '../plan/forms.js';
import type { Plan } from '../plan/plan.js';
import type { Stop } from '../runtime/jobs.js';
import { keyFromSeed } from '../runtime/random/seed.js';

/** True values and data made up by runs of the model. */
export type Truths = {
  /** A column for each scalar of the targets, named as in answers: one value a replication. */
  readonly targets: readonly NamedColumn[];
  /** What would be seen, one list a replication. */
  readonly seen: readonly (readonly Constant[])[];
};

/** Runs without an accepted one after which the model is given up. */
const mostRuns = 2_000_000;

/**
 * Runs a plan of `forwards` until so many runs agree with the conditions of the model; less of them where hardly any does.
 *
 * @param asked number of targets; the rest of the outputs is what would be seen
 */
export function* drawTruths(
  plan: Plan,
  asked: number,
  wanted: number,
  settings: AnswerSettings,
): Generator<Progress, Truths, Stop> {
  const types = plan.outputs.map((o) => o.type);
  const { engine } = chooseEngine(plan, settings.engine) ?? { engine: engines.js };
  const kernel = engine(plan.program, mainName, {
    layout: plan.layout.layout,
    key: keyFromSeed(`${settings.seed} truths`),
    limits: defaultLimits,
    externs: settings.externs,
  });
  const block = newDraws(types, blockSize);
  const kept: Constant[][] = types.map(() => []);
  let found = 0;
  for (let from = 0; found < wanted && from < mostRuns; from += blockSize) {
    kernel.fill(block, from, from + blockSize, from);
    for (let i = 0; i < blockSize && found < wanted; i++) {
      if (block.logWeight[i] === Number.NEGATIVE_INFINITY) continue;
      for (const [k, column] of block.columns.entries()) kept[k]?.push(column[i] ?? Number.NaN);
      found += 1;
    }
    if ((yield { draws: 0, total: wanted, ess: null }) !== undefined) break;
  }
  const targets = plan.outputs.flatMap((output, k) => {
    if (output.target >= asked) return [];
    const values = kept[k] ?? [];
    const column = values.every((v) => typeof v === 'number') ? Float64Array.from(values, Number) : values;
    const name = `${plan.targets[output.target]?.text ?? ''}${output.path}`;
    return scalarColumns(column, output.type, name);
  });
  const seenTypes = plan.question.outputs.yields.slice(asked).map((id) => typeOfYield(plan, id));
  const seen = Array.from({ length: found }, (_, i) =>
    seenTypes.map((type, k) => whole(type, asked + k, plan.outputs, (output) => kept[output]?.[i] ?? Number.NaN)),
  );
  return { targets, seen };
}

function typeOfYield({ question }: Plan, id: number): IrType {
  for (const instruction of question.outputs.body)
    if ('result' in instruction && instruction.result.id === id) return instruction.result.type;
  return { kind: 'real' };
}

/** Puts a value together again whose parts have become outputs of their own. */
function whole(
  type: IrType,
  target: number,
  outputs: readonly Output[],
  partOf: (output: number) => Constant,
): Constant {
  const mine = outputs.flatMap((output, k) => (output.target === target ? [{ path: output.path, k }] : []));
  const build = (type: IrType, path: string): Constant | null => {
    const here = mine.find((o) => o.path === path);
    if (here !== undefined) return partOf(here.k);
    const partAt = (inner: IrType, part: string): Constant | null =>
      mine.some((o) => o.path.startsWith(path + part)) ? build(inner, path + part) : null;
    const parts: Constant[] = [];
    if (type.kind === 'array') {
      for (let i = 0; ; i++) {
        const part = partAt(inner(type.element), `[${i}]`);
        if (part === null) break;
        parts.push(part);
      }
    } else if (type.kind === 'tuple') {
      for (const [i, element] of type.elements.entries()) parts.push(partAt(inner(element), `[${i}]`) ?? Number.NaN);
    } else if (type.kind === 'record') {
      for (const { name, type: field } of type.fields) parts.push(partAt(inner(field), `.${name}`) ?? Number.NaN);
    }
    return parts;
  };
  const built = build(type, '') ?? [];
  return numbersOf(built);
}

const inner = (type: Parameters<typeof isIrType>[0]): IrType => (isIrType(type) ? type : { kind: 'real' });

/** Arrays of numbers as engines hold them. */
function numbersOf(value: Constant): Constant {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Float64Array) return value;
  return value.every((v) => typeof v === 'number') ? Float64Array.from(value, Number) : value.map(numbersOf);
}
