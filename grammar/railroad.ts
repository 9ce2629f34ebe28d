/** Railroad diagrams as SVG: a track is followed from left to right, a box is what the text has there. */
import type { Production } from './productions.js';

/** A piece of track. It is entered and left at height 0; `up` and `down` say how far it reaches from there. */
type Track = {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  readonly draw: (x: number, y: number) => string;
};

const letter = 7.4;
const boxHalf = 12;
const gap = 10;
const bend = 8;
const between = 8;

const horizontal = (x: number, y: number, length: number): string =>
  length <= 0 ? '' : `<path d="M${x} ${y}h${length}"/>`;

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

function box(text: string, kind: 'literal' | 'reference', target: string | null): Track {
  const inner = Array.from(text).length * letter + 16;
  return {
    width: inner,
    up: boxHalf,
    down: boxHalf,
    draw: (x, y) => {
      const round = kind === 'literal' ? boxHalf : 2;
      const rect = `<rect class="${kind}" x="${x}" y="${y - boxHalf}" width="${inner.toFixed(1)}" height="${2 * boxHalf}" rx="${round}"/>`;
      const words = `<text x="${(x + inner / 2).toFixed(1)}" y="${y + 4}">${escapeXml(text)}</text>`;
      return target === null ? rect + words : `<a href="#${target}">${rect}${words}</a>`;
    },
  };
}

const nothing: Track = { width: 0, up: 0, down: 0, draw: () => '' };

function inRow(tracks: readonly Track[]): Track {
  if (tracks.length === 0) return nothing;
  return {
    width: tracks.reduce((sum, track) => sum + track.width, gap * (tracks.length - 1)),
    up: Math.max(...tracks.map((track) => track.up)),
    down: Math.max(...tracks.map((track) => track.down)),
    draw: (x, y) => {
      let at = x;
      return tracks
        .map((track, i) => {
          const link = i === 0 ? '' : horizontal(at - gap, y, gap);
          const drawn = link + track.draw(at, y);
          at += track.width + gap;
          return drawn;
        })
        .join('');
    },
  };
}

/** The first track goes straight on; the others branch off below it. */
function branches(tracks: readonly Track[]): Track {
  const inner = Math.max(...tracks.map((track) => track.width));
  const width = inner + 4 * bend;
  const depths: number[] = [];
  let depth = 0;
  for (const [i, track] of tracks.entries()) {
    if (i > 0) depth += Math.max(track.up, bend) + between;
    depths.push(depth);
    depth += track.down;
  }
  return {
    width,
    up: tracks[0]?.up ?? 0,
    down: depth,
    draw: (x, y) =>
      tracks
        .map((track, i) => {
          const row = y + depths[i]!;
          const left = x + 2 * bend;
          const straight = i === 0;
          const enter = straight
            ? horizontal(x, y, 2 * bend)
            : `<path d="M${x} ${y}q${bend} 0 ${bend} ${bend}V${row - bend}q0 ${bend} ${bend} ${bend}"/>`;
          const right = left + inner;
          const leave = straight
            ? horizontal(right, y, 2 * bend)
            : `<path d="M${right} ${row}q${bend} 0 ${bend} ${-bend}V${y + bend}q0 ${-bend} ${bend} ${-bend}"/>`;
          return enter + track.draw(left, row) + horizontal(left + track.width, row, inner - track.width) + leave;
        })
        .join(''),
  };
}

/** The track with a way back under it. */
function loop(track: Track): Track {
  const back = track.down + between + bend;
  return {
    width: track.width + 4 * bend,
    up: track.up,
    down: back,
    draw: (x, y) => {
      const left = x + 2 * bend;
      const right = left + track.width;
      const way = `<path d="M${right} ${y}q${bend} 0 ${bend} ${bend}V${y + back - bend}q0 ${bend} ${-bend} ${bend}H${left}q${-bend} 0 ${-bend} ${-bend}V${y + bend}q0 ${-bend} ${bend} ${-bend}"/>`;
      return horizontal(x, y, 2 * bend) + track.draw(left, y) + horizontal(right, y, 2 * bend) + way;
    },
  };
}

function trackOf(production: Production, known: ReadonlySet<string>): Track {
  switch (production.kind) {
    case 'literal':
      return box(production.text, 'literal', null);
    case 'reference':
      return box(production.name, 'reference', known.has(production.name) ? production.name : null);
    case 'sequence':
      return inRow(production.parts.map((part) => trackOf(part, known)));
    case 'choice':
      return branches(production.alternatives.map((each) => trackOf(each, known)));
    case 'optional':
      return branches([nothing, trackOf(production.body, known)]);
    case 'repeated': {
      const body = loop(trackOf(production.body, known));
      return production.least === 1 ? body : branches([nothing, body]);
    }
  }
}

/** A rule as an SVG element; names in `known` link to the diagrams of those rules. */
export function railroad(production: Production, known: ReadonlySet<string>): string {
  const track = trackOf(production, known);
  const margin = 10;
  const lead = 20;
  const width = Math.ceil(track.width + 2 * (margin + lead));
  const height = Math.ceil(track.up + track.down + 2 * margin);
  const y = margin + track.up;
  const body = [
    `<circle cx="${margin}" cy="${y}" r="4"/>`,
    horizontal(margin, y, lead),
    track.draw(margin + lead, y),
    horizontal(margin + lead + track.width, y, lead),
    `<circle cx="${width - margin}" cy="${y}" r="4"/>`,
  ].join('');
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">${body}</svg>`;
}
