/* SPDX-License-Identifier: MIT */
#include "corpus/collect.h"

static int flush(calib_collector *c)
{
    size_t n = c->held.len / sizeof(int32_t);
    int status = n ? calib_ids_push(c->ids, c->held.data, n) : CALIB_OK;
    c->held.len = 0;
    return status;
}

static void note(calib_collector *c, const int32_t *ids, size_t n)
{
    for (size_t i = 0; i < n && c->n_bos == c->n + i && ids[i] == c->bos; i++)
        c->n_bos++;
    c->n += n;
    c->last = ids[n - 1];
}

/* A document that may still be dropped is held back; more than max_tokens of it never are. */
static int add(calib_collector *c, const int32_t *ids, size_t n)
{
    const calib_documents_settings *settings = c->settings;
    note(c, ids, n);
    if (settings->max_tokens && c->n > settings->max_tokens) {
        c->held.len = 0;
        return CALIB_OK;
    }
    if (!settings->max_tokens && c->n >= settings->min_tokens) {
        int status = flush(c);
        return status ? status : calib_ids_push(c->ids, ids, n);
    }
    return calib_ids_append(&c->held, ids, n);
}

static int put_bos(calib_collector *c)
{
    return c->adds_bos && c->n == 0 ? add(c, &c->bos, 1) : CALIB_OK;
}

static int put(void *ctx, const int32_t *ids, size_t n)
{
    calib_collector *c = ctx;
    int status = n && ids[0] != c->bos ? put_bos(c) : CALIB_OK;
    return !status && n ? add(c, ids, n) : status;
}

static int append(calib_collector *c)
{
    const calib_documents_settings *settings = c->settings;
    bool missing = c->n == 0 || c->last != settings->append_id;
    if (settings->flags & CALIB_DOCUMENTS_APPEND ||
        (settings->flags & CALIB_DOCUMENTS_APPEND_MISSING && missing))
        return add(c, &settings->append_id, 1);
    return CALIB_OK;
}

/* Keeps the document or counts why it is dropped. */
static int decide(calib_collector *c, uint64_t record)
{
    const calib_documents_settings *settings = c->settings;
    calib_document_counts *counts = &c->counts;
    bool too_long = settings->max_tokens && c->n > settings->max_tokens;
    if (too_long || c->n < settings->min_tokens) {
        ++*(too_long ? &counts->too_long : c->n ? &counts->too_short : &counts->empty);
        return CALIB_OK;
    }
    counts->kept++;
    counts->doubled_bos += c->bos >= 0 && c->n_bos > 1;
    int status = flush(c);
    return status ? status : calib_bounds_push(c->bounds, c->ids->n, record);
}

static int end(void *ctx, uint64_t record)
{
    calib_collector *c = ctx;
    int status = put_bos(c);
    if (!status)
        status = append(c);
    if (!status)
        status = decide(c, record);
    c->held.len = 0;
    c->n = c->n_bos = 0;
    return status;
}

calib_id_sink calib_collector_sink(calib_collector *collector)
{
    return (calib_id_sink){.put = put, .end = end, .ctx = collector};
}

void calib_collector_count(const calib_collector *collector, calib_document_counts *counts)
{
    counts->kept = collector->counts.kept;
    counts->empty += collector->counts.empty;
    counts->too_short += collector->counts.too_short;
    counts->too_long += collector->counts.too_long;
    counts->doubled_bos = collector->counts.doubled_bos;
}

void calib_collector_free(calib_collector *collector)
{
    calib_buffer_free(&collector->held);
}
