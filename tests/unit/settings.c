/* SPDX-License-Identifier: MIT */
/* How options and environment variables are resolved. */
#include "refuse.h"

#include "options.h"

static int each(void **unused)
{
    (void)unused;
    static const char *const names[] = {"CALIB_CACHE_DIR", "XDG_CACHE_HOME", "CALIB_OFFLINE",
                                        "SSL_CERT_FILE", "SSL_CERT_DIR"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    return setenv("HOME", "/home/user", 1);
}

/** `wanted` NULL: no cache directory is known. */
static void expect_cache_dir(const char *given, const char *wanted)
{
    calib_options options = {.struct_size = sizeof options, .cache_dir = given};
    calib_settings settings;
    assert_ok(calib_settings_read(&options, &settings));
    if (wanted)
        assert_string_equal(settings.cache_dir, wanted);
    else
        assert_null(settings.cache_dir);
    calib_settings_free(&settings);
}

static void refuse_cache_dir(const char *given, const char *names)
{
    calib_options options = {.struct_size = sizeof options, .cache_dir = given};
    calib_settings settings;
    assert_status(calib_settings_read(&options, &settings), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, names);
    assert_null(settings.cache_dir);
}

static void cache_directories(void **unused)
{
    (void)unused;
    expect_cache_dir(NULL, "/home/user/.cache/calib");
    setenv("XDG_CACHE_HOME", "relative", 1);
    expect_cache_dir(NULL, "/home/user/.cache/calib");
    setenv("XDG_CACHE_HOME", "/xdg", 1);
    expect_cache_dir(NULL, "/xdg/calib");
    setenv("CALIB_CACHE_DIR", "/variable", 1);
    expect_cache_dir(NULL, "/variable");
    expect_cache_dir("option", "option");
}

/* A ~ that no shell has replaced. */
static void home_in_cache_directories(void **unused)
{
    (void)unused;
    expect_cache_dir("~/x/y", "/home/user/x/y");
    expect_cache_dir("~/", "/home/user/");
    expect_cache_dir("~", "/home/user");
    expect_cache_dir("./~/x", "./~/x");
    expect_cache_dir("/a/~/x", "/a/~/x");
    refuse_cache_dir("~bob/x", "cache_dir is ~bob/x");
    refuse_cache_dir("~~/x", "./~");
    setenv("CALIB_CACHE_DIR", "~/x", 1);
    expect_cache_dir(NULL, "/home/user/x");
    setenv("CALIB_CACHE_DIR", "~bob/x", 1);
    refuse_cache_dir(NULL, "CALIB_CACHE_DIR is ~bob/x");
    expect_cache_dir("/given", "/given");
    unsetenv("HOME");
    refuse_cache_dir("~/x", "HOME is not set");
    unsetenv("CALIB_CACHE_DIR");
    expect_cache_dir(NULL, NULL);
}

static bool is_offline(const char *variable, uint32_t option)
{
    calib_options options = {.struct_size = sizeof options, .offline = option};
    calib_settings settings;
    if (variable)
        setenv("CALIB_OFFLINE", variable, 1);
    else
        unsetenv("CALIB_OFFLINE");
    assert_ok(calib_settings_read(&options, &settings));
    bool is = settings.offline;
    calib_settings_free(&settings);
    return is;
}

static void offline(void **unused)
{
    (void)unused;
    static const char *const off[] = {"", "0", "false", "False", "FALSE", "no", "No", "off", "oFF"};
    static const char *const on[] = {"1",  "true", "yes", "on",  "00",     "f", "n",
                                     "of", "offf", "nO ", " no", "falsee", "-", "NO\xc5"};
    assert_false(is_offline(NULL, CALIB_OFFLINE_ENVIRONMENT));
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        assert_false(is_offline(off[i], CALIB_OFFLINE_ENVIRONMENT));
    for (size_t i = 0; i < sizeof on / sizeof *on; i++)
        assert_true(is_offline(on[i], CALIB_OFFLINE_ENVIRONMENT));
    assert_true(is_offline("no", CALIB_OFFLINE_ON));
    assert_false(is_offline("yes", CALIB_OFFLINE_OFF));
}

static void expect_authorities(const char *option, const char *file, const char *folders)
{
    calib_options options = {.struct_size = sizeof options, .ca_file = option};
    calib_settings settings;
    assert_ok(calib_settings_read(&options, &settings));
    assert_int_equal(settings.ca_file != NULL, file != NULL);
    assert_int_equal(settings.ca_folders != NULL, folders != NULL);
    if (file)
        assert_string_equal(settings.ca_file, file);
    if (folders)
        assert_string_equal(settings.ca_folders, folders);
    calib_settings_free(&settings);
}

static void authorities(void **unused)
{
    (void)unused;
    expect_authorities(NULL, NULL, NULL);
    setenv("SSL_CERT_DIR", "/a:/b", 1);
    expect_authorities(NULL, NULL, "/a:/b");
    setenv("SSL_CERT_FILE", "/c.pem", 1);
    expect_authorities(NULL, "/c.pem", "/a:/b");
    expect_authorities("/given.pem", "/given.pem", NULL);
}

/* ---- the limit of a text in one call, and the length of the longest ---- */

static int encode_whole(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                        void *emit_ctx)
{
    static const int32_t id = 1;
    (void)ctx, (void)text, (void)flags;
    return len > 0 ? emit(emit_ctx, &id, 1) : 0;
}

static int find_no_cut(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                       size_t cap, size_t *n)
{
    (void)ctx, (void)text, (void)len, (void)flags, (void)offsets, (void)cap;
    *n = 0;
    return 0;
}

static void expect_longest(const calib_tokenizer_vtable *tok, const char *text, size_t len,
                           uint64_t least, uint64_t most)
{
    test_setup setup = text_setup(text, len);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    assert_ok(test_open(tok, &setup, &corpus));
    assert_ok(calib_corpus_info(corpus, &info));
    assert_in_range(info.longest_segment_bytes, least, most);
    calib_corpus_close(corpus);
}

/* By default 8 MiB may go in one call, without `cuts` and if `cuts` finds none. */
static void longest_text_of_a_call(void **unused)
{
    (void)unused;
    enum { LIMIT = 8 << 20 };
    calib_tokenizer_vtable tok = {.struct_size = sizeof tok, .encode = encode_whole};
    char *text = malloc(LIMIT + (1 << 20));
    assert_non_null(text);
    memset(text, 'a', LIMIT + (1 << 20));
    expect_longest(calib_bytes_tokenizer(), text, LIMIT, 1, 1 << 20);
    expect_longest(&tok, text, LIMIT, LIMIT, LIMIT);
    test_setup longer = text_setup(text, LIMIT + 1);
    refuse(&(attempt){.tok = &tok, .seq_len = 1, OF_SETUP(longer)}, CALIB_E_WHOLE_LIMIT,
           "max_whole_bytes (8388608)");
    tok.cuts = find_no_cut;
    expect_longest(&tok, text, LIMIT, LIMIT, LIMIT);
    longer = text_setup(text, LIMIT + (1 << 20));
    refuse(&(attempt){.tok = &tok, .seq_len = 1, OF_SETUP(longer)}, CALIB_E_WHOLE_LIMIT,
           "max_whole_bytes");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(cache_directories, each),
        cmocka_unit_test_setup(home_in_cache_directories, each),
        cmocka_unit_test_setup(offline, each),
        cmocka_unit_test_setup(authorities, each),
        cmocka_unit_test(longest_text_of_a_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
