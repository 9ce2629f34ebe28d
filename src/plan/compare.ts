import type { OptionValue } from '../inference/backend.js';
import type { Constant, Program } from '../ir/ir.js';
import { arrayOf, real } from '../ir/type.js';
import { instantiate } from '../lower/function.js';
import type { Unit } from '../lower/unit.js';
import { mainName } from '../passes/assemble.js';
import { bind } from '../passes/bind.js';
import type { Comparison } from '../passes/comparison.js';
import type { Norm } from '../passes/early_rejection.js';
import { prune } from '../passes/slice.js';
import { gatherSummaries } from '../passes/summaries.js';
import { isLibrary } from '../stdlib/prelude.js';
import { diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import { requirementsOf } from './choose_method.js';

/** A program whose approximate evidence is gathered, with how it is to be compared. */
type Compared = { readonly program: Program; readonly comparison: Comparison | null };

const vector = arrayOf(real);
/** Distances of samples: what stands in one place of the one has nothing to do with that place of the other. */
const ofSamples: ReadonlySet<string> = new Set(['wasserstein_1', 'energy_distance', 'mmd']);

/**
 * Gathers what `~=` compares, if anything, and lowers the distance, a function of the language of two vectors, into the program.
 *
 * @param distance the option's value: the name of a function
 */
export function compareWith(
  unit: Unit,
  program: Program,
  inputs: Readonly<Record<string, Constant>>,
  distance: OptionValue,
  place: (at: number) => { readonly source: Source; readonly span: Span },
  asked: { readonly source: Source; readonly span: Span },
): Outcome<Compared> {
  if (!requirementsOf(program).approximate) return succeed({ program, comparison: null });
  const gathered = gatherSummaries(program, mainName);
  if (!gathered.ok) {
    const { source, span } = place(gathered.at);
    return fail(diagnose('E0492', gathered.message, source, span, 'compare what is a node, right of the bar'));
  }
  const refuse = (message: string): Outcome<Compared> => fail(diagnose('E0492', message, asked.source, asked.span));
  const name = typeof distance === 'string' ? distance : 'euclidean';
  const own = unit.project.functions.get(name);
  const fromLibrary = own !== undefined && isLibrary(own.source);
  const whitened = fromLibrary && name === 'mahalanobis';
  const declared = whitened ? unit.project.functions.get('whitened_distance') : own;
  const scaled = library(unit, 'scaled');
  if (declared === undefined || scaled === undefined) return refuse(`There is no function '${name}' to be a distance.`);
  const norm = fromLibrary && isNorm(name) ? name : null;
  const samples = fromLibrary && ofSamples.has(name);
  if (samples && gathered.statements > 1)
    return refuse(`'${name}' compares two samples, so there can be only one '~='.`);
  const types = whitened ? [vector, vector, arrayOf(vector)] : [vector, vector];
  const instance = instantiate(unit, declared, types);
  const scaling = instantiate(unit, scaled, [vector, vector]);
  if (instance.draws) return refuse(`The distance '${name}' draws: it must be computed from the two vectors alone.`);
  if (instance.result?.kind !== 'real' && instance.result?.kind !== 'int')
    return refuse(`The distance '${name}' must give a number.`);
  const lowered = bind(unit.finish(), inputs).program;
  const functions = { ...gathered.program.functions };
  for (const made of [instance.name, scaling.name])
    for (const [key, func] of Object.entries(prune(lowered, made).functions)) functions[key] ??= func;
  const { places, sources } = lowered;
  return succeed({
    program: { ...gathered.program, functions, places, sources },
    comparison: { distance: instance.name, scaled: scaling.name, whitened, samples, norm },
  });
}

const isNorm = (name: string): name is Norm => name === 'euclidean' || name === 'manhattan' || name === 'maximum';

/** A function of the library, also where the program has another of the name. */
const library = (unit: Unit, name: string) => {
  const { functions } = unit.project;
  return functions.get(`${name}@library`) ?? functions.get(name);
};
