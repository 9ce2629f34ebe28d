import { noiseNames } from '../check/builtins.js';
import type { Project } from '../check/project.js';
import type { Type } from '../ir/type.js';
import { childrenOf } from '../syntax/children.js';
import type { Block, Body, Expr, Statement } from '../syntax/tree.js';

/** What running a piece of program may do besides giving a value. */
type Effects = { readonly draws: boolean; readonly scores: boolean };

const none: Effects = { draws: false, scores: false };
const join = (a: Effects, b: Effects): Effects => ({ draws: a.draws || b.draws, scores: a.scores || b.scores });

/** What functions of a project do, by name. */
const known = new WeakMap<Project, Map<string, Effects>>();

/**
 * Finds effects by the text: a call has those of the function it names. Recursion is cut at the second visit. Functions among the types of
 * arguments that are given count as called.
 */
export function effectsOf(
  project: Project,
  piece: Expr | Statement | Block | Body,
  given: readonly Type[] = [],
): Effects {
  const functions = known.get(project) ?? new Map<string, Effects>();
  known.set(project, functions);
  const visited = new Set<string>();
  let depth = 0;
  // Where a second visit was cut, only the outermost function is known for good.
  let cut = false;
  const ofFunction = (name: string): Effects => {
    const before = functions.get(name);
    if (before !== undefined) return before;
    const declared = project.functions.get(name);
    if (declared === undefined) return none;
    if (visited.has(name)) {
      cut = true;
      return none;
    }
    visited.add(name);
    depth += 1;
    const found = visit(declared.declaration.body);
    depth -= 1;
    if (depth === 0 || !cut) functions.set(name, found);
    if (depth === 0) {
      cut = false;
      visited.clear();
    }
    return found;
  };
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
        found = ofFunction(callee);
        break;
      }
      default:
        break;
    }
    for (const child of childrenOf(node)) found = join(found, visit(child));
    return found;
  };
  const passed = given.flatMap((type) => (type.kind === 'function' ? [type.name] : []));
  return passed.map(ofFunction).reduce(join, visit(piece));
}
