/*
 * test_size_type.c - descriptions of types: what is read, what is refused and where, and the layout
 * held against the compiler's own.
 */
#include "size/type.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "hash/random.h"

TestSuite(size_type, .timeout = 30);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct type_pool pool, better_pool;
static struct type_error error;

static const struct type *parse(const char *text)
{
    const struct type *t = type_parse(text, &pool, &error);
    cr_assert_not_null(t, "%s: %u:%u %s", text, error.line, error.column, error.sentence);
    return t;
}

/* --- Words ------------------------------------------------------------------ */

Test(size_type, types_have_their_sizes)
{
    static const struct {
        const char *text;
        uint64_t bytes, align;
        bool pointers;
    } rows[] = {
        {"bool", 1, 1, false},          {"byte", 1, 1, false},        {"int16", 2, 2, false},
        {"rune", 4, 4, false},          {"int", 8, 8, false},         {"uint32_t", 4, 4, false},
        {"usize", 8, 8, false},         {"f32", 4, 4, false},         {"complex64", 8, 4, false},
        {"complex128", 16, 8, false},   {"string", 16, 8, true},      {"any", 16, 8, true},
        {"error", 16, 8, true},         {"time.Time", 24, 8, true},   {"String", 24, 8, true},
        {"*T", 8, 8, true},             {"**some.Thing", 8, 8, true}, {"*{int32}", 8, 8, true},
        {"&T", 8, 8, true},             {"&str", 16, 8, true},        {"&[u8]", 16, 8, true},
        {"[]byte", 24, 8, true},        {"[]T", 24, 8, true},         {"[128]byte", 128, 1, false},
        {"[3]int16", 6, 2, false},      {"[0]int", 0, 8, false},      {"[2][3]u32", 24, 4, false},
        {"[4]*T", 32, 8, true},         {"[0]*T", 0, 8, false},       {"map[string]T", 8, 8, true},
        {"chan int", 8, 8, true},       {"func(a int, f func())", 8, 8, true},
        {"interface{ Close() }", 16, 8, true},                        {"Vec<T>", 24, 8, true},
        {"Box<Vec<u8>>", 8, 8, true},   {"Arc<T>", 8, 8, true},       {"enum(3)", 1, 1, false},
        {"enum(256)", 1, 1, false},     {"enum(257)", 2, 2, false},   {"enum(65537)", 4, 4, false},
        {"enum(1)", 1, 1, false},       {"enum(4294967297)", 8, 8, false},
        {"{}", 0, 1, false},            {"struct{}", 0, 1, false},    {" { } ", 0, 1, false},
        {"{int32,int,string,*T}", 40, 8, true},                       {"{int32,bool}", 8, 4, false},
        {"{string,int32,bool}", 24, 8, true},                         {"{bool}", 1, 1, false},
        {"{int64,struct{}}", 16, 8, false},     /* T3: a last field without bytes gets one */
        {"{struct{},int64}", 8, 8, false},      {"{{},{}}", 0, 1, false},
        {"{bool,{int64,bool},bool}", 32, 8, false},
        {"[2]{int32,bool}", 16, 4, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct type *t = parse(rows[i].text);
        cr_expect_eq(t->bytes, rows[i].bytes, "%s: %lu bytes", rows[i].text,
                     (unsigned long)t->bytes);
        cr_expect_eq(t->align, rows[i].align, "%s", rows[i].text);
        cr_expect_eq(t->pointers, rows[i].pointers, "%s", rows[i].text);
    }
}

/* --- Fields ----------------------------------------------------------------- */

/* Go's way, C's way, and without names; commas, semicolons, lines; comments. */
Test(size_type, one_struct_is_written_in_many_ways)
{
    static const char *const ways[] = {
        "{int32,int,string,*T}",
        "{status int32, size int, etag string, body *T}",
        "struct{status int32; size int; etag string; body *T}",
        "struct response {\n\tstatus int32\n\tsize   int\n\tetag   string\n\tbody   *T\n}",
        "struct response {\n int32_t status;\n uint64_t size;\n string etag;\n char *body;\n}",
        "{int32 // of HTTP\n int // in bytes\n string\n *T // }\n}",
        " {\n\n int32 ,\n int ,\n string ,\n *T ,\n }\n ",
    };
    for (size_t i = 0; i < COUNT(ways); i++) {
        const struct type *t = parse(ways[i]), *f = t->fields;
        static const uint64_t offsets[] = {0, 8, 16, 32};
        cr_assert_eq(t->bytes, 40, "%s", ways[i]);
        for (unsigned n = 0; n < 4; n++, f = f->next) {
            cr_assert_not_null(f, "%s", ways[i]);
            cr_assert_eq(f->offset, offsets[n], "%s", ways[i]);
            cr_assert_eq(f->padding, n == 0 ? 4 : 0);
        }
        cr_assert_null(f);
        cr_assert_eq(type_padding(t), 4);
    }
}

Test(size_type, names_and_types_are_told_apart)
{
    static const struct {
        const char *text, *name;
        uint64_t bytes;
    } rows[] = {
        {"{count int32}", "count", 4},      {"{int32 count}", "count", 4},
        {"{error string}", "error", 16},    {"{string string}", "string", 16},
        {"{next *node}", "next", 8},        {"{char *name}", "name", 8},
        {"{char **name}", "name", 8},       {"{char name[16]}", "name", 16},
        {"{name [16]char}", "name", 16},    {"{ids []int}", "ids", 24},
        {"{inner {bool,bool}}", "inner", 2}, {"{struct {bool;bool;} inner}", "inner", 2},
        {"{struct pair {bool;bool;} both}", "both", 2}, {"{m map[string]int}", "m", 8},
        {"{chan int}", "", 8},              {"{f func()}", "f", 8}, {"{int32}", "", 4},
        {"{*T}", "", 8},                    {"{node *next}", "node", 8},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct type *f = parse(rows[i].text)->fields;
        cr_assert_not_null(f);
        cr_expect_null(f->next, "%s", rows[i].text);
        cr_expect_eq(f->bytes, rows[i].bytes, "%s", rows[i].text);
        cr_expect_eq((size_t)f->name.length, strlen(rows[i].name), "%s", rows[i].text);
        cr_expect_eq(memcmp(f->name.at ? f->name.at : "", rows[i].name,
                            (size_t)f->name.length), 0, "%s", rows[i].text);
    }
}

/* --- The compiler's own layout ---------------------------------------------- */

struct one { char a; int64_t b; char c; };
struct two { int16_t a; char b[3]; int32_t c; double d; float e; };
struct three { void *a; bool b; struct one c; int16_t d; struct { char x; int16_t y; } e[3]; };
struct four { uint8_t a; uint16_t b; uint8_t c; uint32_t d; uint8_t e; uint64_t f; uint8_t g; };

static void check_offsets(const char *text, size_t bytes, size_t align, const size_t offsets[])
{
    const struct type *t = parse(text), *f = t->fields;
    cr_expect_eq(t->bytes, bytes, "%s: %lu", text, (unsigned long)t->bytes);
    cr_expect_eq(t->align, align, "%s", text);
    for (unsigned n = 0; f != NULL; n++, f = f->next)
        cr_expect_eq(f->offset, offsets[n], "%s, field %u: %lu", text, n,
                     (unsigned long)f->offset);
}

Test(size_type, layout_is_the_compilers)
{
    check_offsets("struct one { char a; int64_t b; char c; }", sizeof(struct one),
                  _Alignof(struct one),
                  (size_t[]){offsetof(struct one, a), offsetof(struct one, b),
                             offsetof(struct one, c)});
    check_offsets("{ int16_t a; char b[3]; int32_t c; double d; float e; }", sizeof(struct two),
                  _Alignof(struct two),
                  (size_t[]){offsetof(struct two, a), offsetof(struct two, b),
                             offsetof(struct two, c), offsetof(struct two, d),
                             offsetof(struct two, e)});
    check_offsets("{ *T; bool b; struct { char a; int64_t b; char c; } c; int16_t d;"
                  "  struct { char x; int16_t y; } e[3]; }", sizeof(struct three),
                  _Alignof(struct three),
                  (size_t[]){offsetof(struct three, a), offsetof(struct three, b),
                             offsetof(struct three, c), offsetof(struct three, d),
                             offsetof(struct three, e)});
    check_offsets("{u8,u16,u8,u32,u8,u64,u8}", sizeof(struct four), _Alignof(struct four),
                  (size_t[]){offsetof(struct four, a), offsetof(struct four, b),
                             offsetof(struct four, c), offsetof(struct four, d),
                             offsetof(struct four, e), offsetof(struct four, f),
                             offsetof(struct four, g)});
    cr_expect_eq(type_padding(parse("{u8,u16,u8,u32,u8,u64,u8}")),
                 sizeof(struct four) - (4 * 1 + 2 + 4 + 8));
}

/* --- A better order --------------------------------------------------------- */

static const char *const sorts[] = {"bool", "int16", "int32", "int64", "string", "[3]byte",
                                    "[3]int16", "{}", "{int32,bool}", "[0]int64"};

/* The least size of all orders of the n fields at `words`, by trying them all. */
static uint64_t least_size(const char *words[], unsigned n, unsigned fixed)
{
    static struct type_pool scratch;
    if (fixed == n) {
        char text[256] = "{";
        for (unsigned i = 0; i < n; i++)
            strcat(strcat(text, i == 0 ? "" : ","), words[i]);
        const struct type *t = type_parse(strcat(text, "}"), &scratch, &error);
        cr_assert_not_null(t);
        return t->bytes;
    }
    uint64_t least = UINT64_MAX;
    for (unsigned i = fixed; i < n; i++) {
        const char *swapped = words[fixed];
        words[fixed] = words[i], words[i] = swapped;
        uint64_t size = least_size(words, n, fixed + 1);
        least = size < least ? size : least;
        words[i] = words[fixed], words[fixed] = swapped;
    }
    return least;
}

Test(size_type, t4_no_order_is_smaller)
{
    struct random random = {.state = 4};
    unsigned gained = 0;
    for (unsigned round = 0; round < 60; round++) {
        const char *words[6];
        char text[256] = "{";
        unsigned n = 1 + (unsigned)random_below(&random, 6);
        for (unsigned i = 0; i < n; i++) {
            words[i] = sorts[random_below(&random, COUNT(sorts))];
            strcat(strcat(text, i == 0 ? "" : ","), words[i]);
        }
        const struct type *t = parse(strcat(text, "}"));
        better_pool.count = 0;
        const struct type *better = type_better(t, &better_pool);
        cr_assert_not_null(better);
        cr_assert_eq(better->bytes, least_size(words, n, 0), "%s", text);
        gained += better->bytes < t->bytes;
    }
    cr_assert(gained > 10, "%u", gained);
}

Test(size_type, structs_inside_are_put_in_order_too)
{
    better_pool.count = 0;
    const struct type *t = parse("{a bool, b [2]{x bool, y int64, z bool}, c bool}");
    const struct type *better = type_better(t, &better_pool);
    cr_assert_eq(t->bytes, 64);
    cr_assert_eq(better->bytes, 40);
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    type_write(out, better);
    fclose(out);
    cr_assert_str_eq(text, "{b [2]{y int64,x bool,z bool},a bool,c bool}");
    cr_assert_eq(parse(text)->bytes, 40);
    free(text);
    better_pool.count = TYPE_MOST - 2;
    cr_assert_null(type_better(t, &better_pool), "no room for five types");
}

/* --- What is refused, and where --------------------------------------------- */

struct refusal {
    const char *text;
    unsigned line, column;
    const char *says;
};

static const struct refusal refusals[] = {
    {"", 1, 1, "a type is wanted, and the text ends"},
    {"  ", 1, 3, "a type is wanted, and the text ends"},
    {"string", 1, 7, "a comma and the elem's type is wanted, and the text ends"},
    {"string,", 1, 8, "a type is wanted, and the text ends"},
    {",int", 1, 1, "a type is wanted, not ','"},
    {"string int", 1, 8, "a comma and the elem's type is wanted, not 'int'"},
    {"strin,int", 1, 1, "'strin' is no type that is known here"},
    {"string,{int32,in}", 1, 15, "'in' is no type that is known here"},
    {"string,{\n  int32,\n  in,\n}", 3, 3, "'in' is no type that is known here"},
    {"string,{id in}", 1, 12, "'in' is no type that is known here"},
    {"string,int,int", 1, 11, "nothing is wanted behind the elem, and there is ','"},
    {"string,int)", 1, 11, "nothing is wanted behind the elem, and there is ')'"},
    {"string,int32 n", 1, 14, "nothing is wanted behind the elem, and there is 'n'"},
    {"string,{int32", 1, 8, "the '{' is never closed"},
    {"string,{int32,", 1, 8, "the '{' is never closed"},
    {"string,{a {b int", 1, 11, "the '{' is never closed"},
    {"string,struct int", 1, 18, "'{' is wanted, and the text ends"},
    {"string,struct (", 1, 15, "'{' is wanted, not '('"},
    {"string,{int32]", 1, 14, "',' or '}' is wanted, not ']'"},
    {"string,{int32 int n}", 1, 19, "',' or '}' is wanted, not 'n'"},
    {"string,{int,,int}", 1, 13, "a type is wanted, not ','"},
    {"string,}", 1, 8, "a type is wanted, not '}'"},
    {"string,*", 1, 9, "a type is wanted, and the text ends"},
    {"string,*,", 1, 9, "a type is wanted, not ','"},
    {"string,[", 1, 9, "a number is wanted, and the text ends"},
    {"string,[]", 1, 10, "a type is wanted, and the text ends"},
    {"string,[x]int", 1, 9, "a number is wanted, not 'x'"},
    {"string,[-1]int", 1, 9, "a number is wanted, not '-'"},
    {"string,[3", 1, 10, "']' is wanted, and the text ends"},
    {"string,[3}int", 1, 10, "']' is wanted, not '}'"},
    {"string,[3]", 1, 11, "a type is wanted, and the text ends"},
    {"string,[99999999999999999999999]int", 1, 9, "the number is too large"},
    {"string,[1099511627776]int", 1, 8, "the array is too large"},
    {"string,{a [1099511627776]u8,b [1099511627776]u8}", 1, 8, "the struct is too large"},
    {"string,enum", 1, 12, "'(' is wanted, and the text ends"},
    {"string,enum(x)", 1, 13, "a number is wanted, not 'x'"},
    {"string,enum(0)", 1, 13, "an enum has a value at least"},
    {"string,enum(3", 1, 14, "')' is wanted, and the text ends"},
    {"string,map[string", 1, 18, "']' is wanted, and the text ends"},
    {"string,map[string]", 1, 19, "a type is wanted, and the text ends"},
    {"string,map{", 1, 11, "'[' is wanted, not '{'"},
    {"string,chan", 1, 12, "a type is wanted, and the text ends"},
    {"string,func", 1, 12, "'(' is wanted, and the text ends"},
    {"string,func((int)", 1, 12, "the '(' is never closed"},
    {"string,interface{ A()", 1, 17, "the '{' is never closed"},
    {"string,Vec<u8", 1, 14, "'>' is wanted, and the text ends"},
    {"string,Vec u8", 1, 12, "'<' is wanted, not 'u8'"},
    {"string,&[u8", 1, 12, "']' is wanted, and the text ends"},
    {"string,{char x[y]}", 1, 16, "a number is wanted, not 'y'"},
    {"string,\xC3\xA9", 1, 8, "a type is wanted, not '\xC3\xA9'"},
    {"string,{int32 // \xC3\xA9 \xC3\xA9\n,\xE2\x82\xAC}", 2, 2,
     "a type is wanted, not '\xE2\x82\xAC'"},
    {"string,func(\xC3\xA9 \xE2\x82\xAC) x", 1, 18,
     "nothing is wanted behind the elem, and there is 'x'"},
    {"/* */ string", 1, 1, "a type is wanted, not '/'"},
};

Test(size_type, what_is_malformed_is_told_with_its_place)
{
    for (size_t i = 0; i < COUNT(refusals); i++) {
        const struct refusal *r = &refusals[i];
        struct type *key, *elem;
        memset(&error, 0, sizeof error);
        cr_expect_not(type_parse_map(r->text, &pool, &key, &elem, &error), "%s", r->text);
        cr_expect(error.line == r->line && error.column == r->column, "%s: at %u:%u, not %u:%u",
                  r->text, error.line, error.column, r->line, r->column);
        cr_expect_str_eq(error.sentence, r->says, "%s: %s", r->text, error.sentence);
    }
}

Test(size_type, too_deep_and_too_many_are_told)
{
    char text[8 * TYPE_MOST] = "";
    for (unsigned i = 0; i <= TYPE_MOST_DEPTH; i++)
        strcat(text, "*");
    cr_assert_null(type_parse(strcat(text, "int"), &pool, &error));
    cr_assert_eq(error.column, TYPE_MOST_DEPTH + 1);
    text[0] = '{', text[1] = '\0';
    for (unsigned i = 0; i <= TYPE_MOST; i++)
        strcat(text, "int,");
    cr_assert_null(type_parse(text, &pool, &error));
    cr_assert_eq(error.column, 2 + 4 * TYPE_MOST);
    cr_assert_eq(strlen(strstr(error.sentence, "are too many")), strlen("are too many"));
}

/* --- Noise ------------------------------------------------------------------ */

static const char *const pieces[] = {
    "int", "string", "bool", "x", "id", "{", "}", "{", "}", ",", ",", ";", "\n", "[", "]", "[]",
    "3", "*", "&", "(", ")", "<", ">", "map", "struct", "enum", "func", "chan", "Vec", "//", " ",
    "interface", "\xC3\xA9", "[4]", "0", "\t", "uint16_t", "T", "18446744073709551616",
};

/* The place of a complaint lies in the text, or right behind it. */
static void check_place(const char *text)
{
    unsigned line = 1;
    const char *start = text;
    for (const char *c = text; *c != '\0' && line < error.line; c++)
        if (*c == '\n') {
            line++;
            start = c + 1;
        }
    cr_assert_eq(line, error.line, "%s", text);
    cr_assert(error.column >= 1 && error.column <= strcspn(start, "\n") + 1, "%s: %u", text,
              error.column);
    cr_assert(strlen(error.sentence) > 5);
}

/* Whatever is read means the same when it is written and read again. */
static void check_written(const struct type *t)
{
    static struct type_pool again_pool;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    type_write(out, t);
    fclose(out);
    const struct type *again = type_parse(text, &again_pool, &error);
    cr_assert_not_null(again, "%s: %u:%u %s", text, error.line, error.column, error.sentence);
    cr_assert(again->bytes == t->bytes && again->align == t->align
              && again->pointers == t->pointers, "%s", text);
    free(text);
}

Test(size_type, noise_is_read_or_refused_and_never_misread)
{
    struct random random = {.state = 14};
    unsigned read = 0;
    for (unsigned round = 0; round < 60000; round++) {
        char text[256] = "";
        unsigned count = 1 + (unsigned)random_below(&random, 10);
        bool braced = random_below(&random, 2) == 0;
        strcat(text, braced ? "{" : "");
        for (unsigned i = 0; i < count; i++)
            strcat(text, pieces[random_below(&random, COUNT(pieces))]);
        const struct type *t = type_parse(strcat(text, braced ? "}" : ""), &pool, &error);
        if (t == NULL)
            check_place(text);
        else
            check_written(t);
        read += t != NULL;
    }
    cr_assert(read > 1000, "%u", read);
}
