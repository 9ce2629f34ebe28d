/** C text of what a particle remembers of its noise, as `src/codegen/trace.ts`: tables by address that are emptied at no cost. */

/** Types of fields of the kernel. */
export const traceTypes = `
typedef struct entry { int32_t hi, lo; int64_t filling; value held; stream s; } entry;
typedef struct table { entry* entries; int64_t capacity, size, filling; } table;
typedef struct traces {
  table fixed, visited, taken, streams;
  value replayed;
  /* The list of the outermost draw that takes numbers; null outside. */
  value* here;
  int64_t replay_at, here_at, block, lonely;
  int32_t hi, lo;
} traces;
`;

/** Definitions of `trace_…`. */
export const traceText = `
static void forget(table* t) {
  t->filling++;
  t->size = 0;
}
static void lengthen_table(kernel* k, table* t);
/* The entry of an address; with make a new one where there is none, else null. */
static entry* entry_at(kernel* k, table* t, int32_t hi, int32_t lo, int make) {
  if (make && 2 * (t->size + 1) > t->capacity) lengthen_table(k, t);
  if (t->capacity == 0) return NULL;
  int64_t at = (int64_t)((uint32_t)lo ^ (uint32_t)hi >> 7) & (t->capacity - 1);
  for (; t->entries[at].filling == t->filling; at = (at + 1) & (t->capacity - 1))
    if (t->entries[at].hi == hi && t->entries[at].lo == lo) return &t->entries[at];
  if (!make) return NULL;
  t->size++;
  t->entries[at] = (entry){hi, lo, t->filling, NULL, {0, 0, 0, 0}};
  return &t->entries[at];
}
COLD void lengthen_table(kernel* k, table* t) {
  table longer = {NULL, t->capacity ? 2 * t->capacity : 16, 0, 1};
  if (8 * longer.capacity > MOST_CELLS) fail_memory(k);
  longer.entries = calloc((size_t)longer.capacity, sizeof(entry));
  if (!longer.entries) fail_memory(k);
  for (int64_t i = 0; i < t->capacity; i++)
    if (t->entries[i].filling == t->filling) {
      entry* to = entry_at(k, &longer, t->entries[i].hi, t->entries[i].lo, 1);
      to->held = t->entries[i].held;
      to->s = t->entries[i].s;
    }
  free(t->entries);
  *t = longer;
}
static void trace_fix(kernel* k, int32_t hi, int32_t lo, value numbers) {
  entry_at(k, &k->traces.fixed, hi, lo, 1)->held = numbers;
}
static _Bool trace_replay(kernel* k, int32_t hi, int32_t lo) {
  const entry* found = entry_at(k, &k->traces.fixed, hi, lo, 0);
  if (!found) return 0;
  k->traces.replayed = found->held;
  k->traces.replay_at = 0;
  return 1;
}
INLINE int trace_left(kernel* k) { return k->traces.replayed && k->traces.replay_at < k->traces.replayed->length; }
INLINE double trace_again(kernel* k) { return k->traces.replayed->cells[k->traces.replay_at++].number; }
static void trace_take(kernel* k, int32_t hi, int32_t lo) {
  entry* found = entry_at(k, &k->traces.taken, hi, lo, 1);
  if (!found->held) {
    /* An array of one value, the list, so that the list may move. */
    const value holder = new_array(k, 1);
    holder->cells[0].value = new_array(k, 4);
    holder->cells[0].value->length = 0;
    found->held = holder;
  }
  k->traces.here = &found->held->cells[0].value;
  k->traces.here_at = 0;
  k->traces.hi = hi;
  k->traces.lo = lo;
}
INLINE int trace_met(kernel* k) { return k->traces.here && k->traces.here_at < (*k->traces.here)->length; }
INLINE double trace_seen(kernel* k) { return (*k->traces.here)->cells[k->traces.here_at++].number; }
static double trace_keep(kernel* k, double x) {
  const int64_t at = k->traces.here_at++;
  if (k->traces.here) {
    *k->traces.here = lengthened(k, *k->traces.here, at + 1);
    (*k->traces.here)->cells[at].number = x;
  }
  return x;
}
static double trace_next(kernel* k, int kind) {
  if (trace_met(k)) return trace_seen(k);
  table* streams = &k->traces.streams;
  entry* known = entry_at(k, streams, k->traces.hi, k->traces.lo, 0);
  if (!known) {
    known = entry_at(k, streams, k->traces.hi, k->traces.lo, 1);
    known->s = seed_column(k->key0, k->key1, k->traces.hi, k->traces.lo, k->traces.block);
  }
  stream* s = &known->s;
  return trace_keep(k, kind == 0 ? next_uniform(s) : kind == 1 ? next_normal(s) : next_exponential(s));
}
static void trace_visit(kernel* k, int32_t hi, int32_t lo, int count) {
  if (entry_at(k, &k->traces.visited, hi, lo, 0)) return;
  entry_at(k, &k->traces.visited, hi, lo, 1);
  k->traces.lonely += count;
}
`;
