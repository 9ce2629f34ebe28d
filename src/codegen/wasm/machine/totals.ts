/** What a particle adds up, its depth and its stream: from its head into locals, and back. */
import type { Code } from '../../../runtime/assembly/code.js';
import { f64, get, i32, v128 } from '../../../runtime/assembly/instructions.js';
import { loadWords, storeWords } from '../../../runtime/random/stream_code.js';
import { stateAt } from '../sources.js';
import type { Routing } from './routing.js';
import { headPlaces } from './rows.js';

const streamOf = ({ rows, p }: Routing): Code => i32.add(rows.streams.get, i32.shl(get(p), i32.of(4)));

/** The address of the particle's log weight. */
const weightOf = ({ rows, p }: Pick<Routing, 'rows' | 'p'>): Code =>
  i32.add(rows.weights.get, i32.shl(get(p), i32.of(3)));

/** Takes everything out of the head. */
export function takeTotals(r: Routing): Code {
  const { base, head, program } = r;
  const { countsWords, countsDepth, totals, options } = program;
  const state = i32.of(stateAt(r.link));
  return [
    base.weight.set(f64.load(weightOf(r))),
    base.dimension.set(f64.load(get(head), headPlaces.dimension)),
    base.steps.set(countsWords ? i32.load(get(head), headPlaces.steps) : f64.load(get(head), headPlaces.steps)),
    countsDepth ? totals.depth.set(i32.load(get(head), headPlaces.depth)) : [],
    options.layout !== 'particle'
      ? []
      : base.stream === null
        ? v128.store(state, v128.load(streamOf(r)))
        : loadWords(base.stream.words, streamOf(r)),
  ];
}

/** Puts everything into the head. Steps that are new are added to those of all particles. */
export function totalsCode(r: Routing): Code {
  const { rows, head, base, program } = r;
  const { countsWords, countsDepth, totals, options } = program;
  const steps = base.steps.get;
  const more = countsWords
    ? f64.fromSigned(i32.sub(steps, i32.load(get(head), headPlaces.steps)))
    : f64.sub(steps, f64.load(get(head), headPlaces.steps));
  return [
    rows.taken.set(f64.add(rows.taken.get, more)),
    countsWords ? i32.store(get(head), steps, headPlaces.steps) : f64.store(get(head), steps, headPlaces.steps),
    f64.store(weightOf(r), base.weight.get),
    f64.store(get(head), base.dimension.get, headPlaces.dimension),
    countsDepth ? i32.store(get(head), totals.depth.get, headPlaces.depth) : [],
    options.layout !== 'particle'
      ? []
      : base.stream === null
        ? v128.store(streamOf(r), v128.load(i32.of(stateAt(r.link))))
        : storeWords(base.stream.words, streamOf(r)),
  ];
}
