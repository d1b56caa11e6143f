/*
 * type.c - lays structs out, and finds their better order.
 */
#include "size/type.h"

#include <inttypes.h>
#include <string.h>

static uint64_t round_up(uint64_t bytes, uint64_t align)
{
    return (bytes + align - 1) / align * align;
}

/* --- Layout ----------------------------------------------------------------- */

/* Where a struct whose last field is `last` and ends at `end` has its own end, before rounding. */
static uint64_t end_of(const struct type *last, uint64_t end)
{
    bool last_is_empty = last != NULL && last->bytes == 0 && end > 0;
    return last_is_empty ? end + 1 : end;                       /* T3 */
}

void type_lay_out(struct type *t)
{
    uint64_t end = 0;
    struct type *last = NULL;
    t->align = 1;
    t->pointers = false;
    for (struct type *f = t->fields; f != NULL; last = f, f = f->next) {
        f->offset = round_up(end, f->align);                    /* T1 */
        if (last != NULL)
            last->padding = f->offset - end;
        end = f->offset + f->bytes;
        t->align = f->align > t->align ? f->align : t->align;
        t->pointers = t->pointers || f->pointers;
    }
    t->bytes = round_up(end_of(last, end), t->align);           /* T2 */
    if (last != NULL)
        last->padding = t->bytes - end;
}

uint64_t type_padding(const struct type *t)
{
    if (t->kind == TYPE_ARRAY)
        return t->count * type_padding(t->of);
    uint64_t sum = 0;
    for (const struct type *f = t->fields; f != NULL; f = f->next)
        sum += f->padding + type_padding(f);
    return sum;
}

/* --- A better order --------------------------------------------------------- */

/* Does a field stand before another by T4? Equals keep their order. */
static bool goes_before(const struct type *a, const struct type *b)
{
    if ((a->bytes == 0) != (b->bytes == 0))
        return a->bytes == 0;
    return a->align > b->align;
}

/* Puts a field into a list that is in order, behind its equals. */
static void insert(struct type **list, struct type *field)
{
    while (*list != NULL && !goes_before(field, *list))
        list = &(*list)->next;
    field->next = *list;
    *list = field;
}

struct type *type_better(const struct type *t, struct type_pool *pool)
{
    if (pool->count == TYPE_MOST)
        return NULL;
    struct type *copy = &pool->types[pool->count++];
    *copy = *t;
    copy->fields = copy->of = copy->next = NULL;
    if (t->kind == TYPE_ARRAY) {
        copy->of = type_better(t->of, pool);
        if (copy->of == NULL)
            return NULL;
        copy->bytes = copy->count * copy->of->bytes;
    }
    for (const struct type *f = t->fields; f != NULL; f = f->next) {
        struct type *field = type_better(f, pool);
        if (field == NULL)
            return NULL;
        insert(&copy->fields, field);
    }
    if (t->kind == TYPE_STRUCT)
        type_lay_out(copy);
    return copy;
}

/* --- Writing ---------------------------------------------------------------- */

/* A word as it was written; the stars that C puts behind a pointer's type go before it. */
static void write_word(FILE *out, struct type_text text)
{
    while (text.length > 0 && strchr("* \t\r\n", text.at[text.length - 1]) != NULL) {
        text.length--;
        if (text.at[text.length] == '*')
            fputc('*', out);
    }
    fprintf(out, "%.*s", text.length, text.at);
}

void type_write(FILE *out, const struct type *t)
{
    if (t->kind == TYPE_WORD) {
        write_word(out, t->text);
        return;
    }
    if (t->kind == TYPE_ARRAY) {
        fprintf(out, "[%" PRIu64 "]", t->count);
        type_write(out, t->of);
        return;
    }
    fputc('{', out);
    for (const struct type *f = t->fields; f != NULL; f = f->next) {
        if (f->name.length > 0)
            fprintf(out, "%.*s ", f->name.length, f->name.at);
        type_write(out, f);
        fputs(f->next == NULL ? "" : ",", out);
    }
    fputc('}', out);
}
