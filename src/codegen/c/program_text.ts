/** The C text of a program. */
import { blockSize, type KernelOptions } from '../../ir/engine.js';
import type { IrType } from '../../ir/ir.js';
import { isScalarType, type RuntimeValue } from '../../ir/values.js';
import { mixHi, mixLo, REQUEST_SITE } from '../../runtime/random/address.js';
import { addressesOf } from '../address.js';
import { withJoinedChecks } from '../checks.js';
import { withDerivedCarried } from '../derived.js';
import type { LowProgram, NoiseGroup } from '../low.js';
import { mapFunctions } from '../unused.js';
import { canSum } from '../wasm/summing.js';
import type { PlacedWords } from '../writer.js';
import { columnsIn, lanesLines } from './columns_text.js';
import { emitFunction, emitMain, headText as functionHead } from './function_text.js';
import { lanesText, mixedText } from './lanes_text.js';
import { mathText } from './math_text.js';
import { fillText, noiseKinds, noiseText } from './noise_text.js';
import { tableText, wordText } from './numbers.js';
import { powText } from './pow_text.js';
import { doorText, headText, kernelText, moduleText, runText } from './runtime_text.js';
import { straightLoop } from './straight_text.js';
import { sumsText } from './sums_text.js';
import { traceText } from './trace_text.js';
import { isRefusal, newProgramWriter } from './writer.js';

/** Bytes of the stack that a particle may use. */
const stackBytes = 1_500_000;
/** Numbers of all columns of a chunk together, so that they stay in a near cache. */
const chunkNumbers = 4096;

/** A program as C, the constants that it is handed, and what its faults say. */
export type ProgramText = {
  readonly text: string;
  readonly constants: readonly RuntimeValue[];
  readonly words: readonly PlacedWords[];
};

/** Why there is none, in words that follow "because". */
export type Refused = { readonly reason: string };

/** Particles for which columns are filled at a time: a power of two. */
function chunkOf(groups: readonly NoiseGroup[]): number {
  const columns = groups.reduce((n, g) => n + (g.kind === 'column' ? g.size : 0), 0);
  let chunk = blockSize / 2;
  while (chunk > 64 && chunk * columns > chunkNumbers) chunk /= 2;
  return chunk;
}

/** Tables of the addresses of noise; in the addressed layout the request is folded into them. */
function groupTables({ groups }: LowProgram, layout: KernelOptions['layout']): readonly string[] {
  const numbers = (name: string, list: readonly number[]): string =>
    tableText('int64_t', name, [...list.map(String), '0']);
  return [
    numbers(
      'group_sizes',
      groups.map((g) => addressesOf(g.chain).length),
    ),
    numbers(
      'group_kinds',
      groups.map((g) => (g.kind === 'stream' ? noiseKinds.length : noiseKinds.indexOf(g.noise))),
    ),
    ...groups.map((g, k) => {
      const words = addressesOf(g.chain).flatMap(({ hi, lo }) =>
        layout === 'addressed'
          ? [mixHi(hi, lo, REQUEST_SITE, g.request), mixLo(hi, lo, REQUEST_SITE, g.request)]
          : [hi, lo],
      );
      return tableText('int32_t', `addresses${k}`, [...words.map(wordText), '0']);
    }),
  ];
}

const addressedLines = ({ kind, noise }: NoiseGroup, g: number): readonly string[] =>
  kind === 'stream'
    ? []
    : [
        `  for (int64_t i = 0; i < group_sizes[${g}]; i++)`,
        `    fill_addressed_${noise}(k->columns[${g}] + i * STRIDE, k->key0, k->key1, addresses${g}[2 * i], ` +
          `addresses${g}[2 * i + 1], particle, size);`,
      ];

/** Functions that seed the streams of a block and fill the columns of a chunk. */
function noiseLines({ groups }: LowProgram, layout: KernelOptions['layout']): readonly string[] {
  const byStream = layout === 'column';
  const columns = columnsIn(groups);
  return [
    'static void start_block(kernel* k, int64_t block) {',
    '  k->traces.block = block;',
    '  forget(&k->traces.streams);',
    ...(byStream
      ? groups.map(
          (_, g) =>
            `  for (int64_t i = 0; i < group_sizes[${g}]; i++) k->streams[${g}][i] = ` +
            `seed_column(k->key0, k->key1, addresses${g}[2 * i], addresses${g}[2 * i + 1], block);`,
        )
      : []),
    '}',
    ...(byStream && columns.mixed !== null ? [mixedText(columns.mixed)] : []),
    'static void fill_columns(kernel* k, int64_t particle, int64_t size) {',
    ...(byStream ? lanesLines(columns) : groups.flatMap(addressedLines)),
    '}',
  ];
}

/** Writes a program, or says why not. `results` are the types of what main gives. */
export function writeProgram(
  low: LowProgram,
  options: Pick<KernelOptions, 'layout' | 'limits'>,
  results: readonly IrType[],
): ProgramText | Refused {
  const joined = mapFunctions(low, withJoinedChecks);
  const single = mapFunctions(joined, withDerivedCarried);
  const program = newProgramWriter(single, options);
  const { main } = single;
  const values = !results.every(isScalarType);
  try {
    for (const f of single.functions.values()) emitFunction(program, f);
    emitMain(program, results);
  } catch (thrown) {
    if (isRefusal(thrown)) return { reason: thrown.refusal };
    throw thrown;
  }
  const sums = canSum(results, main.params.length);
  const chunk = chunkOf(low.groups);
  const straight = values ? null : straightLoop(program, joined.main);
  const constants = [...low.constants, ...(straight?.tables ?? [])];
  const loop = straight?.lines ?? [
    '  for (int64_t q = 0; q < size; q++) {',
    '    k->particle = first + place + q;',
    '    one(k, columns, q, place + q);',
    '  }',
  ];
  const text = [
    headText,
    `#define BLOCK ${blockSize}`,
    `#define CHUNK ${chunk}`,
    '#define STRIDE (CHUNK + 8)',
    `#define STACK ${stackBytes}`,
    `#define GROUPS ${low.groups.length}`,
    `#define CONSTANTS ${constants.length}`,
    `#define OUTPUTS ${main.body.yields.length}`,
    `#define GIVEN ${main.params.length}`,
    `#define SPILLS ${values ? 1 : 0}`,
    ...(sums ? ['#define SUMS'] : []),
    mathText(),
    powText,
    noiseText(),
    fillText(),
    lanesText(),
    doorText,
    kernelText,
    traceText,
    ...groupTables(low, options.layout),
    ...noiseLines(low, options.layout),
    ...[...single.functions.values()].map((f) => `${functionHead(f)};`),
    // Few particles run by themselves where the others run side by side.
    straight === null ? '#define ONE static' : '#define ONE COLD',
    ...program.lines,
    'static void run_chunk(kernel* k, double* const* columns, int64_t first, int64_t place, int64_t size) {',
    ...loop,
    '}',
    runText,
    ...(sums ? [sumsText()] : []),
    moduleText,
  ].join('\n');
  return { text, constants, words: program.words };
}
