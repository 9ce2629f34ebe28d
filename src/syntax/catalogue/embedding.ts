import { error, warning } from './entry.js';

/** Values and functions that a host program hands over, and what its platform allows. */
export const embeddingCodes = {
  E0530: error(
    'not a value of the language',
    'A template takes numbers, booleans, strings, arrays, typed arrays, records, tables of rows and functions. Other values, empty ones (null, undefined) outside of tables, and arrays of mixed kinds have no type in the language.',
  ),
  E0531: error(
    'placeholder out of place',
    'A placeholder of a template stands for a value: it can stand wherever a value, a table or a called function can, but not in the place of a name that is declared, and not inside of a string.',
  ),
  E0532: error(
    'bad command',
    'A command is a program and its arguments, separated by spaces; quotes hold an argument together. No shell reads it. It is spoken to `by json` (one line for each call) or `by columns` (raw doubles for a block of calls; arguments and results are scalars). A cost is a positive number.',
  ),
  E0620: error(
    'command not allowed',
    'A function of the program is computed by a command on this machine. Programs may run commands only where the user says so, by `--allow-run`; look at the command that the message names before you do. In a browser there are no commands.',
  ),
  E0621: error(
    'command does not work',
    'The command behind an `extern fn` could not be started; ended, or took too long, several times before it gave a single answer; or writes more columns than it was asked for. Its last words on standard error are part of the message.',
  ),
  E0622: error(
    'assertion failed',
    'A function of the program or of the library calls `assert`, and what it demands does not hold: the run cannot go on. The message says what was demanded. `ode` demands that an equation can be followed: stiff ones, and those that run into a singularity, can not.',
  ),
  W0620: warning(
    'calls without an answer',
    'Some calls of an `extern fn … from command` gave an error, took too long, or ended the command. The runs that made them have weight zero: the answer is that of the model given that no call fails.',
  ),
  E0655: error(
    'no such engine here',
    'The engine that was asked for is not on this host: `wasm` needs WebAssembly with vectors, `native` a C compiler and Node. Leave the choice open (`auto`): all engines give the same bits.',
  ),
  W0656: warning(
    'program left to another engine',
    'The engine that was asked for cannot compile this program or what the method makes of it, for the reason in the message, or has not what it needs; another one ran it, with the same bits.',
  ),
  W0658: warning(
    'points without coordinates',
    'Scrambled points of Sobol are to give the noise of the draws (`points = sobol`), but every draw of the program hangs on chance: it is in a branch or a loop, or takes a number of random numbers that is not known beforehand. The draws are as random ones.',
  ),
  W0657: warning(
    'slow engine',
    'The platform forbids code made at run time (a page without `unsafe-eval`), and no module compiled ahead of time holds this question: the interpreter answered, with the same bits and much more slowly. `whatif compile FILE --aot OUT.mjs` makes such a module.',
  ),
} as const;
