/** What each pass means, in one sentence, for `whatif explain` and the documentation; about in the order in which they run. */
export const passes = {
  surgery: 'Replaces the right-hand side of a node by what an intervention says.',
  renew: 'Adds a second draw of each node that a prediction names, on noise of its own.',
  worlds:
    'Writes a copy of the program for each other world, as far as its interventions reach, on the noise of the world seen.',
  evidence: 'Turns evidence into scores where a draw can be scored, and into conditions elsewhere.',
  invert: 'Solves an equation for its one noise, so that evidence on its value can be scored.',
  mechanism: 'Finds for each family how noise becomes a value, and which noise gives a value that was seen.',
  bind: 'Puts model arguments and columns of data into the program as constants.',
  inline: 'Puts the bodies of functions that do not call themselves in the place of their calls.',
  fold: 'Computes before the run what can be computed without noise.',
  slice: 'Leaves out every draw and equation that the question does not depend on.',
  strip: 'Takes out the marks of nodes once no surgery or evidence needs them any more.',
  fuse: 'Makes one loop of loops over the same indices, so that an array that only the next loop reads is never made.',
  unroll: 'Writes short loops with constant bounds out, so that every draw in them has a fixed address.',
  reduce: 'Puts cheaper operations in the place of dear ones where the result is the same to the bit.',
  hoist: 'Computes in front of a loop what is the same in all its iterations.',
  density_parts:
    'Computes in front of a loop what of a density is the same for all its scores, the logarithm of a spread say.',
  cse: 'Computes once what is computed twice from the same values.',
  conjugate:
    'Draws from the posterior where the density of a draw and the scores that hang on it are of a known family, and leaves one factor of the scores.',
  integrate: 'Sums out draws of bools and enums that do nothing but weigh.',
  log_scale: 'Takes densities of parameters that are exponentials at the exponents.',
  statistics:
    'Weighs the rows of a loop over data together: by sums over them that are computed before the run, or equal rows once.',
  tabulate:
    'Computes once for all runs what does not hang on noise: long loops over data, and tables for loops that draw.',
  guard: 'Makes a run whose call of a command fails weigh nothing.',
  summaries: 'Gathers what `~=` compares into two vectors: the summaries of a run, and what was seen of them.',
  comparison: 'Puts scales and the distance of the summaries from what was seen into the program.',
  early_rejection: 'Ends a run as soon as its distance, which can only grow, has passed the greatest of interest.',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a pass. */
type PassName = keyof typeof passes;

/** Passes that only save work: without them answers mean the same, so that a doubt about one can be put to the test. */
export const optionalPasses = [
  'inline',
  'fold',
  'slice',
  'fuse',
  'unroll',
  'reduce',
  'hoist',
  'cse',
  'conjugate',
  'integrate',
  'log_scale',
  'statistics',
  'tabulate',
  'density_parts',
] as const satisfies readonly PassName[];

/** The name of a pass that may be left out. */
export type OptionalPass = (typeof optionalPasses)[number];

/** Passes that are left out. */
export type LeftOut = ReadonlySet<OptionalPass>;

/** Whether a word names a pass that may be left out. */
export const isOptionalPass = (word: string): word is OptionalPass => optionalPasses.some((name) => name === word);
