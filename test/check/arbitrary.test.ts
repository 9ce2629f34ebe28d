import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { check, checkQuery } from '../../src/check/check.js';
import { overlay } from '../../src/check/lazy_map.js';
import { loadProject } from '../../src/check/load.js';
import type { Project } from '../../src/check/project.js';
import type { Declaration } from '../../src/syntax/tree.js';
import { declaration, query } from '../grammar/arbitrary.js';
import { memoryHost } from './host.js';

const source = { name: 'random.scm', text: '' };

/** A project of random declarations: the trees are put in where loading would put parsed ones. */
function projectOf(declarations: readonly Declaration[]): Project {
  const loaded = loadProject(source, memoryHost({}));
  if (!loaded.ok) throw new Error('the empty file loads');
  const project = loaded.value;
  const functions = new Map<
    string,
    { declaration: Extract<Declaration, { kind: 'function' }>; source: typeof source }
  >();
  const consts = new Map<string, { declaration: Extract<Declaration, { kind: 'const' }>; source: typeof source }>();
  const models = new Map<
    string,
    { declaration: Extract<Declaration, { kind: 'model' | 'operated' }>; source: typeof source }
  >();
  const graphs = new Map<string, { declaration: Extract<Declaration, { kind: 'graph' }>; source: typeof source }>();
  const enums = new Map<string, { declaration: Extract<Declaration, { kind: 'enum' }>; source: typeof source }>();
  const dists = new Map<
    string,
    readonly { declaration: Extract<Declaration, { kind: 'dist' }>; source: typeof source }[]
  >();
  const queries: { declaration: Extract<Declaration, { kind: 'query' }>; source: typeof source }[] = [];
  for (const declaration of declarations) {
    if (declaration.kind === 'function') functions.set(declaration.name.text, { declaration, source });
    else if (declaration.kind === 'const') consts.set(declaration.name.text, { declaration, source });
    else if (declaration.kind === 'enum') enums.set(declaration.name.text, { declaration, source });
    else if (declaration.kind === 'graph') graphs.set(declaration.name.text, { declaration, source });
    else if (declaration.kind === 'dist') dists.set(declaration.name.text, [{ declaration, source }]);
    else if (declaration.kind === 'model' || declaration.kind === 'operated')
      models.set(declaration.name.text, { declaration, source });
    else if (declaration.kind === 'query') queries.push({ declaration, source });
  }
  return {
    ...project,
    main: { source, declarations, comments: [] },
    functions: overlay(functions, project.functions),
    consts,
    enums,
    models,
    graphs,
    dists: overlay(dists, project.dists),
    queries,
  };
}

describe('random trees', () => {
  test.prop([fc.array(declaration, { minLength: 1, maxLength: 6 })], { numRuns: 200 })(
    'are checked without a crash, soon',
    (declarations) => {
      const project = projectOf(declarations);
      const start = performance.now();
      const diagnostics = check(project);
      expect(performance.now() - start).toBeLessThan(1000);
      for (const { message, span } of diagnostics) {
        expect(message).not.toMatch(/undefined|\[object|NaN/);
        expect(span.start).toBeGreaterThanOrEqual(0);
      }
      // Checking again finds the same: nothing is kept from one check to the next.
      expect(check(project).map((d) => d.code)).toEqual(diagnostics.map((d) => d.code));
    },
  );

  test.prop([fc.array(declaration, { maxLength: 4 }), query], { numRuns: 100 })(
    'and questions about them',
    (declarations, question) => {
      expect(() => checkQuery(projectOf(declarations), question, source)).not.toThrow();
    },
  );
});
