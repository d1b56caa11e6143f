/*
 * type_parse.c - reads a description of types, by recursive descent.
 *
 * One function for each line of the grammar in type.h. Each stands at the first character that is
 * not yet read, reads what it knows, and returns NULL once anything is wrong: the
 * first complaint stays, with its place, and everything above gives up.
 *
 * Blanks and new lines may stand between any two tokens. Inside a struct a new line also
 * ends a field, as a comma would, so that a struct can be pasted as it stands in a source.
 */
#include "size/type.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

struct parser {
    const char *text, *at;
    struct type_pool *pool;
    struct type_error *error;
    unsigned depth;
    bool failed;
};

/* --- Complaints ------------------------------------------------------------- */

/* Does the byte begin a character? In UTF-8 the others do not count for a column. */
static bool begins_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* Complains of the place `at`, unless something was wrong before. Returns NULL. */
static struct type *wrong(struct parser *p, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static struct type *wrong(struct parser *p, const char *at, const char *format, ...)
{
    if (p->failed)
        return NULL;
    p->failed = true;
    p->error->line = p->error->column = 1;
    for (const char *c = p->text; c < at; c++) {
        p->error->column += begins_character(*c);
        if (*c == '\n') {
            p->error->line++;
            p->error->column = 1;
        }
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(p->error->sentence, sizeof p->error->sentence, format, arguments);
    va_end(arguments);
    return NULL;
}

/* --- Tokens ----------------------------------------------------------------- */

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || c == '_';
}

static bool is_in_word(char c)
{
    return is_letter(c) || isdigit((unsigned char)c) || c == '.';
}

/* Blanks, new lines, and comments to the end of a line. */
static void skip_blanks(struct parser *p)
{
    for (;;) {
        p->at += strspn(p->at, " \t\r\n");
        if (p->at[0] != '/' || p->at[1] != '/')
            return;
        p->at += strcspn(p->at, "\n");
    }
}

/* Does the next token stand on this line? Else nothing is skipped. */
static bool goes_on(struct parser *p)
{
    const char *start = p->at;
    skip_blanks(p);
    if (memchr(start, '\n', (size_t)(p->at - start)) == NULL)
        return true;
    p->at = start;
    return false;
}

/* Takes a sign if it comes next. */
static bool take(struct parser *p, char sign)
{
    skip_blanks(p);
    if (*p->at != sign)
        return false;
    p->at++;
    return true;
}

/* The word that comes next, not yet taken; length 0 if none does. */
static struct type_text word_ahead(struct parser *p)
{
    skip_blanks(p);
    struct type_text word = {p->at, 0};
    while (is_letter(*p->at) && is_in_word(word.at[word.length]) && word.length < 1 << 20)
        word.length++;
    return word;
}

static bool word_is(struct type_text word, const char *text)
{
    return strlen(text) == (size_t)word.length && memcmp(word.at, text, strlen(text)) == 0;
}

/* What comes next, for a complaint: a word, a character, or the end. At most so many bytes. */
enum { SHOWN = 40 };

static struct type_text shown_ahead(struct parser *p)
{
    struct type_text word = word_ahead(p);
    if (word.length > SHOWN)
        word.length = SHOWN;
    if (word.length == 0 && *p->at != '\0')
        do
            word.length++;
        while (!begins_character(word.at[word.length]));
    return word;
}

/* "X is wanted, not 'y'", or "... and the text ends", at what comes next. */
static struct type *wanted(struct parser *p, const char *what)
{
    struct type_text ahead = shown_ahead(p);
    if (ahead.length == 0)
        return wrong(p, p->at, "%s is wanted, and the text ends", what);
    return wrong(p, p->at, "%s is wanted, not '%.*s'", what, ahead.length, ahead.at);
}

static bool need(struct parser *p, char sign)
{
    char what[] = "'.'";
    what[1] = sign;
    if (take(p, sign))
        return true;
    wanted(p, what);
    return false;
}

/* A whole number up to TYPE_MOST_BYTES. */
static bool number(struct parser *p, uint64_t *value)
{
    skip_blanks(p);
    const char *start = p->at;
    for (*value = 0; isdigit((unsigned char)*p->at); p->at++) {
        *value = 10 * *value + (uint64_t)(*p->at - '0');
        if (*value > TYPE_MOST_BYTES) {
            wrong(p, start, "the number is too large");
            return false;
        }
    }
    if (p->at == start)
        wanted(p, "a number");
    return p->at > start;
}

/* --- Words ------------------------------------------------------------------ */

static const struct word {
    const char *name;
    uint8_t bytes, align;
    bool pointers;
} words[] = {
    {"bool", 1, 1, false},      {"byte", 1, 1, false},      {"char", 1, 1, false},
    {"int8", 1, 1, false},      {"int16", 2, 2, false},     {"int32", 4, 4, false},
    {"int64", 8, 8, false},     {"uint8", 1, 1, false},     {"uint16", 2, 2, false},
    {"uint32", 4, 4, false},    {"uint64", 8, 8, false},    {"int", 8, 8, false},
    {"uint", 8, 8, false},      {"uintptr", 8, 8, false},   {"rune", 4, 4, false},
    {"float32", 4, 4, false},   {"float64", 8, 8, false},   {"complex64", 8, 4, false},
    {"complex128", 16, 8, false},
    {"string", 16, 8, true},    {"any", 16, 8, true},       {"error", 16, 8, true},
    {"time.Time", 24, 8, true}, {"time.Duration", 8, 8, false},
    {"unsafe.Pointer", 8, 8, true},
    {"int8_t", 1, 1, false},    {"int16_t", 2, 2, false},   {"int32_t", 4, 4, false},
    {"int64_t", 8, 8, false},   {"uint8_t", 1, 1, false},   {"uint16_t", 2, 2, false},
    {"uint32_t", 4, 4, false},  {"uint64_t", 8, 8, false},  {"size_t", 8, 8, false},
    {"short", 2, 2, false},     {"long", 8, 8, false},      {"float", 4, 4, false},
    {"double", 8, 8, false},
    {"i8", 1, 1, false},        {"i16", 2, 2, false},       {"i32", 4, 4, false},
    {"i64", 8, 8, false},       {"u8", 1, 1, false},        {"u16", 2, 2, false},
    {"u32", 4, 4, false},       {"u64", 8, 8, false},       {"isize", 8, 8, false},
    {"usize", 8, 8, false},     {"f32", 4, 4, false},       {"f64", 8, 8, false},
    {"String", 24, 8, true},
};
enum { WORDS = sizeof words / sizeof words[0] };

/* Words behind which a bracket comes. */
static const char *const openers[] = {"struct", "enum", "map",  "chan", "func",
                                      "interface", "Vec", "Box", "Rc",   "Arc"};
enum { OPENERS = sizeof openers / sizeof openers[0] };

static const struct word *known_word(struct type_text word)
{
    for (unsigned i = 0; i < WORDS; i++)
        if (word_is(word, words[i].name))
            return &words[i];
    return NULL;
}

/* Is the word a type, or the beginning of one? */
static bool begins_type(struct type_text word)
{
    for (unsigned i = 0; i < OPENERS; i++)
        if (word_is(word, openers[i]))
            return true;
    return known_word(word) != NULL;
}

/* --- Types ------------------------------------------------------------------ */

static struct type *type(struct parser *p);

static struct type *new_type(struct parser *p, const char *start, struct type t)
{
    if (p->pool->count == TYPE_MOST)
        return wrong(p, start, "more than %d types are too many", TYPE_MOST);
    t.text = (struct type_text){start, (int)(p->at - start)};
    struct type *made = &p->pool->types[p->pool->count++];
    *made = t;
    return made;
}

/* A type of so many words of 8 bytes, of which one at least is a pointer. */
static struct type *pointer_words(struct parser *p, const char *start, unsigned count)
{
    return new_type(p, start, (struct type){.kind = TYPE_WORD, .bytes = 8 * count, .align = 8,
                                            .pointers = true});
}

/* What a pointer leads to: a type, or a name of which nothing need be known. */
static bool any(struct parser *p)
{
    struct type_text word = word_ahead(p);
    if (word.length > 0 && !begins_type(word)) {
        p->at += word.length;
        return true;
    }
    return type(p) != NULL;
}

/* Skips to the bracket that closes `open`, which has just been taken at `start`. */
static bool skip_to(struct parser *p, const char *start, char open, char close)
{
    for (unsigned depth = 1; *p->at != '\0'; p->at++) {
        depth += *p->at == open;
        depth -= *p->at == close;
        if (depth == 0) {
            p->at++;
            return true;
        }
    }
    wrong(p, start, "the '%c' is never closed", open);
    return false;
}

static struct type *array_of(struct parser *p, const char *at, uint64_t count, struct type *of)
{
    if (of == NULL)
        return NULL;
    if (of->bytes > 0 && count > TYPE_MOST_BYTES / of->bytes)
        return wrong(p, at, "the array is too large");
    return new_type(p, at, (struct type){.kind = TYPE_ARRAY, .count = count, .of = of,
                                         .bytes = count * of->bytes, .align = of->align,
                                         .pointers = of->pointers && count > 0});
}

/* Behind a '[' that stands at `start`: a slice or an array. */
static struct type *bracket(struct parser *p, const char *start)
{
    uint64_t count;
    if (take(p, ']'))
        return any(p) ? pointer_words(p, start, 3) : NULL;
    if (!number(p, &count) || !need(p, ']'))
        return NULL;
    return array_of(p, start, count, type(p));
}

static struct type *enumeration(struct parser *p, const char *start)
{
    uint64_t values;
    if (!need(p, '('))
        return NULL;
    const char *at = p->at;
    if (!number(p, &values) || !need(p, ')'))
        return NULL;
    if (values == 0)
        return wrong(p, at, "an enum has a value at least");
    uint64_t bytes = 1;
    while (bytes < 8 && (values - 1) >> (8 * bytes) != 0)
        bytes *= 2;
    return new_type(p, start, (struct type){.kind = TYPE_WORD, .bytes = bytes, .align = bytes});
}

/* Vec<T> and its like. */
static struct type *generic(struct parser *p, const char *start, unsigned count)
{
    return need(p, '<') && any(p) && need(p, '>') ? pointer_words(p, start, count) : NULL;
}

/* --- Structs ---------------------------------------------------------------- */

/* Behind a type, on its line: C's pointers, name and array, all of which may be missing. */
static struct type *declarator(struct parser *p, const char *start, struct type *t)
{
    bool stars = false;
    while (t != NULL && goes_on(p) && take(p, '*'))
        stars = true;
    if (stars)
        t = pointer_words(p, start, 1);
    if (t == NULL || !goes_on(p))
        return t;
    struct type_text name = word_ahead(p);
    if (name.length == 0 || begins_type(name))
        return t;
    p->at += name.length;
    uint64_t count;
    const char *at = p->at;
    if (take(p, '[')) {
        if (!number(p, &count) || !need(p, ']'))
            return NULL;
        t = array_of(p, at, count, t);
    }
    if (t != NULL)
        t->name = name;
    return t;
}

/* Does a field begin with its name, as in Go? Then the name is taken. */
static bool take_name(struct parser *p, struct type_text *name)
{
    const char *start = p->at;
    *name = word_ahead(p);
    p->at += name->length;
    if (name->length > 0 && goes_on(p)) {
        bool opens = strchr("*&[{", *p->at) != NULL && *p->at != '\0';
        bool takes_one = word_is(*name, "struct") || word_is(*name, "chan");
        struct type_text second = word_ahead(p);
        if (begins_type(*name) ? begins_type(second) && !takes_one : second.length > 0 || opens)
            return true;
    }
    p->at = start;
    return false;
}

static struct type *field(struct parser *p)
{
    struct type_text name;
    skip_blanks(p);
    if (take_name(p, &name)) {
        struct type *t = type(p);
        if (t != NULL)
            t->name = name;
        return t;
    }
    const char *start = p->at;
    return declarator(p, start, type(p));
}

/* Between two fields: a comma, a semicolon, or a new line. Blanks are taken with it. */
static bool separator(struct parser *p)
{
    const char *start = p->at;
    skip_blanks(p);
    bool new_line = memchr(start, '\n', (size_t)(p->at - start)) != NULL;
    return take(p, ',') || take(p, ';') || new_line;
}

/* Behind a '{' that stands at `open`. */
static struct type *structure(struct parser *p, const char *start, const char *open)
{
    struct type *fields = NULL, **end = &fields;
    while (!take(p, '}')) {
        if (*p->at == '\0')
            return wrong(p, open, "the '{' is never closed");
        struct type *f = field(p);
        if (f == NULL)
            return NULL;
        *end = f;
        end = &f->next;
        if (!separator(p) && *p->at != '}' && *p->at != '\0')
            return wanted(p, "',' or '}'");
    }
    struct type *t = new_type(p, start, (struct type){.kind = TYPE_STRUCT, .fields = fields});
    if (t == NULL)
        return NULL;
    type_lay_out(t);
    return t->bytes > TYPE_MOST_BYTES ? wrong(p, start, "the struct is too large") : t;
}

/* Behind the word struct: a name that may be missing, and the fields. */
static struct type *named_structure(struct parser *p, const char *start)
{
    p->at += word_ahead(p).length;
    const char *open = p->at;
    return need(p, '{') ? structure(p, start, p->at - 1 > open ? p->at - 1 : open) : NULL;
}

/* --- A type ----------------------------------------------------------------- */

/* Behind a word that a bracket follows. */
static struct type *opened(struct parser *p, const char *start, struct type_text word)
{
    if (word_is(word, "struct"))
        return named_structure(p, start);
    if (word_is(word, "enum"))
        return enumeration(p, start);
    if (word_is(word, "map"))
        return need(p, '[') && any(p) && need(p, ']') && any(p) ? pointer_words(p, start, 1)
                                                                : NULL;
    if (word_is(word, "chan"))
        return any(p) ? pointer_words(p, start, 1) : NULL;
    if (word_is(word, "func"))
        return need(p, '(') && skip_to(p, p->at - 1, '(', ')') ? pointer_words(p, start, 1) : NULL;
    if (word_is(word, "interface"))
        return need(p, '{') && skip_to(p, p->at - 1, '{', '}') ? pointer_words(p, start, 2) : NULL;
    return generic(p, start, word_is(word, "Vec") ? 3 : 1);
}

static struct type *word_type(struct parser *p, struct type_text word)
{
    const struct word *known = known_word(word);
    if (known == NULL && !begins_type(word))
        return wrong(p, word.at, "'%.*s' is no type that is known here",
                     word.length < SHOWN ? word.length : SHOWN, word.at);
    p->at += word.length;
    if (known == NULL)
        return opened(p, word.at, word);
    return new_type(p, word.at, (struct type){.kind = TYPE_WORD, .bytes = known->bytes,
                                              .align = known->align, .pointers = known->pointers});
}

/* A reference of Rust's: to a str or to a slice it has a length beside it. */
static struct type *reference(struct parser *p, const char *start)
{
    bool wide = word_is(word_ahead(p), "str") || *p->at == '[';
    if (*p->at != '[')
        return any(p) ? pointer_words(p, start, wide ? 2 : 1) : NULL;
    p->at++;
    return any(p) && need(p, ']') ? pointer_words(p, start, 2) : NULL;
}

static struct type *one_type(struct parser *p)
{
    struct type_text word = word_ahead(p);
    const char *start = p->at;
    if (word.length > 0)
        return word_type(p, word);
    if (take(p, '*'))
        return any(p) ? pointer_words(p, start, 1) : NULL;
    if (take(p, '&'))
        return reference(p, start);
    if (take(p, '['))
        return bracket(p, start);
    if (take(p, '{'))
        return structure(p, start, start);
    return wanted(p, "a type");
}

static struct type *type(struct parser *p)
{
    skip_blanks(p);
    if (p->depth == TYPE_MOST_DEPTH)
        return wrong(p, p->at, "types inside types, more than %d deep", TYPE_MOST_DEPTH);
    p->depth++;
    struct type *t = one_type(p);
    p->depth--;
    return t;
}

/* --- The whole text --------------------------------------------------------- */

static struct parser begin(const char *text, struct type_pool *pool, struct type_error *error)
{
    pool->count = 0;
    return (struct parser){.text = text, .at = text, .pool = pool, .error = error};
}

static bool at_end(struct parser *p, const char *behind)
{
    struct type_text ahead = shown_ahead(p);
    if (ahead.length == 0)
        return true;
    wrong(p, p->at, "nothing is wanted behind %s, and there is '%.*s'", behind, ahead.length,
          ahead.at);
    return false;
}

struct type *type_parse(const char *text, struct type_pool *pool, struct type_error *error)
{
    struct parser p = begin(text, pool, error);
    struct type *t = type(&p);
    return t != NULL && at_end(&p, "the type") ? t : NULL;
}

bool type_parse_map(const char *text, struct type_pool *pool, struct type **key,
                    struct type **elem, struct type_error *error)
{
    struct parser p = begin(text, pool, error);
    *key = type(&p);
    if (*key == NULL)
        return false;
    if (!take(&p, ',')) {
        wanted(&p, "a comma and the elem's type");
        return false;
    }
    *elem = type(&p);
    return *elem != NULL && at_end(&p, "the elem");
}
