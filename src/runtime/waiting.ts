/**
 * Jobs that wait for another process. Runs are synchronous, so that a job that waits keeps its thread from hearing anything: Ctrl-C, a time limit. Such a
 * job is broken off now and then, and begun again later with what was answered so far: a job is a function of its input, and asks the
 * same questions again.
 */

/** What a job was answered, in order; it lasts as long as the job. */
export type Memory = {
  readonly asked: { readonly question: unknown; readonly answer: unknown }[];
  /** The place of the next answer. */
  next: number;
  /** When the job was begun or gone on with, and when it is to break off; null before it has asked something new. */
  since: number;
  until: number | null;
};

/** Milliseconds for which a job waits before it breaks off. */
const slice = 250;
/** A job that takes long to come to where it was works on for so many times that long. */
const share = 4;

/** What is thrown where a job breaks off; nothing but the crew that does the job may catch it. */
const brokenOff = { brokenOff: true } as const;
export const isBrokenOff = (thrown: unknown): boolean => thrown === brokenOff;

export const newMemory = (): Memory => ({ asked: [], next: 0, since: 0, until: null });

/** The memory of the job that runs. */
let current: Memory | null = null;

/** Does a stretch of a job; null where it was broken off and must be begun again. */
export function withMemory<T>(memory: Memory, work: () => T): T | null {
  const before = current;
  current = memory;
  memory.since = performance.now();
  memory.until = null;
  try {
    return work();
  } catch (thrown) {
    if (!isBrokenOff(thrown)) throw thrown;
    memory.next = 0;
    return null;
  } finally {
    current = before;
  }
}

/**
 * Asks another process. Outside of jobs there is nobody who could begin again, and the wait has no end.
 *
 * @param ask waits for so many milliseconds, and gives null where there is no answer then; the same question asked again goes on
 */
export function askPatiently<T>(question: unknown, ask: (patience: number) => T | null): T {
  const memory = current;
  if (memory === null) {
    const answer = ask(Number.POSITIVE_INFINITY);
    if (answer === null) throw new Error('a question without end was not answered');
    return answer;
  }
  const known = memory.asked[memory.next];
  if (known !== undefined && sameData(known.question, question)) {
    memory.next += 1;
    // What was answered to this question.
    return known.answer as T;
  }
  memory.asked.length = memory.next;
  const now = performance.now();
  memory.until ??= now + Math.max(slice, share * (now - memory.since));
  const answer = ask(Math.max(0, memory.until - now));
  if (answer === null) throw brokenOff;
  memory.asked.push({ question, answer });
  memory.next += 1;
  return answer;
}

/** Whether two values of plain data are the same. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((value, i) => sameData(value, b[i]));
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => sameData(Reflect.get(a, key), Reflect.get(b, key)))
  );
}
