/*
 * snapshot.c - writes a map's memory, object after object, into one buffer.
 */
#include "tests/snapshot.h"

#include <stdio.h>
#include <stdlib.h>

static void write_bytes(FILE *to, const void *from, size_t bytes)
{
    fwrite(from, 1, bytes, to);
}

/* The objects behind the full slots of some groups. */
static void write_outside(FILE *to, const struct map_type *mt, unsigned char *groups,
                          uint64_t count)
{
    for (uint64_t g = 0; g < count; g++) {
        unsigned char *group = groups + g * swiss_group_bytes(mt);
        for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
            if (group[i] >= 0x80)
                continue;
            unsigned char *slot = swiss_slot(mt, group, i);
            write_bytes(to, swiss_key(mt, slot), mt->key_bytes);
            write_bytes(to, swiss_elem(mt, slot), mt->elem_bytes);
        }
    }
}

static void write_groups(FILE *to, const struct map_type *mt, unsigned char *groups,
                         uint64_t count)
{
    write_bytes(to, groups, count * swiss_group_bytes(mt));
    write_outside(to, mt, groups, count);
}

/* A replaced table shares its indirect objects, and some of them may be gone: raw bytes only. */
static void write_iter(FILE *to, const struct map_type *mt, const struct swiss_iter *it)
{
    write_bytes(to, it, sizeof *it);
    if (it->table != NULL) {
        write_bytes(to, it->table, sizeof *it->table);
        write_bytes(to, it->table->groups, swiss_groups_bytes(mt, it->table->capacity));
    }
    if (it->group != NULL)
        write_bytes(to, it->group, swiss_group_bytes(mt));
}

/* What of the account says what lives; not what was ever asked for. */
static void write_heap(FILE *to, const struct heap *h)
{
    struct heap_counters c = heap_read(h);
    const uint64_t live[] = {c.heap_alloc, c.heap_inuse, c.garbage, c.mallocs - c.frees};
    write_bytes(to, live, sizeof live);
    size_t count;
    const struct heap_tag *tags = heap_tags(h, &count);
    for (size_t i = 0; i < count; i++) {
        const uint64_t tag[] = {tags[i].live_bytes, tags[i].live_objects};
        if (tags[i].live_objects > 0)
            write_bytes(to, tag, sizeof tag);
    }
}

struct snapshot snapshot_take(const struct map_type *mt, const struct swiss *m)
{
    struct snapshot snapshot;
    FILE *to = open_memstream(&snapshot.bytes, &snapshot.size);
    if (to == NULL)
        abort();
    const struct swiss_header *header = m->header;
    write_bytes(to, m, sizeof *m);
    write_bytes(to, header, sizeof *header);
    if (header->dir_len == 0 && header->group != NULL)
        write_groups(to, mt, header->group, 1);
    if (header->dir_len > 0)
        write_bytes(to, header->directory, header->dir_len * sizeof *header->directory);
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        write_bytes(to, t, sizeof *t);
        write_groups(to, mt, t->groups, t->group_mask + 1);
        i = swiss_directory_next(header, t);
    }
    for (const struct swiss_iter *it = m->iters; it != NULL; it = it->next)
        write_iter(to, mt, it);
    write_heap(to, m->heap);
    fclose(to);
    return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
    free(snapshot->bytes);
    snapshot->bytes = NULL;
}

bool snapshot_holds(const struct snapshot *snapshot, const struct map_type *mt,
                    const struct swiss *m)
{
    struct snapshot now = snapshot_take(mt, m);
    bool same = now.size == snapshot->size && memcmp(now.bytes, snapshot->bytes, now.size) == 0;
    snapshot_free(&now);
    return same;
}
