/*
 * diagnosis_dot.c - the rules as a tree of questions, drawn from their table.
 *
 * A question is worth asking where it parts the diagnoses that are still possible. The first such
 * rule is asked; on each side the rest follows in the same way, until one is left.
 */
#include "diagnosis_pages.h"

#include "dot/dot.h"

/* Sets of diagnoses, a bit each. */
static unsigned wanting(unsigned rule, unsigned candidates)
{
    unsigned set = 0;
    for (unsigned i = 0; i < FAULTS; i++)
        if ((candidates >> i & 1) != 0 && rule_wanted(rule, (enum fault)i))
            set |= 1u << i;
    return set;
}

/* The first rule that parts them; RULES if one alone is left. */
static unsigned parting_rule(unsigned candidates)
{
    for (unsigned i = 0; i < RULES; i++) {
        unsigned yes = wanting(i, candidates);
        if (yes != 0 && yes != candidates)
            return i;
    }
    return RULES;
}

static int draw_leaf(struct dot *dot, unsigned candidates)
{
    const struct diagnosis *d = &diagnoses[__builtin_ctz(candidates)];
    int box = dot_box(dot, NULL);
    dot_row(dot);
    dot_cell(dot, DOT_FULL, 1, "%s", d->slug);
    dot_box_end(dot);
    return box;
}

static int draw_question(struct dot *dot, const struct rule *rule, int *no, int *yes)
{
    int box = dot_box(dot, NULL);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 2, "%s %s", rule->name, instrument_names[rule->instrument]);
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 2, "%s", rule->question);
    dot_row(dot);
    *yes = dot_cell(dot, DOT_PLAIN, 1, "yes");
    *no = dot_cell(dot, DOT_PLAIN, 1, "no");
    dot_box_end(dot);
    return box;
}

/* Draws the tree over these diagnoses; returns its topmost box. At most RULES deep. */
static int draw_candidates(struct dot *dot, unsigned candidates)
{
    unsigned rule = parting_rule(candidates);
    if (rule == RULES)
        return draw_leaf(dot, candidates);
    unsigned yes_set = wanting(rule, candidates);
    int no, yes, box = draw_question(dot, &rules[rule], &no, &yes);
    dot_arrow(dot, box, yes, draw_candidates(dot, yes_set), NULL);
    dot_arrow(dot, box, no, draw_candidates(dot, candidates & ~yes_set), NULL);
    return box;
}

void draw_tree(FILE *out)
{
    struct dot dot;
    dot_begin(&dot, out, "\"it\" is what is resident", "TB");
    draw_candidates(&dot, (1u << FAULTS) - 1);
    dot_end(&dot);
}
