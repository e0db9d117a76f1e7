/* SPDX-License-Identifier: MIT */
/* The ids that an open corpus reads: made when it is opened, and made again if they turn out to be
 * damaged, while other threads go on reading. */
#include "base/error.h"
#include "base/memory.h"
#include "corpus/corpus.h"

#include <stdlib.h>
#include <string.h>

/* A repair must find what was there. */
static int check_repair(const calib_corpus *corpus, const calib_info *info)
{
    if (memcmp(info->corpus_sha256, corpus->info.corpus_sha256, CALIB_SHA256_SIZE) == 0 &&
        info->n_tokens == corpus->info.n_tokens)
        return CALIB_OK;
    return calib_fail(CALIB_E_CORRUPT,
                      "the stored tokens of %s are damaged, and the text or what the tokenizer "
                      "makes of it has changed since: open it again",
                      corpus->shown);
}

/* On success the stream is the corpus's first. */
static int add_stream(calib_corpus *corpus, calib_load_how how, calib_info *info)
{
    calib_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return calib_fail_memory(sizeof *stream);
    int status = calib_corpus_tokenize(corpus, how, &stream->ids, info);
    if (!status && corpus->stream)
        status = check_repair(corpus, info);
    if (status) {
        calib_ids_free(&stream->ids);
        free(stream);
        return status;
    }
    stream->older = corpus->stream;
    corpus->stream = stream;
    return CALIB_OK;
}

int calib_corpus_load(calib_corpus *corpus)
{
    return add_stream(corpus, CALIB_LOAD_FIND, &corpus->info);
}

/* A disk that spoils what was just written to it gets no second chance. */
static int repair_now(calib_corpus *corpus)
{
    if (corpus->once)
        return calib_fail(CALIB_E_CORRUPT,
                          "the stored tokens of %s are damaged, and it cannot be read again: open "
                          "the corpus again",
                          corpus->shown);
    calib_info info;
    return add_stream(corpus, corpus->stream->older ? CALIB_LOAD_UNSTORED : CALIB_LOAD_ANEW, &info);
}

/* Inside the monitor; outside while the callback runs. */
static int wait_for_repair(calib_corpus *corpus)
{
    enum { PAUSE_MS = 50 };
    calib_progress progress = corpus->settings.progress;
    uint64_t start = calib_now_ns();
    int status = CALIB_OK;
    while (!status && corpus->repairs) {
        calib_monitor_wait(corpus->repairing, PAUSE_MS);
        calib_monitor_leave(corpus->repairing);
        uint64_t ms = (calib_now_ns() - start) / 1000000;
        status = calib_progress_tick(&progress, CALIB_STAGE_WAIT, ms, 0);
        calib_monitor_enter(corpus->repairing);
    }
    return status;
}

/* Several threads may come with the same damaged ids: the first makes new ones for all. */
static int repair(calib_corpus *corpus, const calib_stream *damaged)
{
    calib_monitor_enter(corpus->repairing);
    int status = wait_for_repair(corpus);
    bool first = !status && corpus->stream == damaged;
    if (first)
        corpus->repairs = true;
    calib_monitor_leave(corpus->repairing);
    if (!first)
        return status;
    status = repair_now(corpus);
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
