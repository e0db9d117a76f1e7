/* SPDX-License-Identifier: MIT */
/* What the parts of `exact` share: one model, and the text that is just tried on it. */
#ifndef CALIB_TESTS_EXACT_H
#define CALIB_TESTS_EXACT_H

#include <calib_sentencepiece.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    calib_sentencepiece *cutting, *plain;
    const calib_tokenizer_vtable *tok, *whole;
    bool naive;
    uint8_t *naive_pairs; /* bitmap over hashes: a false positive only makes the control milder */
    buffer real, pieces;
    size_t english; /* so many bytes of `real` are English */
    size_t *piece_ends;
    uint64_t random;
    uint64_t n_texts, n_streams, n_segments, n_characters, n_bytes;
    id_list expected, got;
    size_t *offsets;
    char *text;
    size_t len;
} run;

/* Ends the program, telling the adapter's last message. */
void die(const char *what);
/* `memory`, unless it is NULL. */
void *must(void *memory);
/* A calib_emit_fn for an id_list. */
int collect(void *ctx, const int32_t *ids, size_t n);

/* ---- texts.c: random texts ---- */

extern const char *const atoms[];
extern const size_t n_atoms;

size_t below(run *r, size_t n);
void add(run *r, const char *bytes, size_t len);
void add_string(run *r, const char *string);
void add_real(run *r, size_t most);
/* The next random text becomes r->text. */
void make_text(run *r);
/* The same, of `len` bytes or somewhat more: random and real texts, long runs and words. */
void make_large(run *r, size_t len);

/* ---- naive.c: the pair rule alone ---- */

void learn_naive(run *r);
/* All of its cuts from `start` on into r->offsets. */
size_t naive_cuts(const run *r, size_t start);

/* ---- compare.c ---- */

/* The ids of r->text's parts, and those that the core gives, against those of the whole: the core
 * once, with settings of chance, or with every setting. Prints the text when they differ. */
bool compare(run *r, bool every_setting);

/* ---- stream.c: through the core ---- */

typedef struct setting {
    uint32_t threads;
    uint64_t max_memo_bytes;
    size_t block; /* bytes fed at a time; 0: calib_corpus_open() and calib_corpus_tokens() */
} setting;

extern const setting settings[];
extern const size_t n_settings;

/* The ids of r->text into r->got. A status of calib. */
int stream(run *r, const setting *with);

#endif
