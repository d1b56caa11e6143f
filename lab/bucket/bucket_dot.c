/*
 * bucket_dot.c - header and arrays as boxes, buckets as rows.
 *
 * A cell's shade comes from its tophash byte alone. Keys are read in full cells only: an
 * evacuated cell still holds its key's bytes, or nothing where buckets hold pointers.
 */
#include "bucket/bucket_dot.h"

#include <inttypes.h>
#include <stdio.h>

#include "page/page.h"

enum { CELL_TEXT_BYTES = 64, COLUMNS = 1 + BUCKET_CELLS };

/* What all arrays of a picture share. */
struct view {
    struct dot *dot;
    const struct map_type *mt;
    const struct bucket_printer *print;
    const struct bucket_header *header;
    bool summary;
    uint64_t overflows;                 /* drawn so far */
};

/* What an array is to the map. */
enum role { PRESENT, OLD, KEPT };

/* --- Cells and buckets --- */

static void draw_cell(const struct view *v, unsigned char *b, unsigned i, enum role role)
{
    static const char marks[BUCKET_MIN_TOP] = {
        [BUCKET_EMPTY_ONE] = '-', [BUCKET_EVACUATED_X] = 'X', [BUCKET_EVACUATED_Y] = 'Y',
        [BUCKET_EVACUATED_EMPTY] = 'E',
    };
    if (b[i] == BUCKET_EMPTY_REST) {
        dot_cell(v->dot, DOT_EMPTY, 1, "%s", "");       /* the shade's mark is a dot */
    } else if (b[i] < BUCKET_MIN_TOP) {
        dot_cell(v->dot, b[i] == BUCKET_EMPTY_ONE ? DOT_PLAIN : DOT_FAINT, 1, "%c", marks[b[i]]);
    } else if (role == KEPT) {
        dot_cell(v->dot, DOT_FULL, 1, "%02x", b[i]);    /* its key may be dropped */
    } else {
        char text[CELL_TEXT_BYTES] = "";
        v->print->key(text, sizeof text, bucket_key(v->mt, b, i));
        dot_cell(v->dot, DOT_FULL, 1, "%02x\n%s", b[i], text);
    }
}

static void draw_cells(const struct view *v, unsigned char *b, enum role role)
{
    for (unsigned i = 0; i < BUCKET_CELLS; i++)
        draw_cell(v, b, i, role);
}

/* Bucket n, then its chain. */
static void draw_chain(struct view *v, const struct bucket_kept *array, uint64_t n, enum role role)
{
    unsigned char *b = bucket_at(v->mt, array->buckets, n);
    bool next = role == OLD && n == v->header->evacuated;
    dot_row(v->dot);
    dot_cell(v->dot, next ? DOT_MARKED : bucket_is_evacuated(b) ? DOT_FAINT : DOT_HEAD, 1,
             "%" PRIu64, n);
    draw_cells(v, b, role);
    while ((b = bucket_next(v->mt, b)) != NULL) {
        bool spare = bucket_in_array(v->mt, array->buckets, array->log_buckets, b);
        dot_row(v->dot);
        dot_cell(v->dot, DOT_PLAIN, 1, "+%" PRIu64 "%s", ++v->overflows, spare ? "\nspare" : "");
        draw_cells(v, b, role);
    }
}

/* --- Arrays --- */

struct counts {
    uint64_t evacuated;                 /* buckets */
    uint64_t full;                      /* cells */
    uint64_t overflows, longest;        /* overflow buckets: all, in one chain */
};

static struct counts count_array(const struct map_type *mt, const struct bucket_kept *array)
{
    struct counts c = {0};
    for (uint64_t n = 0; n < bucket_count(array->log_buckets); n++) {
        unsigned char *b = bucket_at(mt, array->buckets, n);
        uint64_t behind = 0;
        c.evacuated += bucket_is_evacuated(b);
        for (; b != NULL; b = bucket_next(mt, b)) {
            for (unsigned i = 0; i < BUCKET_CELLS; i++)
                c.full += b[i] >= BUCKET_MIN_TOP;
            behind += bucket_next(mt, b) != NULL;
        }
        c.overflows += behind;
        if (c.longest < behind)
            c.longest = behind;
    }
    return c;
}

static void number_row(const struct view *v, int columns, const char *name, uint64_t value)
{
    char number[PAGE_NUMBER_BYTES];
    dot_row(v->dot);
    dot_cell(v->dot, DOT_PLAIN, columns, "%s: %s", name, page_number(number, value));
}

static void bytes_row(const struct view *v, int columns, const char *name, uint64_t bytes)
{
    char number[PAGE_NUMBER_BYTES];
    dot_row(v->dot);
    dot_cell(v->dot, DOT_PLAIN, columns, "%s: %s B", name, page_number(number, bytes));
}

static void draw_counts(const struct view *v, const struct bucket_kept *array, enum role role)
{
    struct counts c = count_array(v->mt, array);
    number_row(v, 1, "buckets", bucket_count(array->log_buckets));
    number_row(v, 1, "spare from the start",
               bucket_array_length(v->mt, array->log_buckets) - bucket_count(array->log_buckets));
    if (role != PRESENT)
        number_row(v, 1, "evacuated", c.evacuated);
    number_row(v, 1, "full cells", c.full);
    number_row(v, 1, "overflow buckets", c.overflows);
    number_row(v, 1, "longest chain, overflow", c.longest);
}

static int draw_array(struct view *v, const struct bucket_kept *array, enum role role)
{
    static const char *const headings[] = {
        [PRESENT] = "the array", [OLD] = "the old array",
        [KEPT] = "an array let go, still walked by a range",
    };
    int box = dot_box(v->dot, headings[role]);
    bytes_row(v, v->summary ? 1 : COLUMNS, "array",
              heap_rounded(bucket_array_bytes(v->mt, array->log_buckets), bucket_scan(v->mt)));
    if (v->summary)
        draw_counts(v, array, role);
    for (uint64_t n = 0; !v->summary && n < bucket_count(array->log_buckets); n++)
        draw_chain(v, array, n, role);
    dot_box_end(v->dot);
    return box;
}

/* Arrays that only ranges keep, each once. */
static void draw_kept(struct view *v, const struct bucket_map *m)
{
    for (const struct bucket_iter *it = m->iters; it != NULL; it = it->next) {
        const struct bucket_kept *both[2] = {&it->base, &it->walked};
        for (unsigned i = 0; i < 2; i++) {
            const unsigned char *array = both[i]->buckets;
            if (array != NULL && array != m->header->buckets && array != m->header->old_buckets
                && !bucket_is_kept(it->next, array) && (i == 0 || array != it->base.buckets))
                draw_array(v, both[i], KEPT);
        }
    }
}

/* --- The header --- */

/* Its last row, where the arrows start: the old array's cell has the first of the ports. */
static int header_arrays(const struct view *v)
{
    bool growing = bucket_growing(v->header);
    dot_row(v->dot);
    int port = dot_cell(v->dot, growing ? DOT_HEAD : DOT_FAINT, 1, "oldbuckets%s",
                        growing ? "" : ": none");
    dot_cell(v->dot, v->header->buckets != NULL ? DOT_HEAD : DOT_FAINT, 1, "buckets%s",
             v->header->buckets != NULL ? "" : ": none");
    return port;
}

static int draw_header(const struct view *v, const char *heading, int *port)
{
    const struct bucket_header *header = v->header;
    char count[PAGE_NUMBER_BYTES], overflows[PAGE_NUMBER_BYTES], evacuated[PAGE_NUMBER_BYTES];
    int box = dot_box(v->dot, heading);
    dot_row(v->dot);
    dot_cell(v->dot, DOT_PLAIN, 1, "count %s", page_number(count, header->count));
    dot_cell(v->dot, DOT_PLAIN, 1, "B %u", header->log_buckets);
    dot_row(v->dot);
    dot_cell(v->dot, bucket_growing(header) ? DOT_MARKED : DOT_PLAIN, 1, "nevacuate %s",
             page_number(evacuated, header->evacuated));
    dot_cell(v->dot, DOT_PLAIN, 1, "noverflow %s", page_number(overflows, header->overflows));
    if ((header->flags & BUCKET_SAME_SIZE) != 0) {
        dot_row(v->dot);
        dot_cell(v->dot, DOT_PLAIN, 2, "sameSizeGrow");
    }
    *port = header_arrays(v);
    dot_box_end(v->dot);
    return box;
}

int bucket_dot_map(struct dot *dot, const struct map_type *mt, const struct bucket_printer *print,
                   const struct bucket_map *m, const char *heading)
{
    const struct bucket_header *header = m->header;
    struct view v = {.dot = dot, .mt = mt, .print = print, .header = header,
                     .summary = bucket_count(header->log_buckets) > BUCKET_DOT_BUCKETS};
    int port, box = draw_header(&v, heading, &port);
    if (bucket_growing(header)) {
        struct bucket_kept old = bucket_old_array(m);
        dot_arrow(dot, box, port, draw_array(&v, &old, OLD), NULL);
    }
    if (header->buckets != NULL) {
        struct bucket_kept now = bucket_array(m);
        dot_arrow(dot, box, port + 1, draw_array(&v, &now, PRESENT), NULL);
    }
    draw_kept(&v, m);
    return box;
}

void bucket_dot_legend(struct dot *dot)
{
    dot_note(dot, "Cells: tophash, key. · emptyRest, - emptyOne, X: evacuated to the bucket\n"
                  "of the same number, Y: to that in the second half, E: was empty.\n"
                  "Grey: evacuated; yellow: nevacuate. +n: an overflow bucket.");
}

/* --- Printing numbers --- */

static void print_u64(char *text, size_t bytes, const void *number)
{
    uint64_t value;
    memcpy(&value, number, sizeof value);
    snprintf(text, bytes, "%" PRIu64, value);
}

const struct bucket_printer bucket_print_u64 = {.key = print_u64};
