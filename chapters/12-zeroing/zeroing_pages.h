/*
 * zeroing_pages.h - what the files of pages share.
 */
#ifndef ZEROING_PAGES_H
#define ZEROING_PAGES_H

#include "program/program.h"
#include "zeroing.h"

/* A policy's name in figures and on the page, by enum policy. */
struct policy_name { const char *slug, *label; };
extern const struct policy_name policy_names[POLICIES];

bool run_retain(const struct options *options, struct page *page);
bool run_bench(const struct options *options, struct page *page);

#endif
