import { type Func, type PlaceId, type Program, resultsOf, type ValueId } from '../ir/ir.js';
import { withFlags } from '../ir/program.js';
import { substitute, substituteIn } from '../ir/walk.js';
import type { Question } from '../lower/question.js';
import type { EvidenceNote } from './claim.js';
import { applyEvidence } from './evidence.js';
import { order } from './order.js';
import { resolveReads } from './reads.js';
import { type Complete, type SharedFamily, shareNoise } from './share_noise.js';
import { layOut } from './worlds.js';

/** A question as one program: `main` takes the root address and yields the targets. */
export type Assembled = {
  readonly program: Program;
  readonly evidence: readonly EvidenceNote[];
  /** Number of worlds, the one seen included. */
  readonly worlds: number;
  /** Families whose noise worlds share, with where their mechanism comes from. */
  readonly mechanisms: readonly SharedFamily[];
};

/** Why a question cannot be put together, with the place that is to blame. */
export type AssemblyProblem = {
  readonly code: 'E0490' | 'E0491' | 'E0493';
  readonly message: string;
  readonly at: PlaceId;
};

/** The name of the function that answers the question. */
export const mainName = 'main';

/** Worlds, surgery, evidence and targets put together. `complete` adds the functions of families that turn out to be needed. */
export function assemble(
  question: Question,
  complete: Complete,
): { readonly ok: true; readonly assembled: Assembled } | { readonly ok: false; readonly problem: AssemblyProblem } {
  const worlds = layOut(question);
  const evident = applyEvidence(question, worlds);
  if (!evident.ok) return { ok: false, problem: { code: evident.code, message: evident.message, at: evident.at } };
  const [address] = question.outputs.args;
  const outputs = substitute(question.outputs, new Map(address === undefined ? [] : [[address.id, worlds.root.id]]));
  const reads = resolveReads([...evident.instructions, ...outputs.body], (read) =>
    worlds.nodes[read.world]?.get(read.node),
  );
  const by = followed(new Map([...reads.by, ...evident.alias]));
  const body =
    by === null
      ? null
      : order(
          reads.instructions.map((i) => substituteIn(i, by)),
          evident.fixedInCopies,
        );
  if (by === null || body === null) {
    return {
      ok: false,
      problem: {
        code: 'E0490',
        message: 'The evidence and the interventions of this question wait for each other.',
        at: -1,
      },
    };
  }
  const yields = outputs.yields.map((id) => by.get(id) ?? id);
  const types = question.outputs.yields.map((id) => typeOfYield(question, id));
  const main: Func = {
    name: mainName,
    body: { args: [worlds.root], body, yields },
    results: types,
    draws: true,
    scores: true,
  };
  const functions = { ...worlds.program.functions, [mainName]: main };
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
  return { ok: true, assembled: { program, evidence: evident.notes, worlds: question.worlds.length, mechanisms } };
}

/** Where chains of names end: what was seen may itself be read from another node. Null where a chain comes back to its start. */
function followed(names: ReadonlyMap<ValueId, ValueId>): ReadonlyMap<ValueId, ValueId> | null {
  const ends = new Map<ValueId, ValueId>();
  for (const from of names.keys()) {
    let to = from;
    for (let next = names.get(to), length = 0; next !== undefined; next = names.get(to), length++) {
      if (length > names.size) return null;
      to = next;
    }
    ends.set(from, to);
  }
  return ends;
}

function typeOfYield(question: Question, id: ValueId): Func['results'][number] {
  for (const instruction of question.outputs.body) {
    for (const value of resultsOf(instruction)) if (value.id === id) return value.type;
  }
  return { kind: 'unit' };
}
