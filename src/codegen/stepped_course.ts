/** The way of all particles together from node to node, whatever runs the loops. */
import { isFault } from '../ir/faults.js';
import { ended, nodeAfter } from './emit_machine.js';
import type { SteppedNode, SteppedText } from './emit_stepped.js';

/** What the generated text gives: for each node what comes before the loop, the loop, and the number of the next node. */
export type SteppedFunctions<Loop> = {
  readonly before: readonly (() => void)[];
  readonly run: readonly (Loop | null)[];
  readonly after: readonly (() => number)[];
};

/** Where the particles stand. */
export type Standing = {
  /** The node that comes next. */
  node: number;
  alive: number;
  /** Steps that were run, whatever became of them. */
  steps: number;
};

/** Node functions return the next node, or a number up to this where the run pauses. */
const pauseBelow = -2;

type CourseSetting<Loop> = {
  readonly functions: SteppedFunctions<Loop>;
  readonly text: Pick<SteppedText, 'nodes'>;
  readonly entry: number;
  /** Steps and dimensions that all particles have in common. */
  readonly common: Float64Array;
  readonly standing: Standing;
  /** Runs a loop over all particles, and counts its steps. */
  readonly loop: (run: Loop, node: SteppedNode) => void;
  /** Gives back what is not read any more. */
  readonly settle: () => void;
};

type Course = {
  /** Goes through the program without particles. */
  readonly rehearse: () => void;
  /** Runs to the next pause; false where the end was reached. */
  readonly advance: () => boolean;
};

export function steppedCourse<Loop>(setting: CourseSetting<Loop>): Course {
  const { functions, entry, common, standing } = setting;
  const byNumber = new Map(setting.text.nodes.map((node, k) => [node.number, { node, k }]));
  const runNode = (number: number): number => {
    const { k, node } = byNumber.get(number)!;
    const before = common[0]!;
    functions.before[k]!();
    standing.steps += (common[0]! - before) * standing.alive;
    const run = functions.run[k];
    if (node.loops && run !== null && run !== undefined) setting.loop(run, node);
    const next = functions.after[k]!();
    setting.settle();
    return next;
  };
  return {
    rehearse: () => {
      common.fill(0);
      try {
        for (let node = entry; node !== ended; ) {
          const { k } = byNumber.get(node)!;
          functions.before[k]!();
          const next = functions.after[k]!();
          node = next <= pauseBelow ? nodeAfter(next) : next;
        }
      } catch (thrown) {
        // The run ends with the same fault at the same place, if a particle comes there.
        if (!isFault(thrown)) throw thrown;
      }
    },
    advance: () => {
      while (standing.node !== ended) {
        if (standing.alive === 0) standing.node = ended;
        else {
          const next = runNode(standing.node);
          standing.node = next <= pauseBelow ? nodeAfter(next) : next;
          if (next <= pauseBelow && standing.alive > 0) return true;
        }
      }
      return false;
    },
  };
}
