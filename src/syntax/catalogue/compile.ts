import { error } from './entry.js';

/** What is found between the checks and the run: while a question is compiled. */
export const compileCodes = {
  E0490: error(
    'cannot be compiled',
    'The program passed the checks but a part of it has no meaning that can be run; the message says which.',
  ),
  E0491: error(
    'evidence that nothing can explain',
    'An equality on a computed continuous value needs one noise that can be solved for. Write the noise out so that the value is invertible in it, or ask for approximate equality with `~=` and a likelihood-free method.',
  ),
  E0492: error(
    'no method for this question',
    'The question is part of the language, but no method of this version answers it; the message names what is missing.',
  ),
  E0493: error(
    'no shared noise',
    'Another world needs the noise of a draw whose family has no mechanism: neither a draw that is monotone in one noise, nor a quantile with a cdf, nor an `abduct` of its own.',
  ),
} as const;
