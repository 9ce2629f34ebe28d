import type { DiscoveryAlgorithm } from './discovery.js';
import { exact } from './exact.js';
import { fci } from './fci.js';
import { ges } from './ges.js';
import { lingam } from './lingam.js';
import { pc } from './pc.js';

/** Discovery algorithms by name; a new one is a file and a line here. */
export const discoveryAlgorithms: ReadonlyMap<string, DiscoveryAlgorithm> = new Map(
  [pc, fci, ges, exact, lingam].map((algorithm) => [algorithm.name, algorithm]),
);
