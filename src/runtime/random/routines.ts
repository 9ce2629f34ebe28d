/**
 * Random numbers in WebAssembly, to the bit those of the functions in JavaScript. A state is four i32 at an address, a multiple of 4; key
 * words and halves of addresses are i32, numbers of particles and blocks doubles.
 *
 * Which form a writer of functions should use: a loop that draws from one stream takes `inlineStream`, whose state is in locals; where draws
 * are few, or the function calls others that draw from the same stream, `uniformRoutine` and its like keep the code small.
 */
export { exponentialRoutine, type InlineStream, inlineStream, normalRoutine } from './inline_stream.js';
export {
  addressedRoutines,
  mixHiRoutine,
  mixLoRoutine,
  seedAddressedRoutine,
  seedColumnRoutine,
  seedParticleRoutine,
  seedRequestRoutine,
} from './seed_routines.js';
export { uniformRoutine } from './ziggurat_routines.js';
