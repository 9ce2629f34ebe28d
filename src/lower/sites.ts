/** A number from 0 to 2^31 - 1 for a name (FNV-1a), so that a site's noise hangs on its name and not on what else stands in the program. */
export function siteNumber(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash ^= name.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash & 0x7fffffff;
}
