/** What each pass means, in one sentence, for `whatif explain` and the documentation; in the order in which they run. */
export const passes = {
  bind: 'Puts model arguments and columns of data into the program as constants.',
  inline: 'Puts the bodies of functions that do not call themselves in the place of their calls.',
  fold: 'Computes before the run what can be computed without noise.',
  slice: 'Leaves out every draw and equation that the question does not depend on.',
  strip: 'Takes out the marks of nodes once no surgery or evidence needs them any more.',
  unroll: 'Writes short loops with constant bounds out, so that every draw in them has a fixed address.',
  cse: 'Computes once what is computed twice from the same values.',
} as const satisfies Readonly<Record<string, string>>;

export type PassName = keyof typeof passes;
