/* SPDX-License-Identifier: MIT */
/* A build without libcurl: http_none.c is linked instead of http.c. */
#include "fetch/http.h"
#include "test.h"

#include <calib_cache.h>
#include <unistd.h>

static const char URL[] = "https://a.example/text";
static char folder[] = "/tmp/calib-net-XXXXXX";
static char file[64];

static test_setup url_setup(uint32_t offline)
{
    test_setup setup = location_setup(URL);
    setup.options.cache_dir = folder;
    setup.options.offline = offline;
    return setup;
}

static int begin(void **unused)
{
    (void)unused;
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/file", folder);
    FILE *out = fopen(file, "w");
    return out && fputs("a text\n", out) >= 0 && fclose(out) == 0 ? 0 : -1;
}

static int forget(void *ctx, const calib_cache_entry *entry)
{
    (void)ctx;
    unlink(entry->path);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    test_setup setup = url_setup(CALIB_OFFLINE_OFF);
    char path[256];
    static const char *const left[] = {"/urls",         "/corpora", "/tokens",
                                       "/CACHEDIR.TAG", "/file",    ""};
    calib_cache_remove(&setup.source, &setup.options);
    calib_cache_list(&setup.options, forget, NULL);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        snprintf(path, sizeof path, "%s%s", folder, left[i]);
        if (unlink(path))
            rmdir(path);
    }
    return 0;
}

static void a_text_that_is_not_cached_is_refused(void **unused)
{
    (void)unused;
    char path[256];
    test_setup setup = url_setup(CALIB_OFFLINE_OFF);
    assert_status(calib_fetch(&setup.source, &setup.options, path, sizeof path),
                  CALIB_E_UNSUPPORTED);
    assert_message("calib_cache_add()");
    setup = url_setup(CALIB_OFFLINE_ON);
    assert_status(calib_fetch(&setup.source, &setup.options, path, sizeof path), CALIB_E_OFFLINE);
}

static void a_cached_text_is_served(void **unused)
{
    (void)unused;
    calib_samples *samples = NULL;
    test_setup setup = url_setup(CALIB_OFFLINE_OFF);
    assert_ok(calib_cache_add(&setup.source, &setup.options, file));
    assert_ok(test_load(calib_bytes_tokenizer(), 1, 7, 0, &setup, NULL, &samples));
    assert_int_equal(samples->n_rows, 1);
    calib_samples_free(samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_is_not_cached_is_refused),
        cmocka_unit_test(a_cached_text_is_served),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
