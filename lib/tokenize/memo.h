/* SPDX-License-Identifier: MIT */
/* From a short segment of text to its ids: a bounded cache that all threads of a run share. It may
 * forget anything at any time, so running out of memory only costs speed, and no text can make it
 * slow: a look-up touches at most a few neighbouring entries. */
#ifndef CALIB_TOKENIZE_MEMO_H
#define CALIB_TOKENIZE_MEMO_H

#include "tokenize/memo_table.h"

typedef struct calib_memo calib_memo;

/** 0, E_NOMEM or E_SYSTEM. What is remembered, with all tables for it, takes at most `max_bytes`.
 */
int calib_memo_new(uint64_t max_bytes, calib_memo **out);

/** After all its views. NULL is fine. */
void calib_memo_free(calib_memo *memo);

/** One thread's hold on the memo. Zero-initialize but for `memo`; calib_memo_leave() ends it. */
typedef struct calib_memo_view {
    calib_memo *memo;
    calib_memo_table *young; /* NULL: nothing is remembered */
    calib_memo_table *old;
    size_t n_added; /* to `young`, not yet counted there */
    char *room;     /* for what no entry can hold */
    size_t room_len;
} calib_memo_view;

/** Comes to what the memo is now. Between two calls a view does not change, which is what lets it
 *  look things up without a lock; the memo grows and forgets only here. */
void calib_memo_turn(calib_memo_view *view);

/** Remembers, when there is room. */
void calib_memo_add(calib_memo_view *view, const calib_memo_key *key, const int32_t *ids, size_t n);

void calib_memo_leave(calib_memo_view *view);

/* Inline: they run for every segment. */

#ifdef __GNUC__
#define CALIB_PREFETCH(address) __builtin_prefetch(address)
#else
#define CALIB_PREFETCH(address) ((void)(address))
#endif

/** Asks the processor to bring the key's entry near: most of a look-up's time is waiting for it. */
static inline void calib_memo_expect(const calib_memo_view *view, const calib_memo_key *key)
{
    if (view->young)
        CALIB_PREFETCH(calib_memo_entry_at(view->young, key->hash));
}

/** calib_memo_find() in the old table, which there is. */
const int32_t *calib_memo_find_old(calib_memo_view *view, const calib_memo_key *key, size_t *n);

/** The ids, valid until the view's next turn, or NULL. CALIB_MEMO_FEW may be read, also when there
 *  are fewer. */
static inline const int32_t *calib_memo_find(calib_memo_view *view, const calib_memo_key *key,
                                             size_t *n)
{
    const int32_t *ids = view->young ? calib_memo_table_find(view->young, key, n) : NULL;
    return ids || !view->old ? ids : calib_memo_find_old(view, key, n);
}

#endif
