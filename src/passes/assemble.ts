import { type Func, type Instruction, type PlaceId, type Program, resultsOf, type ValueId } from '../ir/ir.js';
import { isScore } from '../ir/scores.js';
import { rewrite, some, substitute, substituteIn, visit } from '../ir/walk.js';
import type { Question } from '../lower/question.js';
import { applyEvidence, type EvidenceNote } from './evidence.js';
import { type MechanismKind, withMechanism } from './mechanism.js';
import { order } from './order.js';
import { layOut } from './worlds.js';

/** A question as one program: `main` takes the root address and yields the targets. */
export type Assembled = {
  readonly program: Program;
  readonly evidence: readonly EvidenceNote[];
  /** Number of worlds, the one seen included. */
  readonly worlds: number;
  /** Families whose noise worlds share, with where their mechanism comes from. */
  readonly mechanisms: readonly { readonly family: string; readonly kind: MechanismKind }[];
};

/** Why a question cannot be put together, with the place that is to blame. */
export type AssemblyProblem = {
  readonly code: 'E0490' | 'E0491' | 'E0493';
  readonly message: string;
  readonly at: PlaceId;
};

/** The name of the function that answers the question. */
export const mainName = 'main';

/** Adds what families need: always the functions by which they draw and score, and for those named their cdf and quantile. */
export type Complete = (program: Program, main: string, byQuantile: ReadonlySet<string>) => Program;

/** Worlds, surgery, evidence and targets put together. `complete` adds the functions of families that turn out to be needed. */
export function assemble(
  question: Question,
  complete: Complete,
): { readonly ok: true; readonly assembled: Assembled } | { readonly ok: false; readonly problem: AssemblyProblem } {
  const worlds = layOut(question);
  const evident = applyEvidence(question, worlds);
  if (!evident.ok) return { ok: false, problem: { code: 'E0491', message: evident.message, at: evident.at } };
  const [address] = question.outputs.args;
  const outputs = substitute(question.outputs, new Map(address === undefined ? [] : [[address.id, worlds.root.id]]));
  const reads = new Map<ValueId, ValueId>();
  const all: Instruction[] = [];
  for (const instruction of [...evident.instructions, ...outputs.body]) {
    if (instruction.kind !== 'read') {
      all.push(instruction);
      continue;
    }
    const value = worlds.nodes[instruction.world]?.get(instruction.node);
    if (value !== undefined) reads.set(instruction.result.id, value);
  }
  const nested = resolveNestedReads(all, worlds.nodes, reads);
  const by = new Map([...reads, ...evident.alias]);
  for (const [from, to] of reads) by.set(from, evident.alias.get(to) ?? to);
  const body = order(
    nested.map((i) => substituteIn(i, by)),
    evident.fixedInCopies,
  );
  if (body === null) {
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
    scores: some(
      { args: [], body, yields: [] },
      (i) => isScore(i) || (i.kind === 'call' && worlds.program.functions[i.callee]?.scores === true),
    ),
  };
  const functions = { ...worlds.program.functions, [mainName]: main };
  return addMechanisms({ ...worlds.program, functions }, complete, evident.notes, question.worlds.length);
}

/** Reads inside regions (an intervention on a member is an `if`) are found and left out in the same way. */
function resolveNestedReads(
  body: readonly Instruction[],
  nodes: readonly ReadonlyMap<string, ValueId>[],
  reads: Map<ValueId, ValueId>,
): readonly Instruction[] {
  visit({ args: [], body, yields: [] }, (i) => {
    const value = i.kind === 'read' ? nodes[i.world]?.get(i.node) : undefined;
    if (i.kind === 'read' && value !== undefined) reads.set(i.result.id, value);
  });
  return rewrite({ args: [], body, yields: [] }, (i) => (i.kind === 'read' ? [] : i)).body;
}

function typeOfYield(question: Question, id: ValueId): Func['results'][number] {
  for (const instruction of question.outputs.body) {
    for (const value of resultsOf(instruction)) if (value.id === id) return value.type;
  }
  return { kind: 'unit' };
}

/** Every family whose noise is shared needs a mechanism and its inverse. */
function addMechanisms(
  bare: Program,
  complete: Complete,
  evidence: readonly EvidenceNote[],
  worlds: number,
): { readonly ok: true; readonly assembled: Assembled } | { readonly ok: false; readonly problem: AssemblyProblem } {
  const program = complete(bare, mainName, new Set());
  const needed = new Map<string, PlaceId>();
  for (const func of Object.values(program.functions)) {
    visit(func.body, (i) => {
      if ((i.kind === 'draw' && i.shared) || (i.kind === 'score' && i.abduct)) needed.set(i.family, i.at);
    });
  }
  const byQuantile = new Set([...needed.keys()].filter((family) => withMechanism(program, family) === null));
  const mechanisms: { family: string; kind: MechanismKind }[] = [];
  let so = byQuantile.size === 0 ? program : complete(bare, mainName, byQuantile);
  for (const [family, at] of needed) {
    const made = withMechanism(so, family);
    if (made === null) {
      return {
        ok: false,
        problem: { code: 'E0493', message: `The noise of '${family}' cannot be shared between worlds.`, at },
      };
    }
    so = made.program;
    mechanisms.push({ family, kind: made.kind });
  }
  return { ok: true, assembled: { program: so, evidence, worlds, mechanisms } };
}
