/* sorted_range.c - yours to write. As it stands it visits in the map's order. */
#include "sorted_range.h"

bool sorted_range(struct swiss *m, bool (*visit)(struct str key, uint64_t *elem, void *with),
                  void *with)
{
    struct swiss_iter it;
    swiss_str_iter_start(m, &it);
    while (swiss_str_iter_next(&it)) {
        struct str key;
        memcpy(&key, it.key, sizeof key);
        if (!visit(key, it.elem, with))
            return false;
    }
    return false;
}
