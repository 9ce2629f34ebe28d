// Makes bench/models/network.scm and bench/cpp/network.cpp: a Bayesian network of the size of ALARM (37 variables of two to four
// values, 46 arcs, at most three parents) with probabilities of its own, and likelihood weighting for it.
//   node bench/network.mjs && node scripts/check-format.mjs --write
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/step.mjs';

const variables = 37;
const arcs = 46;
const mostParents = 3;

let state = 20261122;
/** A number from 0 to 1 (Park and Miller, Comm. ACM 31(10), 1988). */
function random() {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
}
const below = (n) => Math.floor(random() * n);

const states = Array.from({ length: variables }, () => [2, 2, 2, 3, 3, 3, 4][below(7)]);
const parents = states.map((_, k) => (k < 10 ? [] : [below(k)]));
for (let left = arcs - (variables - 10); left > 0; ) {
  const child = 10 + below(variables - 10);
  const parent = below(child);
  if (parents[child].length >= mostParents || parents[child].includes(parent)) continue;
  parents[child].push(parent);
  left -= 1;
}
for (const list of parents) list.sort((a, b) => a - b);

/** Probabilities with three digits that sum to 1, one of them large as they are in networks made by experts. */
function distribution(n) {
  const weights = Array.from({ length: n }, () => -Math.log(random()) * (0.2 + random()));
  weights[below(n)] += 1.5;
  const sum = weights.reduce((a, b) => a + b, 0);
  const parts = weights.map((w) => Math.max(10, Math.round((1000 * w) / sum)));
  const most = parts.indexOf(Math.max(...parts));
  parts[most] += 1000 - parts.reduce((a, b) => a + b, 0);
  return parts.map((p) => p / 1000);
}

const table = (k, [parent, ...more] = parents[k]) =>
  parent === undefined ? distribution(states[k]) : Array.from({ length: states[parent] }, () => table(k, more));
const tables = states.map((_, k) => table(k));

/** A variable and all above it. */
function above(k) {
  const found = new Set([k]);
  for (const v of found) for (const p of parents[v]) found.add(p);
  return found;
}

/** Variables that are seen: eight without children, such that the answer hangs on many others. */
const isParent = new Set(parents.flat());
const seen = [];
const needed = new Set();
while (seen.length < 8) {
  const more = (k) => [...above(k)].filter((v) => !needed.has(v)).length;
  const leaves = states.map((_, k) => k).filter((k) => !isParent.has(k) && !seen.includes(k));
  const [next] = leaves.sort((a, b) => more(b) - more(a));
  seen.push(next);
  for (const v of above(next)) needed.add(v);
}
seen.sort((a, b) => a - b);
const asked = [...above(seen[0])].at(-1);
/** Sums of the last axis of a table. */
const sums = (t) => (typeof t[0] === 'number' ? t : t.map(sums).reduce((a, b) => a.map((v, i) => v + b[i])));
/** The value at which each is seen: the most probable one on the average. */
const values = tables.map((t) => sums(t).indexOf(Math.max(...sums(t))));
const evidence = seen.map((k) => `x${k} = ${values[k]}`).join(', ');

const place = (k) => parents[k].map((p) => `x${p}`).join(', ');
const scm = [
  '// A Bayesian network of the size of ALARM: 37 variables, 46 arcs; made by bench/network.mjs.',
  ...tables.map((t, k) => `const p${k} = ${JSON.stringify(t).replaceAll(',', ', ')}`),
  'model Network {',
  ...states.map((_, k) => `  x${k} ~ categorical(p${k}${parents[k].length === 0 ? '' : `[${place(k)}]`})`),
  '}',
  `query asked = P(x${asked} == 0 | ${evidence}) using importance(samples = 1000000)`,
  `query exact = P(x${asked} == 0 | ${evidence})`,
];
writeFileSync(join(root, 'bench', 'models', 'network.scm'), `${scm.join('\n')}\n`);

const row = (k) => parents[k].map((p) => `[x${p}]`).join('');
const extents = (k) => [...parents[k], k].map((v) => `[${states[v]}]`).join('');
const braces = (t) => JSON.stringify(t).replaceAll('[', '{').replaceAll(']', '}').replaceAll(',', ', ');
const cpp = `// Likelihood weighting in a Bayesian network of the size of ALARM: 37 variables, 46 arcs; made by bench/network.mjs.
//   network [particles] [seed]
#include <cstdio>
#include <cstdlib>

#include "noise.hpp"
#include "weighted.hpp"

${tables.map((t, k) => `constexpr double p${k}${extents(k)} = ${braces(t)};`).join('\n')}

/// The value that a uniform number stands for.
template <int values>
int pick(double u, const double (&p)[values]) {
  int k = 0;
  while (k < values - 1 && u > p[k]) u -= p[k++];
  return k;
}

int main(int argc, char** argv) {
  const long particles = argc > 1 ? std::atol(argv[1]) : 1000000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const double start = cpu_seconds();

  // Logarithms of the probabilities of what is seen.
${seen
  .map((k) => {
    const cells = states.filter((_, v) => parents[k].includes(v)).reduce((n, s) => n * s, 1);
    return `  double log${k}[${cells}];
  for (int i = 0; i < ${cells}; i++) log${k}[i] = std::log((&p${k}${parents[k].map(() => '[0]').join('')}[0])[i * ${states[k]} + ${values[k]}]);`;
  })
  .join('\n')}

  Weighted<1> sums;  // whether x${asked} is 0
  double log_weight[kBlock], value[1][kBlock];
  for (long first = 0; first < particles; first += kBlock) {
    const int count = static_cast<int>(std::min<long>(kBlock, particles - first));
    Stream stream(seed, static_cast<uint64_t>(first / kBlock));
    for (int i = 0; i < count; i++) {
${states
  .map((_, k) =>
    seen.includes(k) || !needed.has(k) ? null : `      const int x${k} = pick(stream.uniform(), p${k}${row(k)});`,
  )
  .filter((line) => line !== null)
  .join('\n')}
      log_weight[i] = ${seen
        .map((k) => {
          let index = '0';
          for (const p of parents[k]) index = index === '0' ? `x${p}` : `(${index} * ${states[p]} + x${p})`;
          return `log${k}[${index}]`;
        })
        .join(' + ')};
      value[0][i] = x${asked} == 0 ? 1.0 : 0.0;
    }
    sums.add(log_weight, value, count);
  }

  const double seconds = cpu_seconds() - start;
  std::printf("{\\"particles\\": %ld, \\"asked\\": %.10g, \\"logEvidence\\": %.10g, \\"ess\\": %.6g, \\"seconds\\": %.6g}\\n", particles,
              sums.mean(0), sums.log_mean_weight(particles), sums.effective(), seconds);
}
`;
writeFileSync(join(root, 'bench', 'cpp', 'network.cpp'), cpp);
