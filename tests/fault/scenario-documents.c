/* SPDX-License-Identifier: MIT */
/* Scenarios with sources of many documents: every form that they come in, the spool of those that
 * come once, and the bounds that are stored with their ids. */
#include "scenario.h"

#include "documents/splitting.h"
#include "documents/spool.h"
#include "inject.h"
#include "packed.h"
#include "store/bounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text has lines of 39 characters. The first ones are documents: few, since each of them takes
 * calls that can fail. */
enum { LINE = 39, N_LINES = 60, N_TOKENS = N_LINES * LINE };

static const char *line_at(size_t i)
{
    return world.text + i * (LINE + 1);
}

/* ---- sources ---- */

static struct {
    char data[2 * TEXT_LEN];
    size_t len;
} records;

/* One line each; the first character is an escape. */
static void have_jsonl(const scenario *s)
{
    (void)s;
    records.len = 0;
    for (size_t i = 0; i < N_LINES; i++) {
        const char *line = line_at(i);
        records.len += (size_t)snprintf(
            records.data + records.len, sizeof records.data - records.len,
            "{\"text\": \"\\u%04x%.*s\"}\n", (unsigned)line[0], LINE - 1, line + 1);
    }
}

static void keep_packed(packed bytes)
{
    packed_must(bytes.len <= sizeof records.data, "the room for compressed records");
    memcpy(records.data, bytes.data, bytes.len);
    records.len = bytes.len;
    free(bytes.data);
}

static void have_gzip(const scenario *s)
{
    have_jsonl(s);
    keep_packed(pack_gzip(records.data, records.len, 6));
}

static void have_zstd(const scenario *s)
{
    have_jsonl(s);
    keep_packed(pack_zstd(records.data, records.len, 3, 0));
}

static void choose_records(test_setup *setup)
{
    static const calib_documents jsonl = {.struct_size = sizeof jsonl,
                                          .format = CALIB_DOCUMENTS_JSONL};
    setup->source.location = NULL;
    setup->source.bytes = records.data;
    setup->source.n_bytes = records.len;
    setup->source.documents = &jsonl;
    setup->options.threads = 3;
}

static void choose_lines(test_setup *setup)
{
    static const calib_documents lines = {.struct_size = sizeof lines,
                                          .format = CALIB_DOCUMENTS_LINES};
    scenario_from_memory(setup);
    setup->source.n_bytes = N_LINES * (LINE + 1);
    setup->source.documents = &lines;
}

static size_t n_given; /* by the callback */

static int give_line(void *ctx, calib_put_fn put, void *put_ctx)
{
    (void)ctx;
    if (n_given == N_LINES)
        return 1;
    return put(put_ctx, line_at(n_given++), LINE, 0);
}

static const calib_documents from_callback = {
    .struct_size = sizeof from_callback, .format = CALIB_DOCUMENTS_CALLBACK, .next = give_line};

static void choose_callback(test_setup *setup)
{
    n_given = 0;
    setup->source.location = NULL;
    setup->source.documents = &from_callback;
}

/* ---- an Arrow stream that allocates nothing: its own calls must not fail ---- */

static bool column_given;

static void release_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array)
{
    array->release = NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void)stream;
    *out = (struct ArrowSchema){.format = "u", .release = release_schema};
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    static int32_t ends[2 * N_LINES + 1];
    static const void *buffers[] = {NULL, ends, world.text};
    (void)stream;
    *out = (struct ArrowArray){0};
    if (column_given)
        return 0;
    column_given = true;
    for (int32_t i = 0; i <= 2 * N_LINES; i++)
        ends[i] = (i + i % 2) / 2 * (LINE + 1) - i % 2;
    *out = (struct ArrowArray){
        .length = 2 * N_LINES, .n_buffers = 3, .buffers = buffers, .release = release_array};
    return 0;
}

static struct ArrowArrayStream stream;
static const calib_documents from_arrow = {.struct_size = sizeof from_arrow,
                                           .format = CALIB_DOCUMENTS_ARROW,
                                           .min_chars = 2, /* not the line feeds between them */
                                           .arrow = &stream};

static void begin_stream(void)
{
    column_given = false;
    stream = (struct ArrowArrayStream){
        .get_schema = get_schema, .get_next = get_next, .release = release_stream};
}

static void choose_arrow(test_setup *setup)
{
    begin_stream();
    setup->source.location = NULL;
    setup->source.documents = &from_arrow;
}

/* ---- loading ---- */

static bool are_right(calib_corpus *corpus, const int32_t *ids)
{
    calib_document_info info = {.struct_size = sizeof info};
    bool right = true;
    for (size_t i = 0; right && i < N_TOKENS; i++)
        right = ids[i] == (unsigned char)line_at(i / LINE)[i % LINE];
    for (uint64_t i = 0; right && i < N_LINES; i++)
        right = !calib_corpus_document(corpus, i, &info) && info.first_token == i * LINE &&
                info.n_tokens == LINE;
    return right;
}

static int read_documents(calib_corpus *corpus)
{
    static int32_t ids[N_TOKENS];
    int status = calib_corpus_tokens(corpus, 0, N_TOKENS, ids);
    return status || are_right(corpus, ids) ? status : scenario_complain("a document is wrong");
}

static int load(const scenario *s, const calib_tokenizer_vtable *tok, bool damages)
{
    test_setup setup = scenario_setup(s);
    calib_info info = {.struct_size = sizeof info};
    calib_corpus *corpus = NULL;
    scenario_no_complaint();
    int status = test_open(tok, &setup, &corpus);
    if (setup.source.documents->arrow && stream.release)
        return scenario_complain("the stream is not released");
    if (status)
        return corpus ? scenario_complain("a handle was given though it failed") : status;
    if (damages && !calib_corpus_info(corpus, &info) && info.token_store == CALIB_CACHE_MISS)
        scenario_damage_store();
    status = read_documents(corpus);
    calib_corpus_close(corpus);
    return status;
}

static int act_open(const scenario *s)
{
    return load(s, &scenario_with_cuts, false);
}

static int act_stored(const scenario *s)
{
    return load(s, &scenario_with_both, false);
}

static int act_repair(const scenario *s)
{
    return load(s, &scenario_with_fingerprint, true);
}

/* ---- more than memory should hold ---- */

typedef struct reading {
    size_t n;
    bool wrong;
} reading;

static int compare_document(void *ctx, const calib_document *document)
{
    reading *r = ctx;
    r->wrong = r->wrong || r->n >= N_LINES || document->n_parts != 1 ||
               document->parts[0].len != LINE ||
               memcmp(document->parts[0].text, line_at(r->n), LINE) != 0;
    r->n++;
    return CALIB_OK;
}

static int read_spool(calib_spool *spool, const calib_documents_settings *settings)
{
    reading r = {0};
    calib_splitting *splitting;
    int status = calib_splitting_begin(settings, NULL, (calib_document_sink){compare_document, &r},
                                       &splitting);
    if (status)
        return status;
    status = calib_spool_read(spool, splitting);
    calib_splitting_free(splitting);
    return status || (r.n == N_LINES && !r.wrong)
               ? status
               : scenario_complain("a spooled document is wrong");
}

static int spool_documents(const calib_documents *documents)
{
    calib_documents_settings settings;
    calib_spool spool = {.spill.limit = 1000};
    scenario_no_complaint();
    int status = calib_documents_settings_read(documents, &settings);
    if (!status)
        status = calib_spool_fill(&spool, &settings, NULL);
    for (int pass = 0; !status && pass < 2; pass++)
        status = read_spool(&spool, &settings);
    calib_spool_free(&spool);
    calib_documents_settings_free(&settings);
    return status;
}

static int act_spool_callback(const scenario *s)
{
    (void)s;
    n_given = 0;
    return spool_documents(&from_callback);
}

static int act_spool_arrow(const scenario *s)
{
    (void)s;
    begin_stream();
    return spool_documents(&from_arrow);
}

enum { N_BOUNDS = 600 };

static int read_bounds(calib_bounds *bounds)
{
    uint8_t hash[CALIB_SHA256_SIZE];
    int status = calib_bounds_hash(bounds, hash);
    for (uint64_t i = 0; !status && i < N_BOUNDS; i++) {
        calib_bound bound;
        status = calib_bounds_read(bounds, i, &bound);
        if (!status && (bound.first != 3 * i || bound.end != 3 * i + 3 || bound.record != 2 * i))
            return scenario_complain("a bound is wrong");
    }
    uint64_t document = 0;
    calib_bound bound;
    if (!status)
        status = calib_bounds_find(bounds, 3 * 400 + 1, &document, &bound);
    return status || document == 400 ? status : scenario_complain("another document was found");
}

static int act_bounds(const scenario *s)
{
    calib_bounds bounds = {.bytes.limit = 1000};
    int status = CALIB_OK;
    (void)s;
    scenario_no_complaint();
    for (uint64_t i = 0; !status && i < N_BOUNDS; i++)
        status = calib_bounds_push(&bounds, 3 * i + 3, 2 * i);
    if (!status)
        status = calib_bounds_end(&bounds);
    if (!status)
        status = read_bounds(&bounds);
    calib_bounds_free(&bounds);
    return status;
}

static void have_tokens(const scenario *s)
{
    if (s->act(s))
        abort();
}

static const scenario scenarios[] = {
    {.name = "JSONL", .prepare = have_jsonl, .choose = choose_records, .act = act_open},
    {.name = "JSONL in gzip", .prepare = have_gzip, .choose = choose_records, .act = act_open},
    {.name = "storing the tokens of JSONL in zstd",
     .prepare = have_zstd,
     .choose = choose_records,
     .act = act_stored},
    {.name = "documents of a callback", .choose = choose_callback, .act = act_open},
    {.name = "storing the tokens of an Arrow stream", .choose = choose_arrow, .act = act_stored},
    {.name = "stored tokens of documents",
     .prepare = have_tokens,
     .choose = choose_lines,
     .act = act_stored},
    {.name = "repairing documents", .choose = choose_lines, .act = act_repair, .damaged = true},
    {.name = "a callback's documents that spill", .act = act_spool_callback},
    {.name = "an Arrow stream that spills", .act = act_spool_arrow},
    {.name = "bounds that spill", .act = act_bounds},
};
const scenario_group documents_group = {"documents", scenarios,
                                        sizeof scenarios / sizeof *scenarios};
