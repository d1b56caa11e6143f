#include "heap/tag.h"

#include <assert.h>
#include <string.h>

unsigned tag_find_by_name(struct tag_table *t, const char *name, struct tag_seen *seen)
{
    assert(name != NULL);
    unsigned index = 0;
    while (index < t->count && strcmp(t->tags[index].name, name) != 0)
        index++;
    if (index == t->count) {
        assert(t->count < HEAP_MAX_TAGS);
        t->tags[t->count++] = (struct heap_tag){.name = name};
    }
    *seen = (struct tag_seen){name, index};
    return index;
}
