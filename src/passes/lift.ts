import type { Instruction, InstructionOf, PlaceId, Program, Region, ValueId } from '../ir/ir.js';
import { cloneRegion, definitions, regionsOf, some, usesOf } from '../ir/walk.js';
import type { SeenHere } from './evidence.js';
import { type Piece, sameIndices } from './surgery.js';
import type { Worlds } from './worlds.js';

/** A region on the way down to a statement, and the instruction that owns it. */
export type Step = { readonly owner: Instruction; readonly region: Region };

/**
 * Takes evidence that stands in branches and loops to the place of the node that it speaks of. There it holds if the branches would be
 * taken and the loops reach the node's indices: `for i in 0..n { if c[i] { observe x[i] = y[i] } }` says of `x[j]` that it is `y[j]` where
 * 0 <= j < n and c[j]. Gives null for a node where this cannot be told: the evidence hangs on draws inside the loop, say.
 */
export function createLift(
  worlds: Worlds,
  way: readonly Step[],
  seen: ValueId,
  indices: readonly ValueId[],
): (node: InstructionOf<'node'>, at: PlaceId) => SeenHere | null {
  const { fresh, program } = worlds;
  const whole: Region = { args: [], body: worlds.instructions, yields: [] };
  const found = definitions(whole);
  return (node, at) => {
    const around = regionsAround(whole, node.result.id);
    const steps = way.filter((step) => !around.has(step.region));
    const by = new Map<ValueId, ValueId>();
    for (const { owner, region } of steps) {
      if (owner.kind === 'if') continue;
      const index = indices.indexOf(region.args[0]?.id ?? -1);
      const mine = node.indices[index];
      const variable = region.args[0]?.id;
      if (owner.kind !== 'for' || mine === undefined || variable === undefined) return null;
      by.set(variable, mine);
    }

    /** The instructions by which values are computed in the first regions of the way, with the node's indices in them. */
    const computed = (
      ids: readonly ValueId[],
      depth: number,
    ): { readonly body: readonly Instruction[]; readonly ids: readonly ValueId[] } | null => {
      const regions = steps.slice(0, depth).map((s) => s.region);
      const needed = new Set<Instruction>();
      const need = (id: ValueId): boolean => {
        const made = found.get(id);
        if (by.has(id) || made === undefined || !regions.includes(made.region)) return true;
        if (made.kind === 'argument' || !isPure(made.instruction, program)) return false;
        if (needed.has(made.instruction)) return true;
        needed.add(made.instruction);
        return [...usesOf(made.instruction)].every(need);
      };
      if (!ids.every(need)) return null;
      const body = regions.flatMap((r) => r.body.filter((i) => needed.has(i)));
      const copy = cloneRegion({ args: [], body, yields: ids }, fresh, by);
      return { body: copy.body, ids: copy.yields };
    };

    /** Whether the run comes down to the statement from here on, for the node's indices. */
    const reached = (depth: number): Piece | null => {
      const step = steps[depth];
      if (step === undefined) {
        const wanted = computed(indices, depth);
        if (wanted === null) return null;
        const test = sameIndices(node.indices, wanted.ids, fresh, at);
        return { body: [...wanted.body, ...test.body], value: test.value };
      }
      const guard = guardOf(step, depth);
      const rest = reached(depth + 1);
      if (guard === null || rest === null) return null;
      const result = fresh({ kind: 'bool' });
      const no = fresh({ kind: 'bool' });
      const both: Instruction = {
        kind: 'if',
        at,
        results: [result],
        condition: guard.value,
        then: { args: [], body: rest.body, yields: [rest.value] },
        otherwise: { args: [], body: [{ kind: 'const', at, result: no, value: 0 }], yields: [no.id] },
      };
      return { body: [...guard.body, both], value: result.id };
    };

    /** Whether the branch is taken, or the loop reaches the node's index. */
    const guardOf = ({ owner, region }: Step, depth: number): Piece | null => {
      const test = (op: 'not' | 'le' | 'lt' | 'and', args: readonly ValueId[], body: Instruction[]): ValueId => {
        const result = fresh({ kind: 'bool' });
        body.push({ kind: 'op', at, result, op, args });
        return result.id;
      };
      if (owner.kind === 'if') {
        const piece = computed([owner.condition], depth);
        if (piece === null) return null;
        const body = [...piece.body];
        const [condition = owner.condition] = piece.ids;
        return { value: region === owner.then ? condition : test('not', [condition], body), body };
      }
      if (owner.kind !== 'for') return null;
      const piece = computed([owner.low, owner.high], depth);
      const index = by.get(region.args[0]?.id ?? -1);
      if (piece === null || index === undefined) return null;
      const [low = index, high = index] = piece.ids;
      const body = [...piece.body];
      return { value: test('and', [test('le', [low, index], body), test('lt', [index, high], body)], body), body };
    };

    const when = reached(0);
    const value = computed([seen], steps.length);
    if (when === null || value === null) return null;
    return { body: when.body, seen: { value: value.ids[0] ?? seen, when: when.value, body: value.body, at } };
  };
}

/** The regions that a value is made in, outermost first. */
function regionsAround(region: Region, id: ValueId): ReadonlySet<Region> {
  for (const instruction of region.body) {
    if (instruction.kind === 'node' && instruction.result.id === id) return new Set([region]);
    for (const inner of regionsOf(instruction)) {
      const found = regionsAround(inner, id);
      if (found.size > 0) return new Set([region, ...found]);
    }
  }
  return new Set();
}

/** Whether an instruction only computes, so that it may be computed once more elsewhere. */
function isPure(instruction: Instruction, program: Program): boolean {
  switch (instruction.kind) {
    case 'const':
    case 'input':
    case 'op':
    case 'make':
    case 'get':
    case 'extern':
      return true;
    case 'call':
      return program.functions[instruction.callee]?.draws === false;
    case 'if':
    case 'for':
    case 'while':
      return !some(
        { args: [], body: regionsOf(instruction).flatMap((r) => r.body), yields: [] },
        (i) => !isPure(i, program),
      );
    default:
      return false;
  }
}
