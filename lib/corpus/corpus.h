/* SPDX-License-Identifier: MIT */
/* An open corpus, and the way from its source to ids. This room is the one place that knows the
 * order of the stages. */
#ifndef CALIB_CORPUS_CORPUS_H
#define CALIB_CORPUS_CORPUS_H

#include "corpus/reader.h"
#include "fetch/fetch.h"
#include "options.h"
#include "sources.h"
#include "store/ids.h"
#include "store/store.h"
#include "system/system.h"

/** A stream in use. A damaged stream stays in the list behind the one that replaced it, since other
 *  threads may still be reading it. */
typedef struct calib_stream {
    calib_ids ids;
    struct calib_stream *older;
} calib_stream;

struct calib_corpus {
    calib_tokenizer_vtable tok;
    calib_settings settings;
    calib_source_copy source;
    calib_fetch_result fetched;
    char *name;        /* the source as calib_info shows it */
    const char *shown; /* the source as messages show it */
    calib_info info;
    char store_why[CALIB_STORE_WHY]; /* info.token_store_why, if it is not static */
    bool once;                       /* the source is a pipe: a repair cannot read it */
    int32_t bos; /* asked for once: threads that sample must not run callbacks at the same time */
    _Atomic(calib_stream *) stream;
    calib_monitor *repairing; /* guards: */
    bool repairs;             /* a thread is tokenizing again, one at a time */
};

/* ---- source.c ---- */

/** Fills the request for a source that is a URL. */
void calib_corpus_fetch_request(const calib_source_copy *source, calib_settings *settings,
                                calib_fetch_request *request);

/** Fills `name` and `shown`. Returns 0 or E_NOMEM. */
int calib_corpus_name(calib_corpus *corpus);

/** Finds the source and opens a reader; fetches a URL the first time. The caller closes the reader,
 *  also after a failure. Status as calib_corpus_open(). */
int calib_corpus_open_reader(calib_corpus *corpus, calib_reader *reader);

/** Compares the measured bytes with the pins. Returns 0, E_EMPTY, E_SIZE, E_HASH. */
int calib_corpus_check(const calib_corpus *corpus, const calib_reader *reader);

/* ---- tokens.c ---- */

typedef enum calib_load_how {
    CALIB_LOAD_FIND,    /* use stored ids if there are any, else make and store them */
    CALIB_LOAD_ANEW,    /* make and store them: stored ids are damaged */
    CALIB_LOAD_UNSTORED /* make them and store nothing */
} calib_load_how;

/** Fills `ids`, which the caller frees also after a failure, and `info`, which may be the corpus's
 *  own. Status as calib_corpus_open(). */
int calib_corpus_tokenize(calib_corpus *corpus, calib_load_how how, calib_ids *ids,
                          calib_info *info);

/* ---- repair.c ---- */

/** Makes a stream or finds it stored, and puts it at the head of the list. A stream that replaces
 *  another one must come from the same text and have as many ids, else E_CORRUPT. `info` may be the
 *  corpus's own. Status as calib_corpus_open(). */
int calib_corpus_load(calib_corpus *corpus, calib_load_how how, calib_info *info);

/** Reads the ids [first, first + n), which must exist. Makes stored ids again if they turn out to
 *  be damaged. Returns 0, E_NOMEM, E_CORRUPT, or any status of calib_corpus_open(). */
int calib_corpus_read(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out);

void calib_corpus_unload(calib_corpus *corpus);

#endif
