/*
 * toy_count.c - a chapter that counts, with two targets.
 */
#include "toy/toy.h"

#include <string.h>

static void run(struct toy *toy)
{
    toy_table(toy, 37832, 48.6);
    if (strcmp(toy->target, "retain") == 0) {
        toy_claim(toy, "count-is-kept", true);
        toy_beyond(toy, "count-is-kept", "no-count", true);
    } else {
        toy_claim(toy, "count-is-fast", true);
    }
}

int chapter_main(int argc, char **argv)
{
    return toy_main(argc, argv, (const char *const[]){"retain", "bench", NULL}, run);
}
