/* SPDX-License-Identifier: MIT */
/* The fingerprint and the identity of a model. */
#include "golden.h"
#include "models.h"

enum { BOTH = CALIB_SENTENCEPIECE_BOS | CALIB_SENTENCEPIECE_EOS };

/* SHA-256 of "calib-sentencepiece identity 1", the flags as 32 bits in little-endian, and the bytes
 * of golden_model. Files pin such numbers: they never change. */
static const uint8_t golden_plain[32] = {
    0x74, 0x7d, 0x61, 0x9b, 0xcf, 0xc0, 0xdc, 0x82, 0x76, 0x7d, 0xf6, 0x70, 0x72, 0xe3, 0x3a, 0x86,
    0x42, 0x04, 0xc6, 0x90, 0xbd, 0x9e, 0x4a, 0x2a, 0xda, 0xdf, 0x4c, 0xda, 0x1d, 0xa9, 0xe5, 0x60};
static const uint8_t golden_both[32] = {
    0x77, 0x3b, 0x0c, 0xa1, 0x63, 0xaf, 0xe4, 0x35, 0x3f, 0xfb, 0x17, 0x25, 0xe3, 0xef, 0xf8, 0xf5,
    0x86, 0xbd, 0x63, 0xb3, 0xd3, 0x88, 0x27, 0x4a, 0xb5, 0xd6, 0xd5, 0x0b, 0x20, 0x34, 0x2b, 0x6f};

typedef struct hashes {
    uint8_t fingerprint[32], identity[32];
} hashes;

/* Opens a model, asks for both hashes twice and closes it. */
static hashes hashes_of(calib_sentencepiece_options options)
{
    calib_sentencepiece *model = NULL;
    hashes first, second;
    if (calib_sentencepiece_open(&options, &model))
        fail_msg("%s", sp_message());
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    assert_int_equal(tok->fingerprint(tok->ctx, first.fingerprint), 0);
    assert_int_equal(tok->identity(tok->ctx, first.identity), 0);
    assert_int_equal(tok->fingerprint(tok->ctx, second.fingerprint), 0);
    assert_int_equal(tok->identity(tok->ctx, second.identity), 0);
    assert_memory_equal(&first, &second, sizeof first);
    assert_memory_not_equal(first.fingerprint, first.identity, 32);
    calib_sentencepiece_close(model);
    return first;
}

static void hashes_tell_models_and_options_apart(void **state)
{
    (void)state;
    hashes all[5];
    for (uint32_t flags = 0; flags < 4; flags++)
        all[flags] = hashes_of(OPTIONS(.path = environment("BPE"), .flags = flags));
    all[4] = hashes_of(OPTIONS(.path = environment("UNIGRAM")));
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < i; k++) {
            assert_memory_not_equal(all[i].fingerprint, all[k].fingerprint, 32);
            assert_memory_not_equal(all[i].identity, all[k].identity, 32);
        }
}

/* The origin of the bytes and the choice of cuts change no id. */
static void hashes_cover_nothing_else(void **state)
{
    (void)state;
    size_t len;
    char *bytes = read_whole(environment("BPE"), &len);
    hashes file = hashes_of(OPTIONS(.path = environment("BPE")));
    hashes again = hashes_of(OPTIONS(.path = environment("BPE")));
    hashes memory = hashes_of(OPTIONS(.model = bytes, .model_len = len));
    hashes whole =
        hashes_of(OPTIONS(.path = environment("BPE"), .cuts = CALIB_SENTENCEPIECE_CUTS_NONE));
    assert_memory_equal(&file, &again, sizeof file);
    assert_memory_equal(&file, &memory, sizeof file);
    assert_memory_equal(&file, &whole, sizeof file);
    free(bytes);
}

static void the_identity_is_the_same_on_every_machine(void **state)
{
    (void)state;
    hashes plain = hashes_of(OPTIONS(.model = golden_model, .model_len = sizeof golden_model));
    hashes both =
        hashes_of(OPTIONS(.model = golden_model, .model_len = sizeof golden_model, .flags = BOTH));
    assert_memory_equal(plain.identity, golden_plain, 32);
    assert_memory_equal(both.identity, golden_both, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_tell_models_and_options_apart),
        cmocka_unit_test(hashes_cover_nothing_else),
        cmocka_unit_test(the_identity_is_the_same_on_every_machine),
    };
    return cmocka_run_group_tests_name("sentencepiece-identity", tests, NULL, NULL);
}
