import type { DiscoveryAlgorithm } from './discovery.js';

/** Discovery algorithms by name; a new one is a file and a line here. */
export const discoveryAlgorithms: ReadonlyMap<string, DiscoveryAlgorithm> = new Map<string, DiscoveryAlgorithm>([]);
