import type { Backend, Options, OptionValue, Requirements } from '../inference/backend.js';
import { backends } from '../inference/registry.js';
import type { Program } from '../ir/ir.js';
import { visit } from '../ir/walk.js';
import type { Analysis } from '../passes/analyse.js';
import { diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import type { Expr, Method } from '../syntax/tree.js';
import type { LayoutChoice } from './layout.js';
import { pilotShare } from './pilot.js';

/** A method with its options, and why this one. */
type MethodChoice = { readonly method: Backend; readonly options: Options; readonly reason: string };

/** Numbers for every query, which go before those that were written. */
export type Counts = {
  /** Draws, particles or simulations, whatever the method counts. */
  readonly samples: number | null;
  /** Particles where the method has some, else as `samples`. */
  readonly particles: number | null;
};

/** What the choice hangs on beside the names that were written. */
type Choosing = {
  readonly using: Method | null;
  /** A method for every query, which goes before `using`. */
  readonly named: string | null;
  readonly counts: Counts;
  readonly needs: Requirements;
  /** The program that will be sampled; null where the answer is exact. */
  readonly sampled: { readonly program: Program; readonly facts: Analysis; readonly layout: LayoutChoice } | null;
  /** Why there is no exact answer, in words that follow "because". */
  readonly notExact: string;
  readonly source: Source;
  readonly span: Span;
};

/** The method by which a form is sampled, with its options. */
export function chooseMethod(choosing: Choosing): Outcome<MethodChoice> {
  const { using, named, needs, source, span } = choosing;
  const asked = named ?? using?.name.text ?? 'auto';
  const place = using?.span ?? span;
  const { name, reason } = asked === 'auto' ? automatic(choosing) : { name: asked, reason: 'asked for by name' };
  const method = Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (method === undefined) {
    const known = ['exact', ...Object.keys(backends)].join(', ');
    return fail(diagnose('E0492', `The method '${name}' is not in this version; there is ${known}.`, source, place));
  }
  const unfit = method.suits(needs);
  if (unfit !== null) return fail(diagnose('E0492', `The method '${name}' does not suit: ${unfit}.`, source, place));
  const options: Record<string, OptionValue> = {};
  for (const option of method.options) options[option.name] = option.default;
  for (const option of named === null ? (using?.options ?? []) : []) {
    const value = optionValue(option.value);
    const schema = method.options.find((o) => o.name === option.name.text);
    if (schema === undefined || value === null || !schema.accepts(value)) {
      const message = `The option '${option.name.text}' of '${name}' takes ${schema?.wants ?? 'no value'}.`;
      return fail(diagnose('E0492', message, source, option.span));
    }
    options[schema.name] = value;
  }
  const { samples, particles } = choosing.counts;
  const hasParticles = 'particles' in options;
  const counted = ['samples', 'particles', 'simulations'].find((option) => option in options);
  const count = samples ?? (hasParticles ? null : particles);
  if (count !== null && counted !== undefined) options[counted] = count;
  if (particles !== null && hasParticles) options.particles = particles;
  // The checker has seen the options of the text, and not these.
  const given = method.options.filter((o) => o.name === counted || o.name === 'particles');
  const wrong = given.find((option) => options[option.name] !== null && !option.accepts(options[option.name] ?? null));
  if (wrong !== undefined) {
    const message = `The option '${wrong.name}' of '${name}' takes ${wrong.wants}.`;
    return fail(diagnose('E0492', message, source, place));
  }
  return succeed({ method, options, reason });
}

/** What `~=`, random programs and programs in time contain that decides the method. */
export function requirementsOf(program: Program): Omit<Requirements, 'evidence'> {
  let approximate = false;
  let resample = false;
  let sharedNoise = false;
  for (const func of Object.values(program.functions)) {
    visit(func.body, (i) => {
      if (i.kind === 'approximate') approximate = true;
      if (i.kind === 'resample') resample = true;
      if ((i.kind === 'draw' && i.shared) || (i.kind === 'score' && i.abduct)) sharedNoise = true;
    });
  }
  return { approximate, resample, sharedNoise };
}

/** Effective share of the draws of a pilot below which importance sampling is not tried. */
const leastShare = 0.005;

/** The method that `auto` samples by. */
function automatic({ using, named, needs, sampled, notExact }: Choosing): {
  readonly name: string;
  readonly reason: string;
} {
  if (sampled === null) return { name: 'importance', reason: 'exact where the model allows' };
  const because = `there is no exact answer (${notExact})`;
  const suits = (name: string): boolean => Object.hasOwn(backends, name) && backends[name]?.suits(needs) === null;
  if (needs.approximate) {
    const name = suits('abc_smc') ? 'abc_smc' : 'abc';
    return { name, reason: `'~=' has no likelihood; ${because}` };
  }
  const wanted = named === null ? using?.options.find((option) => option.name.text === 'points') : undefined;
  if (wanted !== undefined) return { name: 'importance', reason: `it takes 'points'; ${because}` };
  const share = suits('smc') || suits('mh') ? pilotShare(sampled) : null;
  if (share === null || share >= leastShare) return { name: 'importance', reason: because };
  const surprising = `the evidence is too surprising for draws from the prior: about ${percent(share)} of a pilot's count`;
  if ((needs.resample || needs.evidence || inTime(sampled.facts)) && suits('smc'))
    return { name: 'smc', reason: `${surprising}; ${because}` };
  return { name: suits('mh') ? 'mh' : 'smc', reason: `${surprising}; ${because}` };
}

const percent = (share: number): string => `${(100 * share).toPrecision(1)} %`;

/** Whether weights come bit by bit: enough scores that particles may be chosen between them. */
const inTime = ({ scores, hasRandomTrips }: Analysis): boolean => hasRandomTrips || scores === null;

/** What stands behind an option's name, as methods take it. */
function optionValue(expr: Expr): OptionValue {
  switch (expr.kind) {
    case 'number':
    case 'boolean':
      return expr.value;
    case 'name':
      return expr.name.text;
    default:
      return null;
  }
}
