import type { Constant, Func, Program, ValueId } from '../ir/ir.js';
import { resultsOf } from '../ir/ir.js';
import { withFlags } from '../ir/program.js';
import type { Question } from '../lower/question.js';
import { type AssemblyProblem, arrange } from './arrange.js';
import type { EvidenceNote } from './claim.js';
import { prepareRows, weighRows } from './rows.js';
import { type Complete, type SharedFamily, shareNoise } from './share_noise.js';

/** A question as one program: `main` takes the root address and yields the targets. */
export type Assembled = {
  readonly program: Program;
  readonly evidence: readonly EvidenceNote[];
  /** Number of worlds, the one seen included. */
  readonly worlds: number;
  /** Families whose noise worlds share, with where their mechanism comes from. */
  readonly mechanisms: readonly SharedFamily[];
  /** Columns of the rows that are learned from: values for the inputs that stand for them. */
  readonly columns: Readonly<Record<string, Constant>>;
};

/** The name of the function that answers the question. */
export const mainName = 'main';

/** Worlds, surgery, evidence, rows and targets put together. `complete` adds the functions of families that turn out to be needed. */
export function assemble(
  question: Question,
  complete: Complete,
): { readonly ok: true; readonly assembled: Assembled } | { readonly ok: false; readonly problem: AssemblyProblem } {
  const rows = prepareRows(question.given);
  if (!rows.ok) return rows;
  const put = arrange(question, ({ root, nodes, fresh }) =>
    weighRows(rows.value, root.id, (node) => nodes[0]?.get(node) ?? -1, fresh),
  );
  if (!put.ok) return put;
  const { worlds, body, yields, notes } = put.arranged;
  const types = question.outputs.yields.map((id) => typeOfYield(question, id));
  const main: Func = {
    name: mainName,
    body: { args: [worlds.root], body, yields },
    results: types,
    draws: true,
    scores: true,
  };
  const functions = { ...rows.value.functions, ...worlds.program.functions, [mainName]: main };
  const shared = shareNoise({ ...worlds.program, functions }, mainName, complete);
  if (shared.lacking !== null) {
    const { family, at } = shared.lacking;
    return {
      ok: false,
      problem: { code: 'E0493', message: `The noise of '${family}' cannot be shared between worlds.`, at },
    };
  }
  const { mechanisms } = shared;
  const program = withFlags(shared.program);
  const { columns } = rows.value;
  return {
    ok: true,
    assembled: { program, evidence: notes, worlds: question.worlds.length, mechanisms, columns },
  };
}

function typeOfYield(question: Question, id: ValueId): Func['results'][number] {
  for (const instruction of question.outputs.body) {
    for (const value of resultsOf(instruction)) if (value.id === id) return value.type;
  }
  return { kind: 'unit' };
}
