/** Takes out parameters that nobody reads but calls which hand them on to such parameters: addresses where noise comes from streams of particles. */
import type { Block, LowFunction, LowProgram, Statement } from './low.js';
import { readLocals } from './read_locals.js';

/** Numbers of the parameters of a function that are read. */
type Read = ReadonlyMap<string, ReadonlySet<number>>;

/** @param keep which statements are there at all */
export function withoutUnusedParameters(program: LowProgram, keep: (s: Statement) => boolean): LowProgram {
  const all = [...program.functions];
  if (all.length === 0) return program;
  const read = new Map(all.map(([key]) => [key, new Set<number>()]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [key, { body, params }] of all) {
      const live = readLocals(withUsedArguments(body, read), keep);
      const known = read.get(key)!;
      for (const [k, { id }] of params.entries()) {
        if (!live.has(id) || known.has(k)) continue;
        known.add(k);
        changed = true;
      }
    }
  }
  if (all.every(([key, { params }]) => read.get(key)!.size === params.length)) return program;
  const used = (f: LowFunction): LowFunction => ({ ...f, body: withUsedArguments(f.body, read) });
  return {
    ...program,
    main: used(program.main),
    functions: new Map(
      all.map(([key, f]) => [key, { ...used(f), params: f.params.filter((_, k) => read.get(key)!.has(k)) }]),
    ),
  };
}

function withUsedArguments(body: Block, read: Read): Block {
  const inBlock = (block: Block): Block => ({ ...block, statements: block.statements.map(inStatement) });
  const inStatement = (s: Statement): Statement => {
    switch (s.kind) {
      case 'call': {
        const used = read.get(s.callee);
        return used === undefined ? s : { ...s, args: s.args.filter((_, k) => used.has(k)) };
      }
      case 'if':
        return { ...s, then: inBlock(s.then), otherwise: inBlock(s.otherwise) };
      case 'for':
        return { ...s, body: inBlock(s.body) };
      case 'while':
        return { ...s, condition: inBlock(s.condition), body: inBlock(s.body) };
      default:
        return s;
    }
  };
  return inBlock(body);
}
