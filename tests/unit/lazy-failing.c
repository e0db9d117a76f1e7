/* SPDX-License-Identifier: MIT */
/* What lazy documents refuse, and what fails after their corpus was opened. */
#include "lazy.h"

/* A source that an eager corpus refuses when it is opened is refused then, with the same words. */
static void refused_sources(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"{\"text\": \"a\"}\n{\"text\": 3}\n", "{\"text\": \"a\"\n",
                                      "{\"text\": \"\xff\"}\n", "\n\n", "{\"text\": \"\\ud800\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char message[1024];
        calib_buffer bytes = text_buffer(bad[i]);
        calib_documents documents = jsonl(), later = lazy(documents);
        calib_corpus *corpus = NULL;
        int status = open_kind(calib_bytes_tokenizer(), PATH, &documents, &bytes, &corpus);
        assert_int_not_equal(status, CALIB_OK);
        snprintf(message, sizeof message, "%s", last_message());
        assert_status(open_kind(calib_bytes_tokenizer(), PATH, &later, &bytes, &corpus), status);
        assert_string_equal(last_message(), message);
        assert_null(corpus);
    }
}

static void refused_settings(void **unused)
{
    (void)unused;
    calib_buffer bytes = text_buffer("{\"text\": \"a\"}\n");
    calib_corpus *corpus = NULL;
    calib_documents documents = lazy(jsonl());
    documents.min_tokens = 1;
    assert_status(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &corpus),
                  CALIB_E_ARGUMENT);
    assert_message("min_tokens");
    documents.min_tokens = 0;
    documents.max_tokens = 9;
    assert_status(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &corpus),
                  CALIB_E_ARGUMENT);
    documents = lazy(jsonl());
    documents.join = "";
    assert_status(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &corpus),
                  CALIB_E_ARGUMENT);
    assert_message("join");
    documents.join = NULL;
    test_setup setup = text_setup(bytes.data, bytes.len);
    setup.source.documents = &documents;
    setup.options.n_slices = 2;
    assert_status(test_open(calib_bytes_tokenizer(), &setup, &corpus), CALIB_E_UNSUPPORTED);
    assert_message("lazily");
}

/* Every byte of a record counts, and only those of the document that is asked for. */
static void changed_bytes(void **unused)
{
    (void)unused;
    char text[sizeof RECORDS];
    calib_buffer bytes = text_buffer(RECORDS);
    calib_documents documents = jsonl(), later = lazy(documents);
    calib_corpus *eager, *corpus;
    calib_views views;
    size_t n_failed[3] = {0};
    assert_ok(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &eager));
    for (size_t at = 0; at < bytes.len; at++) {
        assert_ok(open_kind(calib_bytes_tokenizer(), PATH, &later, &bytes, &corpus));
        assert_ok(calib_views_open(&views, corpus, true));
        memcpy(text, RECORDS, sizeof text);
        text[at] ^= 1;
        write_file(path, text, bytes.len);
        for (uint64_t i = 0; i < 3; i++) {
            uint64_t n;
            int32_t *ids;
            int status = ask(&views.views[0], i, &ids, &n);
            free(ids);
            if (!status) {
                same_document(eager, &views.views[0], i);
                continue;
            }
            assert_status(status, CALIB_E_CHANGED);
            assert_message("open it again");
            n_failed[i]++;
        }
        calib_views_close(&views);
        calib_corpus_close(corpus);
    }
    assert_int_equal(n_failed[0], strlen("{\"text\": \"first\"}"));
    assert_int_equal(n_failed[1], strlen("{\"text\": \"\"}"));
    assert_int_equal(n_failed[2], strlen("{\"text\": \"third\"}"));
    calib_corpus_close(eager);
}

static int ask_last(calib_corpus *corpus)
{
    calib_views views;
    int32_t *ids;
    uint64_t n;
    assert_ok(calib_views_open(&views, corpus, true));
    int status = ask(&views.views[0], 2, &ids, &n);
    free(ids);
    calib_views_close(&views);
    return status;
}

static void changed_files(void **unused)
{
    (void)unused;
    calib_buffer bytes = text_buffer(RECORDS);
    calib_documents later = lazy(jsonl());
    calib_corpus *corpus;
    calib_samples *samples = NULL;
    assert_ok(open_kind(calib_bytes_tokenizer(), PATH, &later, &bytes, &corpus));
    assert_int_equal(truncate(path, (off_t)bytes.len - 1), 0);
    assert_status(ask_last(corpus), CALIB_E_CHANGED);
    assert_message("record 2 of");
    write_file(other_path, "{\"text\": \"other\"}\n", 18);
    assert_int_equal(rename(other_path, path), 0);
    assert_status(ask_last(corpus), CALIB_E_CHANGED);
    assert_status(calib_corpus_sample(corpus, 1, 2, 1, NULL, &samples), CALIB_E_CHANGED);
    assert_null(samples);
    assert_status(calib_corpus_tokens(corpus, 0, 0, NULL), CALIB_E_CHANGED);
    assert_int_equal(info_of(corpus).n_tokens, UINT64_MAX);
    unlink(path);
    assert_status(ask_last(corpus), CALIB_E_NOT_FOUND);
    write_file(path, RECORDS, bytes.len);
    assert_ok(ask_last(corpus));
    assert_ok(calib_corpus_tokens(corpus, 0, 0, NULL));
    assert_int_equal(info_of(corpus).n_tokens, 10);
    calib_corpus_close(corpus);
}

/* The call of `render` that fails is that of its document, which can be asked for again. */
static void failing_render(void **unused)
{
    (void)unused;
    calib_buffer bytes = text_buffer("[1]\n{}\nnull\n\"four\"\n");
    callbacks c = {0};
    calib_documents documents = lazy(jsonl());
    documents.render = render;
    documents.render_ctx = &c;
    for (uint64_t bad = 0; bad < 4; bad++) {
        calib_corpus *corpus;
        calib_views views;
        assert_ok(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &corpus));
        assert_ok(calib_views_open(&views, corpus, true));
        c = (callbacks){.fail_at = (size_t)bad + 1};
        for (uint64_t i = 0; i < 4; i++) {
            uint64_t n;
            int status = views.views[0].length(views.views[0].ctx, i, &n);
            assert_status(status, i == bad ? CALIB_E_CALLBACK : CALIB_OK);
            calib_error error = {.struct_size = sizeof error};
            assert_ok(calib_last_error(&error));
            if (i == bad)
                assert_int_equal(error.callback_result, 5);
        }
        assert_ok(calib_corpus_tokens(corpus, 0, 0, NULL));
        calib_views_close(&views);
        calib_corpus_close(corpus);
    }
    documents.min_chars = 1; /* to count characters it runs when the corpus is opened */
    calib_corpus *corpus;
    c = (callbacks){.fail_at = 3};
    assert_status(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &corpus),
                  CALIB_E_CALLBACK);
}

/* A `render` that gives less the second time makes no wrong rows, and is not read beyond its end.
 */
static void inconstant_render(void **unused)
{
    (void)unused;
    calib_buffer bytes = text_buffer("[1]\n[2]\n[3]\n[4]\n");
    callbacks c = {.empty_from = 5};
    calib_documents documents = lazy(jsonl());
    calib_corpus *corpus;
    calib_views views;
    uint64_t n;
    int32_t ids[8];
    documents.render = render;
    documents.render_ctx = &c;
    assert_ok(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &corpus));
    assert_ok(calib_views_open(&views, corpus, true));
    assert_ok(views.views[0].length(views.views[0].ctx, 3, &n));
    assert_in_range(n, 1, 8);
    assert_ok(calib_corpus_tokens(corpus, 0, 0, NULL)); /* renders all again, the last as nothing */
    assert_status(views.views[0].tokens(views.views[0].ctx, 3, 0, (size_t)n, ids), CALIB_E_CHANGED);
    assert_message("fewer than before");
    calib_views_close(&views);
    calib_corpus_close(corpus);
    documents.min_chars = 1; /* render runs 4 times when the corpus is opened */
    c = (callbacks){.empty_from = 8};
    assert_ok(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &bytes, &corpus));
    assert_status(calib_corpus_tokens(corpus, 0, 0, NULL), CALIB_E_CHANGED);
    assert_message("3 are within min_chars");
    assert_int_equal(info_of(corpus).n_tokens, UINT64_MAX);
    c = (callbacks){0};
    assert_ok(calib_corpus_tokens(corpus, 0, 0, NULL));
    calib_corpus_close(corpus);
}

static void failing_next(void **unused)
{
    (void)unused;
    calib_buffer none = {0};
    make_texts(3, true);
    for (size_t bad = 1; bad <= N_TEXTS + 1; bad++) {
        callbacks c = {.fail_at = bad};
        calib_documents documents = {.struct_size = sizeof documents,
                                     .format = CALIB_DOCUMENTS_CALLBACK,
                                     .next = next,
                                     .next_ctx = &c,
                                     .flags = CALIB_DOCUMENTS_LAZY};
        calib_corpus *corpus = NULL;
        assert_status(open_kind(calib_bytes_tokenizer(), MEMORY, &documents, &none, &corpus),
                      CALIB_E_CALLBACK);
        assert_null(corpus);
    }
}

/* Every call of the tokenizer may fail; the same request succeeds afterwards. */
static void failing_tokenizer(void **unused)
{
    (void)unused;
    make_texts(5, false);
    calib_documents documents = lazy(jsonl());
    documents.flags |= CALIB_DOCUMENTS_SKIP_MALFORMED;
    calib_buffer bytes = make_bytes(&documents);
    test_tokenizer words = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_corpus *corpus;
    calib_views views;
    for (words.fails = TEST_ENCODE; words.fails <= TEST_CUTS; words.fails++)
        for (size_t at = 1, failed = 1; failed; at += at / 8 + 1) {
            uint64_t n;
            words.fail_at = 0;
            assert_ok(open_kind(&tok, MEMORY, &documents, &bytes, &corpus));
            assert_ok(calib_views_open(&views, corpus, true));
            words.fail_at = at;
            for (uint64_t document = 5; document <= 6; document++) { /* 6 is the long one */
                test_reset_calls(&words);
                int status = views.views[0].length(views.views[0].ctx, document, &n);
                failed = test_has_failed(&words);
                assert_status(status, failed ? CALIB_E_ENCODE : CALIB_OK);
            }
            words.fail_at = 0;
            assert_ok(views.views[0].length(views.views[0].ctx, 6, &n));
            assert_ok(views.views[0].length(views.views[0].ctx, 5, &n));
            calib_views_close(&views);
            calib_corpus_close(corpus);
        }
    calib_buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_sources),   cmocka_unit_test(refused_settings),
        cmocka_unit_test(changed_bytes),     cmocka_unit_test(changed_files),
        cmocka_unit_test(failing_render),    cmocka_unit_test(failing_next),
        cmocka_unit_test(failing_tokenizer), cmocka_unit_test(inconstant_render),
    };
    return cmocka_run_group_tests_name("failing lazy documents", tests, make_places, remove_places);
}
