import { isGuardedName } from '../ir/extern.js';
import type { Program } from '../ir/ir.js';
import { some } from '../ir/walk.js';
import { requestOfDraw } from './requests.js';

/** One step of an address chain; an index is a number or all numbers of a loop with constant bounds. */
export type ChainStep = { readonly site: number; readonly index: number | Loop };

/** A `for` loop with constant bounds; `high` is not reached. */
export type Loop = { readonly low: number; readonly high: number };

/** A place where noise is asked for by a draw, or by a score that abducts. */
export type NoisePlace = {
  readonly kind: 'draw' | 'abduct';
  readonly family: string;
  readonly site: number;
  readonly shared: boolean;
  /** The chain of the address of the draw itself, its own site included; null where it hangs on the run. */
  readonly chain: readonly ChainStep[] | null;
  /** How often every particle comes here: a number where all do equally often, else null. */
  readonly times: number | null;
};

/** Text that two chains share when they name the same addresses. */
const chainKey = (chain: readonly ChainStep[]): string =>
  chain
    .map(({ site, index }) => `${site}:${typeof index === 'number' ? index : `${index.low}-${index.high}`}`)
    .join('/');

/** Whether two chains name some address in common. */
const overlap = (a: readonly ChainStep[], b: readonly ChainStep[]): boolean =>
  a.length === b.length && a.every((step, i) => meets(step, b[i] ?? step));

function meets(a: ChainStep, b: ChainStep): boolean {
  const range = ({ index }: ChainStep): Loop => (typeof index === 'number' ? { low: index, high: index + 1 } : index);
  const [x, y] = [range(a), range(b)];
  return a.site === b.site && x.low < y.high && y.low < x.high;
}

const sizeOfChain = (chain: readonly ChainStep[]): number =>
  chain.reduce((n, { index }) => n * (typeof index === 'number' ? 1 : Math.max(0, index.high - index.low)), 1);

/** The number of noise columns, or why there can be none: see `NoiseLayout`. */
export function columnsFor(
  program: Program,
  places: readonly NoisePlace[],
): { readonly columns: number | null; readonly noColumns: string | null } {
  const refuse = (why: string): { readonly columns: null; readonly noColumns: string } => ({
    columns: null,
    noColumns: why,
  });
  if (Object.values(program.functions).some((f) => some(f.body, (i) => i.kind === 'extern' && isGuardedName(i.callee))))
    return refuse('a run ends where a call fails');
  const bySites = new Map<string, NoisePlace[]>();
  const chains = new Map<string, number>();
  for (const place of places) {
    const name = program.sites[place.site]?.name ?? `site ${place.site}`;
    if (place.times === null) return refuse(`not every run draws ${name} equally often`);
    if (place.chain === null) return refuse(`the address of ${name} is not known before the run`);
    if (place.shared && requestOfDraw(program, place.family, true) === null)
      return refuse(`worlds share ${name}, whose mechanism takes more than one number of noise`);
    chains.set(chainKey(place.chain), sizeOfChain(place.chain));
    const sites = place.chain.map((step) => step.site).join('/');
    const others = bySites.get(sites) ?? [];
    for (const other of others) {
      const coupled = [place, other].every((p) => p.shared || p.kind === 'abduct');
      if (!coupled && other.chain !== null && overlap(place.chain, other.chain))
        return refuse(`${name} is drawn twice at one address`);
    }
    bySites.set(sites, [...others, place]);
  }
  return { columns: [...chains.values()].reduce((sum, n) => sum + n, 0), noColumns: null };
}
