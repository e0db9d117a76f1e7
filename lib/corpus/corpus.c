/* SPDX-License-Identifier: MIT */
/* The public functions on an open corpus. */
#include "corpus/corpus.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/structs.h"
#include "sample/gather.h"
#include "tokenize/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A callback may have used calib and failed there: a success clears its error. */
static int finish(int status)
{
    if (!status)
        calib_error_clear();
    return status;
}

/* ---- opening ---- */

/* A wrong argument of one source of several is told with its number. */
static int name_source(const calib_corpus *corpus, size_t i, int status)
{
    bool names = status == CALIB_E_ARGUMENT && corpus->n_sources > 1;
    return names ? calib_fail_within("sources[%zu]", i) : status;
}

static int read_sources(calib_corpus *corpus, const calib_source *sources, size_t n_sources)
{
    int status = calib_sources_check(sources, n_sources);
    size_t n = n_sources ? n_sources : 1, n_weights = 0;
    if (status)
        return status;
    corpus->sources = calloc(n, sizeof *corpus->sources);
    if (!corpus->sources)
        return calib_fail_memory(n * sizeof *corpus->sources);
    corpus->n_sources = n;
    for (size_t i = 0; !status && i < n; i++) {
        calib_opened *opened = &corpus->sources[i];
        opened->tok = &corpus->tok;
        opened->settings = &corpus->settings;
        opened->turn = &corpus->turn;
        status = calib_opened_init(opened, sources ? calib_sources_at(sources, i) : NULL);
        status = name_source(corpus, i, status);
        n_weights += opened->source.weight != 0;
    }
    if (!status && n_weights && n_weights < n)
        return calib_fail(CALIB_E_ARGUMENT,
                          "%zu of %zu sources have a weight: give one to all of them or to none",
                          n_weights, n);
    return status;
}

/* Slices are parts of one text, or of the documents that one text holds. */
static int check_slices(const calib_corpus *corpus)
{
    const calib_source_copy *first = &corpus->sources[0].source;
    const calib_documents_settings *documents = &first->documents;
    const char *why = NULL;
    if (corpus->settings.options.n_slices == 1)
        return CALIB_OK;
    if (corpus->n_sources > 1 || first->weight)
        why = "slices are of one source without a weight";
    else if (first->has_documents && documents->join)
        why = "join makes one text of all documents";
    else if (first->has_documents && calib_documents_are_spooled(documents))
        why = "documents of a callback or of Arrow have no place in a text";
    else if (calib_opened_is_lazy(&corpus->sources[0]))
        why = "documents that are tokenized lazily are those of the whole source";
    else if (!first->has_documents && !corpus->tok.cuts)
        why = "the tokenizer offers no cuts, so its texts cannot be split into slices";
    if (!why)
        return CALIB_OK;
    return calib_fail(CALIB_E_UNSUPPORTED, "n_slices is %lu, but %s: open the corpus whole",
                      (unsigned long)corpus->settings.options.n_slices, why);
}

/* Ids that calib adds itself are held to what the tokenizer's own are held to. */
static int check_added_ids(const calib_corpus *corpus, const calib_opened *opened)
{
    const uint32_t appends = CALIB_DOCUMENTS_APPEND | CALIB_DOCUMENTS_APPEND_MISSING;
    const calib_documents_settings *documents = &opened->source.documents;
    uint32_t vocab_size = corpus->tok.vocab_size;
    if (!vocab_size || !opened->source.has_documents)
        return CALIB_OK;
    if (documents->flags & appends && (uint32_t)documents->append_id >= vocab_size)
        return calib_fail(CALIB_E_ARGUMENT,
                          "append_id is %ld, which is no id of the tokenizer (vocab_size %lu)",
                          (long)documents->append_id, (unsigned long)vocab_size);
    if (opened->adds_bos && (uint32_t)corpus->bos >= vocab_size)
        return calib_fail(CALIB_E_ENCODE,
                          "the tokenizer gave the id %ld for BOS, but its vocab_size is %lu",
                          (long)corpus->bos, (unsigned long)vocab_size);
    return CALIB_OK;
}

static void read_tokenizer(calib_corpus *corpus, calib_info *info)
{
    const calib_tokenizer_vtable *tok = &corpus->tok;
    corpus->bos = tok->special_id ? tok->special_id(tok->ctx, CALIB_SPECIAL_BOS) : -1;
    info->struct_size = sizeof *info;
    info->vocab_size = tok->vocab_size;
    info->has_fingerprint = tok->fingerprint && tok->fingerprint(tok->ctx, info->fingerprint) == 0;
    if (!info->has_fingerprint)
        memset(info->fingerprint, 0, sizeof info->fingerprint);
}

/* BOS once means none if the tokenizer puts none in front of its texts. */
static int find_bos(const calib_corpus *corpus, calib_opened *opened)
{
    const calib_source_copy *source = &opened->source;
    if (!source->has_documents || source->documents.specials != CALIB_SPECIALS_ONCE ||
        corpus->bos < 0)
        return CALIB_OK;
    return calib_probe_begins(&corpus->tok, corpus->bos, &opened->adds_bos);
}

static int load_source(calib_opened *opened)
{
    if (calib_opened_is_lazy(opened))
        return calib_lazy_open(opened, &opened->info);
    int status = calib_opened_load(opened, CALIB_LOAD_FIND, &opened->info);
    if (status)
        return status;
    opened->counts = opened->stream->counts;
    memcpy(opened->text_sha256, opened->stream->text_sha256, CALIB_SHA256_SIZE);
    return CALIB_OK;
}

static int load_sources(calib_corpus *corpus)
{
    int status = CALIB_OK;
    for (size_t i = 0; !status && i < corpus->n_sources; i++) {
        calib_opened *opened = &corpus->sources[i];
        const char *name = opened->info.source;
        opened->info = corpus->info;
        opened->info.source = name;
        opened->bos = corpus->bos;
        status = find_bos(corpus, opened);
        if (!status)
            status = check_added_ids(corpus, opened);
        if (!status)
            status = load_source(opened);
        status = name_source(corpus, i, status);
    }
    return status ? status : calib_corpus_sum(corpus);
}

static int open_corpus(const calib_tokenizer_vtable *tok, const calib_source *sources,
                       size_t n_sources, const calib_options *options, calib_corpus **out)
{
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    calib_corpus *corpus = calloc(1, sizeof *corpus);
    if (!corpus)
        return calib_fail_memory(sizeof *corpus);
    int status = calib_tokenizer_read(tok, &corpus->tok);
    if (!status)
        status = read_sources(corpus, sources, n_sources);
    if (!status)
        status = calib_settings_read(options, &corpus->settings);
    if (!status)
        status = calib_turn_new(&corpus->turn);
    if (!status)
        status = check_slices(corpus);
    if (!status) {
        read_tokenizer(corpus, &corpus->info);
        status = load_sources(corpus);
    }
    if (status) {
        calib_corpus_close(corpus);
        return status;
    }
    *out = corpus;
    return CALIB_OK;
}

int calib_corpus_open(const calib_tokenizer_vtable *tok, const calib_source *sources,
                      size_t n_sources, const calib_options *options, calib_corpus **out)
{
    calib_error_clear();
    int status = open_corpus(tok, sources, n_sources, options, out);
    calib_sources_release(sources, n_sources);
    return finish(status);
}

void calib_corpus_close(calib_corpus *corpus)
{
    if (!corpus)
        return;
    for (size_t i = 0; i < corpus->n_sources; i++)
        calib_opened_close(&corpus->sources[i]);
    free(corpus->sources);
    calib_settings_free(&corpus->settings);
    calib_turn_free(&corpus->turn);
    free(corpus);
}

/* ---- facts ---- */

int calib_corpus_info(const calib_corpus *corpus, calib_info *out)
{
    calib_error_clear();
    if (!corpus || !out)
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    calib_info info = corpus->info;
    info.n_tokens = calib_corpus_length(corpus);
    return calib_struct_write(out, &info, sizeof info, CALIB_SIZE_THROUGH(calib_info, vocab_size),
                              "calib_info");
}

static uint64_t doubled_bos(const calib_opened *opened)
{
    const calib_stream *stream = opened->stream;
    if (!calib_opened_is_lazy(opened))
        return opened->counts.doubled_bos;
    return stream ? stream->counts.doubled_bos : UINT64_MAX;
}

int calib_corpus_source(const calib_corpus *corpus, size_t i, calib_source_info *out)
{
    calib_error_clear();
    if (!corpus || !out)
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    if (i >= corpus->n_sources)
        return calib_fail(CALIB_E_ARGUMENT, "source %zu is not below the %zu sources", i,
                          corpus->n_sources);
    const calib_opened *opened = &corpus->sources[i];
    const calib_document_counts *counts = &opened->counts;
    calib_source_info info = {
        .struct_size = sizeof info,
        .location = opened->info.source,
        .token_store_why = opened->info.token_store_why,
        .hint = opened->info.hint,
        .stored_bytes = opened->info.corpus_bytes,
        .text_bytes = opened->info.text_bytes,
        .weight = opened->source.weight,
        .n_tokens = calib_opened_tokens(opened),
        .n_documents = calib_opened_documents(opened),
        .n_records = opened->source.has_documents ? counts->records : 1,
        .n_empty = counts->empty,
        .n_short = counts->too_short,
        .n_long = counts->too_long,
        .n_malformed = counts->malformed,
        .n_doubled_bos = doubled_bos(opened),
        .download = opened->info.download,
        .token_store = opened->info.token_store,
    };
    memcpy(info.sha256, opened->info.corpus_sha256, CALIB_SHA256_SIZE);
    memcpy(info.text_sha256, opened->text_sha256, CALIB_SHA256_SIZE);
    return calib_struct_write(out, &info, sizeof info,
                              CALIB_SIZE_THROUGH(calib_source_info, token_store),
                              "calib_source_info");
}

int calib_corpus_document(calib_corpus *corpus, uint64_t i, calib_document_info *out)
{
    calib_error_clear();
    if (!corpus || !out)
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    if (i >= corpus->n_documents)
        return calib_fail(CALIB_E_ARGUMENT, "document %llu is not below the %llu documents",
                          (unsigned long long)i, (unsigned long long)corpus->n_documents);
    calib_opened *opened = calib_corpus_locate(corpus, &i);
    calib_bound bound;
    int status = calib_opened_document(opened, i, &bound);
    if (status)
        return status;
    calib_document_info info = {.struct_size = sizeof info,
                                .source = (uint64_t)(opened - corpus->sources),
                                .record = bound.record,
                                .first_token = UINT64_MAX,
                                .n_tokens = UINT64_MAX};
    bool known = bound.end != UINT64_MAX;
    if (known)
        info.n_tokens = bound.end - bound.first;
    if (known && corpus->settled)
        info.first_token = opened->first_token + bound.first;
    return finish(calib_struct_write(out, &info, sizeof info,
                                     CALIB_SIZE_THROUGH(calib_document_info, n_tokens),
                                     "calib_document_info"));
}

/* ---- rows ---- */

int calib_corpus_tokens(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out)
{
    calib_error_clear();
    if (!corpus || (!out && n))
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    int status = calib_corpus_settle(corpus);
    if (status)
        return status;
    uint64_t n_tokens = calib_corpus_length(corpus);
    if (first > n_tokens || n > n_tokens - first)
        return calib_fail(CALIB_E_ARGUMENT,
                          "first is %llu and n is %zu, but the stream has %llu tokens",
                          (unsigned long long)first, n, (unsigned long long)n_tokens);
    return finish(calib_corpus_read(corpus, first, n, out));
}

/* Documents on slices would be numbered otherwise than in the whole corpus, and only the first
 * slice shows if the text begins with BOS. */
static int check_slice(const calib_corpus *corpus, const calib_sampler *sampler)
{
    bool whole = sampler->sees_documents || sampler->overwrites_bos;
    if (!whole || corpus->settings.options.n_slices == 1)
        return CALIB_OK;
    return calib_fail(CALIB_E_UNSUPPORTED,
                      "sampler \"%s\" needs all of the corpus, but this is a slice: open it whole",
                      sampler->name);
}

static int sample(calib_corpus *corpus, calib_sample_request *request, calib_samples **out)
{
    calib_views views;
    const calib_sampler *sampler = request->sampler;
    int status = check_slice(corpus, sampler);
    if (!status && (!sampler->sees_documents || sampler->all_lengths))
        status = calib_corpus_settle(corpus);
    request->n_tokens = calib_corpus_length(corpus);
    if (!status)
        status = calib_views_open(&views, corpus, sampler->sees_documents);
    if (status)
        return status;
    request->views = views.views;
    request->weights = views.weights;
    status = calib_sample_rows(request, out);
    if (!status)
        memcpy((*out)->corpus_sha256, corpus->info.corpus_sha256, CALIB_SHA256_SIZE);
    calib_views_close(&views);
    return status;
}

int calib_corpus_sample(calib_corpus *corpus, int64_t n_samples, size_t seq_len, uint64_t seed,
                        const calib_sampling *sampling, calib_samples **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    if (!corpus)
        return calib_fail(CALIB_E_ARGUMENT, "corpus is NULL");
    /* A copy: several threads may sample at the same time, and ticking writes the clock in it. */
    calib_progress progress = corpus->settings.progress;
    calib_sample_request request = {
        .n_samples = n_samples,
        .seq_len = seq_len,
        .seed = seed,
        .bos_id = corpus->bos,
        .vocab_size = corpus->tok.vocab_size,
        .n_sources = corpus->n_sources,
        .progress = &progress,
    };
    int status = calib_sample_configure(sampling, &request);
    if (!status)
        status = calib_sample_check(&request);
    if (!status)
        status = sample(corpus, &request, out);
    return finish(status);
}
