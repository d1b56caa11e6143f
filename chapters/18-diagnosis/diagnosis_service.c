/*
 * diagnosis_service.c - the patient's life, part by part.
 *
 * Read        diagnosis_service.h (the parts), service_cycle at the end of this file, then the part
 *             that you suspect.
 */
#include "diagnosis_service.h"

#include <assert.h>

enum { CYCLE_MS = 2 * 60 * 1000, ID_BYTES = 32, FIRST_BATCH = 64, JUNK = 0x5A };
enum { MAP_ENTRY_BYTES = 36, CHANNEL_BYTES = 64 << 10, SCAVENGE_RATE = 64 << 20 };
enum { LEAST_GOAL_BYTES = 4 << 20 };     /* at GOGC 100: less garbage is nobody's fault */

/* What a kind of object is to the heap, and to whoever reads its profile. */
struct kind {
    size_t bytes;
    enum heap_scan scan;
    const char *tag;
};

static const struct kind entry_kind = {256, HEAP_SCAN, "entry"};
static const struct kind record_kind = {256, HEAP_SCAN, "record"};
static const struct kind listener_kind = {512, HEAP_SCAN, "listener"};
static const struct kind request_kind = {1024, HEAP_NOSCAN, "request"};
static const struct kind channel_kind = {CHANNEL_BYTES, HEAP_SCAN, "channel buffer"};
static const struct kind snapshot_kind = {64 << 10, HEAP_NOSCAN, "snapshot"};
static const struct kind id_kind = {ID_BYTES, HEAP_NOSCAN, "session id"};

/* --- Drawing ---------------------------------------------------------------- */

/* A number about n: from three quarters of it to five quarters. */
static uint64_t about(struct random *random, uint64_t n)
{
    return n - n / 4 + random_below(random, n / 2 + 1);
}

/* How many things of so many bytes make up about a share of the weight; one at least. */
static uint64_t share(struct random *random, uint64_t weight, uint64_t parts, uint64_t bytes)
{
    return 1 + about(random, weight / parts) / bytes;
}

/* A program without a fault, in which no part weighs more than the others. */
static struct patient draw_sound(struct random *random, uint64_t weight)
{
    struct patient p = {.reassigns_index = true, .copies_ids = true, .clears_batch = true,
                        .removes_listeners = true, .gogc = HEAP_GOGC_DEFAULT,
                        .zeroing = HEAP_ZEROING_FIXED, .scavenge_rate = SCAVENGE_RATE};
    p.seed = random_next(random);
    p.buffer_bytes = UINT64_C(4096) << random_below(random, 3);
    p.index_usual = share(random, weight, 32, MAP_ENTRY_BYTES);
    p.index_spike = share(random, weight, 8, MAP_ENTRY_BYTES);
    p.sessions_usual = share(random, weight, 32, p.buffer_bytes);
    p.sessions_spike = share(random, weight, 8, p.buffer_bytes);
    p.batch_usual = share(random, weight, 64, record_kind.bytes);
    p.batch_spike = share(random, weight, 8, record_kind.bytes);
    p.listeners = share(random, weight, 64, listener_kind.bytes);
    p.requests = share(random, weight, 16, request_kind.bytes);
    p.channels = share(random, weight, 16, channel_kind.bytes);
    p.channel_used = 4096 * (1 + random_below(random, 3));
    p.snapshots = share(random, weight, 8, snapshot_kind.bytes);
    return p;
}

/* Half of the leaks are in the index: entries that nobody takes out. */
static void draw_leak(struct patient *p, struct random *random, uint64_t weight)
{
    if (random_below(random, 2) == 0) {
        p->removes_listeners = false;
        p->listeners = share(random, weight, CYCLE_COUNT, listener_kind.bytes);
    } else {
        p->index_growth = share(random, weight, CYCLE_COUNT, entry_kind.bytes + MAP_ENTRY_BYTES);
    }
}

/* The fault, and enough of its part to be seen. */
static void draw_fault(struct patient *p, struct random *random, uint64_t weight)
{
    switch (p->fault) {
    case FAULT_IDLE:
        p->scavenge_rate = 0;
        p->snapshots = share(random, weight, 1, snapshot_kind.bytes);
        break;
    case FAULT_GARBAGE:
        p->gogc = (int)(100 * (16 + random_below(random, 16)));
        p->requests = share(random, weight + LEAST_GOAL_BYTES, 1, request_kind.bytes);
        break;
    case FAULT_ZERO_PAGES:
        p->zeroing = HEAP_ZEROING_GO_1_24_0;
        p->channels = share(random, weight, 1, channel_kind.bytes);
        break;
    case FAULT_LEAK:
        draw_leak(p, random, weight);
        break;
    case FAULT_MAP:
        p->reassigns_index = false;
        p->index_spike = share(random, weight, 1, MAP_ENTRY_BYTES);
        break;
    case FAULT_SLICE:
        p->copies_ids = false;
        p->sessions_spike = share(random, weight, 1, p->buffer_bytes);
        break;
    case FAULT_POINTERS:
        p->clears_batch = false;
        p->batch_spike = share(random, weight, 1, record_kind.bytes);
        break;
    case FAULT_NONE:
    case FAULTS:
        p->index_spike = share(random, weight, 1, MAP_ENTRY_BYTES);
        p->index_usual = p->index_spike;
        break;
    }
}

struct patient patient_draw(enum fault fault, uint64_t keys, uint64_t seed)
{
    assert(keys >= LEAST_KEYS);
    struct random random = {.state = seed};
    uint64_t weight = keys * MAP_ENTRY_BYTES;
    struct patient p = draw_sound(&random, weight);
    p.fault = fault;
    draw_fault(&p, &random, weight + weight / 4);
    return p;
}

struct patient patient_other_release(const struct patient *p)
{
    struct patient other = *p;
    other.zeroing = HEAP_ZEROING_FIXED;
    return other;
}

struct patient patient_sound_runtime(const struct patient *p)
{
    struct patient other = patient_other_release(p);
    other.gogc = HEAP_GOGC_DEFAULT;
    other.scavenge_rate = SCAVENGE_RATE;
    return other;
}

/* --- Objects ---------------------------------------------------------------- */

static void *filled(struct heap *h, const struct kind *kind)
{
    void *object = heap_alloc(h, kind->bytes, kind->scan, kind->tag);
    if (object != NULL)
        memset(object, JUNK, kind->bytes);
    return object;
}

static void drop(struct heap *h, const struct kind *kind, void *object)
{
    heap_drop(h, object, kind->bytes, kind->scan, kind->tag);
}

/* Objects in a list begin with this. */
struct link {
    struct link *next;
};

static bool list_add(struct heap *h, const struct kind *kind, struct link **list, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        struct link *link = filled(h, kind);
        if (link == NULL)
            return false;
        link->next = *list;
        *list = link;
    }
    return true;
}

static void list_drop(struct heap *h, const struct kind *kind, struct link **list)
{
    while (*list != NULL) {
        struct link *link = *list;
        *list = link->next;
        drop(h, kind, link);
    }
}

/* --- The index -------------------------------------------------------------- */

/* Adds the entries from the length on. Where the index leaks they point to objects. */
static bool index_add(struct service *s, uint64_t entries)
{
    for (uint64_t key = swiss_len(&s->index); key < entries; key++) {
        void *entry = s->patient.index_growth > 0 ? filled(s->heap, &entry_kind) : NULL;
        if (entry == NULL && s->patient.index_growth > 0)
            return false;
        uint64_t *place = swiss_u64_put(&s->index, key);
        if (place == NULL)
            return false;
        *place = entry != NULL ? (uint64_t)(uintptr_t)entry : key;
    }
    return true;
}

/* A fresh map with the first entries of the old one, which is dropped. */
static bool index_reassign(struct service *s, uint64_t entries)
{
    struct swiss fresh;
    if (!swiss_u64_init(&fresh, s->heap, 0, s->patient.seed))
        return false;
    for (uint64_t key = 0; key < entries; key++) {
        uint64_t *place = swiss_u64_put(&fresh, key);
        if (place == NULL) {
            swiss_u64_free(&fresh);
            return false;
        }
        *place = *swiss_u64_get(&s->index, key);
    }
    swiss_u64_free(&s->index);
    s->index = fresh;
    return true;
}

/* The first line to go wrong: what to do when there are fewer entries than there were. */
static bool index_shrink(struct service *s, uint64_t entries)
{
    if (s->patient.reassigns_index)
        return index_reassign(s, entries);
    for (uint64_t key = swiss_len(&s->index); key > entries; key--)
        swiss_u64_del(&s->index, key - 1);
    return true;
}

static bool run_index(struct service *s)
{
    const struct patient *p = &s->patient;
    uint64_t entries = p->index_usual + s->cycle * p->index_growth;
    if (s->cycle == SPIKE_CYCLE && p->index_growth == 0)
        entries = p->index_spike;
    if (p->fault == FAULT_NONE && s->cycle < SPIKE_CYCLE)
        entries = p->index_usual / 16;
    return entries < swiss_len(&s->index) ? index_shrink(s, entries) : index_add(s, entries);
}

bool service_reassign(struct service *s)
{
    return index_reassign(s, swiss_len(&s->index));
}

/* --- Sessions --------------------------------------------------------------- */

/* The id is a slice: it lies in `object`, and keeps all of it alive. */
struct session {
    struct link link;
    unsigned char *id;
    uint64_t id_capacity;
    void *object;
    struct kind kind;                       /* of the object */
};

static const struct kind session_kind = {sizeof(struct session), HEAP_SCAN, "session"};

/* id = append([]byte(nil), id...) */
static bool copy_id(struct heap *h, struct session *session)
{
    unsigned char *copy = filled(h, &id_kind);
    if (copy == NULL)
        return false;
    memcpy(copy, session->id, ID_BYTES);
    drop(h, &session->kind, session->object);
    session->object = session->id = copy;
    session->kind = id_kind;
    session->id_capacity = ID_BYTES;
    return true;
}

/* A session's first packet holds its id; nothing else of the packet is needed. */
static bool open_session(struct service *s)
{
    const struct kind buffer = {s->patient.buffer_bytes, HEAP_NOSCAN, "packet buffer"};
    struct session *session = filled(s->heap, &session_kind);
    if (session == NULL)
        return false;
    void *packet = filled(s->heap, &buffer);
    if (packet == NULL) {
        drop(s->heap, &session_kind, session);
        return false;
    }
    *session = (struct session){.link.next = (struct link *)s->sessions, .id = packet,
                                .id_capacity = buffer.bytes, .object = packet, .kind = buffer};
    s->sessions = session;
    s->session_count++;
    return !s->patient.copies_ids || copy_id(s->heap, session);
}

/* Sessions of the spike stay open. */
static bool run_sessions(struct service *s)
{
    uint64_t count = s->cycle < SPIKE_CYCLE ? s->patient.sessions_usual
                                            : s->patient.sessions_spike;
    while (s->session_count < count)
        if (!open_session(s))
            return false;
    return true;
}

struct slices service_ids(const struct service *s)
{
    struct slices sum = {0, 0};
    for (const struct session *at = s->sessions; at != NULL;
         at = (const struct session *)at->link.next) {
        sum.length_bytes += ID_BYTES;
        sum.capacity_bytes += at->id_capacity;
    }
    return sum;
}

/* --- The batch -------------------------------------------------------------- */

static const char batch_tag[] = "batch";

static bool batch_grow(struct heap *h, struct batch *b)
{
    uint64_t capacity = b->capacity == 0 ? FIRST_BATCH : 2 * b->capacity;
    void **records = heap_alloc(h, capacity * sizeof *records, HEAP_SCAN, batch_tag);
    if (records == NULL)
        return false;
    if (b->capacity > 0) {
        memcpy(records, b->records, b->length * sizeof *records);
        heap_drop(h, b->records, b->capacity * sizeof *records, HEAP_SCAN, batch_tag);
    }
    b->records = records;
    b->capacity = capacity;
    return true;
}

/* Takes away the records from `from` on, wherever the length is. */
static void batch_clear(struct heap *h, struct batch *b, uint64_t from)
{
    for (uint64_t i = from; i < b->capacity; i++)
        if (b->records[i] != NULL) {
            drop(h, &record_kind, b->records[i]);
            b->records[i] = NULL;
        }
}

static bool batch_append(struct heap *h, struct batch *b)
{
    if (b->length == b->capacity && !batch_grow(h, b))
        return false;
    void *record = filled(h, &record_kind);
    if (record == NULL)
        return false;
    if (b->records[b->length] != NULL)      /* one from behind the length goes at last */
        drop(h, &record_kind, b->records[b->length]);
    b->records[b->length++] = record;
    return true;
}

/* Collects the records of a cycle, works on them, and begins anew. */
static bool run_batch(struct service *s)
{
    const struct patient *p = &s->patient;
    uint64_t count = s->cycle == SPIKE_CYCLE ? p->batch_spike : p->batch_usual;
    while (s->batch.length < count)
        if (!batch_append(s->heap, &s->batch))
            return false;
    if (p->clears_batch)
        batch_clear(s->heap, &s->batch, 0);
    s->batch.length = 0;                    /* batch = batch[:0] */
    return true;
}

struct slices service_batch(const struct service *s)
{
    return (struct slices){s->batch.length * sizeof(void *), s->batch.capacity * sizeof(void *)};
}

/* A copy of the length has nothing behind it, and needs no array if that is 0. */
static bool copy_batch(struct heap *h, struct batch *b)
{
    void **copy = NULL;
    if (b->length > 0) {
        copy = heap_alloc(h, b->length * sizeof *copy, HEAP_SCAN, batch_tag);
        if (copy == NULL)
            return false;
        memcpy(copy, b->records, b->length * sizeof *copy);
    }
    batch_clear(h, b, b->length);
    if (b->capacity > 0)
        heap_drop(h, b->records, b->capacity * sizeof *copy, HEAP_SCAN, batch_tag);
    *b = (struct batch){copy, b->length, b->length};
    return true;
}

bool service_copy_slices(struct service *s)
{
    for (struct session *at = s->sessions; at != NULL; at = (struct session *)at->link.next)
        if (!copy_id(s->heap, at))
            return false;
    return copy_batch(s->heap, &s->batch);
}

/* --- The rest --------------------------------------------------------------- */

static bool run_snapshot(struct service *s)
{
    struct link *snapshot = NULL;
    if (s->cycle != SPIKE_CYCLE)
        return true;
    if (!list_add(s->heap, &snapshot_kind, &snapshot, s->patient.snapshots))
        return false;
    list_drop(s->heap, &snapshot_kind, &snapshot);
    return true;
}

static bool run_listeners(struct service *s)
{
    if (s->patient.removes_listeners)
        list_drop(s->heap, &listener_kind, &s->listeners);
    return list_add(s->heap, &listener_kind, &s->listeners, s->patient.listeners);
}

static bool run_requests(struct service *s)
{
    for (uint64_t i = 0; i < s->patient.requests; i++) {
        void *request = filled(s->heap, &request_kind);
        if (request == NULL)
            return false;
        drop(s->heap, &request_kind, request);
    }
    return true;
}

/* Channels are made once, for the worst case; little is ever sent through them. */
static bool open_channels(struct service *s)
{
    for (uint64_t i = 0; i < s->patient.channels; i++) {
        void *buffer = heap_alloc(s->heap, channel_kind.bytes, channel_kind.scan,
                                  channel_kind.tag);
        if (buffer == NULL)
            return false;
        memset(buffer, JUNK, s->patient.channel_used);
    }
    return true;
}

/* --- A life ----------------------------------------------------------------- */

bool service_open(struct service *s, const struct patient *p, uint64_t limit)
{
    const struct heap_config config = {.collector = HEAP_COLLECT_PACED, .gogc = p->gogc,
                                       .zeroing = p->zeroing, .limit_bytes = limit,
                                       .scavenge_rate = p->scavenge_rate};
    *s = (struct service){.heap = heap_new(&config), .patient = *p};
    return s->heap != NULL && swiss_u64_init(&s->index, s->heap, 0, p->seed) && open_channels(s);
}

void service_close(struct service *s)
{
    heap_delete(s->heap);                   /* and all that is in it */
    s->heap = NULL;
}

bool service_cycle(struct service *s)
{
    heap_tick(s->heap, CYCLE_MS);
    bool done = run_index(s) && run_sessions(s) && run_batch(s) && run_snapshot(s)
             && run_listeners(s) && run_requests(s);
    s->cycle++;
    return done;
}
