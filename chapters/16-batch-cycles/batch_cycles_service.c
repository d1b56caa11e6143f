/*
 * batch_cycles_service.c - the service: one cycle after the other, and what is left when one fails.
 *
 *      begin        a map, if there is none
 *      take in      text, slot, record; one of them may be refused        full
 *      work on      every record is looked up and read
 *      empty        as the strategy says
 *      rest         eight minutes: a collection, the scavenger            idle
 *
 * A record that is refused leaves nothing behind: its text is made first, and given up again if
 * the map has no slot for it. So a refusal finds all records before it in their places.
 */
#include "batch_cycles.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "hash/hash.h"
#include "hashbrown/hashbrown_any.h"
#include "resident/resident.h"

enum { SCAVENGE_RATE = 32 << 20 };      /* bytes a second: far more than is ever to give back */

/* --- Records ---------------------------------------------------------------- */

struct record {
    uint64_t id;
    uint64_t text_bytes;
    unsigned char *text;
    unsigned char fields[104];
};
_Static_assert(sizeof(struct record) == RECORD_BYTES, "the value of [incident]'s map");

struct map_type record_map_type(bool pointers)
{
    return map_type_of(&(struct map_shape){
        .name = pointers ? "u64 -> *record" : "u64 -> record",
        .key_bytes = 8, .key_align = 8,
        .elem_bytes = pointers ? sizeof(struct record *) : sizeof(struct record),
        .elem_align = 8, .elem_pointers = true, .key_direct_compare = true,
        .hash = hash_u64, .equal = equal_u64,
    });
}

/* All bytes of a record are this one, so that a strange byte is seen. */
static unsigned char mark_of(uint64_t id)
{
    return (unsigned char)(hash_number(id, 0) | 1);
}

static bool all_are(const unsigned char *bytes, uint64_t count, unsigned char mark)
{
    return count == 0 || (bytes[0] == mark && memcmp(bytes, bytes + 1, count - 1) == 0);
}

static void write_record(struct record *r, uint64_t id, unsigned char *text, uint64_t text_bytes)
{
    unsigned char mark = mark_of(id);
    *r = (struct record){.id = id, .text = text, .text_bytes = text_bytes};
    memset(r->fields, mark, sizeof r->fields);
    if (text != NULL)
        memset(text, mark, text_bytes);
}

static bool is_whole(const struct record *r, uint64_t id, uint64_t text_bytes)
{
    unsigned char mark = mark_of(id);
    return r->id == id && r->text_bytes == text_bytes
        && all_are(r->fields, sizeof r->fields, mark) && all_are(r->text, text_bytes, mark);
}

/* --- The service ------------------------------------------------------------ */

struct service {
    const struct strategy *strategy;
    const struct design *design;
    struct map_type type;
    struct heap *heap;
    uint64_t usual, most;
    uint64_t seed;
    struct any_map map;
    bool has_map;
    uint64_t first, next;               /* keys of the cycle: from first, before next */
    uint64_t text_bytes;                /* of its records */
};

static bool open_service(struct service *s, const struct strategy *strategy,
                         const struct trace *trace, uint64_t limit, uint64_t seed)
{
    const struct design *design = design_named(strategy->design);
    bool at_once = design->bytes_as_asked;
    *s = (struct service){.strategy = strategy, .design = design, .seed = seed,
                          .type = record_map_type(strategy->pointers),
                          .usual = trace->usual, .most = trace->most};
    s->heap = heap_new(&(struct heap_config){
        .limit_bytes = limit, .scavenge_rate = SCAVENGE_RATE,
        .collector = at_once ? HEAP_COLLECT_AT_ONCE : HEAP_COLLECT_PACED});
    return s->heap != NULL;
}

static uint64_t live_bytes(const struct service *s)
{
    struct heap_counters c = heap_read(s->heap);
    return s->design->bytes_as_asked ? c.asked : c.heap_alloc - c.garbage;
}

/* --- Taking in -------------------------------------------------------------- */

static bool begin(struct service *s)
{
    const uint64_t hints[] = {[HINT_NONE] = 0, [HINT_USUAL] = s->usual, [HINT_MOST] = s->most};
    s->first = s->next;
    if (!s->has_map)
        s->has_map = any_map_init(&s->map, s->design, &s->type, s->heap,
                                  hints[s->strategy->hint], s->seed++);
    return s->has_map;
}

/* A new record's bytes: in the map's slot, or in an object that the slot points to. */
static struct record *place_for(struct service *s, uint64_t key)
{
    if (!s->strategy->pointers)
        return s->design->put(&s->map, &key);
    struct record *r = heap_alloc(s->heap, sizeof *r, HEAP_SCAN, "record");
    struct record **place = r != NULL ? s->design->put(&s->map, &key) : NULL;
    if (place != NULL)
        *place = r;
    else if (r != NULL)
        heap_drop(s->heap, r, sizeof *r, HEAP_SCAN, "record");
    return place != NULL ? r : NULL;
}

static void drop_text(struct service *s, unsigned char *text)
{
    if (text != NULL)
        heap_drop(s->heap, text, s->text_bytes, HEAP_NOSCAN, "text");
}

/* One record more; false: refused, and nothing of it is left. */
static bool take_in(struct service *s)
{
    unsigned char *text = NULL;
    if (s->text_bytes > 0) {
        text = heap_alloc(s->heap, s->text_bytes, HEAP_NOSCAN, "text");
        if (text == NULL)
            return false;
    }
    struct record *r = place_for(s, s->next);
    if (r == NULL) {
        drop_text(s, text);
        return false;
    }
    write_record(r, s->next++, text, s->text_bytes);
    return true;
}

static bool take_all_in(struct service *s, struct cycle cycle)
{
    s->text_bytes = cycle.text_bytes;
    if (!begin(s))
        return false;
    for (uint64_t i = 0; i < cycle.records; i++)
        if (!take_in(s))
            return false;
    return true;
}

/* --- Working on them -------------------------------------------------------- */

static struct record *record_in(const struct service *s, void *elem)
{
    return s->strategy->pointers ? *(struct record **)elem : elem;
}

/* How many of the cycle's records are in the map with all of their bytes. */
static uint64_t work_on(const struct service *s)
{
    uint64_t whole = 0;
    for (uint64_t key = s->first; key < s->next; key++) {
        void *elem = s->design->get(&s->map, &key);
        whole += elem != NULL && is_whole(record_in(s, elem), key, s->text_bytes);
    }
    return whole;
}

/* --- Emptying --------------------------------------------------------------- */

/* What a record has outside of the map is garbage with it. */
static void drop_record(struct service *s, struct record *r)
{
    drop_text(s, r->text);
    if (s->strategy->pointers)
        heap_drop(s->heap, r, sizeof *r, HEAP_SCAN, "record");
}

/* Go's collector finds dead records by itself; this heap is told. */
static void drop_records(struct service *s, bool and_delete)
{
    struct any_iter it;
    s->design->iter_start(&s->map, &it);
    while (s->design->iter_next(&it)) {
        uint64_t key;
        memcpy(&key, it.key, sizeof key);
        drop_record(s, record_in(s, it.elem));
        if (and_delete)
            s->design->del(&s->map, &key);
    }
    s->design->iter_end(&it);
}

/* [incident]'s rule: what has room for more than twice the estimate lets go of the rest. */
static bool shrink_if_too_large(struct service *s)
{
    struct hashbrown *m = &s->map.as.hashbrown;
    return hashbrown_capacity(m) <= 2 * s->usual
        || hashbrown_any_shrink_to(&s->type, m, s->usual);
}

/* The end of a cycle. False: memory is refused, which only a shrink can meet. */
static bool empty(struct service *s)
{
    enum emptying emptying = s->strategy->emptying;
    if (emptying == EMPTY_DELETE || s->strategy->pointers || s->text_bytes > 0)
        drop_records(s, emptying == EMPTY_DELETE);
    if (emptying == EMPTY_CLEAR || emptying == EMPTY_SHRINK)
        s->design->clear(&s->map);
    if (emptying == EMPTY_FRESH) {
        s->design->free(&s->map);
        s->has_map = false;
    }
    return emptying != EMPTY_SHRINK || shrink_if_too_large(s);
}

/* --- Readings --------------------------------------------------------------- */

static void read_full(const struct service *s, struct reading *at)
{
    at->live = live_bytes(s);
    at->peak = design_peak_bytes(s->design, s->heap);
    uint64_t mapped = heap_read(s->heap).heap_sys;
    if (mapped > 0)
        resident_bytes(heap_start(s->heap), mapped, &at->resident);
}

static void read_idle(const struct service *s, struct reading *at)
{
    at->idle = live_bytes(s);
    at->slots = s->has_map ? s->design->slots(&s->map) : 0;
    at->goal = heap_read(s->heap).next_gc;
}

/* --- Rest ------------------------------------------------------------------- */

/* Go's runtime collects and scavenges. Under Rust the allocator is the system's, and large blocks
 * go back to it as they are freed. */
static void rest(struct service *s)
{
    if (s->design->bytes_as_asked)
        heap_release_idle(s->heap);
    heap_tick(s->heap, CYCLE_MS);
}

/* --- A story ---------------------------------------------------------------- */

static bool play_cycle(struct service *s, struct cycle cycle, struct story *story)
{
    struct reading *at = &story->at[story->cycles];
    heap_reset_peaks(s->heap);
    if (!take_all_in(s, cycle))
        return false;
    read_full(s, at);
    uint64_t whole = work_on(s);
    if (!empty(s))
        return false;
    rest(s);
    read_idle(s, at);
    story->brought += cycle.records;
    story->worked_on += whole;
    story->cycles++;
    return true;
}

/* The service as the refusal has left it. */
static void inspect(const struct service *s, struct story *story)
{
    story->killed = true;
    story->records_in = s->next - s->first;
    story->inuse = heap_read(s->heap).heap_inuse;
    story->broken = heap_check(s->heap);
    if (!s->has_map)
        return;
    story->readable = work_on(s);
    if (story->broken == NULL)
        story->broken = s->design->check(&s->map);
    if (story->broken == NULL && s->design->len(&s->map) != story->records_in)
        story->broken = "the map counts other records than were taken in";
}

bool story_run(const struct strategy *strategy, const struct trace *trace, uint64_t limit,
               uint64_t seed, struct story *story)
{
    struct service s;
    memset(story, 0, sizeof *story);
    if (!open_service(&s, strategy, trace, limit, seed))
        return false;
    for (unsigned i = 0; i < trace->count && !story->killed; i++)
        if (!play_cycle(&s, trace->cycles[i], story))
            inspect(&s, story);
    heap_delete(s.heap);
    return true;
}

/* --- To be timed ------------------------------------------------------------ */

struct service *service_new(const struct strategy *strategy, const struct trace *trace,
                            uint64_t limit, uint64_t seed)
{
    struct service *s = malloc(sizeof *s);
    struct story story = {.cycles = 0};
    if (s == NULL)
        return NULL;
    bool good = open_service(s, strategy, trace, limit, seed);
    for (unsigned i = 0; good && i < trace->count; i++)
        good = play_cycle(s, trace->cycles[i], &story);
    if (good)
        return s;
    service_delete(s);
    return NULL;
}

bool service_cycle(struct service *s)
{
    const struct cycle usual = {.records = s->usual};
    if (!take_all_in(s, usual) || work_on(s) != usual.records || !empty(s))
        return false;
    rest(s);
    return true;
}

struct heap *service_heap(const struct service *s)
{
    return s->heap;
}

void service_delete(struct service *s)
{
    if (s != NULL)
        heap_delete(s->heap);
    free(s);
}
