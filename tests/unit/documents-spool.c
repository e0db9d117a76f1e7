/* SPDX-License-Identifier: MIT */
/* Documents of a callback: kept, hashed, read again; and whatever the callback does wrong. */
#include "documents.h"

#include "documents/spool.h"

/* Gives "0", "1", ... in `n` documents; the parts of each are as many as its number. */
typedef struct test_source {
    uint64_t n, at;
    uint64_t fail_at; /* the call that fails, from 1 */
    int result;       /* of that call */
    size_t repeat;    /* bytes of each part */
    const char *odd;  /* instead of the text, in the call that fails */
    uint32_t odd_flags;
    bool ends_with_text;
} test_source;

static const uint32_t flags_of[] = {0, CALIB_TEXT_PARSE_SPECIAL, CALIB_TEXT_PLAIN};

static int put_parts(test_source *self, uint64_t number, calib_put_fn put, void *put_ctx)
{
    char *text = malloc(self->repeat + 1);
    assert_non_null(text);
    int result = 0;
    for (uint64_t i = 0; i < number % 4 && result == 0; i++) {
        memset(text, (int)('a' + (number + i) % 26), self->repeat);
        result = put(put_ctx, text, self->repeat, flags_of[i % 3]);
    }
    free(text);
    return result;
}

static int next(void *ctx, calib_put_fn put, void *put_ctx)
{
    test_source *self = ctx;
    uint64_t number = self->at++;
    if (number == self->n) {
        if (self->ends_with_text)
            put(put_ctx, "", 0, 0);
        return 1;
    }
    if (self->at != self->fail_at)
        return put_parts(self, number, put, put_ctx);
    if (self->odd)
        put(put_ctx, self->odd, strlen(self->odd), self->odd_flags);
    return self->result;
}

static struct calib_documents from(test_source *source)
{
    return (struct calib_documents){.struct_size = sizeof(struct calib_documents),
                                    .format = CALIB_DOCUMENTS_CALLBACK,
                                    .next = next,
                                    .next_ctx = source};
}

static int fill(test_source *source, calib_documents_settings *settings, calib_spool *spool)
{
    struct calib_documents documents = from(source);
    assert_ok(calib_documents_settings_read(&documents, settings));
    return calib_spool_fill(spool, settings, "callback");
}

static void read_back(calib_spool *spool, const calib_documents_settings *settings,
                      test_documents *out)
{
    calib_splitting *run;
    out->text.len = out->spans.len = 0;
    assert_ok(calib_splitting_begin(settings, "callback",
                                    (calib_document_sink){test_put_document, out}, &run));
    assert_ok(calib_spool_read(spool, run));
    out->counts = calib_splitting_counts(run);
    calib_splitting_free(run);
}

static void write_expected(const test_source *source, calib_buffer *out)
{
    static const char *const names[] = {"", "s:", "p:"};
    for (uint64_t number = 0; number < source->n; number++) {
        assert_ok(test_append(out, "["));
        for (uint64_t i = 0; i < number % 4; i++) {
            assert_ok(test_append(out, i ? "|" : ""));
            assert_ok(test_append(out, names[i % 3]));
            for (size_t k = 0; k < source->repeat; k++)
                assert_ok(calib_buffer_append(out, &(char){(char)('a' + (number + i) % 26)}, 1));
        }
        assert_ok(test_append(out, "]"));
    }
}

/* From nothing to parts that are larger than what is read at a time, in memory and in a file. */
static void read_again(void **unused)
{
    (void)unused;
    static const struct {
        uint64_t n;
        size_t repeat, limit;
    } cases[] = {{0, 1, 0},
                 {1, 1, 0},
                 {50, 1, 0},
                 {50, 3, 10},
                 {5000, 20, 0},
                 {8, 1 << 20, 1000},
                 {8, (1 << 20) - 8, 0},
                 {4, 5 << 20, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_source source = {.n = cases[i].n, .repeat = cases[i].repeat};
        calib_spool spool = {.spill.limit = cases[i].limit};
        calib_documents_settings settings;
        test_documents out = {0};
        calib_buffer expected = {0};
        assert_ok(fill(&source, &settings, &spool));
        write_expected(&source, &expected);
        for (int twice = 0; twice < 2; twice++) {
            read_back(&spool, &settings, &out);
            assert_int_equal(out.counts.kept, cases[i].n);
            assert_int_equal(out.text.len, expected.len);
            if (expected.len)
                assert_memory_equal(out.text.data, expected.data, expected.len);
        }
        calib_buffer_free(&expected);
        test_documents_clear(&out);
        calib_spool_free(&spool);
        calib_documents_settings_free(&settings);
    }
}

static void hashes(void **unused)
{
    (void)unused;
    static const char plain[] = "\2\0\0\0\0\0\0\0ab\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0c";
    static const char parts[] = "\1\0\0\0\0\0\0\x08x\1\0\0\0\0\0\0\x90y\0\0\0\0\0\0\0\0"
                                "\xff\xff\xff\xff\xff\xff\xff\xff";
    calib_part ab = {"ab", 2, 0}, c = {"c", 1, 0};
    calib_part xy[] = {{"x", 1, CALIB_TEXT_PARSE_SPECIAL}, {"y", 1, CALIB_TEXT_PLAIN}};
    calib_document first[] = {{.parts = &ab, .n_parts = 1}, {0}, {.parts = &c, .n_parts = 1}};
    calib_document second[] = {{.parts = xy, .n_parts = 2}, {0}};
    uint8_t is[32], expected[32];
    calib_spool spool = {0};
    assert_ok(calib_sha256_begin(&spool.hash));
    for (size_t i = 0; i < 3; i++)
        assert_ok(calib_spool_put(&spool, &first[i]));
    assert_ok(calib_sha256_end(&spool.hash, is));
    assert_ok(calib_sha256_of(plain, sizeof plain - 1, expected));
    assert_memory_equal(is, expected, 32);
    calib_spool_free(&spool);
    assert_ok(calib_sha256_begin(&spool.hash));
    for (size_t i = 0; i < 2; i++)
        assert_ok(calib_spool_put(&spool, &second[i]));
    assert_ok(calib_spool_put_malformed(&spool));
    assert_ok(calib_sha256_end(&spool.hash, is));
    assert_ok(calib_sha256_of(parts, sizeof parts - 1, expected));
    assert_memory_equal(is, expected, 32);
    /* The marks are counted again when it is read. */
    struct calib_documents documents = from(&(test_source){0});
    calib_documents_settings settings;
    test_documents out = {0};
    assert_ok(calib_documents_settings_read(&documents, &settings));
    read_back(&spool, &settings, &out);
    assert_int_equal(out.counts.records, 3);
    assert_int_equal(out.counts.malformed, 1);
    assert_int_equal(out.text.len, strlen("[s:x|p:y][]"));
    assert_memory_equal(out.text.data, "[s:x|p:y][]", out.text.len);
    calib_spool_free(&spool);
    test_documents_clear(&out);
    calib_documents_settings_free(&settings);
}

/* The source's text is hashed as it came, and stripped when it is read. */
static void strips_later(void **unused)
{
    (void)unused;
    static const char *const texts[] = {" a ", "  "};
    calib_spool spool = {0};
    calib_documents_settings settings;
    test_documents out = {0};
    struct calib_documents documents = from(&(test_source){0});
    documents.strip = CALIB_STRIP_PYTHON;
    documents.min_chars = 1;
    assert_ok(calib_documents_settings_read(&documents, &settings));
    assert_ok(calib_sha256_begin(&spool.hash));
    for (size_t i = 0; i < 2; i++) {
        calib_part part = {texts[i], strlen(texts[i]), 0};
        assert_ok(calib_spool_put(&spool, &(calib_document){.parts = &part, .n_parts = 1}));
    }
    assert_int_equal(calib_spill_len(&spool.spill), 8 + 3 + 8 + 2);
    read_back(&spool, &settings, &out);
    assert_int_equal(out.counts.empty, 1);
    assert_int_equal(out.text.len, 3);
    assert_memory_equal(out.text.data, "[a]", 3);
    calib_spool_free(&spool);
    test_documents_clear(&out);
    calib_documents_settings_free(&settings);
}

static void each_call_fails(void **unused)
{
    (void)unused;
    for (uint64_t k = 1; k <= 20; k++) {
        test_source source = {.n = 20, .repeat = 5, .fail_at = k, .result = -7};
        calib_spool spool = {0};
        calib_documents_settings settings;
        assert_status(fill(&source, &settings, &spool), CALIB_E_CALLBACK);
        char expected[80];
        snprintf(expected, sizeof expected, "callback, record %d: next failed with -7", (int)k - 1);
        assert_string_equal(last_message(), expected);
        calib_error error = {.struct_size = sizeof error};
        assert_ok(calib_last_error(&error));
        assert_int_equal(error.callback_result, -7);
        assert_int_equal(source.at, k);
        calib_spool_free(&spool);
        calib_documents_settings_free(&settings);
    }
}

static void misuses(void **unused)
{
    (void)unused;
    static const struct {
        test_source source;
        int status;
        const char *message;
    } cases[] = {
        {{.n = 2, .ends_with_text = true},
         CALIB_E_CALLBACK,
         "callback, record 2: next said that there are no more documents after it gave text"},
        {{.n = 2, .fail_at = 2, .odd = "a\xff"},
         CALIB_E_UTF8,
         "callback, record 1: the text that next gave is not UTF-8 at its byte 1"},
        {{.n = 2, .fail_at = 1, .odd = "a", .odd_flags = 4}, CALIB_E_ARGUMENT, "text_flags is 0x4"},
        {{.n = 2, .fail_at = 1, .odd = "a", .odd_flags = 4, .result = 3},
         CALIB_E_ARGUMENT,
         "text_flags is 0x4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_source source = cases[i].source;
        calib_spool spool = {0};
        calib_documents_settings settings;
        assert_status(fill(&source, &settings, &spool), cases[i].status);
        assert_message(cases[i].message);
        calib_spool_free(&spool);
        calib_documents_settings_free(&settings);
    }
}

static int stop_at_five(void *ctx)
{
    return ++*(int *)ctx == 5 ? CALIB_E_CANCELLED : CALIB_OK;
}

static void limits(void **unused)
{
    (void)unused;
    int n_polls = 0;
    for (uint64_t max = 9; max <= 11; max++) {
        test_source source = {.n = 4, .repeat = 2}; /* 2 * (0 + 1 + 2 + 3) bytes */
        calib_spool spool = {.max_bytes = max};
        calib_documents_settings settings;
        assert_status(fill(&source, &settings, &spool), CALIB_E_SIZE);
        calib_spool_free(&spool);
        calib_documents_settings_free(&settings);
    }
    test_source source = {.n = 10, .repeat = 2};
    calib_spool spool = {.poll = {stop_at_five, &n_polls}};
    calib_documents_settings settings;
    assert_int_equal(fill(&source, &settings, &spool), CALIB_E_CANCELLED);
    assert_int_equal(source.at, 5);
    calib_spool_free(&spool);
    calib_documents_settings_free(&settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_again),      cmocka_unit_test(hashes),
        cmocka_unit_test(strips_later),    cmocka_unit_test(misuses),
        cmocka_unit_test(each_call_fails), cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
