/** What a particle adds up, its depth and its stream: from its row into locals, and back. */
import type { Code } from '../../../runtime/assembly/code.js';
import { f64, get, i32, v128 } from '../../../runtime/assembly/instructions.js';
import { loadWords, storeWords } from '../../../runtime/random/stream_code.js';
import { stateAt } from '../sources.js';
import type { Routing } from './routing.js';
import { rowPlaces } from './rows.js';

const streamOf = ({ rows, p }: Routing): Code => i32.add(rows.streams.get, i32.shl(get(p), i32.of(4)));

/** The address of the particle's log weight. */
export const weightOf = ({ rows, p }: Pick<Routing, 'rows' | 'p'>): Code =>
  i32.add(rows.weights.get, i32.shl(get(p), i32.of(3)));

/** Takes everything out of the row. */
export function takeTotals(r: Routing): Code {
  const { base, row, program } = r;
  const { countsWords, countsDepth, totals, options } = program;
  const state = i32.of(stateAt(r.link));
  return [
    base.weight.set(f64.load(weightOf(r))),
    base.dimension.set(f64.load(get(row), rowPlaces.dimension)),
    base.steps.set(countsWords ? i32.load(get(row), rowPlaces.steps) : f64.load(get(row), rowPlaces.steps)),
    countsDepth ? totals.depth.set(i32.load(get(row), rowPlaces.depth)) : [],
    options.layout !== 'particle'
      ? []
      : base.stream === null
        ? v128.store(state, v128.load(streamOf(r)))
        : loadWords(base.stream.words, streamOf(r)),
  ];
}

/** Puts everything into the row. Steps that are new are added to those of all particles. */
export function totalsCode(r: Routing): Code {
  const { rows, row, base, program } = r;
  const { countsWords, countsDepth, totals, options } = program;
  const steps = base.steps.get;
  const more = countsWords
    ? f64.fromSigned(i32.sub(steps, i32.load(get(row), rowPlaces.steps)))
    : f64.sub(steps, f64.load(get(row), rowPlaces.steps));
  return [
    rows.taken.set(f64.add(rows.taken.get, more)),
    countsWords ? i32.store(get(row), steps, rowPlaces.steps) : f64.store(get(row), steps, rowPlaces.steps),
    f64.store(weightOf(r), base.weight.get),
    f64.store(get(row), base.dimension.get, rowPlaces.dimension),
    countsDepth ? i32.store(get(row), totals.depth.get, rowPlaces.depth) : [],
    options.layout !== 'particle'
      ? []
      : base.stream === null
        ? v128.store(streamOf(r), v128.load(i32.of(stateAt(r.link))))
        : storeWords(base.stream.words, streamOf(r)),
  ];
}
