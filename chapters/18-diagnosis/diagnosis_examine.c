/*
 * diagnosis_examine.c - the instruments, held to a patient.
 */
#include <stdlib.h>

#include "diagnosis.h"
#include "resident/resident.h"
#include "swiss/swiss_check.h"

const char *const instrument_names[INSTRUMENTS + 1] = {
    "memory", "profile", "collect", "giveback", "pages", "release", "cycles", "length", "reassign",
    "copy", NULL,
};

const char *const instrument_help[INSTRUMENTS] = {
    "the heap's counters, and what the kernel counts",
    "bytes and objects by what they are for: in use once collected, and allocated ever",
    "HeapAlloc before and after a forced collection",
    "resident bytes before and after every idle page is given back",
    "the resident pages, and how many of them hold nothing but zeros",
    "resident bytes of the same program under another release of Go: 1.23, say",
    "HeapAlloc, collected, and the map's length and slots, cycle by cycle",
    "length against capacity: of the map, and of the slices",
    "HeapAlloc before and after the map is replaced by a fresh one with its entries",
    "HeapAlloc before and after each slice is replaced by a copy of its length",
};

enum { SYSTEM_PAGE_BYTES = 4096 };

static uint64_t fall(uint64_t before, uint64_t after)
{
    return before > after ? before - after : 0;
}

/* --- Pages ------------------------------------------------------------------ */

/* All of the arena that was ever in a span. The kernel always knows a mapping of our own. */
static uint64_t arena_resident(const struct heap *h)
{
    uint64_t bytes = 0;
    (void)resident_bytes(heap_start(h), heap_high_water(h), &bytes);
    return bytes;
}

/* A look at memory that is nobody's now: AddressSanitizer must not mind. */
__attribute__((no_sanitize_address))
static bool is_zero(const uint64_t *page)
{
    for (size_t i = 0; i < SYSTEM_PAGE_BYTES / sizeof *page; i++)
        if (page[i] != 0)
            return false;
    return true;
}

/* Only resident pages are looked at: a look would make any other resident. */
static uint64_t zero_bytes(const struct heap *h)
{
    const char *start = heap_start(h);
    uint64_t zero = 0, resident;
    for (uint64_t at = 0; at < heap_high_water(h); at += SYSTEM_PAGE_BYTES)
        if (resident_bytes(start + at, SYSTEM_PAGE_BYTES, &resident) && resident > 0
            && is_zero((const void *)(start + at)))
            zero += SYSTEM_PAGE_BYTES;
    return zero;
}

/* --- As found --------------------------------------------------------------- */

static void read_memory(const struct heap *h, struct readings *r)
{
    struct heap_counters c = heap_read(h);
    r->of[READ_RESIDENT] = arena_resident(h);
    r->of[READ_HEAP_ALLOC] = c.heap_alloc;
    r->of[READ_HEAP_INUSE] = c.heap_inuse;
    r->of[READ_HEAP_IDLE] = c.heap_idle;
    r->of[READ_HEAP_RELEASED] = c.heap_released;
    r->of[READ_GOAL] = c.next_gc;
    r->of[READ_ZERO] = zero_bytes(h);
}

static void read_length(const struct service *s, struct readings *r)
{
    struct slices ids = service_ids(s), batch = service_batch(s);
    r->of[READ_MAP_LENGTH] = swiss_len(&s->index);
    r->of[READ_SLOTS] = swiss_slot_count(&s->index);
    r->of[READ_FREE_SLOTS] = r->of[READ_SLOTS] - r->of[READ_MAP_LENGTH];
    r->of[READ_ID_LENGTH] = ids.length_bytes;
    r->of[READ_ID_CAPACITY] = ids.capacity_bytes;
    r->of[READ_BATCH_LENGTH] = batch.length_bytes;
    r->of[READ_BATCH_CAPACITY] = batch.capacity_bytes;
    r->of[READ_SLICE_CAPACITY] = ids.capacity_bytes + batch.capacity_bytes;
}

static int more_in_use_first(const void *a, const void *b)
{
    const struct heap_tag *x = a, *y = b;
    if (x->live_bytes != y->live_bytes)
        return x->live_bytes < y->live_bytes ? 1 : -1;
    return strcmp(x->name, y->name);
}

static void read_profile(const struct heap *h, struct readings *r)
{
    size_t count;
    const struct heap_tag *tags = heap_tags(h, &count);
    r->profile_count = count < PROFILE_ROWS ? count : PROFILE_ROWS;
    memcpy(r->profile, tags, r->profile_count * sizeof *tags);
    qsort(r->profile, r->profile_count, sizeof *tags, more_in_use_first);
    r->of[READ_LIVING] = heap_read(h).heap_alloc;
}

/* --- One after the other ---------------------------------------------------- */

static uint64_t collected(struct heap *h)
{
    heap_collect(h);
    return heap_read(h).heap_alloc;
}

/* Idle pages go before the collection, so that its garbage is not among them; the map and
 * the slices come last, each measured against what was left. */
static bool read_effects(struct service *s, struct readings *r)
{
    struct heap *h = s->heap;
    heap_release_idle(h);
    r->of[READ_GIVEN_BACK] = fall(r->of[READ_RESIDENT], arena_resident(h));
    uint64_t living = collected(h);
    r->of[READ_SWEPT] = fall(r->of[READ_HEAP_ALLOC], living);
    read_profile(h, r);
    if (!service_reassign(s))
        return false;
    uint64_t without_table = collected(h);
    r->of[READ_REASSIGNED] = fall(living, without_table);
    if (!service_copy_slices(s))
        return false;
    r->of[READ_COPIED] = fall(without_table, collected(h));
    return true;
}

static bool live_until(struct service *s, unsigned cycle)
{
    while (s->cycle < cycle)
        if (!service_cycle(s))
            return false;
    return true;
}

static bool examine_found(const struct patient *p, uint64_t limit, struct readings *r)
{
    struct service s;
    bool done = service_open(&s, p, limit) && live_until(&s, SPIKE_CYCLE);
    if (done) {
        r->of[READ_RESIDENT_BEFORE] = arena_resident(s.heap);
        done = live_until(&s, CYCLE_COUNT);
    }
    if (done) {
        read_memory(s.heap, r);
        read_length(&s, r);
        done = read_effects(&s, r);
    }
    service_close(&s);
    return done;
}

static bool examine_cycles(const struct patient *p, uint64_t limit, struct readings *r)
{
    struct service s;
    bool done = service_open(&s, p, limit);
    for (unsigned i = 0; i < CYCLE_COUNT && done; i++) {
        done = service_cycle(&s);
        if (!done)
            break;
        uint64_t resident = arena_resident(s.heap);
        r->cycles[i] = (struct cycle_reading){collected(s.heap), swiss_len(&s.index),
                                              swiss_slot_count(&s.index)};
        r->of[READ_RESIDENT_SWEPT] = fall(resident, arena_resident(s.heap));
    }
    service_close(&s);
    r->of[READ_GROWTH] = fall(r->cycles[CYCLE_COUNT - 1].heap_alloc,
                              r->cycles[CYCLE_COUNT - 1 - GROWTH_CYCLES].heap_alloc);
    return done;
}

static bool examine_other_release(const struct patient *p, uint64_t limit, struct readings *r)
{
    const struct patient other = patient_other_release(p);
    struct service s;
    bool done = service_open(&s, &other, limit) && live_until(&s, CYCLE_COUNT);
    if (done)
        r->of[READ_ELSEWHERE] = arena_resident(s.heap);
    service_close(&s);
    r->of[READ_SAVED] = fall(r->of[READ_RESIDENT], r->of[READ_ELSEWHERE]);
    return done;
}

bool examine(const struct patient *p, uint64_t limit, struct readings *r)
{
    *r = (struct readings){.profile_count = 0};
    return examine_found(p, limit, r) && examine_cycles(p, limit, r)
        && examine_other_release(p, limit, r);
}
