/*
 * hash.c - the hash of floats, the one key kind whose hash draws by chance.
 */
#include "hash/hash.h"

#include "hash/random.h"

/* Every NaN takes the next number of this stream. Go draws from the thread's. */
static _Thread_local struct random nan_draws = {.state = 0x4E614E};

uint64_t hash_f64(const void *key, uint64_t seed)
{
    double number;
    memcpy(&number, key, sizeof number);
    if (number == 0)
        return hash_number(0, seed);            /* -0 as +0 */
    if (number != number)
        return hash_number(random_next(&nan_draws), seed);
    return hash_u64(key, seed);
}

bool equal_f64(const void *a, const void *b)
{
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x == y;
}
