/** A table by address that is emptied at no cost. */
export type AddressTable<T> = {
  /** Forgets everything. */
  readonly clear: () => void;
  /** Number of entries. */
  readonly size: () => number;
  readonly get: (hi: number, lo: number) => T | null;
  readonly set: (hi: number, lo: number, value: T) => void;
  /** Calls `see` with every entry. */
  readonly each: (see: (hi: number, lo: number, value: T) => void) => void;
};

/** An empty table: open addressing, entries stamped with the number of the filling they belong to. */
export function addressTable<T>(): AddressTable<T> {
  let capacity = 16;
  let his = new Int32Array(capacity);
  let los = new Int32Array(capacity);
  let stamps = new Float64Array(capacity);
  let values: (T | null)[] = new Array<T | null>(capacity).fill(null);
  let filling = 1;
  let size = 0;

  /** Where the address stands, or the free place where it would. */
  const placeOf = (hi: number, lo: number): number => {
    let at = (lo ^ (hi >>> 7)) & (capacity - 1);
    while (stamps[at] === filling && (his[at] !== hi || los[at] !== lo)) at = (at + 1) & (capacity - 1);
    return at;
  };
  const put = (hi: number, lo: number, value: T): void => {
    const at = placeOf(hi, lo);
    if (stamps[at] !== filling) size += 1;
    stamps[at] = filling;
    his[at] = hi;
    los[at] = lo;
    values[at] = value;
  };
  const grow = (): void => {
    const old = { his, los, stamps, values, capacity, filling };
    capacity *= 2;
    his = new Int32Array(capacity);
    los = new Int32Array(capacity);
    stamps = new Float64Array(capacity);
    values = new Array<T | null>(capacity).fill(null);
    size = 0;
    for (let at = 0; at < old.capacity; at++) {
      const value = old.values[at];
      if (old.stamps[at] === old.filling && value !== null && value !== undefined)
        put(old.his[at]!, old.los[at]!, value);
    }
  };
  return {
    clear: () => {
      filling += 1;
      size = 0;
    },
    size: () => size,
    get: (hi, lo) => {
      const at = placeOf(hi, lo);
      return stamps[at] === filling ? (values[at] ?? null) : null;
    },
    set: (hi, lo, value) => {
      if (2 * (size + 1) > capacity) grow();
      put(hi, lo, value);
    },
    each: (see) => {
      for (let at = 0; at < capacity; at++) {
        const value = values[at];
        if (stamps[at] === filling && value !== null && value !== undefined) see(his[at]!, los[at]!, value);
      }
    },
  };
}
