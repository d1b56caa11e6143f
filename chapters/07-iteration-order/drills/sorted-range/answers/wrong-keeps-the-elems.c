/* The belief: an elem stays where it is. The next put may move all of them. */
#include "sorted_range.h"

#include <stdlib.h>

struct entry {
    struct str key;
    uint64_t *elem;
};

static int compare(const void *a, const void *b)
{
    const struct entry *s = a, *t = b;
    uint64_t common = s->key.length < t->key.length ? s->key.length : t->key.length;
    int differs = common == 0 ? 0 : memcmp(s->key.bytes, t->key.bytes, common);
    return differs != 0 ? differs
                        : (s->key.length > t->key.length) - (s->key.length < t->key.length);
}

bool sorted_range(struct swiss *m, bool (*visit)(struct str key, uint64_t *elem, void *with),
                  void *with)
{
    size_t count = swiss_len(m), i = 0;
    struct entry *entries = heap_alloc(m->heap, count * sizeof *entries, HEAP_SCAN, "entries");
    if (entries == NULL)
        return false;
    struct swiss_iter it;
    swiss_str_iter_start(m, &it);
    while (swiss_str_iter_next(&it)) {
        memcpy(&entries[i].key, it.key, sizeof entries[i].key);
        entries[i++].elem = it.elem;
    }
    qsort(entries, count, sizeof *entries, compare);
    bool goes_on = true;
    for (i = 0; i < count && goes_on; i++)
        if (swiss_str_get(m, entries[i].key) != NULL)
            goes_on = visit(entries[i].key, entries[i].elem, with);
    heap_free(m->heap, entries, count * sizeof *entries, HEAP_SCAN, "entries");
    return true;
}
