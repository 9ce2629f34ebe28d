import { javascript } from '../codegen/javascript.js';
import type { Engine } from '../ir/engine.js';
import { interpret } from '../ir/interpret.js';

/** Engines by name; all give the same bits. */
export const engines: Readonly<Record<EngineName, Engine>> = { javascript, interpreter: interpret };

/** The name of an engine. */
export type EngineName = 'javascript' | 'interpreter';
