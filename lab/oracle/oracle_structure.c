/*
 * oracle_structure.c - the insides by design, and lines as the interpreters print them.
 */
#include "oracle/oracle_structure.h"

#include <string.h>

const struct oracle_inside *oracle_inside_of(const struct design *design)
{
    static const struct {
        const char *design;
        const struct oracle_inside *inside;
    } known[] = {
        {"go1.23", &oracle_inside_bucket},
        {"go1.24", &oracle_inside_swiss},
        {"go1.25", &oracle_inside_swiss},
        {"go1.26", &oracle_inside_swiss},
        {"go1.27", &oracle_inside_swiss},
        {"rust", &oracle_inside_hashbrown},
    };
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].design, design->name) == 0)
            return known[i].inside;
    return NULL;
}

void tell_number(const struct teller *teller, const char *quantity, uint64_t value)
{
    fprintf(teller->out, "%s\t%u %s\t%s\t%" PRIu64 "\n", teller->scenario, teller->step,
            teller->text, quantity, value);
}

void tell_digest(const struct teller *teller, const char *quantity, uint64_t value)
{
    fprintf(teller->out, "%s\t%u %s\t%s\t%016" PRIx64 "\n", teller->scenario, teller->step,
            teller->text, quantity, value);
}

uint64_t oracle_digest(uint64_t digest, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        digest = (digest ^ at[i]) * 0x100000001B3u;
    return digest;
}
