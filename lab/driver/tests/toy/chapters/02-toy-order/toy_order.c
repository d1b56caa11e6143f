/*
 * toy_order.c - a chapter with one target and no claim.
 */
#include "toy/toy.h"

static void run(struct toy *toy)
{
    fprintf(toy->out, "one after another\n");
}

int chapter_main(int argc, char **argv)
{
    return toy_main(argc, argv, (const char *const[]){"iter", NULL}, run);
}
