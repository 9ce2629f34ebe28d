/** Things that one thread of a process has made, by name, and hands to others, which then need not make them again. */
import { type Kept, keptThings } from './content.js';

/** A thing of a shelf: plain data, or a compiled module, which can be posted as well. */
export type Handed = { readonly shelf: string; readonly name: string; readonly thing: unknown };

type Shelf = Pick<Kept<unknown>, 'entries'> & { readonly take: (name: string, thing: unknown) => void };

const shelves = new Map<string, Shelf>();

/** Keeps so many things at most, as `keptThings`; those of shelves of one name in all threads are the same. */
export function shelf<T>(name: string, most: number): Kept<T> {
  const kept = keptThings<T>(most);
  // It comes from the shelf of this name in another thread.
  shelves.set(name, { entries: kept.entries, take: (key, thing) => kept.put(key, thing as T) });
  return kept;
}

/** What is there of all shelves, but for what `known` names; its names are added. */
export function thingsToHand(known: Set<string>): readonly Handed[] {
  const handed: Handed[] = [];
  for (const [shelf, { entries }] of shelves) {
    for (const [name, thing] of entries()) {
      const whole = `${shelf} ${name}`;
      if (known.has(whole)) continue;
      known.add(whole);
      handed.push({ shelf, name, thing });
    }
  }
  return handed;
}

/** Takes the things of another thread. */
export function takeThings(handed: readonly Handed[]): void {
  for (const { shelf, name, thing } of handed) shelves.get(shelf)?.take(name, thing);
}
