/*
 * diagnosis_service.h - the patient: a service that has had a spike, and what is wrong with it.
 *
 * All patients are one program. It works in cycles of two minutes, and in one of them far more
 * comes in than usual. What differs is drawn from a seed: how much of everything there is, and one
 * fault, which is a line of the program or a setting of its runtime.
 *
 *     part       what it is in Go                      done wrong, it keeps
 *     index      m map[int]int, or to pointers         the table of the spike: keys deleted,
 *                                                      the map kept
 *     sessions   id := packet[:32]                     the packet's buffer: id is not copied
 *     batch      batch = batch[:0], of pointers        the records behind the length: not cleared
 *     listeners  a list, added to in each cycle        all of them: nobody takes them off
 *     requests   garbage                               it until a goal far away: GOGC is high
 *     channels   buffers with pointers, hardly used    pages of zeros: Go 1.24.0
 *     snapshot   large, once, in the spike             idle pages: no scavenger
 *
 * Every service is a heap of its own. Functions that can fail return false when memory is refused;
 * then only service_close may follow.
 */
#ifndef DIAGNOSIS_SERVICE_H
#define DIAGNOSIS_SERVICE_H

#include "swiss/swiss_u64.h"

enum fault {
    FAULT_IDLE,
    FAULT_GARBAGE,
    FAULT_ZERO_PAGES,
    FAULT_LEAK,
    FAULT_MAP,
    FAULT_SLICE,
    FAULT_POINTERS,
    FAULT_NONE,                     /* the memory is high because the data are many */
    FAULTS
};

enum { SPIKE_CYCLE = 3, CYCLE_COUNT = 12, LEAST_KEYS = 1 << 14 };

/* All that is drawn of a patient. Counts are of a usual cycle, and of the spike. */
struct patient {
    enum fault fault;
    uint64_t seed;
    uint64_t index_usual, index_spike;      /* entries */
    uint64_t index_growth;                  /* entries that stay, a cycle */
    uint64_t sessions_usual, sessions_spike;
    uint64_t buffer_bytes;                  /* of a packet */
    uint64_t batch_usual, batch_spike;      /* records */
    uint64_t listeners;                     /* a cycle */
    uint64_t requests;                      /* a cycle */
    uint64_t channels;
    uint64_t channel_used;                  /* bytes that were ever sent through one */
    uint64_t snapshots;                     /* in the spike */
    bool reassigns_index, copies_ids, clears_batch, removes_listeners;
    int gogc;
    enum heap_zeroing zeroing;
    uint64_t scavenge_rate;                 /* bytes a second; 0: nothing goes back */
};

/* Draws a patient with that fault. keys is the number of entries whose map would weigh
 * about what the fault does: LEAST_KEYS or more. */
struct patient patient_draw(enum fault fault, uint64_t keys, uint64_t seed);

/* The same patient under a release of Go that clears only what needs it. */
struct patient patient_other_release(const struct patient *p);

/* The same program with its runtime set right: that release, the scavenger at work, GOGC 100. */
struct patient patient_sound_runtime(const struct patient *p);

struct session;
struct link;

/* A Go slice of pointers to records; the heap holds its array, all `capacity` of it. */
struct batch {
    void **records;
    uint64_t length, capacity;
};

struct service {
    struct heap *heap;
    struct patient patient;
    struct swiss index;
    struct session *sessions;
    uint64_t session_count;
    struct batch batch;
    struct link *listeners;
    unsigned cycle;                         /* the next one */
};

/* Starts the service: nothing has come in yet. limit is the heap's limit in bytes, 0: none. */
bool service_open(struct service *s, const struct patient *p, uint64_t limit);
void service_close(struct service *s);

/* Lets two minutes pass, in which the runtime collects and gives back what it will, and then
 * works through a cycle. */
bool service_cycle(struct service *s);

/* --- What a test changes in it --- */

/* m = a fresh map with the entries of the old one. */
bool service_reassign(struct service *s);

/* Replaces each slice by a copy of its length: the ids of all sessions, and the batch. */
bool service_copy_slices(struct service *s);

/* --- What can be read in it --- */

/* Bytes of all slices, up to their lengths and up to their capacities. */
struct slices {
    uint64_t length_bytes, capacity_bytes;
};

struct slices service_ids(const struct service *s);
struct slices service_batch(const struct service *s);

#endif
