#include "heap/span.h"

#include <string.h>

void span_init(struct span *s, char *start, size_t page_count, unsigned class,
               enum heap_scan scan)
{
    bool large = class == SIZE_CLASS_LARGE;
    unsigned slots = large ? 1 : size_class_slots(class, scan);
    s->start = start;
    s->slot_bytes = large ? page_count * HEAP_PAGE_BYTES : size_classes[class].bytes;
    s->next = s->previous = s->next_garbage = NULL;
    s->page_count = (uint32_t)page_count;
    s->divisor = size_class_divisor(class);
    s->slot_count = (uint16_t)slots;
    s->used = s->garbage = s->hint = 0;
    s->class = (uint8_t)class;
    s->scan = (uint8_t)scan;
    s->needzero = true;
    size_t words = (slots + 63) / 64;
    memset(s->free, 0xFF, words * sizeof *s->free);
    memset(s->dead, 0, words * sizeof *s->dead);
    if (slots % 64 != 0)
        s->free[words - 1] = (UINT64_C(1) << (slots % 64)) - 1;
}
