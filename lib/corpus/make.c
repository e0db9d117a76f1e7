/* SPDX-License-Identifier: MIT */
/* Makes the ids of a source: of one text, of a slice of it, or of documents. */
#include "base/error.h"
#include "corpus/collect.h"
#include "corpus/loading.h"
#include "tokenize/probe.h"
#include "tokenize/slice.h"

#include <string.h>

/* Bytes of the text, or 0 if that is not known yet. */
static uint64_t total_of(const calib_loading *loading)
{
    if (loading->indexed)
        return loading->record_bytes;
    return loading->input.unpacker ? 0 : loading->input.reader.total;
}

/* One lazy document is tokenized on the thread that asks for it. */
static uint32_t threads_of(const calib_loading *loading)
{
    bool is_one = loading->indexed && loading->end - loading->first == 1;
    return is_one ? 1 : loading->opened->settings->options.threads;
}

static calib_tokenize_request request_of(calib_loading *loading, calib_id_sink sink)
{
    const calib_options *options = &loading->opened->settings->options;
    return (calib_tokenize_request){
        .tok = loading->opened->tok,
        .max_whole_bytes = options->max_whole_bytes,
        .max_memo_bytes = options->max_memo_bytes,
        .threads = threads_of(loading),
        .total = total_of(loading),
        .progress = &loading->progress,
        .sink = sink,
        .longest_segment = &loading->info.longest_segment_bytes,
    };
}

/* ---- one text ---- */

static int put_ids(void *ctx, const int32_t *ids, size_t n)
{
    return calib_ids_push(ctx, ids, n);
}

static int feed_run(void *ctx, const char *text, size_t len)
{
    return calib_tokenizing_feed(ctx, text, len);
}

static int feed_slice(void *ctx, const char *text, size_t len)
{
    return calib_slice_feed(ctx, text, len);
}

static int make_text(calib_loading *loading)
{
    calib_tokenize_request request =
        request_of(loading, (calib_id_sink){.put = put_ids, .ctx = &loading->stream->ids});
    calib_tokenizing *run;
    int status = calib_tokenizing_begin(&request, &run);
    if (status)
        return status;
    status = calib_loading_read_text(loading, (calib_text_sink){feed_run, run});
    status = calib_tokenizing_settle(run, status);
    if (!status)
        status = calib_tokenizing_end(run, true);
    calib_tokenizing_free(run);
    return status;
}

/* The borders depend on the length of the text, so one pass only measures it. */
static int measure_text(calib_loading *loading)
{
    if (!loading->input.reader.measured)
        calib_reader_keep(&loading->input.reader);
    return calib_loading_read_text(loading, (calib_text_sink){0});
}

static int make_slice(calib_loading *loading)
{
    const calib_options *options = &loading->opened->settings->options;
    calib_tokenize_request request =
        request_of(loading, (calib_id_sink){.put = put_ids, .ctx = &loading->stream->ids});
    calib_slice slice = {0};
    int status = measure_text(loading);
    if (status)
        return status;
    calib_slice_begin(&slice, &request, options->slice, options->n_slices,
                      loading->info.text_bytes);
    status = calib_loading_read_text(loading, (calib_text_sink){feed_slice, &slice});
    status = calib_slice_settle(&slice, status);
    if (!status)
        status = calib_slice_end(&slice);
    calib_slice_free(&slice);
    return status;
}

/* ---- documents ---- */

/* A pass over documents. Those whose first byte lies in [from, to) of the text are taken. */
typedef struct calib_making {
    calib_tokenizing *run;
    calib_id_sink sink;
    const char *join; /* NULL: each document is a text of its own */
    bool joined;      /* a document was fed */
    uint64_t from, to;
} calib_making;

static int join_document(calib_making *making, const calib_document *document)
{
    int status = CALIB_OK;
    if (making->joined)
        status = calib_tokenizing_feed(making->run, making->join, strlen(making->join));
    making->joined = true;
    for (size_t i = 0; !status && i < document->n_parts; i++) {
        const calib_part *part = &document->parts[i];
        status = part->flags
                     ? calib_fail(CALIB_E_UNSUPPORTED,
                                  "join is set, but record %llu has a part with flags 0x%lx: "
                                  "one text has no parts; leave join unset",
                                  (unsigned long long)document->record, (unsigned long)part->flags)
                     : calib_tokenizing_feed(making->run, part->text, part->len);
    }
    return status;
}

static int put_document(void *ctx, const calib_document *document)
{
    calib_making *making = ctx;
    if (document->at < making->from || document->at >= making->to)
        return CALIB_OK;
    return making->join ? join_document(making, document)
                        : calib_tokenizing_document(making->run, document);
}

static uint64_t border(uint64_t total, uint32_t slice, uint32_t n_slices)
{
    uint64_t each = total / n_slices, rest = total % n_slices;
    return each * slice + rest * slice / n_slices;
}

/* Documents are divided by where they begin in the text, so one pass only measures it. */
static int choose_slice(calib_loading *loading, calib_making *making)
{
    const calib_options *options = &loading->opened->settings->options;
    making->to = UINT64_MAX;
    if (options->n_slices == 1)
        return CALIB_OK;
    int status = measure_text(loading);
    uint64_t total = loading->info.text_bytes;
    making->from = border(total, options->slice, options->n_slices);
    if (options->slice + 1 < options->n_slices)
        making->to = border(total, options->slice + 1, options->n_slices);
    return status;
}

static int run_documents(calib_loading *loading, calib_making *making)
{
    calib_document_sink sink = {put_document, making};
    int status = choose_slice(loading, making);
    if (!status)
        status =
            loading->indexed
                ? calib_lazy_read_documents(loading, sink)
                : calib_loading_read_documents(loading, &loading->opened->source.documents, sink);
    status = calib_tokenizing_settle(making->run, status);
    if (!status && (making->joined || !making->join))
        status = calib_tokenizing_end(making->run, true);
    return status || !making->joined ? status : making->sink.end(making->sink.ctx, 0);
}

int calib_loading_fail_empty(const calib_loading *loading)
{
    const calib_document_counts *counts = &loading->stream->counts;
    return calib_fail(
        CALIB_E_EMPTY,
        "%s gives no tokens: of %llu records %llu are malformed, %llu are empty, %llu "
        "too short and %llu too long",
        calib_shown(loading->opened->shown), (unsigned long long)counts->records,
        (unsigned long long)counts->malformed, (unsigned long long)counts->empty,
        (unsigned long long)counts->too_short, (unsigned long long)counts->too_long);
}

/* A slice, or one document, may have no tokens. */
static bool is_whole(const calib_loading *loading)
{
    const calib_opened *opened = loading->opened;
    if (loading->indexed)
        return loading->end - loading->first == opened->lazy.index.n;
    return opened->settings->options.n_slices == 1;
}

static int make_documents(calib_loading *loading)
{
    calib_opened *opened = loading->opened;
    const calib_documents_settings *settings = &opened->source.documents;
    calib_stream *stream = loading->stream;
    calib_collector collector = {.settings = settings,
                                 .ids = &stream->ids,
                                 .bounds = &stream->bounds,
                                 .bos = opened->bos,
                                 .adds_bos = opened->adds_bos};
    calib_tokenize_request request = request_of(loading, calib_collector_sink(&collector));
    if (settings->specials != CALIB_SPECIALS_DEFAULT)
        request.flags = CALIB_TEXT_NO_SPECIAL;
    calib_making making = {.sink = request.sink, .join = settings->join};
    if (settings->join)
        request.sink.end = NULL; /* to the run it is one text */
    int status = calib_tokenizing_begin(&request, &making.run);
    if (!status)
        status = run_documents(loading, &making);
    if (!status)
        status = calib_bounds_end(&stream->bounds);
    calib_collector_count(&collector, &stream->counts);
    if (!status && stream->ids.n == 0 && is_whole(loading))
        status = calib_loading_fail_empty(loading);
    calib_collector_free(&collector);
    calib_tokenizing_free(making.run);
    return status;
}

/* ---- all ---- */

static int make_once(calib_loading *loading)
{
    uint64_t start = calib_now_ns(), read_before = loading->info.read_ns;
    int status;
    if (loading->opened->source.has_documents)
        status = make_documents(loading);
    else if (loading->opened->settings->options.n_slices > 1)
        status = make_slice(loading);
    else
        status = make_text(loading);
    if (!status)
        status = calib_ids_end(&loading->stream->ids);
    loading->info.tokenize_ns = calib_now_ns() - start - (loading->info.read_ns - read_before);
    return status;
}

int calib_loading_make(calib_loading *loading)
{
    calib_stream *stream = loading->stream;
    int status = make_once(loading);
    bool lost = stream->bounds.bytes.lost;
    stream->ids.bytes.lost = stream->ids.bytes.lost || lost;
    if (!status || !calib_loading_rewinds(loading) || !calib_ids_restart(&stream->ids))
        return status;
    calib_bounds_free(&stream->bounds);
    stream->bounds.bytes.no_disk = lost;
    return make_once(loading);
}
