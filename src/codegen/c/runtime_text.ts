/** C text that all programs have in common: what a kernel holds, how it ends early, room for arrays, and the door to the host. */

import { traceTypes } from './trace_text.js';

/** Ways in which a run can end; the number that `run` leaves behind. */
export const endings = { done: 0, words: 1, index: 2, label: 3, steps: 4, depth: 5, elements: 6, left: 7 } as const;

/** Entries of the array of doubles that `run` reads and writes. */
export const control = {
  first: 0,
  from: 1,
  to: 2,
  ending: 3,
  a: 4,
  b: 5,
  at: 6,
  steps: 7,
  stopped: 8,
  unaligned: 9,
  length: 10,
} as const;

/** Entries behind these, which `sumBlocks` reads and writes: see `Summing.blocks`. `going`: the block it was left at stands in the room. */
export const sumsControl = {
  block: 10,
  draws: 11,
  dimension: 12,
  least: 13,
  going: 14,
  done: 15,
  held: 16,
  steps: 17,
  unaligned: 18,
  mixed: 19,
  length: 20,
} as const;

export const headText = `
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))
#define COLD static __attribute__((noinline, cold, unused))
#pragma GCC diagnostic ignored "-Wunused-function"
`;

/** The part of Node's stable binary interface that is used, declared here: no header is needed. */
export const doorText = `
typedef struct napi_env_t* napi_env;
typedef struct napi_value_t* napi_value;
typedef struct napi_info_t* napi_info;
typedef napi_value (*napi_routine)(napi_env, napi_info);
extern int napi_create_function(napi_env, const char*, size_t, napi_routine, void*, napi_value*);
extern int napi_set_named_property(napi_env, napi_value, const char*, napi_value);
extern int napi_get_cb_info(napi_env, napi_info, size_t*, napi_value*, napi_value*, void**);
extern int napi_get_typedarray_info(napi_env, napi_value, int*, size_t*, void**, napi_value*, size_t*);
extern int napi_get_value_double(napi_env, napi_value, double*);
extern int napi_create_double(napi_env, double, napi_value*);
extern int napi_create_external(napi_env, void*, void (*)(napi_env, void*, void*), void*, napi_value*);
extern int napi_get_value_external(napi_env, napi_value, void**);
extern int napi_create_arraybuffer(napi_env, size_t, void**, napi_value*);
`;

/** What a kernel holds; `GROUPS` and `CONSTANTS` are numbers of the program. */
export const kernelText = `
typedef struct array* value;
typedef union cell { double number; value value; } cell;
struct array { int64_t length, room; cell cells[]; };
${traceTypes}
typedef struct room { struct room* next; char* end; char bytes[]; } room;
typedef struct mark { room* in; char* top; } mark;

typedef struct kernel {
  jmp_buf out;
  int ending;
  double a, b, place;
  double weight, dimension;
  int64_t steps, depth, particle, taken;
  uint32_t key0, key1;
  stream own;
  char* lowest;
  room* rooms;
  mark top;
  int64_t cells;
  double* spill;
  size_t spilt, spills, kept;
  char* held;
  traces traces;
  value constants[CONSTANTS + 1];
  double* columns[GROUPS + 1];
  stream* streams[GROUPS + 1];
  /* Columns of each kind of noise one after another, with room behind them, and their streams. */
  double* numbers[3];
  stream* seeds[3];
} kernel;

COLD __attribute__((noreturn)) void leave(kernel* k, int ending, double a, double b, int place) {
  k->ending = ending;
  k->a = a;
  k->b = b;
  k->place = place;
  longjmp(k->out, 1);
}
INLINE void fail_words(kernel* k, int words) { leave(k, ${endings.words}, words, 0, 0); }
COLD void fail_index(kernel* k, double index, double length, int at) { leave(k, ${endings.index}, index, length, at); }
COLD void fail_label(kernel* k, double index, double members, int at) { leave(k, ${endings.label}, index, members, at); }
COLD void fail_steps(kernel* k, int at) { leave(k, ${endings.steps}, 0, 0, at); }
COLD void fail_depth(kernel* k, int at) { leave(k, ${endings.depth}, 0, 0, at); }
COLD void fail_elements(kernel* k, int at) { leave(k, ${endings.elements}, 0, 0, at); }
COLD void fail_memory(kernel* k) { leave(k, ${endings.left}, 0, 0, 0); }

/* All arrays of a particle together. */
#define MOST_CELLS (INT64_C(1) << 27)
COLD void* more_room(kernel* k, size_t bytes) {
  room** next = k->top.in ? &k->top.in->next : &k->rooms;
  while (*next && (size_t)((*next)->end - (*next)->bytes) < bytes) {
    room* small = *next;
    *next = small->next;
    k->cells -= (small->end - small->bytes) / 8;
    free(small);
  }
  if (!*next) {
    size_t size = k->top.in ? 2 * (size_t)(k->top.in->end - k->top.in->bytes) : 65536;
    if (size < bytes) size = bytes;
    if (k->cells + (int64_t)(size / 8) > MOST_CELLS) fail_memory(k);
    room* made = malloc(sizeof(room) + size);
    if (!made) fail_memory(k);
    made->next = NULL;
    made->end = made->bytes + size;
    k->cells += (int64_t)(size / 8);
    *next = made;
  }
  k->top.in = *next;
  k->top.top = (*next)->bytes + bytes;
  return (*next)->bytes;
}
INLINE void* allocated(kernel* k, size_t bytes) {
  if (__builtin_expect(k->top.in == NULL || (size_t)(k->top.in->end - k->top.top) < bytes, 0)) return more_room(k, bytes);
  void* at = k->top.top;
  k->top.top += bytes;
  return at;
}
INLINE value new_array(kernel* k, int64_t length) {
  if (length > MOST_CELLS) fail_memory(k);
  value made = allocated(k, sizeof(struct array) + 8 * (size_t)length);
  made->length = made->room = length;
  return made;
}
/* A copy with so many elements, at least as many as there are; those behind are not filled. */
static value copied(kernel* k, value from, int64_t length) {
  value made = new_array(k, length);
  memcpy(made->cells, from->cells, 8 * (size_t)from->length);
  return made;
}
static value lengthened(kernel* k, value from, int64_t length) {
  if (length <= from->room) {
    from->length = length;
    return from;
  }
  value made = new_array(k, length > 2 * from->room ? length : 2 * from->room > 8 ? 2 * from->room : 8);
  made->length = length;
  memcpy(made->cells, from->cells, 8 * (size_t)from->length);
  return made;
}
INLINE void fill_numbers(value array, int64_t from, int64_t to, double x) {
  for (int64_t i = from; i < to; i++) array->cells[i].number = x;
}
INLINE void fill_values(value array, int64_t from, int64_t to, value x) {
  for (int64_t i = from; i < to; i++) array->cells[i].value = x;
}
INLINE int is_whole(double index) { return index >= 0 && index == floor(index) && index < INFINITY; }
INLINE int64_t checked(kernel* k, double index, int64_t length, int at) {
  const int64_t i = (int64_t)index;
  if (__builtin_expect(!(index >= 0 && index < (double)length && (double)i == index), 0)) fail_index(k, index, (double)length, at);
  return i;
}

/* For the host: numbers of values that are not scalars. */
static void spill(kernel* k, double x) {
  if (k->spilt == k->spills) {
    const size_t size = k->spills ? 2 * k->spills : 4096;
    double* longer = realloc(k->spill, 8 * size);
    if (!longer) fail_memory(k);
    k->spill = longer;
    k->spills = size;
  }
  k->spill[k->spilt++] = x;
}

static double* doubles_of(napi_env env, napi_value array, size_t* length) {
  void* data = NULL;
  napi_get_typedarray_info(env, array, NULL, length, &data, NULL, NULL);
  return data;
}
`;

/** `run_particles(kernel, control, columns)`: columns are log weights, dimensions, outputs and parameters of main. */
export const runText = `
static void run_particles(kernel* k, double* control, double* const* columns) {
  char here;
  k->lowest = &here - STACK;
  k->ending = ${endings.done};
  k->taken = k->traces.lonely = 0;
  k->spilt = k->kept = 0;
  const int64_t first = (int64_t)control[${control.first}], to = (int64_t)control[${control.to}];
  int64_t place = (int64_t)control[${control.from}];
  control[${control.steps}] = control[${control.unaligned}] = 0;
  control[${control.stopped}] = (double)place;
  if (setjmp(k->out) == 0) {
    while (place < to) {
      const int64_t particle = first + place;
      const int64_t in_block = particle % BLOCK;
      if (in_block == 0) start_block(k, particle / BLOCK);
      int64_t size = to - place < BLOCK - in_block ? to - place : BLOCK - in_block;
      if (size > CHUNK) size = CHUNK;
      fill_columns(k, particle, size);
      run_chunk(k, columns, first, place, size);
      place += size;
      if ((first + place) % BLOCK == 0 || place == to) {
        control[${control.steps}] = (double)k->taken;
        control[${control.unaligned}] = (double)k->traces.lonely;
        control[${control.stopped}] = (double)place;
        k->kept = k->spilt;
        if (SPILLS && place < to && k->spilt > ((size_t)1 << 22)) leave(k, ${endings.done}, 0, 0, 0);
      }
    }
  }
  control[${control.ending}] = k->ending;
  control[${control.a}] = k->a;
  control[${control.b}] = k->b;
  control[${control.at}] = k->place;
}
`;

/** Functions of the module: `create(key0, key1, constants)` and `run(kernel, control, weights, dimensions, …outputs, …given)`, beside those of `sums_text.ts`. */
export const moduleText = `
/* A constant: 0 number; 1 string, its number; 2 numbers, how many, each; 3 values, how many, each as a constant. */
static cell read_constant(const double** at, char** free_at) {
  const double kind = *(*at)++;
  cell found;
  found.value = NULL;
  if (kind == 0) {
    found.number = *(*at)++;
    return found;
  }
  if (kind == 1) {
    found.value = (value)(intptr_t)*(*at)++;
    return found;
  }
  const int64_t length = (int64_t)*(*at)++;
  value made = (value)*free_at;
  *free_at += sizeof(struct array) + 8 * (size_t)length;
  made->length = made->room = length;
  for (int64_t i = 0; i < length; i++)
    if (kind == 2) made->cells[i].number = *(*at)++;
    else made->cells[i] = read_constant(at, free_at);
  found.value = made;
  return found;
}

static void release(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  kernel* k = data;
  for (room* r = k->rooms; r;) {
    room* next = r->next;
    free(r);
    r = next;
  }
  for (int g = 0; g < GROUPS; g++)
    if (group_kinds[g] == 3) free(k->streams[g]);
  for (int kind = 0; kind < 3; kind++) {
    free(k->numbers[kind]);
    free(k->seeds[kind]);
  }
  free(k->traces.fixed.entries);
  free(k->traces.visited.entries);
  free(k->traces.taken.entries);
  free(k->traces.streams.entries);
  free(k->spill);
  free(k->held);
  free(k);
}

static napi_value create(napi_env env, napi_info info) {
  size_t count = 3;
  napi_value args[3], made = NULL;
  double key0, key1;
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  napi_get_value_double(env, args[0], &key0);
  napi_get_value_double(env, args[1], &key1);
  kernel* k = calloc(1, sizeof(kernel));
  if (!k) return NULL;
  k->key0 = (uint32_t)(int32_t)key0;
  k->key1 = (uint32_t)(int32_t)key1;
  size_t length = 0;
  const double* at = doubles_of(env, args[2], &length);
  /* An array takes no more room than twice its description: its cells, and the one that points to it. */
  char* free_at = k->held = malloc(16 * length + 8);
  int failed = free_at == NULL;
  for (int c = 0; c < CONSTANTS && !failed; c++) k->constants[c] = read_constant(&at, &free_at).value;
  for (int kind = 0; kind <= 3; kind++) {
    size_t count = 0;
    for (int g = 0; g < GROUPS; g++)
      if (group_kinds[g] == kind) {
        k->streams[g] = kind == 3 ? malloc(sizeof(stream) * (size_t)group_sizes[g] + 1) : NULL;
        failed |= kind == 3 && !k->streams[g];
        count += (size_t)group_sizes[g];
      }
    if (kind == 3 || count == 0) continue;
    k->numbers[kind] = aligned_alloc(64, 8 * STRIDE * (count + 16));
    k->seeds[kind] = malloc(sizeof(stream) * count);
    if (!k->numbers[kind] || !k->seeds[kind]) failed = 1;
    count = 0;
    for (int g = 0; g < GROUPS && !failed; g++)
      if (group_kinds[g] == kind) {
        k->columns[g] = k->numbers[kind] + STRIDE * count;
        k->streams[g] = k->seeds[kind] + count;
        count += (size_t)group_sizes[g];
      }
  }
  if (failed) {
    release(env, k, NULL);
    return NULL;
  }
  napi_create_external(env, k, release, NULL, &made);
  return made;
}

static napi_value run(napi_env env, napi_info info) {
  size_t count = 4 + OUTPUTS + GIVEN;
  napi_value args[4 + OUTPUTS + GIVEN], result = NULL;
  double* columns[2 + OUTPUTS + GIVEN];
  void* held = NULL;
  napi_get_cb_info(env, info, &count, args, NULL, NULL);
  napi_get_value_external(env, args[0], &held);
  kernel* k = held;
  size_t length;
  double* control = doubles_of(env, args[1], &length);
  for (int c = 0; c < 2 + OUTPUTS + GIVEN; c++) columns[c] = doubles_of(env, args[2 + c], &length);
  run_particles(k, control, columns);
  if (SPILLS && (k->ending == ${endings.done} || k->ending == ${endings.left})) {
    void* data = NULL;
    napi_create_arraybuffer(env, 8 * k->kept, &data, &result);
    if (k->kept) memcpy(data, k->spill, 8 * k->kept);
  }
  return result;
}

__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value routine;
  static const struct { const char* name; napi_routine routine; } all[] = {
    {"create", create}, {"run", run},
#ifdef SUMS
    {"survey", survey}, {"sum", sum}, {"sumBlocks", sum_blocks},
#endif
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    napi_create_function(env, all[i].name, strlen(all[i].name), all[i].routine, NULL, &routine);
    napi_set_named_property(env, exports, all[i].name, routine);
  }
  return exports;
}
`;
