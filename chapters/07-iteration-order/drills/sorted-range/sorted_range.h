/*
 * sorted_range.h - a range over a map of texts in the order of its keys.
 *
 * Words       visit   what the caller wants done with an entry; it returns false to end the
 *                     range, as `break` does in Go
 *             before  the smaller byte where two keys first differ, bytes without a sign; a key
 *                     comes before all others that begin with it. So Go compares strings.
 */
#ifndef SORTED_RANGE_H
#define SORTED_RANGE_H

#include "swiss/swiss_str.h"

/*
 * Visits the entries of m, the smallest key first, and hands `with` on to each visit. A visit may
 * change the map: a key that it deletes does not come any more, an elem is the present one, and
 * a key that it adds does not come.
 *
 * The memory that this takes comes from the map's own heap, and all of it is given back, however
 * the range ends. Returns false if memory is refused; then nothing was visited.
 */
bool sorted_range(struct swiss *m, bool (*visit)(struct str key, uint64_t *elem, void *with),
                  void *with);

#endif
