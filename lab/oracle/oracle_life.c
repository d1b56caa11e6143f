/*
 * oracle_life.c - one scenario lived by one model.
 */
#include "oracle/oracle_life.h"

#include <stdlib.h>
#include <string.h>

#include "oracle/oracle_types.h"

struct life {
    const struct scenario *scenario;
    const struct oracle_inside *inside;
    const struct design *design;
    struct map_type type;
    struct heap *heap;                  /* of this map alone */
    struct any_map map;
    bool lives;                         /* not freed yet */
};

static const char *const NO_MEMORY = "there is no memory for the map";

/* --- Recordings --- */

bool recording_read(struct recording *recording, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t bytes = 0, room = 0, got = 0;
    recording->text = NULL;
    do {
        bytes += got;
        if (bytes + 1 >= room) {
            room = 2 * room + 65536;
            char *larger = realloc(recording->text, room);
            if (larger == NULL)
                break;
            recording->text = larger;
        }
        got = fread(recording->text + bytes, 1, room - bytes - 1, file);
    } while (got > 0);
    bool whole = feof(file) && !ferror(file);
    fclose(file);
    if (whole)
        recording->text[bytes] = '\0';
    else
        recording_free(recording);
    return whole;
}

void recording_free(struct recording *recording)
{
    free(recording->text);
    recording->text = NULL;
}

/* The recorded order of a range: its text after the last tab, up to the line's end. */
static const char *recorded_order(const struct recording *recording, const char *scenario,
                                  unsigned number, const char *text)
{
    char line[160];
    snprintf(line, sizeof line, "\n%s\t%u %s\torder\t", scenario, number, text);
    const char *at = recording->text == NULL ? NULL : strstr(recording->text, line);
    return at == NULL ? NULL : at + strlen(line);
}

/* --- Steps --- */

static bool fill(struct life *life, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++) {
        union oracle_key key = oracle_key(&life->type, n);
        unsigned char *elem = life->design->put(&life->map, &key);
        if (elem == NULL)
            return false;
        memset(elem, 1, life->type.elem_bytes);
    }
    return true;
}

static void delete(struct life *life, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++) {
        union oracle_key key = oracle_key(&life->type, n);
        life->design->del(&life->map, &key);
    }
}

static bool churn(struct life *life, const uint64_t n[3])
{
    for (uint64_t round = 0; round < n[2]; round++) {
        delete(life, n[0] + round, n[0] + round + 1);
        if (!fill(life, n[1] + round, n[1] + round + 1))
            return false;
    }
    return true;
}

/* Does a step that is not a range; false: no memory. */
static bool act(struct life *life, enum step_verb verb, const uint64_t n[3], bool numbered)
{
    switch (verb) {
    case STEP_FILL:
        return fill(life, n[0], n[1]);
    case STEP_DELETE:
        delete(life, n[0], n[1]);
        return true;
    case STEP_CHURN:
        return churn(life, n);
    case STEP_CLEAR:
        life->design->clear(&life->map);
        return true;
    case STEP_SHRINK:
        return life->inside->shrink == NULL || life->inside->shrink(&life->map, n[0], !numbered);
    case STEP_FREE:
        life->design->free(&life->map);
        life->lives = false;
        return true;
    default:
        return true;
    }
}

/* --- Ranges --- */

/* One walk from one start. */
struct walk {
    uint64_t seen;                      /* keys produced */
    uint64_t agreed;                    /* of them, as in the order asked for, from the first on */
    bool changed;                       /* the step's change was made */
    bool whole;                         /* the order asked for, to its end and no further */
};

/*
 * Walks from a start and makes the step's change. With an order, the walk ends where it
 * differs; without one it goes to its end.
 */
static struct walk walk_from(struct life *life, const struct step *step, uint64_t start,
                             const char *order)
{
    struct walk walk = {0};
    struct any_iter it;
    life->design->iter_start(&life->map, &it);
    if (life->inside->start_at != NULL)
        life->inside->start_at(&it, start);
    bool differs = false;
    while (!differs && life->design->iter_next(&it)) {
        if (order != NULL) {
            char *end;
            differs = strtoull(order, &end, 10) != oracle_number(&life->type, it.key)
                || end == order;
            order = end;
        }
        walk.agreed += !differs;
        if (!differs && ++walk.seen == step->n[0] && step->change != STEP_NONE) {
            act(life, step->change, step->change_n, true);
            walk.changed = true;
        }
    }
    life->design->iter_end(&it);
    walk.whole = !differs && (order == NULL || *order == '\n' || *order == '\0');
    return walk;
}

static bool begin(struct life *life);
static void end(struct life *life);
static bool live_until(struct life *life, unsigned steps);

/* The order of one range: from the start that gives what was recorded, if there is one. */
static bool range(struct life *life, unsigned number, const char *order,
                  const struct teller *teller)
{
    const struct step *step = &life->scenario->steps[number];
    uint64_t starts = order == NULL ? 0 : life->inside->starts(&life->map);
    uint64_t best = 0;
    for (uint64_t start = 0; start < starts; start++) {
        struct walk walk = walk_from(life, step, start, order);
        if (walk.whole) {
            if (teller != NULL)
                fprintf(teller->out, "%s\t%u %s\torder\t%.*s\n", teller->scenario, teller->step,
                        teller->text, (int)strcspn(order, "\n"), order);
            return true;
        }
        best = walk.agreed > best ? walk.agreed : best;
        if (walk.changed) {
            end(life);
            if (!begin(life) || !live_until(life, number))
                return false;
        }
    }
    walk_from(life, step, 0, NULL);
    if (order != NULL && teller != NULL)
        fprintf(teller->out, "%s\t%u %s\torder\tof %" PRIu64 " starts none gives this order; at "
                "best the first %" PRIu64 " keys agree\n", teller->scenario, teller->step,
                teller->text, starts, best);
    return true;
}

/* --- From the beginning to the end --- */

static bool begin(struct life *life)
{
    life->heap = heap_new(NULL);
    life->lives = life->heap != NULL
        && any_map_init(&life->map, life->design, &life->type, life->heap, life->scenario->hint,
                        ORACLE_SEED);
    return life->lives;
}

static void end(struct life *life)
{
    if (life->lives)
        life->design->free(&life->map);
    life->lives = false;
    heap_delete(life->heap);
    life->heap = NULL;
}

/* Lives the first steps again, silently: a range was tried that changed the map. */
static bool live_until(struct life *life, unsigned steps)
{
    for (unsigned i = 0; i < steps; i++) {
        const struct step *step = &life->scenario->steps[i];
        if (step->verb == STEP_RANGE)
            walk_from(life, step, 0, NULL);
        else if (!act(life, step->verb, step->n, step->number_count > 0))
            return false;
    }
    return true;
}

static void measure(struct life *life, const struct teller *teller)
{
    heap_collect(life->heap);
    tell_number(teller, "len", life->lives ? life->design->len(&life->map) : 0);
    tell_number(teller, "bytes", design_bytes(life->design, life->heap));
    if (!life->scenario->lab_hash)
        return;
    if (!scenario_changes_in_range(life->scenario))     /* there Go's range allocates too */
        tell_number(teller, "mallocs", heap_read(life->heap).mallocs);
    if (life->lives)
        life->inside->tell(teller, &life->map);
}

static const char *live_and_tell(struct life *life, const struct recording *recording, FILE *out)
{
    char make[40];
    snprintf(make, sizeof make, "make %" PRIu64, life->scenario->hint);
    struct teller teller = {.out = out, .scenario = life->scenario->name, .text = make};
    measure(life, &teller);
    for (unsigned i = 0; i < life->scenario->step_count; i++) {
        const struct step *step = &life->scenario->steps[i];
        teller.step = i + 1;
        teller.text = step->text;
        const char *order = recorded_order(recording, teller.scenario, i + 1, step->text);
        bool done = step->verb == STEP_RANGE
            ? range(life, i, order, &teller)
            : act(life, step->verb, step->n, step->number_count > 0);
        if (!done)
            return NO_MEMORY;
        const char *broken = life->lives ? life->design->check(&life->map) : NULL;
        if (broken != NULL)
            return broken;
        measure(life, &teller);
    }
    return NULL;
}

const char *life_live(const struct scenario *scenario, const struct design *design,
                      const struct recording *recording, FILE *out)
{
    struct life life = {.scenario = scenario, .design = design,
                        .inside = oracle_inside_of(design)};
    if (!oracle_type(&life.type, scenario->type, scenario->lab_hash))
        return "there is no such map type";
    const char *wrong = begin(&life) ? live_and_tell(&life, recording, out) : NO_MEMORY;
    end(&life);
    return wrong;
}
