/*
 * probe.c - asks a revision of the pool: allocates objects, prints what came of it.
 *
 *     probe COUNT BYTES none|pointers [PERCENT]
 *
 * COUNT objects of BYTES each, with pointers or without; of each the first PERCENT are
 * written (0 if it is not said). Prints one figure a line: a name, a blank, a number in
 * bytes or objects. `resident` is the part of the arena that the system has in memory.
 */
#include "pages.h"
#include "pool.h"

#include <string.h>

enum { ARENA_BYTES = 256 << 20 };

static int wrong_use(void)
{
    fprintf(stderr, "usage: probe COUNT BYTES none|pointers [PERCENT]\n");
    return 2;
}

/* A whole number up to `most`. Puts it into *number; false if the text is another thing. */
static bool whole(const char *text, size_t most, size_t *number)
{
    char *end;
    *number = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && *number <= most;
}

static void print_figures(const struct pool *p)
{
    size_t bytes;
    const void *arena = pool_arena(p, &bytes);
    struct pool_counters counters = pool_read(p);
    printf("alloc %zu\ninuse %zu\nmallocs %zu\nfrees %zu\nresident %zu\n", counters.alloc_bytes,
           counters.inuse_bytes, counters.mallocs, counters.frees, resident_bytes(arena, bytes));
}

int main(int argc, char **argv)
{
    size_t count, bytes, percent = 0;
    if (argc < 4 || argc > 5 || !whole(argv[1], 1 << 20, &count) ||
        !whole(argv[2], ARENA_BYTES, &bytes) || (argc == 5 && !whole(argv[4], 100, &percent)) ||
        (strcmp(argv[3], "none") != 0 && strcmp(argv[3], "pointers") != 0))
        return wrong_use();
    enum pool_kind kind = argv[3][0] == 'p' ? POOL_POINTERS : POOL_NO_POINTERS;
    struct pool *p = pool_new(ARENA_BYTES);
    for (size_t i = 0; i < count; i++) {
        char *object = p == NULL ? NULL : pool_alloc(p, bytes, kind);
        if (object == NULL) {
            fprintf(stderr, "probe: there is no room for object %zu\n", i + 1);
            return 1;
        }
        memset(object, 1, bytes * percent / 100);
    }
    print_figures(p);
    pool_delete(p);
    return 0;
}
