/**
 * What Whatif adds on Node: programs that read files.
 *
 * @packageDocumentation
 */

export { type NodeHost, type NodeHostOptions, nodeHost } from './data/node_files.js';
export { type CommandSettings, defaultCommands } from './runtime/node_command.js';
