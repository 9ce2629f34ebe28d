import type { Instruction, PlaceId, ValueId } from '../ir/ir.js';
import { substitute, substituteIn } from '../ir/walk.js';
import type { Situation } from '../lower/situation.js';
import type { EvidenceNote } from './claim.js';
import { applyEvidence } from './evidence.js';
import { order } from './order.js';
import { resolveReads } from './reads.js';
import { layOut, type Worlds } from './worlds.js';

/** Why a question cannot be put together, with the place that is to blame. */
export type AssemblyProblem = {
  readonly code: 'E0490' | 'E0491' | 'E0492' | 'E0493';
  readonly message: string;
  readonly at: PlaceId;
};

/** Worlds after surgery with evidence as weights, as one list of instructions that can run in its order. */
export type Arranged = {
  readonly worlds: Worlds;
  readonly body: readonly Instruction[];
  /** What the situation's outputs yield. */
  readonly yields: readonly ValueId[];
  readonly notes: readonly EvidenceNote[];
};

/** What stands in front of the worlds; `at` gives the value of a node of the world seen. */
type Prelude = (worlds: Worlds) => readonly Instruction[];

/** Worlds, surgery, evidence and outputs put together. Instructions of `prelude` come as early as what they use allows. */
export function arrange(
  situation: Situation,
  prelude: Prelude = () => [],
): { readonly ok: true; readonly arranged: Arranged } | { readonly ok: false; readonly problem: AssemblyProblem } {
  const worlds = layOut(situation);
  const evident = applyEvidence(situation, worlds);
  if (!evident.ok) return { ok: false, problem: { code: evident.code, message: evident.message, at: evident.at } };
  const [address] = situation.outputs.args;
  const outputs = substitute(situation.outputs, new Map(address === undefined ? [] : [[address.id, worlds.root.id]]));
  const reads = resolveReads([...prelude(worlds), ...evident.instructions, ...outputs.body], (read) =>
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
  return { ok: true, arranged: { worlds, body, yields, notes: evident.notes } };
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
