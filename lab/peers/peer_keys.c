/*
 * peer_keys.c - draws and shuffles the keys of a run.
 */
#include "peers/peer_keys.h"

#include <stdlib.h>
#include <string.h>

#include "hash/random.h"
#include "peers/peer.h"

static uint64_t *numbers(uint64_t count)
{
    uint64_t *made = malloc(count * sizeof *made);
    if (made == NULL)
        peer_no_memory();
    return made;
}

static uint64_t *draw(struct random *random, uint64_t count)
{
    uint64_t *drawn = numbers(count);
    for (uint64_t i = 0; i < count; i++)
        drawn[i] = random_next(random);
    return drawn;
}

/* The first `picks` steps of a Fisher-Yates shuffle; the rest is left where it falls. */
static uint64_t *pick(const uint64_t key[], uint64_t keys, uint64_t picks)
{
    struct random random = {.state = ~(uint64_t)PEER_SEED};
    uint64_t *order = numbers(keys);
    memcpy(order, key, keys * sizeof *order);
    for (uint64_t i = 0; i < picks; i++) {
        uint64_t other = i + random_below(&random, keys - i);
        uint64_t swap = order[i];
        order[i] = order[other];
        order[other] = swap;
    }
    return order;
}

static uint64_t sum_of_values(const uint64_t key[], uint64_t count)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += key[i] + 1;
    return sum;
}

const struct peer_keys *peer_keys(uint64_t keys, uint64_t picks)
{
    static struct peer_keys last;
    struct random random = {.state = PEER_SEED};
    if (last.keys == keys && last.picks == picks)
        return &last;
    free(last.key);
    free(last.picked);
    free(last.missing);
    last = (struct peer_keys){.keys = keys, .picks = picks};
    last.key = draw(&random, keys);
    last.missing = draw(&random, picks);
    last.picked = pick(last.key, keys, picks);
    last.sum_of_all = sum_of_values(last.key, keys);
    last.sum_of_picked = sum_of_values(last.picked, picks);
    return &last;
}
