/*
 * shrinking_pages.h - what the two files of pages share.
 */
#ifndef SHRINKING_PAGES_H
#define SHRINKING_PAGES_H

#include "program/program.h"
#include "shrinking.h"

bool run_bench(const struct options *options, struct page *page);

#endif
