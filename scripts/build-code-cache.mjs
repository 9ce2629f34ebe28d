// Runs the program of the command once and keeps what V8 compiled of it in dist/program.bin, so that later runs on the same V8 need not
// (src/cli/start.ts).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { root } from './step.mjs';

/** A little of what most programs ask for. */
const program = `
model Coin { fair ~ bernoulli(0.5)  heads ~ bernoulli(if fair then 0.5 else 0.9) }
model Height { mean ~ normal(170, 10)  seen ~ normal(mean, 5)  tall := exp(mean / 100) }
const y = [28, 8, -3]
const se = [15, 10, 16]
model Schools {
  mu ~ normal(0, 5)
  tau ~ half_cauchy(5)
  for j in 0..3 {
    eta[j] ~ normal(0, 1)
    theta[j] := mu + tau * eta[j]
    observe y[j] ~ normal(theta[j], se[j])
  }
}
model Chain {
  a ~ normal(0, 1)
  b := 0.8 * a + sample normal(0, 1)
  c := 0.5 * a - 0.4 * b + sample normal(0, 1)
}
query schools = E(mu) in Schools using importance(samples = 400000)
query twin = E(c[do(b = 1)] | c = 1.2) in Chain using importance(samples = 400000)
query exact = P(fair | heads = true) in Coin
query sampled = E(tall | seen = 180) in Height using importance(samples = 10000)
`;

const file = join(root, 'dist', 'program.cjs');
const source = readFileSync(file, 'latin1');
const folder = mkdtempSync(join(tmpdir(), 'whatif-warm-'));
const model = join(folder, 'warm.scm');
writeFileSync(model, program);
process.argv = [process.argv[0], file, 'run', model];
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (_text, ...rest) => {
  rest.find((r) => typeof r === 'function')?.();
  return true;
};

const script = new vm.Script(source, { filename: file });
process.on('exit', (code) => {
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) write(`the program ended with ${code}\n`);
  else writeFileSync(join(root, 'dist', 'program.bin'), Buffer.concat([identity, script.createCachedData()]));
});
/** The comment at the start of the script. */
const identity = Buffer.from(source.slice(2, 34), 'latin1');
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(file), module, file, (name) => import(name));
