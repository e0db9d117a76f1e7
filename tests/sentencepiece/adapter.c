/* SPDX-License-Identifier: MIT */
/* The adapter's ids, compared with those of spm_encode, and its callbacks. */
#include "models.h"

/* ---- the ids of spm_encode ---- */

typedef struct expected {
    char *bytes;
    size_t len;
} expected;

/* Reads the next case and copies its ids, which aligns them. Returns 0 at the end. */
static int next_case(const expected *file, size_t *at, const char **text, uint32_t n[2],
                     int32_t **ids)
{
    if (*at == file->len)
        return 0;
    memcpy(n, file->bytes + *at, 8);
    *text = file->bytes + *at + 8;
    *ids = malloc(n[1] * sizeof **ids + 1);
    assert_non_null(*ids);
    memcpy(*ids, *text + n[0], n[1] * sizeof **ids);
    *at += 8 + n[0] + n[1] * sizeof **ids;
    return 1;
}

static size_t compare_all(const calib_sentencepiece *model, const expected *file)
{
    size_t n_cases = 0;
    const char *text;
    uint32_t n[2];
    int32_t *ids;
    for (size_t at = 0; next_case(file, &at, &text, n, &ids); n_cases++) {
        id_list list = encode_flags(model, text, n[0], WHOLE);
        assert_int_equal(list.n, n[1]);
        if (n[1])
            assert_memory_equal(list.ids, ids, n[1] * sizeof *ids);
        free(list.ids);
        free(ids);
    }
    return n_cases;
}

static void ids_are_those_of_spm_encode(void **state)
{
    (void)state;
    static const char *const models[] = {"BPE", "UNIGRAM"};
    for (size_t i = 0; i < 2; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s_EXPECTED", models[i]);
        expected file;
        file.bytes = read_whole(environment(name), &file.len);
        calib_sentencepiece *model = open_model(models[i], 0);
        size_t n = compare_all(model, &file);
        print_message("# %s: %zu texts equal\n", models[i], n);
        assert_true(n > 100);
        calib_sentencepiece_close(model);
        free(file.bytes);
    }
}

static void a_model_in_memory_is_the_same(void **state)
{
    (void)state;
    size_t len;
    char *bytes = read_whole(environment("BPE"), &len);
    calib_sentencepiece_options options = {
        .struct_size = sizeof options, .model = bytes, .model_len = len};
    calib_sentencepiece *memory = NULL, *file = open_model("BPE", 0);
    assert_int_equal(calib_sentencepiece_open(&options, &memory), 0);
    memset(bytes, 0, len);
    free(bytes);
    static const char text[] = "The model was copied, so its bytes may go.";
    id_list a = encode_flags(memory, text, sizeof text - 1, WHOLE);
    id_list b = encode_flags(file, text, sizeof text - 1, WHOLE);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.ids, b.ids, a.n * sizeof *a.ids);
    free(a.ids);
    free(b.ids);
    calib_sentencepiece_close(memory);
    calib_sentencepiece_close(file);
}

/* ---- BOS and EOS ---- */

static void check_ends(const calib_sentencepiece *model, uint32_t flags, int bos, int eos)
{
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    id_list list = encode_flags(model, "a word", 6, flags);
    assert_true(list.n > 2);
    assert_int_equal(list.ids[0] == tok->special_id(tok->ctx, CALIB_SPECIAL_BOS), bos);
    assert_int_equal(list.ids[list.n - 1] == tok->special_id(tok->ctx, CALIB_SPECIAL_EOS), eos);
    free(list.ids);
}

static void bos_and_eos_stand_at_the_text_s_ends(void **state)
{
    (void)state;
    calib_sentencepiece *both =
        open_model("BPE", CALIB_SENTENCEPIECE_BOS | CALIB_SENTENCEPIECE_EOS);
    check_ends(both, WHOLE, 1, 1);
    check_ends(both, CALIB_TEXT_BEGIN, 1, 0);
    check_ends(both, CALIB_TEXT_END, 0, 1);
    check_ends(both, 0, 0, 0);
    check_ends(both, WHOLE | CALIB_TEXT_NO_SPECIAL, 0, 0);
    id_list empty = encode_flags(both, NULL, 0, WHOLE);
    assert_int_equal(empty.n, 2);
    free(empty.ids);
    calib_sentencepiece_close(both);

    calib_sentencepiece *bos = open_model("BPE", CALIB_SENTENCEPIECE_BOS);
    check_ends(bos, WHOLE, 1, 0);
    calib_sentencepiece_close(bos);
    calib_sentencepiece *none = open_model("BPE", 0);
    check_ends(none, WHOLE, 0, 0);
    calib_sentencepiece_close(none);
}

/* ---- other callbacks ---- */

static int append_text(void *ctx, const char *text, size_t len)
{
    char *to = ctx;
    size_t n = strlen(to);
    memcpy(to + n, text, len);
    to[n + len] = '\0';
    return 0;
}

static void the_text_of_ids_is_the_text(void **state)
{
    (void)state;
    static const char text[] = "Naïve café: 東京 \xf0\x9f\x9a\x80 \x01 end";
    calib_sentencepiece *model = open_model("BPE", 0);
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    id_list list = encode_flags(model, text, sizeof text - 1, WHOLE);
    char back[256] = "";
    for (size_t i = 0; i < list.n; i++)
        assert_int_equal(tok->text_of(tok->ctx, list.ids[i], append_text, back), 0);
    assert_string_equal(back + 1, text); /* the dummy prefix is a space */
    assert_int_equal(back[0], ' ');
    assert_sp_status(tok->text_of(tok->ctx, -1, append_text, back), CALIB_E_ARGUMENT, "id is -1");
    assert_sp_status(tok->text_of(tok->ctx, (int32_t)tok->vocab_size, append_text, back),
                     CALIB_E_ARGUMENT, "id is 2000");
    free(list.ids);
    calib_sentencepiece_close(model);
}

static void special_ids_and_sizes(void **state)
{
    (void)state;
    calib_sentencepiece *model = open_model("BPE", 0);
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    assert_int_equal(tok->struct_size, sizeof *tok);
    assert_int_equal(tok->vocab_size, 2000);
    assert_int_equal(tok->capabilities & CALIB_TOKENIZER_THREADS, CALIB_TOKENIZER_THREADS);
    assert_int_equal(tok->special_id(tok->ctx, CALIB_SPECIAL_UNK), 0);
    assert_int_equal(tok->special_id(tok->ctx, CALIB_SPECIAL_BOS), 1);
    assert_int_equal(tok->special_id(tok->ctx, CALIB_SPECIAL_EOS), 2);
    assert_int_equal(tok->special_id(tok->ctx, CALIB_SPECIAL_PAD), -1);
    assert_int_equal(tok->special_id(tok->ctx, 99), -1);
    calib_sentencepiece_close(model);
    assert_null(calib_sentencepiece_vtable(NULL));
    assert_null(calib_sentencepiece_why_whole(NULL));
    calib_sentencepiece_close(NULL);
}

static uint32_t kind_of(const calib_tokenizer_vtable *tok, int32_t id)
{
    uint32_t kind = 99;
    assert_int_equal(tok->kind_of(tok->ctx, id, &kind), 0);
    return kind;
}

/* The model has byte fallback, so that <0x00> to <0xFF> follow its three marks. */
static void ids_have_kinds(void **state)
{
    (void)state;
    calib_sentencepiece *model = open_model("BPE", 0);
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    assert_int_equal(kind_of(tok, 0), CALIB_KIND_UNKNOWN);
    assert_int_equal(kind_of(tok, 1), CALIB_KIND_SPECIAL);
    assert_int_equal(kind_of(tok, 2), CALIB_KIND_SPECIAL);
    for (int32_t id = 3; id < 3 + 256; id++)
        assert_int_equal(kind_of(tok, id), CALIB_KIND_BYTE);
    for (int32_t id = 3 + 256; id < 2000; id++)
        assert_int_equal(kind_of(tok, id), CALIB_KIND_NORMAL);
    assert_int_equal(kind_of(tok, 2000), CALIB_KIND_NONE);
    assert_int_equal(kind_of(tok, -1), CALIB_KIND_NONE);
    calib_sentencepiece_close(model);
}

static void emit_can_stop_at_every_call(void **state)
{
    (void)state;
    calib_sentencepiece *model =
        open_model("BPE", CALIB_SENTENCEPIECE_BOS | CALIB_SENTENCEPIECE_EOS);
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    size_t stop = 1;
    for (int result = 77; result == 77; stop++) {
        id_list list = {.stop_at = stop};
        result = tok->encode(tok->ctx, "a word", 6, WHOLE, collect, &list);
        assert_true(result == 77 ? list.n_calls == stop : result == 0);
        free(list.ids);
    }
    assert_true(stop > 3);
    assert_sp_status(
        tok->encode(tok->ctx, "a", 1, WHOLE | CALIB_TEXT_PARSE_SPECIAL, collect, &(id_list){0}),
        CALIB_E_UNSUPPORTED, "special tokens");
    assert_string_equal(tok->last_error(tok->ctx), sp_message());
    calib_sentencepiece_close(model);
}

/* "a wo" and "rd" are no segments: a cut between o and r would divide a piece. */
static void parts_are_encoded_apart(void **state)
{
    (void)state;
    calib_sentencepiece *model = open_model("BPE", CALIB_SENTENCEPIECE_BOS);
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    assert_true(tok->capabilities & CALIB_TOKENIZER_PARTS);
    id_list whole = encode_flags(model, "a word", 6, WHOLE);
    id_list plain = encode_flags(model, "a word", 6, WHOLE | CALIB_TEXT_PLAIN);
    id_list parts = encode_flags(model, "a wo", 4, CALIB_TEXT_BEGIN);
    size_t n_first = parts.n;
    assert_int_equal(tok->encode(tok->ctx, "rd ", 3, 0, collect, &parts), 0);
    char back[64] = "";
    for (size_t i = 1; i < parts.n; i++)
        assert_int_equal(tok->text_of(tok->ctx, parts.ids[i], append_text, back), 0);
    assert_string_equal(back, " a word ");
    assert_true(parts.n > n_first && parts.n > whole.n);
    assert_int_equal(plain.n, whole.n);
    assert_memory_equal(plain.ids, whole.ids, whole.n * sizeof *whole.ids);
    free(whole.ids);
    free(plain.ids);
    free(parts.ids);
    calib_sentencepiece_close(model);

    calib_sentencepiece *unigram = open_model("UNIGRAM", 0);
    assert_false(calib_sentencepiece_vtable(unigram)->capabilities & CALIB_TOKENIZER_PARTS);
    calib_sentencepiece_close(unigram);
}

static void the_core_takes_it(void **state)
{
    (void)state;
    calib_sentencepiece *model = open_model("BPE", CALIB_SENTENCEPIECE_BOS);
    static const char text[] = "One two three four five six seven eight nine ten.";
    test_setup setup = text_setup(text, sizeof text - 1);
    calib_samples *samples = NULL;
    assert_ok(test_load(calib_sentencepiece_vtable(model), 0, 1, 0, &setup, NULL, &samples));
    id_list list = encode_flags(model, text, sizeof text - 1, WHOLE);
    assert_int_equal(samples->n_tokens, list.n);
    for (size_t i = 0; i < samples->n_rows; i++)
        assert_int_equal(samples->tokens[i], list.ids[samples->offsets[i]]);
    free(list.ids);
    calib_samples_free(samples);
    calib_sentencepiece_close(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_those_of_spm_encode),
        cmocka_unit_test(a_model_in_memory_is_the_same),
        cmocka_unit_test(bos_and_eos_stand_at_the_text_s_ends),
        cmocka_unit_test(the_text_of_ids_is_the_text),
        cmocka_unit_test(special_ids_and_sizes),
        cmocka_unit_test(ids_have_kinds),
        cmocka_unit_test(emit_can_stop_at_every_call),
        cmocka_unit_test(parts_are_encoded_apart),
        cmocka_unit_test(the_core_takes_it),
    };
    return cmocka_run_group_tests_name("sentencepiece-adapter", tests, NULL, NULL);
}
