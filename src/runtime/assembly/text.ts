/** Modules of WebAssembly as text, for people to read: each instruction on a line, contents of tables left out. */
import { type Instruction, opcodes } from './opcodes.js';

/** Reads bytes one after another. */
type Reader = {
  readonly done: () => boolean;
  readonly byte: () => number;
  readonly unsigned: () => number;
  readonly signed: () => bigint;
  readonly double: () => number;
  readonly name: () => string;
  /** So many bytes on their own. */
  readonly part: (size: number) => Uint8Array;
};

function reader(bytes: Uint8Array): Reader {
  let at = 0;
  const byte = (): number => {
    const found = bytes[at];
    if (found === undefined) throw new Error('assembly: the module ends too soon');
    at += 1;
    return found;
  };
  const signed = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; ) {
      const next = byte();
      value |= BigInt(next & 127) << shift;
      shift += 7n;
      if (next < 128) return BigInt.asIntN(Number(shift), value);
    }
  };
  const unsigned = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const next = byte();
      value += (next & 127) * scale;
      if (next < 128) return value;
    }
  };
  const part = (size: number): Uint8Array => {
    at += size;
    return bytes.subarray(at - size, at);
  };
  return {
    done: () => at >= bytes.length,
    byte,
    unsigned,
    signed,
    double: () => new Float64Array(part(8).slice().buffer)[0]!,
    name: () => String.fromCharCode(...part(unsigned())),
    part,
  };
}

const items = <T>(from: Reader, read: () => T): T[] => Array.from({ length: from.unsigned() }, read);

const typeNames: Readonly<Record<number, string>> = { 127: 'i32', 126: 'i64', 125: 'f32', 124: 'f64', 123: 'v128' };
const typeName = (byte: number): string => typeNames[byte] ?? `type ${byte}`;

type Signature = { readonly params: readonly string[]; readonly results: readonly string[] };

const list = (word: string, all: readonly string[]): string => (all.length === 0 ? '' : ` (${word} ${all.join(' ')})`);
const signatureText = ({ params, results }: Signature): string => list('param', params) + list('result', results);

/** A double that reads back as the same one. */
const doubleText = (value: number): string =>
  Object.is(value, -0)
    ? '-0'
    : Number.isFinite(value)
      ? String(value)
      : String(value).replace('Infinity', 'inf').toLowerCase();

function instructionAt(from: Reader): Instruction {
  const first = from.byte();
  const second = first === 0xfc || first === 0xfd ? from.unsigned() : null;
  const table = first === 0xfc ? opcodes.saturating : first === 0xfd ? opcodes.vectors : opcodes.single;
  const found = table.get(second ?? first);
  if (found === undefined) throw new Error(`assembly: instruction ${first} ${second ?? ''} has no name here`);
  return found;
}

function immediateText(from: Reader, { immediate }: Instruction): string {
  const memory = (): string => {
    const align = from.unsigned();
    const offset = from.unsigned();
    return `${offset === 0 ? '' : ` offset=${offset}`} align=${2 ** align}`;
  };
  switch (immediate) {
    case 'none':
      return '';
    case 'block': {
      const type = from.byte();
      return type === 0x40 ? '' : ` (result ${typeName(type)})`;
    }
    case 'index':
      return ` ${from.unsigned()}`;
    case 'memory':
      return memory();
    case 'memory and lane':
      return `${memory()} ${from.byte()}`;
    case 'i32':
    case 'i64':
      return ` ${from.signed()}`;
    case 'f64':
      return ` ${doubleText(from.double())}`;
    case 'zero':
      from.byte();
      return '';
    case 'zeros':
      from.part(2);
      return '';
    case 'lane':
      return ` ${from.byte()}`;
    case 'bytes':
      return ` i8x16 ${[...from.part(16)].join(' ')}`;
  }
}

/** Locals and instructions of a function. */
function bodyLines(from: Reader): readonly string[] {
  const lines = items(from, () => {
    const count = from.unsigned();
    return `(local${` ${typeName(from.byte())}`.repeat(count)})`;
  });
  let open = 0;
  while (!from.done()) {
    const instruction = instructionAt(from);
    const { name } = instruction;
    if (name === 'end' || name === 'else') open -= 1;
    // The end of the body itself is the bracket that closes the function.
    if (open >= 0) lines.push('  '.repeat(open) + name + immediateText(from, instruction));
    if (name === 'else' || instruction.immediate === 'block') open += 1;
  }
  return lines;
}

/**
 * The text form of a module (Core Specification, chapter 6), flat, as `newModule` writes modules: one memory, functions of the host, no
 * tables of functions. Bytes of data are counted, not shown.
 */
export function moduleText(bytes: Uint8Array): string {
  const whole = reader(bytes.subarray(8));
  const lines: string[] = ['(module'];
  const signatures: Signature[] = [];
  const own: number[] = [];
  let imported = 0;
  const names = new Map<number, string>();
  const bodies: string[] = [];
  while (!whole.done()) {
    const id = whole.byte();
    const from = reader(whole.part(whole.unsigned()));
    switch (id) {
      case 1:
        signatures.push(
          ...items(from, () => {
            from.byte();
            const types = (): string[] => items(from, () => typeName(from.byte()));
            return { params: types(), results: types() };
          }),
        );
        break;
      case 2:
        for (const text of items(from, () => {
          const [space, name] = [from.name(), from.name()];
          from.byte();
          const signature = signatures[from.unsigned()]!;
          return `  (import "${space}" "${name}" (func (;${imported++};)${signatureText(signature)}))`;
        }))
          lines.push(text);
        break;
      case 3:
        own.push(...items(from, from.unsigned));
        break;
      case 5:
        items(from, () => {
          from.byte();
          lines.push(`  (memory (;0;) ${from.unsigned()})`);
        });
        break;
      case 6: {
        let number = 0;
        items(from, () => {
          const type = typeName(from.byte());
          from.byte();
          const instruction = instructionAt(from);
          const start = `${instruction.name}${immediateText(from, instruction)}`;
          from.byte();
          lines.push(`  (global (;${number++};) (mut ${type}) (${start}))`);
        });
        break;
      }
      case 7:
        items(from, () => {
          const name = from.name();
          const kind = from.byte();
          const index = from.unsigned();
          if (kind === 0) names.set(index, name);
          else lines.push(`  (export "${name}" (memory ${index}))`);
        });
        break;
      case 10:
        items(from, () => {
          const number = bodies.length;
          const signature = signatures[own[number] ?? 0]!;
          const name = names.get(imported + number);
          const exported = name === undefined ? '' : ` (export "${name}")`;
          const body = bodyLines(reader(from.part(from.unsigned())));
          const text = body.map((line) => `    ${line}`).join('\n');
          bodies.push(`  (func (;${imported + number};)${exported}${signatureText(signature)}\n${text})`);
        });
        break;
      case 11:
        items(from, () => {
          from.byte();
          from.byte();
          const at = from.signed();
          from.byte();
          const size = from.unsigned();
          from.part(size);
          bodies.push(`  (data (i32.const ${at}) (; ${size} bytes ;))`);
        });
        break;
      default:
        break;
    }
  }
  return `${[...lines, ...bodies].join('\n')})\n`;
}
