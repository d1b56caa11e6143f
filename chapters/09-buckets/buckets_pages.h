/*
 * buckets_pages.h - what the two files of pages share.
 */
#ifndef BUCKETS_PAGES_H
#define BUCKETS_PAGES_H

#include "buckets.h"

bool run_versions(const struct options *o, struct page *page);

/* A row's name in figures and on the page. */
struct name {
    const char *slug, *label;
};

#endif
