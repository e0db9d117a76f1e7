/* SPDX-License-Identifier: MIT */
/* Lazy documents are those of an eager corpus, for all formats and kinds of sources. */
#include "lazy.h"

/* ---- both are the same ---- */

static void same_facts(const calib_corpus *eager, const calib_corpus *other, bool settled)
{
    calib_info a = info_of(eager), b = info_of(other);
    calib_source_info from = source_info(eager), to = source_info(other);
    assert_memory_equal(a.corpus_sha256, b.corpus_sha256, sizeof a.corpus_sha256);
    assert_int_equal(a.corpus_bytes, b.corpus_bytes);
    assert_int_equal(a.text_bytes, b.text_bytes);
    assert_int_equal(a.n_documents, b.n_documents);
    assert_int_equal(from.n_records, to.n_records);
    assert_int_equal(from.n_empty, to.n_empty);
    assert_int_equal(from.n_short, to.n_short);
    assert_int_equal(from.n_long, to.n_long);
    assert_int_equal(from.n_malformed, to.n_malformed);
    assert_int_equal(b.n_tokens, settled ? a.n_tokens : UINT64_MAX);
    assert_int_equal(to.n_tokens, settled ? from.n_tokens : UINT64_MAX);
    assert_int_equal(to.n_doubled_bos, settled ? from.n_doubled_bos : UINT64_MAX);
}

static void same_places(calib_corpus *eager, calib_corpus *other, bool settled)
{
    for (uint64_t i = 0; i < info_of(eager).n_documents; i++) {
        calib_document_info a = document_info(eager, i), b = document_info(other, i);
        assert_int_equal(a.source, b.source);
        assert_int_equal(a.record, b.record);
        assert_int_equal(b.n_tokens, settled ? a.n_tokens : UINT64_MAX);
        assert_int_equal(b.first_token, settled ? a.first_token : UINT64_MAX);
    }
}

/* In a random order, so that each is asked for by itself. */
static void same_documents(calib_corpus *eager, calib_corpus *other, uint32_t seed)
{
    calib_views views;
    uint64_t n = info_of(eager).n_documents;
    assert_ok(calib_views_open(&views, other, true));
    assert_int_equal(views.views[0].n_documents, n);
    for (uint64_t i = 0; i < n; i++)
        same_document(eager, &views.views[0], test_random(&seed) % n);
    calib_views_close(&views);
}

static void same_rows(calib_corpus *eager, calib_corpus *other, const char *name, int64_t n,
                      uint32_t rank)
{
    calib_sampling sampling = {.struct_size = sizeof sampling,
                               .sampler = name,
                               .rank = rank,
                               .world = 3,
                               .short_rows = strcmp(name, "mlx") ? CALIB_SHORT_PAD : 0};
    calib_samples *a = NULL, *b = NULL;
    assert_ok(calib_corpus_sample(eager, n, 50, 7, &sampling, &a));
    assert_ok(calib_corpus_sample(other, n, 50, 7, &sampling, &b));
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->n_available, b->n_available);
    assert_int_equal(a->n_dropped, b->n_dropped);
    assert_int_equal(a->n_tokens, b->n_tokens);
    assert_memory_equal(a->corpus_sha256, b->corpus_sha256, sizeof a->corpus_sha256);
    if (a->n_rows) {
        assert_memory_equal(a->tokens, b->tokens, a->n_rows * 50 * sizeof *a->tokens);
        assert_memory_equal(a->documents, b->documents, a->n_rows * sizeof *a->documents);
        assert_memory_equal(a->offsets, b->offsets, a->n_rows * sizeof *a->offsets);
        assert_memory_equal(a->sources, b->sources, a->n_rows * sizeof *a->sources);
    }
    calib_samples_free(a);
    calib_samples_free(b);
}

static void same_stream(calib_corpus *eager, calib_corpus *other)
{
    uint64_t n = info_of(eager).n_tokens;
    int32_t *ids = calloc((size_t)n + 1, sizeof *ids), *wanted = calloc((size_t)n + 1, sizeof *ids);
    assert_ok(calib_corpus_tokens(eager, 0, (size_t)n, wanted));
    assert_ok(calib_corpus_tokens(other, 0, (size_t)n, ids));
    assert_memory_equal(ids, wanted, (size_t)n * sizeof *ids);
    assert_status(calib_corpus_tokens(other, 0, (size_t)n + 1, ids), CALIB_E_ARGUMENT);
    free(ids);
    free(wanted);
}

static void same(calib_corpus *eager, calib_corpus *other, uint32_t seed)
{
    same_facts(eager, other, false);
    same_places(eager, other, false);
    same_documents(eager, other, seed);
    same_facts(eager, other, false);
    switch (seed % 3) {
    case 0: same_rows(eager, other, "documents", 5, 0); break;
    case 1: same_rows(eager, other, "mlx", 0, 1); break;
    default: assert_ok(calib_corpus_tokens(other, 0, 0, NULL)); break;
    }
    same_facts(eager, other, true);
    same_places(eager, other, true);
    same_stream(eager, other);
    same_documents(eager, other, seed);
    same_rows(eager, other, "documents-split", 0, 2);
}

/* ---- all formats ---- */

static calib_documents random_documents(uint32_t format, uint32_t *seed, callbacks *c)
{
    calib_documents documents = {.struct_size = sizeof documents, .format = format};
    documents.strip = test_random(seed) % 4;
    documents.specials = test_random(seed) % 3;
    documents.separator = format == CALIB_DOCUMENTS_SEPARATOR ? "==" : NULL;
    if (test_random(seed) % 2) {
        documents.flags =
            test_random(seed) % 2 ? CALIB_DOCUMENTS_APPEND : CALIB_DOCUMENTS_APPEND_MISSING;
        documents.append_id = 2;
    }
    if (test_random(seed) % 2) {
        documents.min_chars = test_random(seed) % 2;
        documents.max_chars = 300;
    }
    if (format == CALIB_DOCUMENTS_CALLBACK) {
        documents.next = next;
        documents.next_ctx = c;
    } else if (format > CALIB_DOCUMENTS_SEPARATOR) {
        documents.flags |= CALIB_DOCUMENTS_SKIP_MALFORMED;
    }
    return documents;
}

static void compare(const calib_documents *documents, kind how, const calib_buffer *bytes,
                    uint32_t seed)
{
    test_tokenizer words = {.salt = seed};
    calib_tokenizer_vtable tok = test_vtable(&words);
    tok.capabilities |= CALIB_TOKENIZER_PARTS;
    calib_documents later = lazy(*documents);
    calib_corpus *eager = NULL, *other = NULL;
    assert_ok(open_kind(&tok, how, documents, bytes, &eager));
    test_reset_calls(&words);
    assert_ok(open_kind(&tok, how, &later, bytes, &other));
    /* CALIB_SPECIALS_ONCE asks whether the tokenizer puts BOS in front. */
    if (documents->specials != CALIB_SPECIALS_ONCE)
        assert_int_equal(words.n_calls[TEST_ENCODE], 0);
    same(eager, other, seed);
    calib_corpus_close(eager);
    calib_corpus_close(other);
}

static void compare_kinds(calib_documents documents, uint32_t seed)
{
    calib_buffer bytes = make_bytes(&documents);
    for (kind how = MEMORY; how < N_KINDS; how++) {
        calib_buffer stored = bytes;
        packed small = {0};
        if (how == GZIP || how == ZSTD) {
            small = how == GZIP ? pack_gzip(bytes.data, bytes.len, 6)
                                : pack_zstd(bytes.data, bytes.len, 3, 0);
            stored = (calib_buffer){small.data, small.len, small.len};
        }
        compare(&documents, how, &stored, seed + how);
        free(small.data);
    }
    calib_buffer_free(&bytes);
}

static void formats(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 2; seed++)
        for (uint32_t format = CALIB_DOCUMENTS_LINES; format <= CALIB_DOCUMENTS_JSON; format++) {
            uint32_t state = seed * 100 + format;
            make_texts(state, seed % 2);
            compare_kinds(random_documents(format, &state, NULL), state);
        }
}

static void rendered(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 6; seed++) {
        uint32_t state = seed, format = seed % 2 ? CALIB_DOCUMENTS_JSONL : CALIB_DOCUMENTS_JSON;
        callbacks c = {0};
        make_texts(state, true);
        calib_documents documents = random_documents(format, &state, &c);
        if (seed <= 3) {
            documents.renderer = CALIB_RENDERER_CHATML;
            documents.flags |= seed % 2 ? CALIB_DOCUMENTS_PARTS : 0;
        } else {
            documents.render = render;
            documents.render_ctx = &c;
        }
        compare_kinds(documents, state);
    }
}

static void spooled(void **unused)
{
    (void)unused;
    calib_buffer none = {0};
    struct ArrowSchema text = {.format = "u", .name = "text"}, *children[] = {&text};
    struct ArrowSchema schema = {.format = "+s", .n_children = 1, .children = children};
    test_tokenizer words = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    tok.capabilities |= CALIB_TOKENIZER_PARTS;
    text.release = schema.release = test_release_schema;
    for (uint32_t seed = 1; seed <= 12; seed++) {
        uint32_t state = seed, format = CALIB_DOCUMENTS_CALLBACK + seed % 2;
        calib_corpus *corpora[2];
        make_texts(state, true);
        for (int i = 0; i < 2; i++) {
            callbacks c = {0};
            test_stream rows = {.schema = &schema, .build = build_rows, .n_batches = 2};
            struct ArrowArrayStream stream = test_stream_begin(&rows);
            state = seed;
            calib_documents documents = random_documents(format, &state, &c);
            documents.arrow = format == CALIB_DOCUMENTS_ARROW ? &stream : NULL;
            documents.flags |= i ? CALIB_DOCUMENTS_LAZY : 0;
            assert_ok(open_kind(&tok, MEMORY, &documents, &none, &corpora[i]));
        }
        same(corpora[0], corpora[1], seed);
        calib_corpus_close(corpora[0]);
        calib_corpus_close(corpora[1]);
    }
}

/* ---- how it works ---- */

/* The length and the tokens of a document cost one encoding. */
static void made_once(void **unused)
{
    (void)unused;
    calib_buffer bytes = text_buffer(RECORDS);
    calib_documents later = lazy(jsonl());
    test_tokenizer words = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_corpus *corpus;
    calib_views views;
    int32_t *ids;
    uint64_t n;
    assert_ok(open_kind(&tok, MEMORY, &later, &bytes, &corpus));
    assert_ok(calib_views_open(&views, corpus, true));
    test_reset_calls(&words);
    for (int i = 0; i < 3; i++) {
        assert_ok(ask(&views.views[0], 2, &ids, &n));
        free(ids);
    }
    assert_int_equal(words.n_calls[TEST_ENCODE], 1);
    assert_ok(ask(&views.views[0], 0, &ids, &n));
    free(ids);
    assert_int_equal(words.n_calls[TEST_ENCODE], 2);
    assert_int_equal(words.n_bytes, 10);
    calib_views_close(&views);
    calib_corpus_close(corpus);
}

/* Samplers ask for the lengths of all documents before they take any, and no document is encoded
 * twice. */
static void sampled_once(void **unused)
{
    (void)unused;
    static const char *const names[] = {"hf-shuffle", "documents-list", "torch-random", "autoround",
                                        "gptq-document"};
    static const uint64_t numbers[] = {2, 0, 2, 0};
    calib_buffer bytes = text_buffer("{\"text\": \"a bc d e\"}\n{\"text\": \"f g h ij k\"}\n"
                                     "{\"text\": \"l m n o pq\"}");
    calib_documents later = lazy(jsonl());
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bool listed = i == 1;
        test_tokenizer words = {0};
        calib_tokenizer_vtable tok = test_vtable(&words);
        calib_sampling how = {.struct_size = sizeof how,
                              .sampler = names[i],
                              .numbers = listed ? numbers : NULL,
                              .n_numbers = listed ? 4 : 0};
        calib_corpus *corpus;
        calib_samples *samples;
        assert_ok(open_kind(&tok, MEMORY, &later, &bytes, &corpus));
        assert_ok(calib_corpus_sample(corpus, listed ? 0 : i == 4 ? 50 : 3, 3, 1, &how, &samples));
        assert_int_equal(samples->n_rows, listed ? 4 : i == 4 ? 50 : 3);
        assert_int_equal(words.n_bytes, listed ? 18 : 28);
        calib_samples_free(samples);
        calib_corpus_close(corpus);
    }
}

/* Few documents stay, however many are asked for, and one of any length does. */
static void recent_documents(void **unused)
{
    (void)unused;
    enum { LARGE = (1 << 22) + 1 };
    static int32_t values[LARGE];
    calib_recent recent = {0};
    calib_ids ids[3];
    static const size_t n_ids[] = {0, 2, LARGE};
    for (int32_t i = 0; i < 3; i++)
        values[i] = 10 + i;
    for (size_t i = 0; i < 3; i++) {
        calib_ids_begin(&ids[i], 0, false, (calib_spill_place){0});
        assert_ok(calib_ids_push(&ids[i], values, n_ids[i]));
        assert_ok(calib_ids_end(&ids[i]));
    }
    for (uint64_t document = 0; document < 4096; document++)
        assert_ok(calib_recent_add(&recent, document, &ids[document % 2]));
    for (uint64_t document = 0; document < 4096; document++) {
        const calib_recent_document *found = calib_recent_find(&recent, document);
        assert_non_null(found);
        assert_int_equal(found->n, n_ids[document % 2]);
        if (found->n)
            assert_memory_equal((int32_t *)recent.ids.data + found->first, values, 8);
    }
    assert_ok(calib_recent_add(&recent, 4096, &ids[1]));
    assert_null(calib_recent_find(&recent, 4095));
    assert_ok(calib_recent_add(&recent, 7, &ids[2]));
    assert_null(calib_recent_find(&recent, 4096));
    assert_int_equal(calib_recent_find(&recent, 7)->n, LARGE);
    assert_ok(calib_recent_add(&recent, 8, &ids[1]));
    assert_null(calib_recent_find(&recent, 7));
    assert_memory_equal(recent.ids.data, values, 8);
    calib_recent_free(&recent);
    for (size_t i = 0; i < 3; i++)
        calib_ids_free(&ids[i]);
}

/* Eager and lazy sources stand side by side, with and without weights. */
static void mixed_sources(void **unused)
{
    (void)unused;
    make_texts(9, true);
    calib_documents records = jsonl(),
                    lines = {.struct_size = sizeof lines, .format = CALIB_DOCUMENTS_LINES};
    records.flags = CALIB_DOCUMENTS_SKIP_MALFORMED;
    calib_buffer a = make_bytes(&records), b = make_bytes(&lines);
    calib_documents later[2] = {lazy(records), lazy(lines)};
    test_tokenizer words = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    for (uint64_t weight = 0; weight < 3; weight++) {
        calib_corpus *corpora[2];
        for (int i = 0; i < 2; i++) {
            calib_source sources[3] = {text_setup(b.data, b.len).source,
                                       text_setup(a.data, a.len).source,
                                       text_setup(b.data, b.len).source};
            sources[0].weight = sources[1].weight = weight;
            sources[2].weight = 2 * weight;
            sources[1].documents = i ? &later[0] : &records;
            sources[2].documents = i ? &later[1] : &lines;
            assert_ok(calib_corpus_open(&tok, sources, 3, &no_store, &corpora[i]));
        }
        calib_document_info info = document_info(corpora[1], 0);
        assert_int_equal(info.first_token, UINT64_MAX);
        assert_int_equal(info.n_tokens, document_info(corpora[0], 0).n_tokens);
        if (!weight)
            same_documents(corpora[0], corpora[1], 4);
        for (uint32_t rank = 0; rank < 3; rank++) {
            same_rows(corpora[0], corpora[1], "documents", 20, rank);
            same_rows(corpora[0], corpora[1], "mlx", 30, rank);
        }
        same_places(corpora[0], corpora[1], true);
        calib_corpus_close(corpora[0]);
        calib_corpus_close(corpora[1]);
    }
    calib_buffer_free(&a);
    calib_buffer_free(&b);
}

/* ---- threads ---- */

enum { N_THREADS = 4, ROUNDS = 60 };

typedef struct job {
    calib_corpus *eager, *corpus;
    uint32_t seed;
    const char *wrong; /* NULL: nothing is wrong */
} job;

static const char *ask_one(job *mine, const calib_view *view)
{
    calib_document_info info = {.struct_size = sizeof info};
    uint64_t n, i = test_random(&mine->seed) % view->n_documents;
    int32_t *ids, *wanted;
    if (calib_corpus_document(mine->eager, i, &info))
        return "no such document";
    wanted = calloc((size_t)info.n_tokens + 1, sizeof *wanted);
    bool bad = ask(view, i, &ids, &n) || n != info.n_tokens ||
               calib_corpus_tokens(mine->eager, info.first_token, (size_t)n, wanted) ||
               memcmp(ids, wanted, (size_t)n * sizeof *ids) != 0;
    free(ids);
    free(wanted);
    return bad ? "a document differs" : NULL;
}

static void *ask_many(void *argument)
{
    job *mine = argument;
    calib_views views;
    calib_info info = {.struct_size = sizeof info};
    if (calib_views_open(&views, mine->corpus, true))
        return mine->wrong = "no views", NULL;
    for (int i = 0; i < ROUNDS && !mine->wrong; i++) {
        mine->wrong = ask_one(mine, &views.views[0]);
        if (calib_corpus_info(mine->corpus, &info))
            mine->wrong = "no facts";
        if (i == ROUNDS / 2 && calib_corpus_tokens(mine->corpus, 0, 0, NULL))
            mine->wrong = "no stream";
    }
    calib_views_close(&views);
    return NULL;
}

static atomic_int n_inside, n_met;

static int encode_alone(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                        void *emit_ctx)
{
    n_met += atomic_fetch_add(&n_inside, 1) > 0;
    int status = test_encode(ctx, text, len, flags, emit, emit_ctx);
    atomic_fetch_sub(&n_inside, 1);
    return status;
}

/* The tokenizer has no CALIB_TOKENIZER_THREADS: its callbacks never run side by side. */
static void many_threads(void **unused)
{
    (void)unused;
    make_texts(11, false);
    calib_documents documents = jsonl(), later;
    documents.flags = CALIB_DOCUMENTS_SKIP_MALFORMED;
    later = lazy(documents);
    calib_buffer bytes = make_bytes(&documents);
    test_tokenizer words = {0}, alone = {0};
    calib_tokenizer_vtable tok = test_vtable(&words), other = test_vtable(&alone);
    other.capabilities = 0;
    other.encode = encode_alone;
    calib_corpus *eager, *corpus;
    assert_ok(open_kind(&tok, PATH, &documents, &bytes, &eager));
    assert_ok(open_kind(&other, PATH, &later, &bytes, &corpus));
    pthread_t threads[N_THREADS];
    job jobs[N_THREADS];
    for (uint32_t i = 0; i < N_THREADS; i++) {
        jobs[i] = (job){eager, corpus, i, NULL};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_many, &jobs[i]), 0);
    }
    for (size_t i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < N_THREADS; i++)
        if (jobs[i].wrong)
            fail_msg("thread %zu: %s", i, jobs[i].wrong);
    assert_int_equal(n_met, 0);
    same_stream(eager, corpus);
    calib_corpus_close(eager);
    calib_corpus_close(corpus);
    calib_buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats),       cmocka_unit_test(rendered),
        cmocka_unit_test(spooled),       cmocka_unit_test(made_once),
        cmocka_unit_test(sampled_once),  cmocka_unit_test(recent_documents),
        cmocka_unit_test(mixed_sources), cmocka_unit_test(many_threads),
    };
    return cmocka_run_group_tests_name("lazy documents", tests, make_places, remove_places);
}
