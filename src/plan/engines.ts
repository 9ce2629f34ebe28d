import { batching } from '../codegen/batching.js';
import { javascript } from '../codegen/javascript.js';
import type { Engine } from '../ir/engine.js';
import { interpret } from '../ir/interpret.js';
import { remakeable } from '../runtime/portable.js';

/** Engines by name; all give the same bits. */
export const engines: Readonly<Record<EngineName, Engine>> = {
  javascript: remakeable(batching(javascript), 'engine', 'javascript'),
  interpreter: remakeable(batching(interpret), 'engine', 'interpreter'),
};

/** The name of an engine. */
export type EngineName = 'javascript' | 'interpreter';
