/*
 * oracle_scenario.c - scenarios.txt, read.
 */
#include "oracle/oracle_scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 8 };

static enum step_verb verb_named(const char *word)
{
    static const char *const names[] = {"fill", "delete", "churn", "clear",
                                        "range", "shrink", "free"};
    unsigned verb = 0;
    while (verb < STEP_NONE && strcmp(word, names[verb]) != 0)
        verb++;
    return (enum step_verb)verb;
}

/* Cuts a line into words, up to a comment; returns how many. */
static unsigned cut(char *line, char *words[MOST_WORDS])
{
    line[strcspn(line, "#\n")] = '\0';
    unsigned count = 0;
    char *rest = line;
    for (char *word; count < MOST_WORDS && (word = strtok_r(rest, " \t", &rest)) != NULL;)
        words[count++] = word;
    return count;
}

static bool copy_word(char to[SCENARIO_WORD_BYTES], const char *word)
{
    size_t length = strlen(word);
    if (length >= SCENARIO_WORD_BYTES)
        return false;
    memcpy(to, word, length + 1);
    return true;
}

/* Reads the numbers that follow a verb, three at most; returns how many there were. */
static unsigned read_numbers(char *const words[], unsigned count, uint64_t n[3])
{
    unsigned read = 0;
    for (; read < 3 && read < count; read++) {
        char *end;
        n[read] = strtoull(words[read], &end, 10);
        if (*end != '\0')
            break;
    }
    return read;
}

static const char *read_life(struct scenario *life, char *const words[], unsigned count)
{
    if (count < 5 || !copy_word(life->name, words[1]) || !copy_word(life->type, words[2]))
        return "a life is `map NAME TYPE HINT HASH`";
    life->hint = strtoull(words[3], NULL, 10);
    life->lab_hash = strcmp(words[4], "lab") == 0;
    if (!life->lab_hash && strcmp(words[4], "own") != 0)
        return "a hash is `lab` or `own`";
    return count < 6 || copy_word(life->only, words[5]) ? NULL : "a word is too long";
}

static const char *read_step(struct scenario *life, char *const words[], unsigned count)
{
    if (life->step_count == SCENARIO_MAX_STEPS)
        return "a life has too many steps";
    struct step *step = &life->steps[life->step_count++];
    step->verb = verb_named(words[0]);
    step->change = STEP_NONE;
    if (step->verb == STEP_NONE)
        return "a step begins with an unknown word";
    step->number_count = read_numbers(words + 1, count - 1, step->n);
    if (step->verb == STEP_RANGE && count > 2) {
        step->change = verb_named(words[2]);
        read_numbers(words + 3, count - 3, step->change_n);
    }
    for (unsigned i = 0; i < count; i++) {
        size_t length = strlen(step->text);
        snprintf(step->text + length, sizeof step->text - length, i > 0 ? " %s" : "%s", words[i]);
    }
    return NULL;
}

static const char *read_line(struct scenarios *all, char *line)
{
    char *words[MOST_WORDS];
    unsigned count = cut(line, words);
    if (count == 0)
        return NULL;
    if (strcmp(words[0], "map") == 0) {
        if (all->count == SCENARIO_MAX_LIVES)
            return "there are too many lives";
        return read_life(&all->lives[all->count++], words, count);
    }
    if (all->count == 0)
        return "a step stands before the first life";
    return read_step(&all->lives[all->count - 1], words, count);
}

const char *scenarios_read(struct scenarios *all, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return "the scenarios cannot be read";
    memset(all, 0, sizeof *all);
    char line[256];
    const char *wrong = NULL;
    while (wrong == NULL && fgets(line, sizeof line, file) != NULL)
        wrong = read_line(all, line);
    fclose(file);
    return wrong;
}

bool scenario_changes_in_range(const struct scenario *life)
{
    for (unsigned i = 0; i < life->step_count; i++)
        if (life->steps[i].change != STEP_NONE)
            return true;
    return false;
}
