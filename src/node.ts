/**
 * What Whatif adds on Node: programs that read files, commands that stand in for functions, and threads.
 *
 * @packageDocumentation
 */

export { type NodeHost, type NodeHostOptions, nodeHost } from './data/node_files.js';
export { type CommandSettings, defaultCommands } from './runtime/node_command.js';
export { type NodePool, type NodePoolOptions, nodePool } from './runtime/node_pool.js';
