/*
 * poison.h - tells AddressSanitizer which bytes of the arena may be touched.
 *
 * Its rule: only [p, p + bytes) of a living object is open. Everything else,
 * idle pages, free slots, dropped objects, the tail behind the bytes asked for,
 * is poisoned, and touching it stops the program with a report. In a build
 * without AddressSanitizer both functions are empty.
 */
#ifndef POISON_H
#define POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)       /* gcc */
#define POISON 1
#elif defined(__has_feature)            /* clang */
#if __has_feature(address_sanitizer)
#define POISON 1
#endif
#endif

#ifdef POISON
#include <sanitizer/asan_interface.h>

static inline void poison_add(const void *p, size_t bytes)
{
    __asan_poison_memory_region(p, bytes);
}

static inline void poison_lift(const void *p, size_t bytes)
{
    __asan_unpoison_memory_region(p, bytes);
}
#else
static inline void poison_add(const void *p, size_t bytes)
{
    (void)p;
    (void)bytes;
}

static inline void poison_lift(const void *p, size_t bytes)
{
    (void)p;
    (void)bytes;
}
#endif

#endif
