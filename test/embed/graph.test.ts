import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { memoryHost } from '../check/host.js';

const program = `
model Walk { x[0] ~ normal(0, 1)  for t in 1..3 { x[t] ~ normal(x[t-1], 1) }  last := x[2] }
graph Study { hours -> grade }
`;

const draw = (model: string | null, ...targets: readonly string[]) => {
  const opened = openSession({ name: 'main.scm', text: program }, memoryHost({}), defaultSettings);
  if (!opened.ok) return opened.diagnostics.map((d) => d.code);
  const drawn = opened.value.graph(model, { targets, unroll: false });
  return drawn.ok ? drawn.value.nodes.filter((n) => n.intervened).map((n) => n.name) : drawn.diagnostics[0];
};

describe('the graph of a session', () => {
  it('is operated on at nodes, families and their members', () => {
    expect(draw('Walk', 'last')).toEqual(['last']);
    expect(draw('Walk', 'x')).toEqual(['x']);
    expect(draw('Study', 'hours')).toEqual(['hours']);
  });

  it('has no node of another name', () => {
    expect(draw('Walk', 'lost')).toMatchObject({ code: 'E0441', hint: 'did you mean `last`?' });
    expect(draw('Study', 'x')).toMatchObject({ code: 'E0441' });
  });

  it('asks which model', () => {
    expect(draw(null)).toMatchObject({ code: 'E0406' });
    expect(draw('Wolk')).toMatchObject({ code: 'E0406' });
  });
});
