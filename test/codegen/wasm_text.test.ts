import { describe, expect, test } from 'vitest';
import { emitAssembly } from '../../src/codegen/wasm/emit.js';
import { f64, f64x2, get, i32, i64, memory, set, types, v128, when } from '../../src/runtime/assembly/instructions.js';
import { newModule } from '../../src/runtime/assembly/module.js';
import { moduleText } from '../../src/runtime/assembly/text.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { options } from './agree.js';
import { arrayProgram } from './array_program.js';

describe('the text of a module', () => {
  test('has a line for each instruction', () => {
    const link = newModule();
    const fail = { host: 'fail', params: [types.i32], results: [] };
    link.export('twice', {
      params: [types.f64, types.i32],
      results: [types.f64],
      body: (inner, locals) => {
        const sum = locals.fresh(types.f64);
        return [
          when(i32.less(get(1), i32.of(-5)), inner.call(fail, get(1))),
          set(sum, f64.add(get(0), f64.of(-0))),
          f64.store(i32.of(inner.place(Float64Array.of(1, 2))), get(sum), 8),
          f64.mul(get(sum), f64.of(Number.NEGATIVE_INFINITY)),
        ];
      },
    });
    expect(moduleText(link.finish().bytes)).toBe(`(module
  (import "host" "fail" (func (;0;) (param i32)))
  (memory (;0;) 1)
  (export "memory" (memory 0))
  (func (;1;) (export "twice") (param f64 i32) (result f64)
    (local f64)
    local.get 1
    i32.const -5
    i32.lt_u
    if
      local.get 1
      call 0
    end
    local.get 0
    f64.const -0
    f64.add
    local.set 2
    i32.const 16
    local.get 2
    f64.store offset=8 align=8
    local.get 2
    f64.const -inf
    f64.mul)
  (data (i32.const 16) (; 16 bytes ;)))
`);
  });

  test('names vectors, long words and memory', () => {
    const link = newModule();
    const body = () => [
      v128.store(i32.of(0), f64x2.withLane(f64x2.of(1, 2), f64.of(0.5), 1)),
      memory.copy(i32.of(0), i32.of(16), i32.wrap(i64.of(-(2n ** 40n)))),
    ];
    link.export('run', { params: [], results: [], body });
    const text = moduleText(link.finish().bytes);
    for (const line of ['f64x2.replace_lane 1', 'v128.store align=16', 'i64.const -1099511627776', 'i32.wrap_i64'])
      expect(text).toContain(`    ${line}\n`);
  });

  test('is there for every program', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { program, layouts } = randomProgram(seed + 300, 6);
      expect(emitAssembly(program, 'main', options(layouts[seed % layouts.length]!))).toContain('(export "run")');
    }
    expect(emitAssembly(arrayProgram(3), 'main', options('column'))).toContain('f64.load');
  });
});
