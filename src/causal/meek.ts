/** Partly directed graphs in the making, and the orientations that follow from others. */

/** Bit 1 of entry `a * count + b` for a -> b, bit 2 (in both entries) for a - b. */
export type Pattern = { readonly count: number; readonly marks: Uint8Array };

export const arrowMark = 1;
export const lineMark = 2;

export const hasMark = ({ count, marks }: Pattern, a: number, b: number, mark: number): boolean =>
  (marks[a * count + b]! & mark) !== 0;

export const adjacentIn = ({ count, marks }: Pattern, a: number, b: number): boolean =>
  marks[a * count + b]! + marks[b * count + a]! > 0;

/** Makes the edge between a and b an arrow from a to b. */
export function orient({ count, marks }: Pattern, a: number, b: number): void {
  marks[a * count + b] = arrowMark;
  marks[b * count + a] = 0;
}

/** What orientation has to respect beside the graph; all is allowed, and nothing open, if left out. */
export type MeekLimits = {
  /** Whether a - b may become a -> b. */
  readonly allowed?: (a: number, b: number) => boolean;
  /** Whether it is not known if the middle of a triple is a collider: nothing follows from such a triple. */
  readonly open?: (x: number, middle: number, y: number) => boolean;
};

/**
 * Meek's rules until none applies ("Causal inference and causal explanation with background knowledge", UAI 1995). The fourth only ever applies where
 * arrows come from background knowledge.
 */
export function closeByMeek(g: Pattern, { allowed = () => true, open = () => false }: MeekLimits = {}): void {
  const { count } = g;
  for (let changed = true; changed; ) {
    changed = false;
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++)
        if (hasMark(g, a, b, lineMark) && forced(g, a, b, open) && allowed(a, b)) {
          orient(g, a, b);
          changed = true;
        }
  }
}

/** Whether a - b must be a -> b: else there would be a new collider, or a circle. */
function forced(g: Pattern, a: number, b: number, open: Required<MeekLimits>['open']): boolean {
  const between: number[] = [];
  const beside: number[] = [];
  for (let c = 0; c < g.count; c++) {
    if (c === b) continue;
    if (hasMark(g, c, a, arrowMark) && !adjacentIn(g, c, b) && !open(c, a, b)) return true;
    if (hasMark(g, a, c, arrowMark) && hasMark(g, c, b, arrowMark)) return true;
    if (!hasMark(g, a, c, lineMark)) continue;
    if (hasMark(g, c, b, arrowMark)) between.push(c);
    else if (!adjacentIn(g, c, b) && !open(c, a, b)) beside.push(c);
  }
  if (between.some((c, k) => between.slice(k + 1).some((d) => !adjacentIn(g, c, d) && !open(c, a, d)))) return true;
  // The fourth: c -> d -> b with a - c, d next to a, and c and b apart.
  for (const c of beside)
    for (let d = 0; d < g.count; d++)
      if (hasMark(g, c, d, arrowMark) && hasMark(g, d, b, arrowMark) && adjacentIn(g, a, d)) return true;
  return false;
}
