/** Pausing kernels that begin with what is made ready soon and go on with what runs fast. */
import type { PausingKernel } from './pausing.js';
import type { ResumableKernel } from './resumable.js';

/** Particles times pauses after which the second kernel repays its compiling: some 10 ms of JavaScript. */
const pausesWorthCompiling = 3e5;
/** So many particles at once are as much in a few pauses. */
const manyParticles = 8192;

type Tiers<Kernel> = {
  readonly kernel: () => Kernel;
  /** The kernel for so many particles, put at the start. */
  readonly started: (particles: number) => Kernel;
  /** The kernel, which is about to run so many particles to their next pause. */
  readonly moved: (particles: number) => Kernel;
};

/** Gives `first` until particles were many, and `second` from the next start on. */
function tiersOf<Kernel>(first: () => Kernel, second: () => Kernel): Tiers<Kernel> {
  let spent = 0;
  let over = false;
  let current: Kernel | null = null;
  const kernel = (): Kernel => {
    current ??= over ? second() : first();
    return current;
  };
  return {
    kernel,
    started: (particles) => {
      if (!over && (spent >= pausesWorthCompiling || particles >= manyParticles)) {
        over = true;
        current = null;
      }
      return kernel();
    },
    moved: (particles) => {
      spent += particles;
      return kernel();
    },
  };
}

/** Nobody sees where `second` takes over from `first`, since both give the same bits. */
export function tieredPausing(first: () => PausingKernel, second: () => PausingKernel): PausingKernel {
  const { kernel, started, moved } = tiersOf(first, second);
  let count = 0;
  return {
    start: (block, particles, given) => {
      count = particles;
      started(particles).start(block, particles, given);
    },
    advance: () => moved(count).advance(),
    logWeight: () => kernel().logWeight(),
    relative: () => kernel().relative?.() ?? null,
    choose: (scheme, uniforms, chosen) => kernel().choose?.(scheme, uniforms, chosen) ?? null,
    points: () => kernel().points(),
    streams: () => kernel().streams(),
    copyRows: (from) => kernel().copyRows(from),
    finish: () => kernel().finish(),
    liveBytes: () => kernel().liveBytes(),
  };
}

/** The same for kernels that run some particles alone. */
export function tieredFramed(first: () => ResumableKernel, second: () => ResumableKernel): ResumableKernel {
  const { kernel, started, moved } = tiersOf(first, second);
  let count = 0;
  return {
    start: (block, particles, given) => {
      count = particles;
      started(particles).start(block, particles, given);
    },
    advance: (from = 0, to = count) => moved(to - from).advance(from, to),
    restart: (from, given) => kernel().restart(from, given),
    streams: () => kernel().streams(),
    dimension: () => kernel().dimension(),
    logWeight: () => kernel().logWeight(),
    points: () => kernel().points(),
    copyRows: (from) => kernel().copyRows(from),
    finish: () => kernel().finish(),
    liveBytes: () => kernel().liveBytes(),
  };
}
