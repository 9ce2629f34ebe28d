// What questions of graphs cost, beside the figures of dagitty's own JavaScript, which no registry holds to install: they were taken on a
// machine of this kind. Rewrites its table in bench/README.md.
//   npm run bench:graphs -- [--rounds 9] [--dry]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import seedrandom from 'seedrandom';
import { minimalAdjustmentSets, totalEffect } from '../src/causal/adjustment.js';
import { noKnowledge } from '../src/causal/discovery/knowledge.js';
import { pc } from '../src/causal/discovery/pc.js';
import type { UnitColumn } from '../src/causal/estimate/units.js';
import { graphNode } from '../src/causal/graph.js';
import { identify } from '../src/causal/identify/identify.js';
import { basisOfImplications } from '../src/causal/implications.js';
import { type IndexedEdge, type IndexedGraph, indexEdges } from '../src/causal/indexed.js';
import { separated } from '../src/causal/separation.js';
import { minimalSeparator } from '../src/causal/separators.js';
import { readBif } from '../src/import/bif_network.js';
import { keyFromSeed } from '../src/runtime/random/seed.js';

const root = join(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, dry: { type: 'boolean' } },
});
const rounds = Number(options.rounds);

/** Numbers below 1, the same for the same seed. */
const random = seedrandom('graphs');
const below = (n: number): number => Math.floor(random() * n);

/** A random graph of n nodes in which a node has `degree` neighbours on average; a share of its edges are `<->`. */
function randomGraph(n: number, degree: number, bidirected = 0): IndexedGraph {
  const nodes = Array.from({ length: n }, (_, v) => graphNode(`v${v}`));
  const edges = new Map<number, IndexedEdge>();
  while (edges.size < Math.min((n * degree) / 2, (n * (n - 1)) / 2)) {
    const [a, b] = [below(n), below(n)];
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    if (a !== b) edges.set(from * n + to, { from, to, kind: random() < bidirected ? '<->' : '->' });
  }
  return indexEdges(nodes, [...edges.values()]);
}

/** Two nodes that no edge joins. */
function apart(graph: IndexedGraph): readonly [number, number] {
  for (;;) {
    const [x, y] = [below(graph.count), below(graph.count)];
    if (x !== y && !graph.children.ends.subarray(graph.children.starts[x], graph.children.starts[x + 1]).includes(y))
      return [x, y];
  }
}

/** A question with its figure elsewhere: `make` is not timed, what it gives back is, and says how many questions it answered. */
type Task = {
  readonly name: string;
  /** Milliseconds of dagitty; null where it has no such question. */
  readonly dagitty: number | null;
  readonly asked: number;
  readonly make: () => () => number;
};

const manySeparations = (n: number, questions: number) => (): (() => number) => {
  const graph = randomGraph(n, 3);
  const asked = Array.from({ length: questions }, () => {
    const given = new Set(Array.from({ length: 5 }, () => below(n)));
    let [x, y] = [below(n), below(n)];
    while (given.has(x) || given.has(y) || x === y) [x, y] = [below(n), below(n)];
    return { x: [x], y: [y], given };
  });
  return () => {
    for (const { x, y, given } of asked) separated(graph, x, y, given);
    return questions;
  };
};

const tasks: readonly Task[] = [
  { name: 'd-separation, 1,000 nodes, mean degree 3', dagitty: 0.74, asked: 0.1, make: manySeparations(1000, 500) },
  { name: 'd-separation, 10,000 nodes, mean degree 3', dagitty: null, asked: 2, make: manySeparations(10_000, 100) },
  {
    name: 'a minimal separator, 1,000 nodes',
    dagitty: 3.2,
    asked: 0.5,
    make: () => {
      const graph = randomGraph(1000, 3);
      const all = new Set(graph.nodes.keys());
      const asked = Array.from({ length: 200 }, () => {
        const [x, y] = apart(graph);
        return { x: new Set([x]), y: new Set([y]), forced: new Set<number>(), allowed: all };
      });
      return () => {
        for (const problem of asked) minimalSeparator(graph, problem);
        return asked.length;
      };
    },
  },
  {
    name: 'the first 1,000 minimal adjustment sets, 100 nodes',
    dagitty: 745,
    asked: 50,
    make: () => {
      for (;;) {
        const graph = randomGraph(100, 4);
        const [x, y] = [30 + below(20), 90 + below(10)];
        const question = totalEffect(new Set([x]), new Set([y]));
        const list = (): number => {
          let found = 0;
          for (const _ of minimalAdjustmentSets(graph, question)) if (++found === 1000) break;
          return found;
        };
        if (list() === 1000) return () => list() / 1000;
      }
    },
  },
  {
    name: 'a basis of the testable implications, 20 nodes',
    dagitty: 55,
    asked: 5,
    make: () => {
      const graphs = Array.from({ length: 20 }, () => randomGraph(20, 3));
      return () => {
        for (const graph of graphs) Array.from(basisOfImplications(graph));
        return graphs.length;
      };
    },
  },
  {
    name: 'ID, 200 nodes with hidden common causes',
    dagitty: null,
    asked: 100,
    make: () => {
      const graphs = Array.from({ length: 5 }, () => randomGraph(200, 3, 0.3));
      return () => {
        for (const graph of graphs)
          identify(graph, { outcome: ['v199'], action: ['v40', 'v90'], given: [], experiments: [] });
        return graphs.length;
      };
    },
  },
];

/** 10,000 rows drawn from a network that lies beside the project. */
function alarmRows(file: string): readonly UnitColumn[] {
  const read = readBif({ name: 'alarm.bif', text: readFileSync(file, 'utf8') });
  if (!read.ok) throw new Error('alarm.bif cannot be read');
  const { variables } = read.value;
  const columns = variables.map(({ name, states }) => ({
    name,
    values: new Float64Array(10_000),
    levels: states.length,
  }));
  const done = new Set<number>();
  while (done.size < variables.length)
    for (const [v, { parents, rows, states }] of variables.entries()) {
      if (done.has(v) || parents.some((p) => !done.has(p))) continue;
      done.add(v);
      for (let r = 0; r < 10_000; r++) {
        const at = parents.reduce((index, p) => index * variables[p]!.states.length + columns[p]!.values[r]!, 0);
        let rest = random();
        let state = 0;
        while (state < states.length - 1 && rest >= rows[at]![state]!) rest -= rows[at]![state++]!;
        columns[v]!.values[r] = state;
      }
    }
  return columns;
}

const alarm = join(root, '..', 'shared', 'data', 'alarm.bif');
const discovery: readonly Task[] = existsSync(alarm)
  ? [
      {
        name: 'PC on ALARM, 10,000 rows',
        dagitty: null,
        asked: 2000,
        make: () => {
          const columns = alarmRows(alarm);
          return () => {
            const found = pc.run(columns, {
              test: 'g2',
              alpha: 0.01,
              score: null,
              colliders: 'standard',
              most: null,
              prior: noKnowledge,
              key: keyFromSeed('1'),
            });
            if (!found.ok) throw new Error(found.reason);
            return 1;
          };
        },
      },
    ]
  : [];

const milliseconds = new Map<string, number[]>();
for (let round = 0; round < rounds; round++)
  for (const { name, make } of [...tasks, ...discovery]) {
    const work = make();
    // The first round of each task is the machine's, which makes the code fast.
    if (round === 0) work();
    const before = process.cpuUsage();
    const count = work();
    const { user, system } = process.cpuUsage(before);
    milliseconds.set(name, [...(milliseconds.get(name) ?? []), (user + system) / 1000 / count]);
  }

const lines = [...tasks, ...discovery].map(({ name, dagitty, asked }) => {
  const sorted = (milliseconds.get(name) ?? []).toSorted((a, b) => a - b);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => sorted[Math.round(q * (sorted.length - 1))]!.toPrecision(3));
  return `| ${name} | ${Number(middle)} (${Number(low)}–${Number(high)}) | ${asked} | ${dagitty ?? ''} |`;
});
const table = ['| question | ms of CPU | at most | dagitty |', '| --- | --- | --- | --- |', ...lines].join('\n');
process.stdout.write(`${table}\n`);

if (!options.dry) {
  const file = join(root, 'bench', 'README.md');
  const marked = /(<!-- graphs -->\n)[\s\S]*(<!-- end of graphs -->)/;
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(marked, (_, open, close) => `${open}\n${table}\n\n${close}`),
  );
}
