/**
 * The blocks of an undirected graph: the edge between a and b lies in a block, a number, and a node lies on a path between a and b exactly if an edge of the same
 * block ends at it (Hopcroft and Tarjan, "Algorithm 447: efficient algorithms for graph manipulation", CACM 16, 1973).
 *
 * @param joined 1 at `a * count + b` and `b * count + a` where an edge joins a and b
 * @returns at `a * count + b` the block of the edge between a and b; 0 where there is none
 */
export function blocksOf(count: number, joined: Uint8Array): Int32Array {
  const block = new Int32Array(count * count);
  const depth = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const open: (readonly [number, number])[] = [];
  let blocks = 0;
  const visit = (v: number, above: number): void => {
    low[v] = depth[v]!;
    for (let w = 0; w < count; w++) {
      if (joined[v * count + w] === 0 || w === above) continue;
      if (depth[w]! >= 0) {
        if (depth[w]! < depth[v]!) open.push([v, w]);
        low[v] = Math.min(low[v]!, depth[w]!);
        continue;
      }
      depth[w] = depth[v]! + 1;
      const begun = open.length;
      open.push([v, w]);
      visit(w, v);
      low[v] = Math.min(low[v]!, low[w]!);
      if (low[w]! < depth[v]!) continue;
      blocks += 1;
      for (const [a, b] of open.splice(begun)) {
        block[a * count + b] = blocks;
        block[b * count + a] = blocks;
      }
    }
  };
  for (let v = 0; v < count; v++)
    if (depth[v] === -1) {
      depth[v] = 0;
      visit(v, -1);
    }
  return block;
}
