/*
 * seconds.c - the limit of each test of a drill, -DSECONDS.
 *
 * Criterion 2.4.1 takes --timeout and does nothing with it; what is written in the test's own
 * description it obeys. So every description gets the drill's limit before the first test runs.
 */
#include <criterion/criterion.h>
#include <criterion/hooks.h>

ReportHook(PRE_ALL)(struct criterion_test_set *all)
{
    FOREACH_SET(struct criterion_suite_set *suite, all->suites)
        FOREACH_SET(struct criterion_test *test, suite->tests)
            test->data->timeout = SECONDS;
}
