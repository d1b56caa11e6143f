/*
 * check.c - is this revision of the pool good? The exit status answers: 0 good, 1 to 124 bad,
 * 125 cannot tell.
 *
 * Copy this file, change the copy, and run `make bisect CHECK=copy.c`: it is compiled with the pool
 * of each revision in question. As it stands it compiles, and says good of every revision.
 */
#include <pages.h>
#include <pool.h>

#include <stdio.h>

enum { GOOD = 0, BAD = 1, CANNOT_TELL = 125 };

int main(void)
{
    size_t bytes;
    struct pool *p = pool_new(64 << 20);
    if (p == NULL)
        return CANNOT_TELL;
    for (int i = 0; i < 100; i++)
        pool_alloc(p, 48, POOL_NO_POINTERS);
    const void *arena = pool_arena(p, &bytes);
    size_t inuse = pool_read(p).inuse_bytes, resident = resident_bytes(arena, bytes);
    printf("%zu B in use, %zu B resident\n", inuse, resident);
    pool_delete(p);
    return GOOD;
}
