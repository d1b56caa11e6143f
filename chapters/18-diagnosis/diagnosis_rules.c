/*
 * diagnosis_rules.c - from readings to a name.
 *
 * The question at the desk is always the same: whose are the bytes that are resident? So each
 * rule asks of some part whether it is at least so many percent of a whole, and nearly always that
 * whole is what is resident. A half is enough: two parts cannot both be most of it.
 *
 *     D1  profile   what lives, once collected, is 50 % or more of what is resident
 *     D2  giveback  idle pages are 50 % or more of it
 *     D3  collect   garbage is 50 % or more. At GOGC 100 it is at most as much as what lives
 *                   (or 4 MiB, in a small heap), so D1 must have said that less lives
 *     D4  pages     pages full of zeros are 50 % or more of it
 *     D5  release   another release of Go holds 50 % or more less
 *     D6  cycles    HeapAlloc, collected, rose over four cycles by 10 % of it or more
 *     D7  reassign  a fresh map with the same entries frees 50 % or more of it
 *     D8  length    75 % or more of the map's slots are free. A map that only grew has at most
 *                   9/16 free, right after its tables have split
 *     D9  copy      copies of all slices, each of its length, free 50 % or more of it
 *     D10 length    the slices' capacities are 50 % or more of it
 *
 * A diagnosis is a row of answers, one a rule:
 *
 *                           D1 D2 D3 D4 D5 D6 D7 D8 D9 D10
 *     idle-pages             -  +  -  -  -  -  -  -  -  -
 *     garbage                -  -  +  -  -  -  -  -  -  -
 *     zero-pages             +  -  -  +  +  -  -  -  -  -
 *     leak                   +  -  -  -  -  +  -  -  -  -
 *     retained-map           +  -  -  -  -  -  +  +  -  -
 *     retained-slice         +  -  -  -  -  -  -  -  +  +
 *     stale-pointers         +  -  -  -  -  -  -  -  +  -
 *     healthy                +  -  -  -  -  -  -  -  -  -
 *
 * No two rows are equal, so readings fit one row at most; they may fit none, and a patient with
 * two faults at once does not. Nothing in this file knows what was seeded.
 */
#include "diagnosis.h"

#define OF_RESIDENT "of the resident bytes"

const struct rule rules[RULES] = {
    {"D1", USE_PROFILE, "What lives:\nhalf of it?", "what lives once collected", OF_RESIDENT,
     READ_LIVING, READ_RESIDENT, 50},
    {"D2", USE_GIVE_BACK, "Idle pages:\nhalf of it?", "what idle pages give back", OF_RESIDENT,
     READ_GIVEN_BACK, READ_RESIDENT, 50},
    {"D3", USE_COLLECT, "Garbage:\nhalf of it?", "what a collection sweeps", OF_RESIDENT,
     READ_SWEPT, READ_RESIDENT, 50},
    {"D4", USE_PAGES, "Pages of zeros:\nhalf of it?", "what pages of zeros take", OF_RESIDENT,
     READ_ZERO, READ_RESIDENT, 50},
    {"D5", USE_RELEASE, "Half of it gone under\nanother release?",
     "what another release of Go does without", OF_RESIDENT, READ_SAVED, READ_RESIDENT, 50},
    {"D6", USE_CYCLES, "Four cycles add\na tenth of it?",
     "what four cycles add to the collected heap", OF_RESIDENT, READ_GROWTH, READ_RESIDENT, 10},
    {"D7", USE_REASSIGN, "A fresh map frees\nhalf of it?", "what a fresh map frees", OF_RESIDENT,
     READ_REASSIGNED, READ_RESIDENT, 50},
    {"D8", USE_LENGTH, "Three quarters of the\nmap's slots free?", "what is free",
     "of the map's slots", READ_FREE_SLOTS, READ_SLOTS, 75},
    {"D9", USE_COPY, "Copied slices free\nhalf of it?", "what copies of all slices free",
     OF_RESIDENT, READ_COPIED, READ_RESIDENT, 50},
    {"D10", USE_LENGTH, "The slices' capacity:\nhalf of it?", "the capacity of all slices",
     OF_RESIDENT, READ_SLICE_CAPACITY, READ_RESIDENT, 50},
};

const struct diagnosis diagnoses[FAULTS] = {
    [FAULT_IDLE] = {"idle-pages", "idle pages that were not given back", "-+--------",
                    "Wait for the scavenger, or call debug.FreeOSMemory once after a known peak."},
    [FAULT_GARBAGE] = {"garbage", "garbage that waits for a collection", "--+-------",
                       "Lower GOGC, or set GOMEMLIMIT below what kills."},
    [FAULT_ZERO_PAGES] = {"zero-pages", "zero pages that were committed", "+--++-----",
                          "Go to a release that does not clear fresh memory, or make the buffers "
                          "smaller."},
    [FAULT_LEAK] = {"leak", "a leak", "+----+----",
                    "Find who adds and never takes out: the profile names what grows."},
    [FAULT_MAP] = {"retained-map", "a map that keeps the table of its spike", "+-----++--",
                   "Replace the map: m = make(map[K]V), each cycle or after a peak."},
    [FAULT_SLICE] = {"retained-slice", "short slices that keep long buffers", "+-------++",
                     "Copy what is kept: bytes.Clone, strings.Clone."},
    [FAULT_POINTERS] = {"stale-pointers", "pointers behind a slice's length", "+-------+-",
                        "clear(batch) before batch = batch[:0]."},
    [FAULT_NONE] = {"healthy", "a program that needs its memory", "+---------",
                    "Give it the memory, or keep fewer data."},
};

bool rule_answer(const struct rule *rule, const struct readings *r)
{
    return r->of[rule->part] * 100 >= r->of[rule->whole] * rule->percent;
}

bool rule_wanted(unsigned rule, enum fault diagnosis)
{
    return diagnoses[diagnosis].answers[rule] == '+';
}

/*
 * The rule that speaks against a diagnosis: a yes that it wants and does not get; else a yes that it
 * does not want. From the back, since D10 sets one diagnosis apart, and D1 only two from six.
 */
unsigned contradiction(const struct readings *r, enum fault diagnosis)
{
    unsigned against = RULES;
    for (unsigned i = RULES; i-- > 0;) {
        if (rule_answer(&rules[i], r) == rule_wanted(i, diagnosis))
            continue;
        if (rule_wanted(i, diagnosis))
            return i;
        against = i;
    }
    return against;
}

unsigned contradictions(const struct readings *r, enum fault diagnosis)
{
    unsigned against = 0;
    for (unsigned i = 0; i < RULES; i++)
        against += rule_answer(&rules[i], r) != rule_wanted(i, diagnosis);
    return against;
}

unsigned own_rule(enum fault diagnosis)
{
    unsigned i = RULES - 1;
    while (!rule_wanted(i, diagnosis))
        i--;
    return i;
}

enum fault diagnose(const struct readings *r)
{
    enum fault found = FAULTS;
    for (unsigned i = 0; i < FAULTS; i++)
        if (contradiction(r, (enum fault)i) == RULES) {
            if (found != FAULTS)
                return FAULTS;
            found = (enum fault)i;
        }
    return found;
}

bool instrument_tells(enum instrument instrument, const struct readings *a,
                      const struct readings *b)
{
    for (unsigned i = 0; i < RULES; i++)
        if (rules[i].instrument == instrument
            && rule_answer(&rules[i], a) != rule_answer(&rules[i], b))
            return true;
    return false;
}
