/**
 * Moves what is computed just before a place of resampling behind it: results need not be kept over the pause, and one loop over the
 * particles does the work of two. Noise stays where it is: what was drawn before a pause goes with the copy.
 */
import type { Block, Expression, Statement } from './low.js';

const isComputed = (e: Expression): boolean =>
  e.kind === 'scalar' ||
  e.kind === 'power' ||
  e.kind === 'power_any' ||
  e.kind === 'mix' ||
  e.kind === 'equal_text' ||
  e.kind === 'length' ||
  e.kind === 'index' ||
  e.kind === 'unbox';

/** The same block with pauses as early as they can be. */
export function delayed(block: Block): Block {
  const statements: Statement[] = [];
  let moving: Statement[] = [];
  for (const s of block.statements) {
    if (s.kind === 'resample') {
      statements.push(s);
      continue;
    }
    if ((s.kind === 'set' && isComputed(s.value)) || s.kind === 'fail_unless') {
      moving.push(s);
      continue;
    }
    statements.push(...moving, inside(s));
    moving = [];
  }
  return { ...block, statements: [...statements, ...moving] };
}

function inside(s: Statement): Statement {
  switch (s.kind) {
    case 'if':
      return { ...s, then: delayed(s.then), otherwise: delayed(s.otherwise) };
    case 'for':
      return { ...s, body: delayed(s.body) };
    case 'while':
      return { ...s, condition: delayed(s.condition), body: delayed(s.body) };
    default:
      return s;
  }
}
