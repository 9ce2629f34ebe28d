import { describe, expect, test } from 'vitest';
import { ebnf } from '../../grammar/ebnf.js';
import { WhatifParser } from '../../grammar/parser.js';
import { grammarRules, type Production } from '../../grammar/productions.js';
import { railroad } from '../../grammar/railroad.js';

function references(production: Production): readonly string[] {
  switch (production.kind) {
    case 'literal':
      return [];
    case 'reference':
      return [production.name];
    case 'sequence':
      return production.parts.flatMap(references);
    case 'choice':
      return production.alternatives.flatMap(references);
    case 'optional':
    case 'repeated':
      return references(production.body);
  }
}

describe('the grammar', () => {
  test('is sound: no ambiguity, no left recursion, no rule without an end', () => {
    expect(() => new WhatifParser({ skipValidations: false })).not.toThrow();
  });

  const rules = grammarRules();

  test('explains every rule it names, once', () => {
    const names = rules.map((rule) => rule.name);
    expect(new Set(names).size).toBe(names.length);
    const words = ['letter', 'digit', 'mark', 'digits', 'character', 'escape'];
    const unknown = rules.flatMap((rule) => references(rule.production)).filter((name) => !names.includes(name));
    expect(unknown.filter((name) => !words.includes(name))).toEqual([]);
  });

  test('is written as EBNF', () => {
    const text = ebnf(rules);
    expect(text).toContain("forStatement ::= 'for' binding block");
    expect(text).toContain("conditional ::= 'if' expression 'then' expression 'else' expression");
    expect(text).toContain("type ::= ( Identifier | '(' type ( ',' type )* ')'");
  });

  test('is drawn in diagrams that lie inside their frames', () => {
    for (const { production } of rules) {
      const svg = railroad(production, new Set());
      const [, width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number);
      const boxes = [...svg.matchAll(/<rect class="\w+" x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="(\d+)"/g)];
      for (const box of boxes) {
        const [x = -1, y = -1, w = 0, h = 0] = box.slice(1).map(Number);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + w).toBeLessThanOrEqual(width);
        expect(y + h).toBeLessThanOrEqual(height);
      }
    }
  });
});
