/** C text of a chunk's columns of noise, each from a stream of its own: which are filled side by side, and which take what lanes are left. */
import type { NoiseKind } from '../../ir/ir.js';
import type { NoiseGroup } from '../low.js';
import { type Division, divisionOf, type Mixed } from './lanes_text.js';
import { noiseKinds } from './noise_text.js';

/** How many columns of a kind there are. */
const columnsOf = (groups: readonly NoiseGroup[], noise: NoiseKind): number =>
  groups.reduce((n, g) => n + (g.kind === 'column' && g.noise === noise ? g.size : 0), 0);

/** Columns of noise, and where their streams are: all of a kind follow each other. */
const columnText = (kind: number, first: number): string => `k->numbers[${kind}] + ${first} * STRIDE`;
const streamText = (kind: number, first: number): string => `k->seeds[${kind}] + ${first}`;

/** How the columns of a program are filled. */
type Columns = {
  readonly divisions: readonly Division[];
  /** Columns that are too few for lanes of their own. */
  readonly alone: readonly { readonly kind: number; readonly column: number }[];
  /** Whose lanes these take. */
  readonly mixed: Mixed | null;
};

/** Divides the columns of a program. */
export function columnsIn(groups: readonly NoiseGroup[]): Columns {
  const divisions = noiseKinds.map((noise) => divisionOf(columnsOf(groups, noise)));
  const alone = divisions.flatMap(({ before, eight, rest }, kind) =>
    Array.from({ length: rest }, (_, i) => ({ kind, column: before + eight + i })),
  );
  const kind = divisions.findIndex(({ eight }) => eight > 0);
  const mixed = kind === -1 || alone.length === 0 ? null : { kind, riders: alone.map((column) => column.kind) };
  return { divisions, alone, mixed };
}

/** Fills columns of a kind side by side; of the last few one stream waits while another computes. */
export function lanesLines({ divisions, alone, mixed }: Columns): readonly string[] {
  const lanes = (kind: number, first: number, count: number): readonly string[] =>
    count === 0
      ? []
      : [`  fill_lanes_${noiseKinds[kind]}(${columnText(kind, first)}, ${streamText(kind, first)}, ${count}, size);`];
  const turns =
    alone.length === 0
      ? []
      : [
          ...alone.flatMap(({ kind, column }, s) => [
            `  stream s${s} = *(${streamText(kind, column)});`,
            `  double* restrict const c${s} = ${columnText(kind, column)};`,
          ]),
          '  for (int64_t i = 0; i < size; i++) {',
          ...alone.map(({ kind }, s) => `    c${s}[i] = next_${noiseKinds[kind]}(&s${s});`),
          '  }',
          ...alone.map(({ kind, column }, s) => `  *(${streamText(kind, column)}) = s${s};`),
        ];
  const eights = divisions.map(({ before, eight }, kind) => lanes(kind, before, eight));
  const others = eights.filter((_, kind) => kind !== mixed?.kind).flat();
  const full = divisions.flatMap(({ before }, kind) => lanes(kind, 0, before));
  if (mixed === null) return [...full, ...others, ...turns];
  const { before, eight } = divisions[mixed.kind]!;
  const riders = alone.map(({ kind, column }) => `${columnText(kind, column)}, ${streamText(kind, column)}`);
  return [
    ...full,
    ...others,
    '#ifdef SIDE_BY_SIDE',
    `  fill_mixed(${[columnText(mixed.kind, before), streamText(mixed.kind, before), eight, ...riders].join(', ')}, size);`,
    '#else',
    ...eights[mixed.kind]!,
    ...turns,
    '#endif',
  ];
}
