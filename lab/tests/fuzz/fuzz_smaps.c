/*
 * fuzz_smaps.c - libFuzzer's entry: every input is a text that smaps reads.
 *
 * Built by hand, from the top of the repository:
 *
 *     clang -std=c17 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined -Ilab \
 *         lab/tests/fuzz/fuzz_smaps.c lab/resident/smaps.c -o build/fuzz_smaps
 *     build/fuzz_smaps -max_total_time=60 -max_len=2000
 *
 * The reader must end, with mappings whose size is that of their addresses, or one sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "resident/smaps.h"

int LLVMFuzzerTestOneInput(const unsigned char *input, size_t length);

int LLVMFuzzerTestOneInput(const unsigned char *input, size_t length)
{
    struct smaps s;
    struct smaps_mapping m;
    FILE *stream = length > 0 ? fmemopen((void *)(uintptr_t)input, length, "r") : NULL;
    if (stream == NULL)
        return 0;
    smaps_init(&s, stream);
    uint64_t last = 0;
    for (; smaps_next(&s, &m); last = m.end)
        if (m.start < last || m.end <= m.start || m.size != m.end - m.start)
            abort();
    if (s.wrong != NULL && (s.wrong != s.sentence || strncmp(s.wrong, "smaps, line ", 12) != 0))
        abort();
    fclose(stream);
    return 0;
}
