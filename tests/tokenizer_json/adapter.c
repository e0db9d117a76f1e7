/* SPDX-License-Identifier: MIT */
/* The vtable of a small file, callback by callback. */
#include "file.h"

#include <test.h>

#include <calib_tokenizer_json.h>
#include <pthread.h>

enum { WHOLE = CALIB_TEXT_BEGIN | CALIB_TEXT_END, MOST_IDS = 64 };

typedef struct id_list {
    int32_t ids[MOST_IDS];
    size_t n, n_calls, stop_at; /* 0: never */
} id_list;

static int collect(void *ctx, const int32_t *ids, size_t n)
{
    id_list *list = ctx;
    if (++list->n_calls == list->stop_at)
        return 77;
    assert_true(list->n + n <= MOST_IDS);
    memcpy(list->ids + list->n, ids, n * sizeof *ids);
    list->n += n;
    return 0;
}

static calib_tokenizer_json *open_with(uint32_t flags, uint32_t cuts)
{
    calib_tokenizer_json_options options = {.struct_size = sizeof options,
                                            .json = SMALL_FILE,
                                            .json_len = sizeof SMALL_FILE - 1,
                                            .flags = flags,
                                            .cuts = cuts};
    calib_tokenizer_json *file = NULL;
    calib_error error = {.struct_size = sizeof error};
    if (calib_tokenizer_json_open(&options, &file)) {
        calib_tokenizer_json_last_error(&error);
        fail_msg("%s", error.message);
    }
    return file;
}

static void assert_ids(const calib_tokenizer_json *file, const char *text, uint32_t flags,
                       const int32_t *ids, size_t n)
{
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    id_list list = {.n = 0};
    assert_int_equal(tok->encode(tok->ctx, text, strlen(text), flags, collect, &list), 0);
    assert_int_equal(list.n, n);
    assert_memory_equal(list.ids, ids, n * sizeof *ids);
}

#define IDS(...) (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / 4

static void ids_follow_the_flags(void **state)
{
    (void)state;
    calib_tokenizer_json *file = open_with(0, 0);
    assert_ids(file, "ab a", WHOLE, IDS(8, 6, 7));
    assert_ids(file, "ab a", WHOLE | CALIB_TEXT_NO_SPECIAL, IDS(6, 7));
    assert_ids(file, "ab a", 0, IDS(6, 7));
    assert_ids(file, "", WHOLE, IDS(8));
    assert_ids(file, "a<s>b <m>", 0, IDS(0, 8, 1, 10));
    assert_ids(file, "a<s>b <m>", CALIB_TEXT_PARSE_SPECIAL, IDS(0, 8, 1, 10));
    calib_tokenizer_json_close(file);
}

/* What a text's own flags say comes first. Tokens that are not special are always read. */
static void special_tokens_can_be_left_unread(void **state)
{
    (void)state;
    calib_tokenizer_json *file = open_with(0, 0), *plain = open_with(CALIB_TOKENIZER_JSON_PLAIN, 0);
    assert_ids(file, "a<t>.", CALIB_TEXT_PLAIN, IDS(0, 9, 5));
    assert_ids(plain, "a<t>.", 0, IDS(0, 9, 5));
    assert_ids(file, "a<s>b", CALIB_TEXT_PLAIN, IDS(0, 1)); /* the bytes of "<s>" are no tokens */
    assert_ids(plain, "a<s>b", 0, IDS(0, 1));
    assert_ids(plain, "a<s>b", CALIB_TEXT_PARSE_SPECIAL, IDS(0, 8, 1));
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    id_list list = {.n = 0};
    uint32_t both = CALIB_TEXT_PARSE_SPECIAL | CALIB_TEXT_PLAIN;
    assert_int_equal(tok->encode(tok->ctx, "a", 1, both, collect, &list), CALIB_E_ARGUMENT);
    assert_non_null(strstr(tok->last_error(tok->ctx), "CALIB_TEXT_PLAIN"));
    calib_tokenizer_json_close(file);
    calib_tokenizer_json_close(plain);
}

static void texts_must_be_utf8(void **state)
{
    (void)state;
    static const char *const texts[] = {"a\xff", "\x80", "a\xc3", "\xed\xa0\x80", "\xc0\x80<s>"};
    calib_tokenizer_json *file = open_with(0, 0);
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        id_list list = {.n = 0};
        size_t offsets[8], n;
        size_t len = strlen(texts[i]);
        assert_int_equal(tok->encode(tok->ctx, texts[i], len, WHOLE, collect, &list),
                         CALIB_E_ENCODE);
        assert_non_null(strstr(tok->last_error(tok->ctx), "UTF-8"));
        assert_int_equal(tok->cuts(tok->ctx, texts[i], len, WHOLE, offsets, 8, &n), 0);
    }
    calib_tokenizer_json_close(file);
}

static void emit_can_stop(void **state)
{
    (void)state;
    calib_tokenizer_json *file = open_with(0, 0);
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    for (size_t at = 1; at <= 2; at++) {
        id_list list = {.stop_at = at};
        assert_int_equal(tok->encode(tok->ctx, "ab", 2, WHOLE, collect, &list), 77);
        assert_int_equal(list.n_calls, at);
    }
    calib_tokenizer_json_close(file);
}

static void assert_cuts(const calib_tokenizer_json *file, const char *text, uint32_t flags,
                        const char *cut)
{
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    size_t len = strlen(text), offsets[64], n;
    char shown[256], *out = shown;
    assert_int_equal(tok->cuts(tok->ctx, text, len, flags, offsets, 64, &n), 0);
    for (size_t at = 0, i = 0; at < len; at++) {
        if (i < n && offsets[i] == at)
            *out++ = '|', i++;
        *out++ = text[at];
    }
    *out = '\0';
    assert_string_equal(shown, cut);
    /* A few at a time they are the same, as far as a window shows them. */
    for (size_t cap = 1; cap < 4; cap++) {
        assert_int_equal(tok->cuts(tok->ctx, text, len, flags, offsets, cap, &n), 0);
        assert_true(n <= cap);
    }
}

static void cuts_are_where_they_must_be(void **state)
{
    (void)state;
    calib_tokenizer_json *file = open_with(0, 0);
    assert_cuts(file, "ab ab. ab", WHOLE, "ab| ab|.| ab");
    /* Before the first pair of characters that is always cut nothing is known. */
    assert_cuts(file, "1234567 ab", WHOLE, "123|456|7| ab");
    assert_cuts(file, "1234567 ab", 0, "1234567| ab");
    assert_cuts(file, "", WHOLE, "");
    assert_cuts(file, "a", WHOLE, "a");
    /* White space: a run is divided in another way at the end of a text. */
    assert_cuts(file, "a\n\nb", WHOLE, "a|\n\n|b");
    /* <m> would take all white space in front of it. */
    assert_cuts(file, "a   b", WHOLE, "a|   b");
    assert_cuts(file, "a. \n.b", WHOLE, "a|.| \n|.b");
    /* An added token is in one segment with what a cut could take from it. */
    assert_cuts(file, "ab ab<t>ab ab", WHOLE, "ab| ab|<t>ab| ab");
    assert_cuts(file, "ab ab < t> ab", WHOLE, "ab| ab| <| t>| ab");
    calib_tokenizer_json_close(file);
}

static void cuts_can_be_declined(void **state)
{
    (void)state;
    calib_tokenizer_json *file = open_with(0, CALIB_TOKENIZER_JSON_CUTS_NONE);
    assert_null(calib_tokenizer_json_vtable(file)->cuts);
    assert_non_null(strstr(calib_tokenizer_json_why_whole(file), "CUTS_NONE"));
    assert_non_null(strstr(calib_tokenizer_json_describe(file), "whole"));
    calib_tokenizer_json_close(file);
    file = open_with(0, 0);
    assert_null(calib_tokenizer_json_why_whole(file));
    assert_non_null(strstr(calib_tokenizer_json_describe(file), "cut"));
    calib_tokenizer_json_close(file);
    assert_null(calib_tokenizer_json_why_whole(NULL));
    assert_null(calib_tokenizer_json_describe(NULL));
    assert_null(calib_tokenizer_json_vtable(NULL));
}

static int put(void *ctx, const char *text, size_t len)
{
    char *out = ctx;
    memcpy(out + strlen(out), text, len);
    return 0;
}

static void the_vtable_tells_of_the_file(void **state)
{
    (void)state;
    static const char *const texts[] = {"a",  "b",  "c",   " ",   "\n", ".",
                                        "ab", " a", "<s>", "<t>", "<m>"};
    calib_tokenizer_json *file = open_with(0, 0);
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    assert_int_equal(tok->vocab_size, 11);
    assert_int_equal(tok->capabilities, CALIB_TOKENIZER_THREADS | CALIB_TOKENIZER_SELF_IDENTIFYING |
                                            CALIB_TOKENIZER_PARTS);
    assert_int_equal(tok->special_id(tok->ctx, CALIB_SPECIAL_BOS), 8);
    assert_int_equal(tok->special_id(tok->ctx, CALIB_SPECIAL_EOS), -1);
    assert_int_equal(tok->special_id(tok->ctx, 99), -1);
    for (int32_t id = 0; id < 11; id++) {
        char text[16] = "";
        assert_int_equal(tok->text_of(tok->ctx, id, put, text), 0);
        assert_string_equal(text, texts[id]);
    }
    char none[16] = "";
    assert_int_equal(tok->text_of(tok->ctx, 11, put, none), CALIB_E_ARGUMENT);
    assert_int_equal(tok->text_of(tok->ctx, -1, put, none), CALIB_E_ARGUMENT);
    uint8_t one[32], other[32];
    calib_tokenizer_json *plain = open_with(CALIB_TOKENIZER_JSON_PLAIN, 0);
    assert_int_equal(tok->fingerprint(tok->ctx, one), 0);
    assert_int_equal(tok->fingerprint(calib_tokenizer_json_vtable(plain)->ctx, other), 0);
    assert_memory_not_equal(one, other, sizeof one);
    assert_int_equal(tok->identity(tok->ctx, other), 0);
    assert_memory_not_equal(one, other, sizeof one);
    calib_tokenizer_json_close(plain);
    calib_tokenizer_json_close(file);
}

static void assert_kind(const calib_tokenizer_vtable *tok, int32_t id, uint32_t expected)
{
    uint32_t kind = 99;
    assert_int_equal(tok->kind_of(tok->ctx, id, &kind), 0);
    assert_int_equal(kind, expected);
}

/* The kinds of the ids, as SMALL_FILE tells them. */
static void ids_have_kinds(void **state)
{
    (void)state;
    calib_tokenizer_json *file = open_with(0, 0);
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    for (int32_t id = 0; id < 8; id++)
        assert_kind(tok, id, CALIB_KIND_NORMAL);
    assert_kind(tok, 8, CALIB_KIND_SPECIAL);
    assert_kind(tok, 9, CALIB_KIND_ADDED);
    assert_kind(tok, 10, CALIB_KIND_SPECIAL);
    assert_kind(tok, 11, CALIB_KIND_NONE);
    assert_kind(tok, -1, CALIB_KIND_NONE);
    calib_tokenizer_json_close(file);
}

/* A model with byte tokens and an unknown one, in a vocabulary of characters: id 4 is a hole. */
static void bytes_and_the_unknown_have_kinds(void **state)
{
    (void)state;
    static const char json[] =
        "{\"version\":\"1.0\",\"added_tokens\":[{\"id\":0,\"content\":\"<unk>\","
        "\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,"
        "\"special\":true}],\"model\":{\"type\":\"BPE\",\"unk_token\":\"<unk>\","
        "\"byte_fallback\":true,\"vocab\":{\"<unk>\":0,\"<0xC3>\":1,\"a\":2,\"\xc3\xa9\":3,"
        "\"<0x41>\":5},\"merges\":[]}}";
    calib_tokenizer_json_options options = {
        .struct_size = sizeof options, .json = json, .json_len = sizeof json - 1};
    calib_tokenizer_json *file = NULL;
    assert_int_equal(calib_tokenizer_json_open(&options, &file), 0);
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    static const uint32_t kinds[] = {CALIB_KIND_UNKNOWN, CALIB_KIND_BYTE, CALIB_KIND_NORMAL,
                                     CALIB_KIND_NORMAL,  CALIB_KIND_NONE, CALIB_KIND_BYTE};
    for (int32_t id = 0; id < 6; id++)
        assert_kind(tok, id, kinds[id]);
    calib_tokenizer_json_close(file);
}

/* SHA-256 of "calib-tokenizer-json identity 1", the flags as 32 bits in little-endian, and the
 * SHA-256 of the file. Files pin such numbers: they never change. Building the tables frees the
 * bytes of the file. */
static void the_identity_is_the_same_with_tables(void **state)
{
    (void)state;
    static const uint8_t golden[32] = {0xff, 0xdf, 0xd1, 0x42, 0xb0, 0x3a, 0xe0, 0x27,
                                       0x5d, 0xa2, 0xc2, 0xfe, 0x1b, 0x6e, 0x17, 0x9f,
                                       0xe5, 0x35, 0x1c, 0x4f, 0x99, 0x04, 0x0c, 0x07,
                                       0x27, 0x47, 0x56, 0x37, 0x6f, 0xd7, 0x05, 0x0b};
    uint8_t before[2][32], behind[2][32];
    calib_tokenizer_json *file = open_with(0, 0);
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    assert_int_equal(tok->identity(tok->ctx, before[0]), 0);
    assert_int_equal(tok->fingerprint(tok->ctx, before[1]), 0);
    assert_ids(file, "ab a", WHOLE, IDS(8, 6, 7));
    assert_int_equal(tok->identity(tok->ctx, behind[0]), 0);
    assert_int_equal(tok->fingerprint(tok->ctx, behind[1]), 0);
    assert_memory_equal(before[0], golden, sizeof golden);
    assert_memory_equal(before, behind, sizeof before);
    calib_tokenizer_json_close(file);
}

static int drop_text(void *ctx, const char *text, size_t len)
{
    (void)ctx, (void)text, (void)len;
    return 0;
}

/* A thread, and which call is its first one. */
typedef struct racer {
    const calib_tokenizer_json *file;
    size_t number;
} racer;

/* Calls what builds the tables if nothing did, then encodes. Returns the number of ids. */
static void *call_first(void *ctx)
{
    const racer *me = ctx;
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(me->file);
    id_list list = {.n = 0};
    size_t offsets[8], n;
    int status = 0;
    switch (me->number % 5) {
    case 0: status = tok->cuts(tok->ctx, "ab a<s>", 7, WHOLE, offsets, 8, &n); break;
    case 1: status = tok->text_of(tok->ctx, 6, drop_text, NULL); break;
    case 2: status = calib_tokenizer_json_why_whole(me->file) != NULL; break;
    case 3: status = strstr(calib_tokenizer_json_describe(me->file), "are cut") == NULL; break;
    default: break;
    }
    if (!status)
        status = tok->encode(tok->ctx, "ab a<s>", 7, WHOLE, collect, &list);
    return (void *)(status ? SIZE_MAX : list.n);
}

static void threads_build_the_tables_once(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        calib_tokenizer_json *file = open_with(0, 0);
        pthread_t threads[8];
        racer racers[8];
        void *n[8];
        for (size_t k = 0; k < 8; k++) {
            racers[k] = (racer){file, k + (size_t)i};
            assert_int_equal(pthread_create(&threads[k], NULL, call_first, &racers[k]), 0);
        }
        for (size_t k = 0; k < 8; k++)
            pthread_join(threads[k], &n[k]);
        for (size_t k = 0; k < 8; k++)
            assert_int_equal((size_t)n[k], 4);
        calib_tokenizer_json_close(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_follow_the_flags),
        cmocka_unit_test(special_tokens_can_be_left_unread),
        cmocka_unit_test(texts_must_be_utf8),
        cmocka_unit_test(emit_can_stop),
        cmocka_unit_test(cuts_are_where_they_must_be),
        cmocka_unit_test(cuts_can_be_declined),
        cmocka_unit_test(the_vtable_tells_of_the_file),
        cmocka_unit_test(ids_have_kinds),
        cmocka_unit_test(bytes_and_the_unknown_have_kinds),
        cmocka_unit_test(the_identity_is_the_same_with_tables),
        cmocka_unit_test(threads_build_the_tables_once),
    };
    return cmocka_run_group_tests_name("tokenizer-json-adapter", tests, NULL, NULL);
}
