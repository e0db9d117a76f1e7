/* SPDX-License-Identifier: MIT */
/* An open corpus, and the way from its source to ids that can be read. Together with calib.c these
 * units are the one place that knows the order of the stages. */
#ifndef CALIB_CORPUS_H
#define CALIB_CORPUS_H

#include "base/system.h"
#include "fetch/fetch.h"
#include "options.h"
#include "store/ids.h"
#include "text/source.h"

/** Ids in use. One that was found damaged stays behind the one that took its place, since other
 *  threads may still be reading it. */
typedef struct calib_stream {
    calib_ids ids;
    struct calib_stream *older;
} calib_stream;

struct calib_corpus {
    calib_tokenizer_vtable tok;
    calib_settings settings;
    calib_fetch_result fetched;
    char *name;        /* the source as calib_info shows it */
    const char *shown; /* and as messages do */
    calib_info info;
    bool once;   /* the source is a pipe: it cannot be read for a repair */
    int32_t bos; /* asked for once: threads that sample must not call back side by side */
    _Atomic(calib_stream *) stream;
    calib_monitor *repairing; /* guards: */
    bool repairs;             /* a thread tokenizes again, one at a time */
};

/* ---- corpus.c: the source ---- */

void calib_fetch_request_fill(calib_settings *settings, calib_fetch_request *request);

/** Fills both names. 0 or E_NOMEM. */
int calib_corpus_name(calib_corpus *corpus);

/** Finds the source and opens it; a URL is fetched the first time. Status as calib_open(). */
int calib_corpus_open(calib_corpus *corpus, calib_source *source);

/** Whether bytes and hash of `info` are the pinned ones. 0, E_EMPTY, E_SIZE, E_HASH. */
int calib_corpus_check(const calib_corpus *corpus, const calib_info *info);

/* ---- load.c: from the source to ids ---- */

typedef enum calib_load_how {
    CALIB_LOAD_FIND,    /* stored ids if there are any, else made and stored */
    CALIB_LOAD_ANEW,    /* what is stored is not to be trusted */
    CALIB_LOAD_UNSTORED /* nor what is stored anew */
} calib_load_how;

/** Fills `ids`, freed by the caller whatever comes out, and what is learned goes to `info`, which
 *  may be the corpus's own. Status as calib_open(). */
int calib_corpus_tokenize(calib_corpus *corpus, calib_load_how how, calib_ids *ids,
                          calib_info *info);

/* ---- stream.c: the ids in use ---- */

/** Fills `info` and makes the ids, or finds them stored. Status as calib_open(). */
int calib_corpus_load(calib_corpus *corpus);

/** Reads the ids [first, first + n), which are there. Stored ids that turn out to be damaged are
 *  made again. 0, E_NOMEM, E_CORRUPT, and then whatever calib_open() returns. */
int calib_corpus_read(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out);

void calib_corpus_unload(calib_corpus *corpus);

#endif
