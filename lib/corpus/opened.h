/* SPDX-License-Identifier: MIT */
/* One source of an open corpus: the way from its bytes to ids, and the ids. This room is the one
 * place that knows the order of the stages. */
#ifndef CALIB_CORPUS_OPENED_H
#define CALIB_CORPUS_OPENED_H

#include "corpus/recent.h"
#include "corpus/turn.h"
#include "documents/index.h"
#include "documents/spool.h"
#include "fetch/fetch.h"
#include "input/input.h"
#include "options.h"
#include "sources.h"
#include "store/ids.h"
#include "store/store.h"
#include "system/system.h"

/** A stream in use. A damaged stream stays in the list behind the one that replaced it, since other
 *  threads may still be reading it. */
typedef struct calib_stream {
    calib_ids ids;
    calib_bounds bounds;          /* empty if the source is one text */
    calib_document_counts counts; /* likewise */
    uint8_t text_sha256[CALIB_SHA256_SIZE];
    struct calib_stream *older;
} calib_stream;

/** Documents that are tokenized when they are asked for (CALIB_DOCUMENTS_LAZY). */
typedef struct calib_lazy {
    calib_index index;
    bool in_place;       /* the index tells places in the source's own bytes */
    calib_spill text;    /* else in this copy of the records, unless they are in the spool */
    calib_recent recent; /* for the thread that has the turn */
} calib_lazy;

/** All zero may be passed to calib_opened_close(). */
typedef struct calib_opened {
    const calib_tokenizer_vtable *tok; /* the corpus's */
    calib_settings *settings;          /* the corpus's */
    calib_turn *turn;                  /* the corpus's */
    calib_source_copy source;
    calib_fetch_result fetched;
    char *name;                   /* the source as calib_info shows it */
    const char *shown;            /* the source as messages show it */
    calib_info info;              /* of this source alone; its n_tokens is not used */
    calib_document_counts counts; /* of its documents */
    uint8_t text_sha256[CALIB_SHA256_SIZE];
    uint64_t first_document;         /* where it begins in the corpus */
    uint64_t first_token;            /* likewise, if the corpus is settled */
    char store_why[CALIB_STORE_WHY]; /* info.token_store_why, if it is not static */
    bool once;                       /* the source is a pipe: a repair cannot read it */
    calib_spool spool;               /* of documents that come only once */
    bool spooled;                    /* the spool was filled, or that failed */
    int32_t bos;                     /* the tokenizer's, or -1 */
    bool adds_bos;                   /* BOS is put in front of documents that lack it */
    _Atomic(calib_stream *) stream;  /* NULL: lazy documents that were not tokenized all */
    calib_lazy lazy;
} calib_opened;

/* ---- source.c ---- */

/** Fills the request for a source that is a URL. */
void calib_corpus_fetch_request(const calib_source_copy *source, calib_settings *settings,
                                calib_fetch_request *request);

/** Copies and names a source; NULL: the corpus that mlx-lm pins. The owner sets what is the
 *  corpus's, before it is loaded. Returns 0, E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM. */
int calib_opened_init(calib_opened *opened, const calib_source *source);

/** Finds the source and opens its input; fetches a URL the first time. The caller closes the input,
 *  also after a failure. Status as calib_corpus_open(). */
int calib_opened_input(calib_opened *opened, calib_input *input);

/** Returns the largest text in bytes that the source may give. */
uint64_t calib_opened_largest(const calib_opened *opened);

/** Opens the reader of the source's bytes, as calib_opened_input() does. */
int calib_opened_reader(calib_opened *opened, calib_reader *reader);

/** Compares the measured bytes with the pins. Returns 0, E_EMPTY, E_SIZE, E_HASH. */
int calib_opened_check(const calib_opened *opened, const calib_reader *reader);

/* ---- tokens.c ---- */

typedef enum calib_load_how {
    CALIB_LOAD_FIND,    /* use stored ids if there are any, else make and store them */
    CALIB_LOAD_ANEW,    /* make and store them: stored ids are damaged */
    CALIB_LOAD_UNSTORED /* make them and store nothing */
} calib_load_how;

/** Fills an empty stream, which the caller frees also after a failure, and `info`, which may be the
 *  source's own. Status as calib_corpus_open(). */
int calib_opened_tokenize(calib_opened *opened, calib_load_how how, calib_stream *stream,
                          calib_info *info);

/** Hashes every setting of the documents that changes ids; all zero if the source is one text.
 *  Returns 0 or E_NOMEM. */
int calib_opened_key(const calib_opened *opened, uint8_t out[CALIB_SHA256_SIZE]);

/* ---- lazy.c ---- */

bool calib_opened_is_lazy(const calib_opened *opened);

/** Reads lazy documents once, for the index. Fills `info`, which may be the source's own. Status as
 *  calib_corpus_open(). */
int calib_lazy_open(calib_opened *opened, calib_info *info);

/** Makes the ids of all documents of the index. For the thread that has the turn. As
 *  calib_opened_tokenize(). */
int calib_lazy_tokenize(calib_opened *opened, calib_stream *stream, calib_info *info);

/** Get the length of document `i`, and its ids [first, first + n), which must exist. Tokenize it
 *  unless that was done lately. Status as calib_corpus_sample(). */
int calib_lazy_length(calib_opened *opened, uint64_t i, uint64_t *n_tokens);
int calib_lazy_ids(calib_opened *opened, uint64_t i, uint64_t first, size_t n, int32_t *out);

void calib_lazy_free(calib_lazy *lazy);

/* ---- repair.c ---- */

/** Makes a stream or finds it stored, and puts it at the head of the list. A stream that replaces
 *  another one must come from the same text and have as many ids, else E_CORRUPT. `info` may be the
 *  source's own. Status as calib_corpus_open(). */
int calib_opened_load(calib_opened *opened, calib_load_how how, calib_info *info);

/** Reads the ids [first, first + n), which must exist. Makes stored ids again if they turn out to
 *  be damaged. Returns 0, E_NOMEM, E_CORRUPT, or any status of calib_corpus_open(). */
int calib_opened_read(calib_opened *opened, uint64_t first, size_t n, int32_t *out);

/** Tokenizes all lazy documents, unless that was done. Returns 0, E_CANCELLED, or as
 *  calib_opened_load(). */
int calib_opened_settle(calib_opened *opened);

/** Returns the length of the source's stream; UINT64_MAX: not known. */
uint64_t calib_opened_tokens(const calib_opened *opened);

/** Returns the number of documents that are kept; 1 if the source is one text. */
uint64_t calib_opened_documents(const calib_opened *opened);

/** Gets where document `i` stands in the source's stream; `first` and `end` are UINT64_MAX if that
 *  is not known. Status as calib_opened_read(). */
int calib_opened_document(calib_opened *opened, uint64_t i, calib_bound *out);

/** Get the length of document `i`, and its ids [first, first + n), which must exist. Status as
 *  calib_opened_read(). */
int calib_opened_length(calib_opened *opened, uint64_t i, uint64_t *n_tokens);
int calib_opened_ids(calib_opened *opened, uint64_t i, uint64_t first, size_t n, int32_t *out);

/** Checks that ids [first, first + n) of document `i`, which has `n_tokens` now, exist: a lazy
 *  document may have become shorter since its length was asked for. Returns 0 or E_CHANGED. */
int calib_opened_within(const calib_opened *opened, uint64_t i, uint64_t n_tokens, uint64_t first,
                        size_t n);

/** Finds the document that has token `token` of the source's stream, which must exist. Status as
 *  calib_opened_read(). */
int calib_opened_find(calib_opened *opened, uint64_t token, uint64_t *document, calib_bound *out);

void calib_opened_close(calib_opened *opened);

#endif
