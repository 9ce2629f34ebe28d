/** Programs made ready to run in lockstep: the machine of their nodes, and its text. */
import { blockSize } from '../ir/engine.js';
import type { Program } from '../ir/ir.js';
import { delayed } from './delay.js';
import { effectsOf } from './effects.js';
import { ownedIn } from './emit_function.js';
import { emitStepped, type SteppedText } from './emit_stepped.js';
import { lockstepOf } from './lockstep.js';
import type { LoopPrinter } from './loop_items.js';
import type { LowProgram, Statement } from './low.js';
import { lower } from './lower.js';
import { buildMachine } from './machine.js';
import { isPause, type ResumableOptions, readsInOrder } from './resumable.js';
import { longestBody, statementCost } from './split.js';
import { newProgramWriter, type ProgramWriter } from './writer.js';

/** Addresses of one draw that are kept as columns. */
const mostColumns = 2 ** 18;

/** Statements longer than this are left to kernels that split them. */
const longestStatement = 4 * longestBody;

export type SteppedProgram = {
  readonly low: LowProgram;
  readonly writer: ProgramWriter;
  readonly text: SteppedText;
  readonly entry: number;
};

/**
 * The program, its loops printed by a printer; null where its particles do not all pause at the same places.
 *
 * @param printer makes the printer, which may print what the loops call
 */
export function steppedProgram(
  program: Program,
  main: string,
  options: ResumableOptions,
  printer: (writer: ProgramWriter) => LoopPrinter,
): SteppedProgram | null {
  const { layout, limits } = options;
  const pauses = options.pauses ?? 'scores';
  const lowered = lower(program, main, { layout, elements: limits.elements, copied: true, columns: mostColumns });
  const low = { ...lowered, main: { ...lowered.main, body: delayed(lowered.main.body) } };
  const writer = newProgramWriter(low, options, effectsOf(low), { chunk: blockSize, longestBody, overlapping: true });
  if (writer.countsDepth) return null;
  const owned = ownedIn(writer, low.main);
  const lockstep = lockstepOf(
    low,
    owned.body,
    (s: Statement) => isPause(s, pauses),
    layout === 'column' && readsInOrder(low),
  );
  if (lockstep === null) return null;
  const { effects } = writer;
  const weighs = (s: Statement): boolean => {
    const alone = { statements: [s], yields: [] };
    return effects.own(alone, 'weight') || effects.called(alone, 'weight');
  };
  let nodes = 0;
  const plan = {
    pauses: (s: Statement) => lockstep.pauses.has(s),
    opens: (s: Statement) => lockstep.opened.has(s),
    // A particle that dies there does nothing of what follows; if all do, nothing is done at all.
    cuts: (s: Statement) => layout !== 'column' && weighs(s),
    framed: () => false,
    next: () => nodes++,
    longest: longestBody,
  };
  const machine = buildMachine(low.main, owned, plan, true);
  const statements = machine.nodes.flatMap(({ items }) => items.flatMap((i) => (i.kind === 'do' ? [i.statement] : [])));
  if (statements.some((s) => statementCost(s) > longestStatement)) return null;
  const text = emitStepped(writer, machine, lockstep, printer(writer));
  return text === null ? null : { low, writer, text, entry: machine.entry };
}
