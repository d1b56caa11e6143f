/*
 * check.c - an answer in C: large objects with pointers, never written, must not be resident.
 */
#include <pages.h>
#include <pool.h>

#include <stdio.h>

enum { GOOD = 0, BAD = 1, CANNOT_TELL = 125 };
enum { OBJECTS = 8, OBJECT_BYTES = 4 << 20 };

int main(void)
{
    size_t bytes;
    struct pool *p = pool_new(OBJECTS * OBJECT_BYTES);
    if (p == NULL)
        return CANNOT_TELL;
    for (int i = 0; i < OBJECTS; i++)
        if (pool_alloc(p, OBJECT_BYTES, POOL_POINTERS) == NULL)
            return CANNOT_TELL;
    const void *arena = pool_arena(p, &bytes);
    size_t inuse = pool_read(p).inuse_bytes, resident = resident_bytes(arena, bytes);
    printf("%zu B in use, %zu B resident\n", inuse, resident);
    pool_delete(p);
    return resident < inuse / 2 ? GOOD : BAD;
}
