/** The module that the engine makes of a program, as text. */
import type { KernelOptions } from '../../ir/engine.js';
import type { Program } from '../../ir/ir.js';
import { moduleText } from '../../runtime/assembly/text.js';
import { writeModule } from './kernel.js';
import { isRefusal } from './writer.js';

/** The module of a program for people to read; where there is none, a comment that says why. */
export function emitAssembly(program: Program, main: string, options: KernelOptions): string {
  try {
    return moduleText(writeModule(program, main, options).bytes);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return `;; left to the JavaScript engine because ${thrown.refusal}\n`;
  }
}
