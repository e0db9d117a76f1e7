/* SPDX-License-Identifier: MIT */
/* Hashes, sizes and buffers, numbers as text, the error record, names of statuses, locales. */
#include "base/error.h"
#include "base/memory.h"
#include "base/numbers.h"
#include "base/sha256.h"
#include "system/pages.h"
#include "system/system.h"
#include "test.h"

#include <locale.h>

/* The examples of FIPS 180-4, the empty text, and a million times 'a'. */
static void sha256_known_answers(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *hash;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    uint8_t hash[CALIB_SHA256_SIZE];
    char hex[CALIB_SHA256_HEX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(calib_sha256_of(cases[i].text, strlen(cases[i].text), hash));
        calib_sha256_to_hex(hash, hex);
        assert_string_equal(hex, cases[i].hash);
    }
    char many[1000];
    memset(many, 'a', sizeof many);
    calib_sha256 run = {0};
    assert_ok(calib_sha256_begin(&run));
    for (size_t i = 0; i < 1000; i++)
        assert_ok(calib_sha256_add(&run, many, sizeof many));
    assert_ok(calib_sha256_end(&run, hash));
    calib_sha256_to_hex(hash, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void sha256_text_form(void **unused)
{
    (void)unused;
    static const char good[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015AD";
    uint8_t hash[CALIB_SHA256_SIZE];
    char bad[80];
    assert_true(calib_sha256_from_hex(good, hash));
    assert_int_equal(hash[0], 0xba);
    assert_int_equal(hash[31], 0xad);
    for (size_t at = 0; at < 64; at++) {
        snprintf(bad, sizeof bad, "%s", good);
        bad[at] = at % 2 ? 'g' : '/';
        assert_false(calib_sha256_from_hex(bad, hash));
    }
    snprintf(bad, sizeof bad, "%.63s", good);
    assert_false(calib_sha256_from_hex(bad, hash));
    snprintf(bad, sizeof bad, "%s0", good);
    assert_false(calib_sha256_from_hex(bad, hash));
    assert_false(calib_sha256_from_hex("", hash));
}

static void decimal_numbers(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        size_t digits;
        uint64_t value;
    } cases[] = {
        {"0", 1, 0},
        {"007x", 3, 7},
        {"12 34", 2, 12},
        {"18446744073709551615", 20, UINT64_MAX},
        {"18446744073709551616", 0, 0},
        {"99999999999999999999999", 0, 0},
        {"", 0, 0},
        {"-1", 0, 0},
        {" 1", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t value = 0;
        assert_int_equal(calib_decimal_read(cases[i].text, strlen(cases[i].text), &value),
                         cases[i].digits);
        if (cases[i].digits)
            assert_true(value == cases[i].value);
    }
    uint64_t value;
    assert_int_equal(calib_decimal_read("1234", 2, &value), 2);
    assert_int_equal(value, 12);
}

static void decimals_are_written(void **unused)
{
    (void)unused;
    char out[CALIB_DECIMAL_SIZE];
    calib_decimal_write(0, out);
    assert_string_equal(out, "0");
    calib_decimal_write(1020, out);
    assert_string_equal(out, "1020");
    calib_decimal_write(UINT64_MAX, out);
    assert_string_equal(out, "18446744073709551615");
}

static void hex_digits(void **unused)
{
    (void)unused;
    uint8_t bytes[3];
    char text[7];
    assert_true(calib_hex_read("00aBff", bytes, 3));
    calib_hex_write(bytes, 3, text);
    assert_string_equal(text, "00abff");
    assert_false(calib_hex_read("00aBf", bytes, 3));
    assert_false(calib_hex_read("00aBff0", bytes, 3));
    assert_false(calib_hex_read("00aBfg", bytes, 3));
}

static void sizes_do_not_wrap(void **unused)
{
    (void)unused;
    size_t out = 7;
    assert_true(calib_size_mul(SIZE_MAX / 4, 4, &out));
    assert_true(calib_size_mul(0, SIZE_MAX, &out));
    assert_int_equal(out, 0);
    assert_true(calib_size_mul(SIZE_MAX, 0, &out));
    assert_true(calib_size_mul(SIZE_MAX, 1, &out));
    assert_false(calib_size_mul(SIZE_MAX / 4 + 1, 4, &out));
    assert_false(calib_size_mul(SIZE_MAX, SIZE_MAX, &out));
    assert_true(calib_size_add(SIZE_MAX - 1, 1, &out));
    assert_int_equal(out, SIZE_MAX);
    assert_false(calib_size_add(SIZE_MAX, 1, &out));
}

static void buffers_grow(void **unused)
{
    (void)unused;
    calib_buffer buffer = {0};
    assert_ok(calib_buffer_append(&buffer, NULL, 0));
    assert_null(buffer.data);
    for (uint32_t i = 0; i < 5000; i++)
        assert_ok(calib_buffer_append(&buffer, &i, sizeof i));
    assert_int_equal(buffer.len, 5000 * sizeof(uint32_t));
    assert_true(buffer.cap >= buffer.len && buffer.cap <= 2 * buffer.len);
    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t there;
        memcpy(&there, (char *)buffer.data + i * sizeof i, sizeof there);
        assert_int_equal(there, i);
    }
    size_t len = buffer.len;
    assert_status(calib_buffer_reserve(&buffer, SIZE_MAX), CALIB_E_NOMEM);
    assert_status(calib_buffer_reserve(&buffer, SIZE_MAX - len + 1), CALIB_E_NOMEM);
    assert_int_equal(buffer.len, len);
    calib_buffer_free(&buffer);
    assert_null(buffer.data);
    calib_buffer_free(&buffer);
}

static void check_block(size_t n)
{
    char *block = calib_aligned_alloc(n);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % 64, 0);
    assert_int_equal((uintptr_t)block % calib_memory_alignment(n), 0);
    memset(block, 1, n);
    calib_aligned_free(block);
}

static void blocks_are_aligned(void **unused)
{
    (void)unused;
    for (size_t n = 1; n < 5000; n += 37)
        check_block(n);
    for (size_t n = (1 << 21) - 1; n <= (1 << 21) + 1; n++)
        check_block(n);
    assert_null(calib_aligned_alloc(SIZE_MAX));
    calib_aligned_free(NULL);
}

static void record_is_set_and_cleared(void **unused)
{
    (void)unused;
    calib_error error = {.struct_size = sizeof error};
    assert_int_equal(calib_fail(CALIB_E_HTTP, "%s", "a\tb\nc"), CALIB_E_HTTP);
    calib_error_record()->http_status = 404;
    assert_int_equal(calib_last_error(&error), 0);
    assert_string_equal(error.message, "a?b?c");
    assert_int_equal(error.http_status, 404);
    assert_int_equal(calib_fail(CALIB_E_ARGUMENT, "next"), CALIB_E_ARGUMENT);
    assert_int_equal(calib_last_error(&error), 0);
    assert_int_equal(error.http_status, 0); /* nothing is left of the error before */
    assert_int_equal(error.offset, -1);
    assert_int_equal(calib_last_error(&error), 0); /* reading does not clear it */
    assert_int_equal(error.status, CALIB_E_ARGUMENT);
    calib_error_clear();
    assert_int_equal(calib_last_error(&error), 0);
    assert_int_equal(error.status, 0);
    assert_string_equal(error.message, "");
}

static void a_place_goes_in_front_of_a_message(void **unused)
{
    (void)unused;
    calib_error error = {.struct_size = sizeof error};
    char text[3000];
    calib_fail(CALIB_E_CALLBACK, "it is wrong");
    calib_error_record()->callback_result = 7;
    assert_int_equal(calib_fail_within("sources[%d]", 3), CALIB_E_CALLBACK);
    assert_int_equal(calib_last_error(&error), 0);
    assert_string_equal(error.message, "sources[3]: it is wrong");
    assert_int_equal(error.callback_result, 7);
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(calib_fail_within("%s", text), CALIB_E_CALLBACK);
    assert_int_equal(calib_last_error(&error), 0);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
}

static void long_messages_are_cut(void **unused)
{
    (void)unused;
    char text[3000];
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    calib_error error = {.struct_size = sizeof error};
    calib_fail(CALIB_E_ARGUMENT, "%s", text);
    assert_int_equal(calib_last_error(&error), 0);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    for (int len = 1015; len < 1025; len++) {
        calib_fail_system(2, "%.*s", len, text);
        assert_int_equal(calib_last_error(&error), 0);
        assert_true(strlen(error.message) < sizeof error.message);
        assert_non_null(strstr(error.message, "y: No such file or directory"));
        assert_int_equal(error.system_error, 2);
        assert_int_equal(error.status, CALIB_E_NOT_FOUND);
    }
}

/* A name keeps its beginning and its end, and no character is cut in two. */
static void long_names_are_shortened(void **unused)
{
    (void)unused;
    char name[5003], out[64];
    for (size_t i = 0; i < sizeof name - 1; i++)
        name[i] = "\xe2\x82\xac"[i % 3];
    name[sizeof name - 1] = '\0';
    memcpy(name, "/begin", 6), memcpy(name + 4998, "/end", 4);
    calib_fail_system(36, "cannot open %s or %s", calib_shown(name), calib_shown("short"));
    assert_true(strlen(last_message()) < 2 * CALIB_SHOWN);
    assert_int_equal(strncmp(last_message(), "cannot open /begin", 18), 0);
    assert_message("/end or short: ");
    assert_message("...");
    assert_null(strchr(last_message(), '?'));
    calib_fail(CALIB_E_ARGUMENT, "%s %s", calib_shown(name), calib_shown(name + 3));
    assert_true(strlen(last_message()) > CALIB_SHOWN && strlen(last_message()) < 2 * CALIB_SHOWN);
    for (size_t cap = 1; cap <= sizeof out; cap++) {
        calib_shorten(name, strlen(name), out, cap);
        assert_true(strlen(out) < cap && strlen(out) + 6 >= cap);
        assert_int_equal(strstr(out, "...") != NULL, cap > 8);
    }
    name[63] = '\0';
    calib_shorten(name, 63, out, sizeof out);
    assert_string_equal(out, name);
}

/* "\xc3\xa4" has two bytes, so some cuts fall inside a character. */
static void messages_are_utf8(void **unused)
{
    (void)unused;
    char text[1100] = "";
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa4", 3);
    calib_error error = {.struct_size = sizeof error};
    calib_fail(CALIB_E_ARGUMENT, "%s", text);
    assert_int_equal(calib_last_error(&error), 0);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_string_equal(error.message + sizeof error.message - 4, "\xc3\xa4?");
    calib_fail(CALIB_E_ARGUMENT, "%s", "a\xff\xfe \xe2\x82\xac \xe2\x82 \xed\xa0\x80 \xc3");
    assert_int_equal(calib_last_error(&error), 0);
    assert_string_equal(error.message, "a?? \xe2\x82\xac ?? ??? ?");
}

static void every_status_has_name_and_text(void **unused)
{
    (void)unused;
#define CHECK_STATUS(name, number, text)                                                           \
    assert_string_equal(calib_status_name(number), "CALIB_" #name);                                \
    assert_string_equal(calib_status_text(number), text);                                          \
    assert_int_equal(CALIB_##name, number);
    CALIB_STATUSES(CHECK_STATUS)
    assert_string_equal(calib_status_name(0), "CALIB_OK");
    static const int unknown[] = {1, -1000, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(calib_status_name(unknown[i]), "CALIB_E_UNKNOWN");
        assert_true(*calib_status_text(unknown[i]));
    }
}

static void version_is_the_header_s(void **unused)
{
    (void)unused;
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", CALIB_VERSION_MAJOR, CALIB_VERSION_MINOR,
             CALIB_VERSION_PATCH);
    assert_string_equal(calib_version(), version);
    assert_string_equal(calib_version(), PROJECT_VERSION);
}

/* Decimal commas (German) and other letter cases (Turkish) change nothing. */
static void check_in_locale(const char *name)
{
    static const char text[] = "Iı İi one\r\ntwo";
    test_setup setup = text_setup(text, sizeof text - 1);
    calib_samples *samples;
    assert_ok(test_load(calib_bytes_tokenizer(), 1, 4, 7, &setup, NULL, &samples));
    assert_int_equal(samples->n_tokens, sizeof text - 2);
    calib_samples_free(samples);
    setup.source.location = "x";
    assert_status(test_load(calib_bytes_tokenizer(), 1, 4, 7, &setup, NULL, &samples),
                  CALIB_E_ARGUMENT);
    assert_message("both");
    setup = location_setup("FILE://I");
    assert_status(test_load(calib_bytes_tokenizer(), 1, 4, 7, &setup, NULL, &samples),
                  CALIB_E_ARGUMENT);
    assert_string_equal(setlocale(LC_ALL, NULL), name); /* the locale is unchanged */
}

/* If locales could be made, none may be missing. LOCPATH is set for setlocale() only, because
 * newlocale() in libcrypto's start leaks with it. */
static void in_locale(void **name)
{
    const char *made = getenv("TEST_LOCALES");
    if (made)
        assert_int_equal(setenv("LOCPATH", made, 1), 0);
    const char *found = setlocale(LC_ALL, *name);
    unsetenv("LOCPATH");
    if (!found && made)
        fail_msg("%s holds no locale %s", made, (const char *)*name);
    if (!found) {
        fprintf(stderr, "# skipped: this machine has no locale %s\n", (const char *)*name);
        skip();
    }
    check_in_locale(*name);
    setlocale(LC_ALL, "C");
}

#define IN_LOCALE(name) {"in_locale_" name, in_locale, NULL, NULL, (void *)(uintptr_t)name}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_known_answers),
        cmocka_unit_test(sha256_text_form),
        cmocka_unit_test(decimal_numbers),
        cmocka_unit_test(decimals_are_written),
        cmocka_unit_test(hex_digits),
        cmocka_unit_test(sizes_do_not_wrap),
        cmocka_unit_test(buffers_grow),
        cmocka_unit_test(blocks_are_aligned),
        cmocka_unit_test(record_is_set_and_cleared),
        cmocka_unit_test(a_place_goes_in_front_of_a_message),
        cmocka_unit_test(long_messages_are_cut),
        cmocka_unit_test(long_names_are_shortened),
        cmocka_unit_test(messages_are_utf8),
        cmocka_unit_test(every_status_has_name_and_text),
        cmocka_unit_test(version_is_the_header_s),
        IN_LOCALE("C.UTF-8"),
        IN_LOCALE("de_DE.UTF-8"),
        IN_LOCALE("tr_TR.UTF-8"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
