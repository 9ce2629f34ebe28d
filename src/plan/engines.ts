/** The engines, by name; all give the same bits. */
import { batching } from '../codegen/batching.js';
import { javascript } from '../codegen/javascript.js';
import { pausesAs } from '../codegen/pausing.js';
import { webassembly } from '../codegen/wasm/kernel.js';
import type { Engine } from '../ir/engine.js';
import { interpret } from '../ir/interpret.js';
import { canAssemble } from '../runtime/assembly/instance.js';
import { remakeable } from '../runtime/portable.js';
import type { OneEngine } from './engine_names.js';

/** Programs that pause are compiled to WebAssembly for the native engine too. */
const named = (name: OneEngine, engine: Engine): Engine =>
  pausesAs(remakeable(batching(engine), 'engine', name), name === 'wasm' || name === 'native' ? 'wasm' : 'javascript');

/** Those that are there wherever Whatif runs. */
export const engines = {
  js: named('js', javascript),
  interpreter: named('interpreter', interpret),
} as const satisfies Readonly<Partial<Record<OneEngine, Engine>>>;

const known = new Map<string, Engine>(Object.entries(engines));

/** Makes an engine known that only some hosts have. */
export const provideEngine = (name: OneEngine, engine: Engine): void => void known.set(name, named(name, engine));

provideEngine('wasm', webassembly);

/** An engine; null where there is none of this name here. What the host can do is asked when it is needed. */
export const engineNamed = (name: OneEngine): Engine | null =>
  name === 'wasm' && !canAssemble() ? null : (known.get(name) ?? null);
