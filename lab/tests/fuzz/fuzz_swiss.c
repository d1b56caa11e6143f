/*
 * fuzz_swiss.c - libFuzzer's entry: every input is a script for play().
 *
 * Built by hand, from the top of the repository:
 *
 *     clang -std=c17 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined -Ilab \
 *         lab/tests/fuzz/fuzz_swiss.c lab/tests/play*.c lab/tests/snapshot.c \
 *         lab/{design,swiss,bucket,hashbrown,heap,hash,map,dot,page}/?*.c -lm -o build/fuzz_swiss
 *     build/fuzz_swiss -max_total_time=60 build/found lab/tests/corpus
 *
 * What it found to reach new code, reduced with -merge=1, is kept in lab/tests/corpus, and
 * test_swiss_corpus.c plays it at every `make check`.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/play.h"

int LLVMFuzzerTestOneInput(const unsigned char *input, size_t length);

int LLVMFuzzerTestOneInput(const unsigned char *input, size_t length)
{
    struct play_tally tally = {0};
    const char *why = play_input(input, length, &tally);
    if (why != NULL) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    return 0;
}
