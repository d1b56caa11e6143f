/* The belief: where the shorter key ends, the two are equal. */
#include "sorted_range.h"

#include <stdlib.h>

static const char *const TAG = "sorted keys";

static int compare(const void *a, const void *b)
{
    const struct str *s = a, *t = b;
    uint64_t common = s->length < t->length ? s->length : t->length;
    return common == 0 ? 0 : memcmp(s->bytes, t->bytes, common);
}

/* The keys of m in an array from its heap; NULL if memory is refused. */
static struct str *sorted_keys(struct swiss *m, size_t count)
{
    struct str *keys = heap_alloc(m->heap, count * sizeof *keys, HEAP_SCAN, TAG);
    if (keys == NULL)
        return NULL;
    struct swiss_iter it;
    size_t i = 0;
    swiss_str_iter_start(m, &it);
    while (swiss_str_iter_next(&it))
        memcpy(&keys[i++], it.key, sizeof *keys);
    qsort(keys, count, sizeof *keys, compare);
    return keys;
}

/* A key that a visit has deleted is not found, and what is found is the present elem. */
bool sorted_range(struct swiss *m, bool (*visit)(struct str key, uint64_t *elem, void *with),
                  void *with)
{
    size_t count = swiss_len(m);
    struct str *keys = sorted_keys(m, count);
    if (keys == NULL)
        return false;
    bool goes_on = true;
    for (size_t i = 0; i < count && goes_on; i++) {
        uint64_t *elem = swiss_str_get(m, keys[i]);
        if (elem != NULL)
            goes_on = visit(keys[i], elem, with);
    }
    heap_free(m->heap, keys, count * sizeof *keys, HEAP_SCAN, TAG);
    return true;
}
