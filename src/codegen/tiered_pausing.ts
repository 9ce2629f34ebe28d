/** Pausing kernels that begin with what is made ready soon and go on with what runs fast. */
import type { PausingKernel } from './pausing.js';

/** Particles times pauses after which the second kernel repays its compiling: some 10 ms of JavaScript. */
const worthCompiling = 3e5;
/** So many particles at once are as much in a few pauses. */
const manyParticles = 8192;

/**
 * Runs particles on `first` until they were many, and on `second` from the next start on: nobody sees where one takes over, since both give
 * the same bits.
 */
export function tieredPausing(first: () => PausingKernel, second: () => PausingKernel): PausingKernel {
  let spent = 0;
  let count = 0;
  let over = false;
  let current: PausingKernel | null = null;
  const kernel = (): PausingKernel => {
    current ??= over ? second() : first();
    return current;
  };
  return {
    start: (block, particles, given) => {
      count = particles;
      if (!over && (spent >= worthCompiling || particles >= manyParticles)) {
        over = true;
        current = null;
      }
      kernel().start(block, particles, given);
    },
    advance: () => {
      spent += count;
      return kernel().advance();
    },
    logWeight: () => kernel().logWeight(),
    relative: () => kernel().relative?.() ?? null,
    choose: (scheme, uniforms, chosen) => kernel().choose?.(scheme, uniforms, chosen) ?? null,
    points: () => kernel().points(),
    copyRows: (from) => kernel().copyRows(from),
    finish: () => kernel().finish(),
    liveBytes: () => kernel().liveBytes(),
  };
}
