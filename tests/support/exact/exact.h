/* SPDX-License-Identifier: MIT */
/* Compares the ids of segments, and those that the core gives, with those of whole texts. Each
 * adapter has a program for it; a run is one tokenizer, and the text that is tried on it. */
#ifndef CALIB_TESTS_EXACT_H
#define CALIB_TESTS_EXACT_H

#include <calib.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { WHOLE = CALIB_TEXT_BEGIN | CALIB_TEXT_END, MAX_TEXT = 1 << 23 };

typedef struct buffer {
    char *bytes;
    size_t len;
} buffer;

typedef struct id_list {
    int32_t *ids;
    size_t n, cap;
} id_list;

typedef struct run {
    const calib_tokenizer_vtable *tok, *whole; /* with cuts, and without */
    uint32_t flags; /* CALIB_TEXT_* of every text, besides BEGIN and END */
    bool naive;
    uint8_t *naive_pairs; /* bitmap over hashes: a false positive only makes the control milder */
    buffer real, pieces;
    size_t english; /* bytes at the beginning of `real` that are English */
    size_t *piece_ends;
    uint64_t random;
    uint64_t n_texts, n_streams, n_segments, n_characters, n_bytes;
    id_list expected, got;
    bool refused; /* the whole text was */
    size_t *offsets;
    char *text;
    size_t len;
} run;

/* Prints the adapter's last message and ends the program. Each program has its own. */
void die(const char *what);
/* Returns `memory`; ends the program if it is NULL. */
void *must(void *memory);
/* Gives the run a text of MAX_TEXT bytes, and as many offsets and one. */
void give_room(run *r);
/* A calib_emit_fn for an id_list. */
int collect(void *ctx, const int32_t *ids, size_t n);

/* ---- texts.c: random texts ---- */

extern const char *const atoms[];
extern const size_t n_atoms;

size_t below(run *r, size_t n);
void add(run *r, const char *bytes, size_t len);
void add_string(run *r, const char *string);
void add_real(run *r, size_t most);
/* Makes the next random text: r->text. */
void make_text(run *r);
/* Makes a text of `len` bytes or somewhat more: random and real texts, long runs and words. */
void make_large(run *r, size_t len);

/* ---- naive.c: the pair rule alone ---- */

void learn_naive(run *r);
/* Writes all cuts from `start` on into r->offsets. */
size_t naive_cuts(const run *r, size_t start);

/* ---- compare.c ---- */

/* Compares the ids of r->text's segments, and those that the core gives, with those of the whole
 * text. Runs the core once, with a random setting, or with every setting. Prints the text if the
 * ids differ. */
bool compare(run *r, bool every_setting);
/* Prints the text, r->expected and r->got, which differ. Returns false. */
bool differs(const run *r, const char *how);

/* ---- documents.c ---- */

/* Divides r->text into documents, and compares the ids that the core gives, with a random setting,
 * with those of encoding each document alone. Prints the text if they differ. */
bool compare_documents(run *r);

/* ---- stream.c: through the core ---- */

typedef struct setting {
    uint32_t threads;
    uint64_t max_memo_bytes;
    size_t block; /* bytes fed at a time; 0: calib_corpus_open() and calib_corpus_tokens() */
} setting;

extern const setting settings[];
extern const size_t n_settings;

/* Puts the ids of r->text into r->got. Returns a status of calib. */
int stream(run *r, const setting *with);

#ifdef __cplusplus
}
#endif

#endif
