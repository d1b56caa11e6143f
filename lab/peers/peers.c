/*
 * peers.c - all C and C++ contestants in one process, run at the driver's word.
 *
 * Interface: commands on stdin, one a line; each is answered by lines "name<TAB>number" and
 * then "end".
 *   list                                 the contestants: name and label
 *   grown NAME KEYS PICKS REPEATS        every operation on a map that grows from nothing
 *   presized NAME KEYS PICKS REPEATS     a fill of known size, and clear
 *   latency NAME KEYS                    each insert by itself
 *   shrink NAME KEYS                     each removal by itself
 *   touch BYTES KEYS PICKS               no map: a load from a random line of so many bytes
 *
 * The driver interleaves the contestants, those in other languages between these.
 * `peers huge` asks for huge pages in the lab's heaps; malloc's are asked for by the environment.
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash/hash.h"
#include "peers/peer_hash.h"
#include "peers/peer_run.h"

bool peer_huge_pages;

static const struct peer *const all_peers[] = {
    &peer_swiss, &peer_bucket, &peer_hashbrown, &peer_absl, &peer_glib, &peer_std, &peer_khash,
    &peer_uthash,
};
enum { PEERS = sizeof all_peers / sizeof all_peers[0] };

uint64_t peer_malloc_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void peer_no_memory(void)
{
    fputs("The system refuses memory; make peers KEYS=65536 needs little.\n", stderr);
    exit(1);
}

static void list(void)
{
    for (unsigned i = 0; i < PEERS; i++)
        if (all_peers[i] != NULL)
            printf("%s\t%s\n", all_peers[i]->name, all_peers[i]->label);
}

static const struct peer *peer_named(const char *name)
{
    for (unsigned i = 0; i < PEERS; i++)
        if (all_peers[i] != NULL && strcmp(all_peers[i]->name, name) == 0)
            return all_peers[i];
    return NULL;
}

/*
 * malloc maps a large table by itself and unmaps it when it is freed, up to a size that it
 * raises as it sees such tables freed. Here one process plays many, so the size is fixed: a
 * large fill finds fresh pages, as in a new process; where a small one is repeated,
 * memory is used again, by malloc as by the lab's heap.
 */
static void set_malloc(uint64_t repeats)
{
    int bytes = repeats == 1 ? 128 << 10 : 64 << 20;
    mallopt(M_MMAP_THRESHOLD, bytes);
    mallopt(M_TRIM_THRESHOLD, bytes);
}

/* The command without a map; false: it is another. */
static bool obey_touch(const char *line)
{
    uint64_t bytes, keys, picks;
    if (sscanf(line, "touch %" SCNu64 " %" SCNu64 " %" SCNu64, &bytes, &keys, &picks) != 3
        || bytes < 64 || picks == 0 || picks > keys)
        return false;
    set_malloc(1);
    peer_touch(peer_keys(keys, picks), bytes);
    return true;
}

/* Does one command; false: it is none. */
static bool obey(const char *line)
{
    char name[32], command[16];
    uint64_t keys, picks = 1, repeats = 1;
    if (strcmp(line, "list\n") == 0) {
        list();
        return true;
    }
    if (obey_touch(line))
        return true;
    int words = sscanf(line, "%15s %31s %" SCNu64 " %" SCNu64 " %" SCNu64, command, name, &keys,
                       &picks, &repeats);
    const struct peer *p = words >= 3 ? peer_named(name) : NULL;
    if (p == NULL || keys == 0 || picks == 0 || picks > keys || repeats == 0)
        return false;
    const struct peer_keys *k = peer_keys(keys, picks);
    set_malloc(repeats);
    if (strcmp(command, "grown") == 0)
        peer_grown(p, k, repeats);
    else if (strcmp(command, "presized") == 0)
        peer_presized(p, k, repeats);
    else if (strcmp(command, "latency") == 0)
        peer_latency(p, k);
    else if (strcmp(command, "shrink") == 0)
        peer_shrink(p, k);
    else
        return false;
    return true;
}

static void check_hash(void)
{
    for (uint64_t key = 1; key != 0; key <<= 1) {
        if (peer_hash(key) == hash_number(key, PEER_SEED))
            continue;
        fputs("peer_hash.h is not hash.h's hash any more\n", stderr);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    char line[128];
    peer_huge_pages = argc > 1 && strcmp(argv[1], "huge") == 0;
    check_hash();
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (!obey(line)) {
            fprintf(stderr, "not a command: %s", line);
            return 2;
        }
        puts("end");
        fflush(stdout);
        malloc_trim(0);
    }
    return 0;
}
