import { noiseNames } from '../check/builtins.js';
import type { Project } from '../check/project.js';
import type { Type } from '../ir/type.js';
import { childrenOf } from '../syntax/children.js';
import type { Block, Body, Expr, Statement } from '../syntax/tree.js';

/** What running a piece of program may do besides giving a value. */
export type Effects = { readonly draws: boolean; readonly scores: boolean };

const none: Effects = { draws: false, scores: false };
const join = (a: Effects, b: Effects): Effects => ({ draws: a.draws || b.draws, scores: a.scores || b.scores });

/**
 * Finds effects by the text: a call has those of the function it names. Recursion is cut at the second visit. Functions among the types of
 * arguments that are given count as called.
 */
export function effectsOf(
  project: Project,
  piece: Expr | Statement | Block | Body,
  given: readonly Type[] = [],
): Effects {
  const visited = new Set<string>();
  const visit = (node: Expr | Statement | Block | Body): Effects => {
    if (!('kind' in node)) return node.statements.map(visit).reduce(join, none);
    let found = none;
    switch (node.kind) {
      case 'sample':
        found = { draws: true, scores: false };
        break;
      case 'node':
        found = { draws: node.operator === '~', scores: false };
        break;
      case 'observe':
        found = { draws: false, scores: true };
        break;
      case 'factor':
      case 'resample':
        found = { draws: false, scores: true };
        break;
      case 'expression':
        return visit(node.value);
      case 'block':
        return visit(node.block);
      case 'call': {
        const callee = 'callee' in node ? node.callee.text : null;
        if (callee === null) break;
        if (noiseNames.some((name) => name === callee)) return { draws: true, scores: false };
        const declared = project.functions.get(callee);
        if (declared !== undefined && !visited.has(callee)) {
          visited.add(callee);
          found = visit(declared.declaration.body);
        }
        break;
      }
      default:
        break;
    }
    for (const child of childrenOf(node)) found = join(found, visit(child));
    return found;
  };
  const passed = given.flatMap((type) => (type.kind === 'function' ? (project.functions.get(type.name) ?? []) : []));
  return passed.map(({ declaration }) => visit(declaration.body)).reduce(join, visit(piece));
}
