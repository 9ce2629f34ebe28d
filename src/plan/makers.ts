import { type PointsRecipe, pointsKernel } from '../inference/importance/points/points.js';
import type { Engine, Kernel, KernelOptions } from '../ir/engine.js';
import type { Program } from '../ir/ir.js';
import { mainName } from '../passes/assemble.js';
import { type Makers, remakeable } from '../runtime/portable.js';
import { isEngineName } from './engine_names.js';
import { engineNamed, engines } from './engines.js';

/** What a kernel is compiled from. */
type KernelRecipe = { readonly engine: Engine; readonly program: Program; readonly options: KernelOptions };

/** Compiles `main` of a program, so that a worker can do it again. */
export const compiled = (engine: Engine, program: Program, options: KernelOptions): Kernel =>
  remakeable(engine(program, mainName, options), 'kernel', { engine, program, options } satisfies KernelRecipe);

/** Makes again what setups of jobs hold beside plain data. */
export const makers: Makers = {
  // Whoever is asked for help has much to do.
  engine: (name) => {
    const one = typeof name === 'string' && isEngineName(name) && name !== 'auto' ? name : 'wasm';
    return engineNamed(one) ?? engines.js;
  },
  // Written by `compiled` alone.
  kernel: (from) => {
    const { engine, program, options } = from as KernelRecipe;
    return compiled(engine, program, options);
  },
  // Written by `pointsKernel` alone.
  points: (from) => pointsKernel(from as PointsRecipe),
};
