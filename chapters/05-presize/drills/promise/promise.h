/*
 * promise.h - a hint that is a promise.
 *
 * Words       room   the entries that a table holds before it grows: seven eighths of its slots
 *             plan   the tables that a hint is turned into (swiss_plan in lab/swiss/swiss.h)
 */
#ifndef PROMISE_H
#define PROMISE_H

#include <stdint.h>

/*
 * The hint to give for so many entries, so that no table grows while they are put, whatever the
 * seed: a chance of one in a million may be left. And no larger map than that takes.
 */
uint64_t hint_for(uint64_t entries);

#endif
