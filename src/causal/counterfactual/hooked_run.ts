/** One run of a program in which the caller decides every draw and may replace the value of every node. */
import { defaultLimits } from '../../ir/engine.js';
import type { InstructionOf, IrType, Program } from '../../ir/ir.js';
import { type Effect, machineOf, type Operands } from '../../ir/machine.js';
import { asAddress, type RuntimeValue } from '../../ir/values.js';
import { extendAddress, rootAddress } from '../../runtime/random/address.js';

/** A draw, or evidence on one, as a run comes to it. `address` is the same in all worlds that share its noise. */
export type DrawEvent = {
  readonly family: string;
  readonly params: readonly RuntimeValue[];
  readonly address: string;
  readonly site: number;
};

/** What the caller does where a run comes to something random. Any of them may throw to leave the run. */
type RunHooks = {
  readonly draw: (event: DrawEvent) => RuntimeValue;
  readonly score: (event: DrawEvent, value: RuntimeValue) => void;
  readonly condition: (holds: boolean) => void;
  /** Adds to the log weight. */
  readonly factor: (amount: number) => void;
  /** The value that a node has: what was computed, or something else. A member of a family is named with its indices: `x[3]`. */
  readonly node: (name: string, value: RuntimeValue, type: IrType) => RuntimeValue;
};

/** Thrown where a program does what a hooked run cannot follow. */
type Unfollowed = { readonly unfollowed: string };

/** Whether something thrown is an `Unfollowed`. */
export const isUnfollowed = (thrown: unknown): thrown is Unfollowed =>
  typeof thrown === 'object' && thrown !== null && 'unfollowed' in thrown;

/** Leaves a run that cannot be followed; the reason follows "because". */
export const unfollowed = (reason: string): Unfollowed => ({ unfollowed: reason });

/**
 * Runs a function whose one argument is the root address, as the reference interpreter does, and gives what it yields. Throws a `Fault`
 * where the run has one and an `Unfollowed` where it meets an open input, a function of the host or raw noise.
 *
 * @param steps iterations and calls that the run may take
 */
export function hookedRun(program: Program, name: string, hooks: RunHooks, steps = mostSteps): readonly RuntimeValue[] {
  const eventOf = (i: InstructionOf<'draw' | 'score'>, { one, all }: Operands): DrawEvent => {
    const { hi, lo } = extendAddress(asAddress(one(i.address)), i.site, 0);
    return { family: i.family, params: all(i.params), address: `${hi}:${lo}`, site: i.site };
  };
  const effect = (i: Effect, operands: Operands): readonly RuntimeValue[] => {
    const { one, number, typeOf } = operands;
    switch (i.kind) {
      case 'draw':
        return [hooks.draw(eventOf(i, operands))];
      case 'score':
        hooks.score(eventOf(i, operands), one(i.value));
        return [];
      case 'condition':
        hooks.condition(number(i.value) === 1);
        return [];
      case 'factor':
        hooks.factor(number(i.value));
        return [];
      case 'node': {
        const indices = i.indices.map((id) => labelOf(typeOf(id), number(id)));
        const name = indices.length === 0 ? i.name : `${i.name}[${indices.join(', ')}]`;
        return [hooks.node(name, one(i.value), i.result.type)];
      }
      case 'input':
        throw unfollowed(`'${i.name}' has no value`);
      case 'extern':
        throw unfollowed('it calls a function of the host');
      case 'noise':
      case 'read':
      case 'equal':
      case 'approximate':
        throw unfollowed(`it has an instruction ${i.kind}`);
    }
  };
  return machineOf(program, { ...limits, steps }, effect).invoke(name, [rootAddress]);
}

/** A value as a program writes it. */
export function labelOf(type: IrType | undefined, value: number): string {
  if (type?.kind === 'bool') return String(value === 1);
  return type?.kind === 'enum' ? (type.members[value] ?? String(value)) : String(value);
}

/** A run is one of many, and short or not followed. */
const mostSteps = 100_000;
const limits = { depth: 200, elements: defaultLimits.elements };
