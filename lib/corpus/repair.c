/* SPDX-License-Identifier: MIT */
/* Holds the ids of an open corpus: makes them when it is opened, and again if they turn out to be
 * damaged, while other threads continue to read. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/corpus.h"

#include <stdlib.h>
#include <string.h>

int calib_corpus_load(calib_corpus *corpus, calib_load_how how, calib_info *info)
{
    calib_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return calib_fail_memory(sizeof *stream);
    int status = calib_corpus_tokenize(corpus, how, &stream->ids, info);
    if (!status && corpus->stream &&
        (memcmp(info->corpus_sha256, corpus->info.corpus_sha256, CALIB_SHA256_SIZE) != 0 ||
         info->n_tokens != corpus->info.n_tokens))
        status = calib_fail(CALIB_E_CORRUPT,
                            "the stored tokens of %s are damaged, and the text or what the "
                            "tokenizer makes of it has changed since: open it again",
                            calib_shown(corpus->shown));
    if (status) {
        calib_ids_free(&stream->ids);
        free(stream);
        return status;
    }
    stream->older = corpus->stream;
    corpus->stream = stream;
    return CALIB_OK;
}

/* Several threads may find the same damaged ids: the first one makes new ids for all of them, the
 * others wait. */
static int repair(calib_corpus *corpus, const calib_stream *damaged)
{
    enum { PAUSE_MS = 50 };
    calib_progress progress = corpus->settings.progress;
    uint64_t start = calib_now_ns();
    int status = CALIB_OK;
    calib_monitor_enter(corpus->repairing);
    while (!status && corpus->repairs) {
        calib_monitor_wait(corpus->repairing, PAUSE_MS);
        calib_monitor_leave(corpus->repairing); /* the callback must not run inside */
        uint64_t ms = (calib_now_ns() - start) / 1000000;
        status = calib_progress_tick(&progress, CALIB_STAGE_WAIT, ms, 0);
        calib_monitor_enter(corpus->repairing);
    }
    bool first = !status && corpus->stream == damaged;
    if (first)
        corpus->repairs = true;
    calib_monitor_leave(corpus->repairing);
    if (!first)
        return status;
    if (corpus->once) {
        status = calib_fail(CALIB_E_CORRUPT,
                            "the stored tokens of %s are damaged, and it cannot be read again: "
                            "open the corpus again",
                            calib_shown(corpus->shown));
    } else {
        /* If ids that were stored again are damaged too, the disk is bad: store nothing. */
        bool again = corpus->stream->older != NULL;
        calib_info info;
        status = calib_corpus_load(corpus, again ? CALIB_LOAD_UNSTORED : CALIB_LOAD_ANEW, &info);
    }
    calib_monitor_enter(corpus->repairing);
    corpus->repairs = false;
    calib_monitor_wake_all(corpus->repairing);
    calib_monitor_leave(corpus->repairing);
    return status;
}

int calib_corpus_read(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out)
{
    enum { TRIES = 3 };
    int status = CALIB_OK;
    for (int i = 0; i < TRIES; i++) {
        calib_stream *stream = corpus->stream;
        status = calib_ids_read(&stream->ids, first, n, out);
        if (status != CALIB_E_CORRUPT)
            return status;
        int repaired = repair(corpus, stream);
        if (repaired)
            return repaired;
    }
    return status;
}

void calib_corpus_unload(calib_corpus *corpus)
{
    calib_stream *stream = corpus->stream;
    while (stream) {
        calib_stream *older = stream->older;
        calib_ids_free(&stream->ids);
        free(stream);
        stream = older;
    }
    corpus->stream = NULL;
    calib_monitor_free(corpus->repairing);
    corpus->repairing = NULL;
}
