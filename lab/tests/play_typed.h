/*
 * play_typed.h - a folded map behind the table of verbs, so that play can call it.
 *
 * PLAY_VERBS(own, keys, KEY) defines own_keys_verbs for the functions own_keys_init ...
 * own_keys_iter_end; KEY makes of the key's address what the typed map takes. Ten functions of
 * one line, for four kinds of keys and each design: what a macro is for, in a test.
 */
#ifndef PLAY_TYPED_H
#define PLAY_TYPED_H

#include "design/design.h"

#define PLAY_VERBS(own, keys, KEY)                                                               \
    static bool own##_##keys##_verb_init(struct any_map *m, struct heap *h, uint64_t hint,       \
                                         uint64_t seed)                                          \
    {                                                                                            \
        return own##_##keys##_init(&m->as.own, h, hint, seed);                                   \
    }                                                                                            \
    static void own##_##keys##_verb_free(struct any_map *m)                                      \
    {                                                                                            \
        own##_##keys##_free(&m->as.own);                                                         \
    }                                                                                            \
    static uint64_t own##_##keys##_verb_len(const struct any_map *m)                             \
    {                                                                                            \
        return own##_len(&m->as.own);                                                            \
    }                                                                                            \
    static void *own##_##keys##_verb_get(const struct any_map *m, const void *key)               \
    {                                                                                            \
        return own##_##keys##_get(&m->as.own, KEY);                                              \
    }                                                                                            \
    static void *own##_##keys##_verb_put(struct any_map *m, const void *key)                     \
    {                                                                                            \
        return own##_##keys##_put(&m->as.own, KEY);                                              \
    }                                                                                            \
    static bool own##_##keys##_verb_del(struct any_map *m, const void *key)                      \
    {                                                                                            \
        return own##_##keys##_del(&m->as.own, KEY);                                              \
    }                                                                                            \
    static void own##_##keys##_verb_clear(struct any_map *m)                                     \
    {                                                                                            \
        own##_##keys##_clear(&m->as.own);                                                        \
    }                                                                                            \
    static void own##_##keys##_verb_iter_start(struct any_map *m, struct any_iter *it)           \
    {                                                                                            \
        it->map = m;                                                                             \
        it->key = it->elem = NULL;                                                               \
        own##_##keys##_iter_start(&m->as.own, &it->as.own);                                      \
    }                                                                                            \
    static bool own##_##keys##_verb_iter_next(struct any_iter *it)                               \
    {                                                                                            \
        bool more = own##_##keys##_iter_next(&it->as.own);                                       \
        it->key = it->as.own.key;                                                                \
        it->elem = it->as.own.elem;                                                              \
        return more;                                                                             \
    }                                                                                            \
    static void own##_##keys##_verb_iter_end(struct any_iter *it)                                \
    {                                                                                            \
        own##_##keys##_iter_end(&it->as.own);                                                    \
        it->key = it->as.own.key;                                                                \
        it->elem = it->as.own.elem;                                                              \
    }                                                                                            \
    static const char *own##_##keys##_verb_check(const struct any_map *m)                        \
    {                                                                                            \
        return own##_check(m->type, &m->as.own);                                                 \
    }                                                                                            \
    static const struct design own##_##keys##_verbs = {                                          \
        .name = #own " " #keys, .says = "the folded map",                                        \
        .init = own##_##keys##_verb_init, .free = own##_##keys##_verb_free,                      \
        .len = own##_##keys##_verb_len, .get = own##_##keys##_verb_get,                          \
        .put = own##_##keys##_verb_put, .del = own##_##keys##_verb_del,                          \
        .clear = own##_##keys##_verb_clear, .iter_start = own##_##keys##_verb_iter_start,        \
        .iter_next = own##_##keys##_verb_iter_next, .iter_end = own##_##keys##_verb_iter_end,    \
        .check = own##_##keys##_verb_check,                                                      \
    };

#endif
