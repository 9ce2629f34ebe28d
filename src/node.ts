/**
 * What Whatif adds on Node: programs that read files, commands that stand in for functions, threads, and the engine `native`.
 *
 * @packageDocumentation
 */

import { provideNative } from './runtime/node_native.js';

export { type NodeHost, type NodeHostOptions, nodeHost } from './data/node_files.js';
export { type CommandSettings, defaultCommands } from './runtime/node_command.js';
export { type NodePool, type NodePoolOptions, nodePool } from './runtime/node_pool.js';

provideNative();
