/*
 * test_find_the_bug.c - a check tells something of a patient if it finds nothing in the sound map.
 */
#include "find_the_bug.h"

#include <criterion/criterion.h>

extern const struct map_kind specimen_0, specimen_1, specimen_2, specimen_3, specimen_4,
    specimen_5, specimen_6;

static const struct map_kind *const kinds[] = {
    &specimen_0, &specimen_1, &specimen_2, &specimen_3, &specimen_4, &specimen_5, &specimen_6,
};

enum { PATIENTS = sizeof kinds / sizeof *kinds - 1 };

Test(find_the_bug, the_sound_map_passes)
{
    const char *said = check_map(kinds[0]);
    cr_assert_null(said, "this map is sound, and your check says: %s", said);
    unsigned found = 0;
    for (unsigned patient = 1; patient <= PATIENTS && found == 0; patient++)
        found += check_map(kinds[patient]) != NULL;
    cr_assert(found > 0, "your check finds nothing in the sound map, and nothing in any patient");
}

/* The patient first: a check that only remembers what it was given first finds nothing. */
static void assert_found(unsigned patient)
{
    const char *said = check_map(kinds[patient]), *of_sound = check_map(kinds[0]);
    cr_assert_null(of_sound, "your check complains of the sound map (%s), so it says nothing about "
                   "patient %u", of_sound, patient);
    cr_assert_not_null(said, "patient %u passes your check as if it were sound: which rule do you not "
                       "ask for, or only of a map that is too small or too simple?", patient);
}

Test(find_the_bug, patient_1_is_found) { assert_found(1); }
Test(find_the_bug, patient_2_is_found) { assert_found(2); }
Test(find_the_bug, patient_3_is_found) { assert_found(3); }
Test(find_the_bug, patient_4_is_found) { assert_found(4); }
Test(find_the_bug, patient_5_is_found) { assert_found(5); }
Test(find_the_bug, patient_6_is_found) { assert_found(6); }
