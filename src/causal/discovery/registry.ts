import type { DiscoveryAlgorithm } from './discovery.js';
import { fci } from './fci.js';
import { pc } from './pc.js';

/** Discovery algorithms by name; a new one is a file and a line here. */
export const discoveryAlgorithms: ReadonlyMap<string, DiscoveryAlgorithm> = new Map(
  [pc, fci].map((algorithm) => [algorithm.name, algorithm]),
);
