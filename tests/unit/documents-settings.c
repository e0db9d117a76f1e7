/* SPDX-License-Identifier: MIT */
/* Which settings of documents are refused, and that a stream is always moved. */
#include "test.h"

#include "documents/settings.h"

#define WITH(...)                                                                                  \
    (&(struct calib_documents){.struct_size = sizeof(struct calib_documents), __VA_ARGS__})
#define JSONL .format = CALIB_DOCUMENTS_JSONL
#define LINES .format = CALIB_DOCUMENTS_LINES

static int some_next(void *ctx, calib_put_fn put, void *put_ctx)
{
    (void)ctx, (void)put, (void)put_ctx;
    return 1;
}

static int some_render(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    (void)ctx, (void)record, (void)len, (void)put, (void)put_ctx;
    return 0;
}

static size_t n_released;

static void release(struct ArrowArrayStream *stream)
{
    n_released++;
    stream->release = NULL;
}

static void refused(void **unused)
{
    (void)unused;
    uint8_t hash[32] = {0};
    struct ArrowArrayStream stream = {.release = NULL};
    const struct {
        const struct calib_documents *documents;
        const char *message;
    } cases[] = {
        {WITH(0), "the format of documents is 0, it must be 1 to 7"},
        {WITH(.format = 8), "the format of documents is 8"},
        {WITH(LINES, .strip = 4), "strip is 4"},
        {WITH(LINES, .specials = 3), "specials is 3"},
        {WITH(JSONL, .renderer = 2), "renderer is 2"},
        {WITH(LINES, .flags = 64), "documents flags 0x40 are unknown"},
        {WITH(LINES, .separator = "-"), "separator is set, but the format is not"},
        {WITH(.format = CALIB_DOCUMENTS_SEPARATOR), "separator is not set"},
        {WITH(.format = CALIB_DOCUMENTS_SEPARATOR, .separator = ""), "the separator is empty"},
        {WITH(.format = CALIB_DOCUMENTS_SEPARATOR, .separator = "a\n"), "has a line break"},
        {WITH(JSONL, .next = some_next), "next is set, but the format is not"},
        {WITH(.format = CALIB_DOCUMENTS_CALLBACK), "next is not set"},
        {WITH(.format = CALIB_DOCUMENTS_ARROW), "arrow is not set"},
        {WITH(JSONL, .arrow = &stream), "arrow is set, but the format is not"},
        {WITH(.format = CALIB_DOCUMENTS_ARROW, .arrow = &stream), "the Arrow stream is released"},
        {WITH(JSONL, .render = some_render, .renderer = 1), "both render and renderer are set"},
        {WITH(LINES, .renderer = 1), "a renderer needs records"},
        {WITH(.format = CALIB_DOCUMENTS_CALLBACK, .next = some_next, .render = some_render),
         "a renderer needs records"},
        {WITH(LINES, .field = "a"), "field is set, but only"},
        {WITH(JSONL, .field = "a", .renderer = 1), "field is set, but a renderer"},
        {WITH(JSONL, .field = "a", .render = some_render), "field is set, but a renderer"},
        {WITH(JSONL, .field = "/a~"), "field has a '~' without 0 or 1"},
        {WITH(JSONL, .field = "/a~2b"), "field has a '~' without 0 or 1"},
        {WITH(JSONL, .render_sha256 = hash), "render_sha256 is set, but render is not"},
        {WITH(JSONL, .flags = CALIB_DOCUMENTS_PLAIN), "need CALIB_RENDERER_CHATML"},
        {WITH(JSONL, .flags = CALIB_DOCUMENTS_PARTS, .render = some_render),
         "need CALIB_RENDERER_CHATML"},
        {WITH(JSONL, .flags = CALIB_DOCUMENTS_PARTS | CALIB_DOCUMENTS_PLAIN, .renderer = 1),
         "both CALIB_DOCUMENTS_PLAIN and CALIB_DOCUMENTS_PARTS"},
        {WITH(LINES, .min_chars = 2, .max_chars = 1), "min_chars is 2, more than max_chars, 1"},
        {WITH(LINES, .min_tokens = 2, .max_tokens = 1), "min_tokens is 2"},
        {WITH(LINES, .flags = CALIB_DOCUMENTS_APPEND | CALIB_DOCUMENTS_APPEND_MISSING),
         "both CALIB_DOCUMENTS_APPEND"},
        {WITH(LINES, .flags = CALIB_DOCUMENTS_APPEND, .append_id = -1), "append_id is -1"},
        {WITH(LINES, .join = "", .min_tokens = 1), "join makes one text"},
        {WITH(LINES, .join = "", .flags = CALIB_DOCUMENTS_APPEND), "join makes one text"},
        {WITH(LINES, .join = "", .flags = CALIB_DOCUMENTS_LAZY), "but join makes one text"},
        {WITH(LINES, .min_tokens = 1, .flags = CALIB_DOCUMENTS_LAZY), "min_tokens and max_tokens"},
        {WITH(LINES, .max_tokens = 1, .flags = CALIB_DOCUMENTS_LAZY), "min_tokens and max_tokens"},
        {WITH(LINES, .join = "", .max_tokens = 1), "join makes one text"},
        {&(struct calib_documents){.struct_size = 8, LINES}, "calib_documents: struct_size is 8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        calib_documents_settings settings;
        assert_status(calib_documents_settings_read(cases[i].documents, &settings),
                      CALIB_E_ARGUMENT);
        assert_message(cases[i].message);
        assert_null(settings.field);
        assert_null(settings.path.steps);
    }
}

static void copied(void **unused)
{
    (void)unused;
    char field[] = "/a~1b/~0/", separator[] = "--", join[] = "\n";
    uint8_t hash[32] = {1, 2, 3};
    calib_documents_settings settings;
    assert_ok(calib_documents_settings_read(
        WITH(JSONL, .field = field, .join = join, .strip = 1, .specials = 2, .min_chars = 3,
             .max_chars = 3, .append_id = 5, .flags = CALIB_DOCUMENTS_SKIP_MALFORMED),
        &settings));
    field[1] = join[0] = 'x';
    assert_string_equal(settings.field, "/a~1b/~0/");
    assert_string_equal(settings.join, "\n");
    assert_int_equal(settings.path.n_steps, 3);
    assert_string_equal(settings.path.steps[0], "a/b");
    assert_string_equal(settings.path.steps[1], "~");
    assert_string_equal(settings.path.steps[2], "");
    assert_int_equal(settings.append_id, -1);
    assert_true(calib_documents_are_json(&settings));
    assert_false(calib_documents_are_rendered(&settings));
    calib_documents_settings_free(&settings);
    calib_documents_settings_free(&settings);

    assert_ok(calib_documents_settings_read(
        WITH(.format = CALIB_DOCUMENTS_SEPARATOR, .separator = separator,
             .flags = CALIB_DOCUMENTS_APPEND_MISSING, .append_id = 0),
        &settings));
    separator[0] = 'x';
    assert_string_equal(settings.separator, "--");
    assert_int_equal(settings.separator_len, 2);
    assert_int_equal(settings.append_id, 0);
    calib_documents_settings_free(&settings);

    assert_ok(calib_documents_settings_read(
        WITH(JSONL, .render = some_render, .render_sha256 = hash), &settings));
    assert_true(settings.has_render_sha256 && settings.render_sha256[2] == 3);
    assert_true(calib_documents_are_rendered(&settings));
    calib_documents_settings_free(&settings);
}

/* Whatever is wrong, the stream is taken from the caller and released once. */
static void moved(void **unused)
{
    (void)unused;
    struct {
        struct calib_documents known;
        uint64_t newer;
    } newer = {.known = {.format = CALIB_DOCUMENTS_ARROW}, .newer = 1};
    struct calib_documents *const good = WITH(.format = CALIB_DOCUMENTS_ARROW);
    struct calib_documents *const bad = WITH(.format = CALIB_DOCUMENTS_ARROW, .strip = 9);
    struct calib_documents *const other = WITH(JSONL);
    newer.known.struct_size = sizeof newer;
    struct calib_documents *const all[] = {good, bad, other, &newer.known};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct ArrowArrayStream stream = {.release = release};
        calib_documents_settings settings;
        all[i]->arrow = &stream;
        n_released = 0;
        int status = calib_documents_settings_read(all[i], &settings);
        assert_int_equal(status, i == 0   ? CALIB_OK
                                 : i == 3 ? CALIB_E_STRUCT_NEWER
                                          : CALIB_E_ARGUMENT);
        assert_null(stream.release);
        assert_int_equal(n_released, i > 0);
        calib_documents_settings_free(&settings);
        assert_int_equal(n_released, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused),
        cmocka_unit_test(copied),
        cmocka_unit_test(moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
