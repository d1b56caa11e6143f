/*
 * diagnosis_rooms.c - who sits in a waiting room, and what many of them show together.
 */
#include <ctype.h>

#include "diagnosis.h"

/* --- Dealing ---------------------------------------------------------------- */

/* The faults in the order of the patients' numbers: shuffled by the seed (Fisher and Yates). */
static void deal(uint64_t seed, enum fault faults[FAULTS])
{
    struct random random = {.state = seed};
    for (unsigned i = 0; i < FAULTS; i++)
        faults[i] = (enum fault)i;
    for (unsigned i = FAULTS; i > 1; i--) {
        unsigned other = (unsigned)random_below(&random, i);
        enum fault swapped = faults[other];
        faults[other] = faults[i - 1];
        faults[i - 1] = swapped;
    }
}

struct patient room_patient(unsigned number, uint64_t keys, uint64_t seed)
{
    enum fault faults[FAULTS];
    deal(seed, faults);
    return patient_draw(faults[number - 1], keys, hash_number(number, seed));
}

uint64_t seed_of_name(const char *name)
{
    uint64_t seed = 0;
    bool blank = false;
    for (const unsigned char *at = (const unsigned char *)name; *at != '\0'; at++) {
        if (isspace(*at)) {
            blank = seed != 0;
            continue;
        }
        if (blank)
            seed = hash_number(' ', seed);
        blank = false;
        seed = hash_number((uint64_t)tolower(*at), seed);
    }
    return seed;
}

/* --- Many rooms ------------------------------------------------------------- */

static bool room_run(uint64_t keys, uint64_t seed, uint64_t limit, unsigned room,
                     struct rooms *rooms)
{
    for (unsigned number = 1; number <= FAULTS; number++) {
        struct patient p = room_patient(number, keys, seed);
        if (!examine(&p, limit, &rooms->of[p.fault][room]))
            return false;
    }
    return true;
}

bool rooms_run(uint64_t keys, uint64_t seed, uint64_t limit, struct rooms *rooms)
{
    for (unsigned room = 0; room < ROOMS; room++)
        if (!room_run(keys, seed + room, limit, room, rooms))
            return false;
    return true;
}

bool told_apart(const struct rooms *rooms, enum fault fault)
{
    for (unsigned room = 0; room < ROOMS; room++)
        if (diagnose(&rooms->of[fault][room]) != fault)
            return false;
    return true;
}

/* Whether all of a's readings are below all of b's. */
static bool all_below(const struct rooms *rooms, enum reading reading, enum fault a, enum fault b)
{
    for (unsigned i = 0; i < ROOMS; i++)
        for (unsigned j = 0; j < ROOMS; j++)
            if (rooms->of[a][i].of[reading] >= rooms->of[b][j].of[reading])
                return false;
    return true;
}

bool reading_tells(const struct rooms *rooms, enum reading reading, enum fault a, enum fault b)
{
    return all_below(rooms, reading, a, b) || all_below(rooms, reading, b, a);
}

unsigned leak_passes(const struct readings *leak, const struct readings *map)
{
    uint64_t level = map->cycles[CYCLE_COUNT - 1].heap_alloc;
    for (unsigned i = 1; i < CYCLE_COUNT; i++)
        if (leak->cycles[i - 1].heap_alloc <= level && leak->cycles[i].heap_alloc > level)
            return i + 1;
    return 0;
}

bool profiles_equal(const struct readings *a, const struct readings *b)
{
    if (a->profile_count != b->profile_count)
        return false;
    for (size_t i = 0; i < a->profile_count; i++) {
        const struct heap_tag *x = &a->profile[i], *y = &b->profile[i];
        if (strcmp(x->name, y->name) != 0 || x->live_bytes != y->live_bytes
            || x->live_objects != y->live_objects || x->mallocs != y->mallocs
            || x->total_bytes != y->total_bytes)
            return false;
    }
    return true;
}

bool unseen_run(enum fault fault, uint64_t keys, uint64_t seed, uint64_t limit,
                struct readings *ill, struct readings *sound)
{
    const struct patient p = patient_draw(fault, keys, seed), other = patient_sound_runtime(&p);
    return examine(&p, limit, ill) && examine(&other, limit, sound);
}

bool two_faults_run(uint64_t keys, uint64_t seed, uint64_t limit, struct readings *r)
{
    struct patient p = patient_draw(FAULT_MAP, keys, seed);
    p.removes_listeners = false;
    p.listeners *= 6;
    return examine(&p, limit, r);
}
