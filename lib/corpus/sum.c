/* SPDX-License-Identifier: MIT */
/* The facts of all sources, summed up to those of the corpus. */
#include "base/error.h"
#include "corpus/corpus.h"

#include <stdio.h>
#include <string.h>

static uint32_t join_cache(uint32_t a, uint32_t b)
{
    if (a == CALIB_CACHE_MISS || b == CALIB_CACHE_MISS)
        return CALIB_CACHE_MISS;
    return a == CALIB_CACHE_HIT || b == CALIB_CACHE_HIT ? CALIB_CACHE_HIT : CALIB_CACHE_OFF;
}

static void add_info(calib_info *sum, const calib_info *info)
{
    sum->corpus_bytes += info->corpus_bytes;
    sum->text_bytes += info->text_bytes;
    sum->fetch_ns += info->fetch_ns;
    sum->read_ns += info->read_ns;
    sum->tokenize_ns += info->tokenize_ns;
    if (info->longest_segment_bytes > sum->longest_segment_bytes)
        sum->longest_segment_bytes = info->longest_segment_bytes;
    sum->download = join_cache(sum->download, info->download);
    sum->token_store = join_cache(sum->token_store, info->token_store);
    if (!sum->token_store_why)
        sum->token_store_why = info->token_store_why;
    if (!sum->hint)
        sum->hint = info->hint;
}

/* A corpus of one source has that source's hash; one of several has the hash of their hashes. */
static int sum_hashes(calib_corpus *corpus)
{
    calib_sha256 hash;
    int status = calib_sha256_begin(&hash);
    for (size_t i = 0; !status && i < corpus->n_sources; i++)
        status = calib_sha256_add(&hash, corpus->sources[i].info.corpus_sha256, CALIB_SHA256_SIZE);
    if (!status)
        status = calib_sha256_end(&hash, corpus->info.corpus_sha256);
    calib_sha256_free(&hash);
    return status;
}

/* The collector counts documents that begin with BOS twice; one text is looked at here. */
static int look_at_bos(const calib_corpus *corpus, calib_opened *opened)
{
    int32_t ids[2];
    if (opened->source.has_documents || corpus->bos < 0 || calib_opened_tokens(opened) < 2 ||
        corpus->settings.options.slice > 0)
        return CALIB_OK;
    int status = calib_opened_read(opened, 0, 2, ids);
    opened->counts.doubled_bos = !status && ids[0] == corpus->bos && ids[1] == corpus->bos;
    return status;
}

/* Gives each source its place in the stream, if the lengths of all are known. */
static void settle(calib_corpus *corpus)
{
    uint64_t n_tokens = 0;
    for (size_t i = 0; i < corpus->n_sources; i++) {
        calib_opened *opened = &corpus->sources[i];
        if (!opened->stream)
            return;
        opened->first_token = n_tokens;
        n_tokens += calib_opened_tokens(opened);
    }
    corpus->n_tokens = n_tokens;
    corpus->settled = true; /* other threads read the rest from now on */
}

int calib_corpus_settle(calib_corpus *corpus)
{
    calib_progress progress = corpus->settings.progress;
    int status = CALIB_OK;
    if (corpus->settled)
        return CALIB_OK;
    for (size_t i = 0; !status && i < corpus->n_sources; i++)
        status = calib_opened_settle(&corpus->sources[i]);
    if (!status)
        status = calib_turn_take(&corpus->turn, &progress);
    if (status)
        return status;
    if (!corpus->settled)
        settle(corpus);
    calib_turn_give(&corpus->turn);
    return CALIB_OK;
}

uint64_t calib_corpus_length(const calib_corpus *corpus)
{
    return corpus->settled ? corpus->n_tokens : UINT64_MAX;
}

int calib_corpus_sum(calib_corpus *corpus)
{
    int status = CALIB_OK;
    corpus->info.n_sources = corpus->n_sources;
    for (size_t i = 0; !status && i < corpus->n_sources; i++) {
        calib_opened *opened = &corpus->sources[i];
        opened->first_document = corpus->n_documents;
        corpus->n_documents += calib_opened_documents(opened);
        corpus->info.n_documents = corpus->n_documents;
        add_info(&corpus->info, &opened->info);
        status = look_at_bos(corpus, opened);
    }
    if (status)
        return status;
    settle(corpus);
    corpus->info.source = corpus->sources[0].info.source;
    if (corpus->n_sources > 1) {
        snprintf(corpus->name, sizeof corpus->name, "%zu sources", corpus->n_sources);
        corpus->info.source = corpus->name;
        return sum_hashes(corpus);
    }
    memcpy(corpus->info.corpus_sha256, corpus->sources[0].info.corpus_sha256, CALIB_SHA256_SIZE);
    return CALIB_OK;
}
