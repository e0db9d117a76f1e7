/* SPDX-License-Identifier: MIT */
/* Linked from C++11: every function is found, callbacks are C++, enums and macros work. */
#include <calib.h>
#include <calib_cache.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

static int encode(void *ctx, const char *text, std::size_t len, std::uint32_t flags,
                  calib_emit_fn emit, void *emit_ctx)
{
    *static_cast<std::uint32_t *>(ctx) = flags;
    for (std::size_t i = 0; i < len; i++) {
        const std::int32_t id = text[i];
        if (int stop = emit(emit_ctx, &id, 1))
            return stop;
    }
    return 0;
}

static int n_tests = 0, n_failed = 0;

static void check(bool good, const char *name)
{
    n_failed += !good;
    std::printf("%sok %d - %s\n", good ? "" : "not ", ++n_tests, name);
}

static void load_rows()
{
    std::uint32_t flags = 0;
    calib_tokenizer_vtable tok{};
    tok.struct_size = sizeof tok;
    tok.ctx = &flags;
    tok.encode = encode;
    calib_source source{};
    source.struct_size = sizeof source;
    source.bytes = "abcdef";
    source.n_bytes = 6;
    calib_options options{};
    options.struct_size = sizeof options;
    calib_corpus *corpus = nullptr;
    check(calib_corpus_open(&tok, &source, 1, &options, &corpus) == CALIB_OK, "calib_corpus_open");
    check(flags == (CALIB_TEXT_BEGIN | CALIB_TEXT_END), "flags");
    std::int32_t ids[6] = {};
    check(calib_corpus_tokens(corpus, 0, 6, ids) == CALIB_OK && ids[5] == 'f',
          "calib_corpus_tokens");
    calib_sampling sampling{};
    sampling.struct_size = sizeof sampling;
    calib_samples *samples = nullptr;
    check(calib_corpus_sample(corpus, 0, 3, 0, &sampling, &samples) == CALIB_OK,
          "calib_corpus_sample");
    check(samples && samples->n_rows == 2, "rows");
    calib_info info{};
    info.struct_size = sizeof info;
    check(calib_corpus_info(corpus, &info) == CALIB_OK && info.n_tokens == 6, "calib_corpus_info");
    calib_samples_free(samples);
    calib_corpus_close(corpus);
}

static void errors()
{
    calib_error error{};
    error.struct_size = sizeof error;
    check(calib_load(nullptr, 1, 1, 0, nullptr) == CALIB_E_ARGUMENT, "calib_load");
    check(calib_load_from(nullptr, 1, 1, 0, nullptr, nullptr, nullptr, nullptr) == CALIB_E_ARGUMENT,
          "calib_load_from");
    check(calib_fetch(nullptr, nullptr, nullptr, 0) == CALIB_E_ARGUMENT, "calib_fetch");
    check(calib_last_error(&error) == CALIB_OK && error.status == CALIB_E_ARGUMENT,
          "calib_last_error");
    check(std::strcmp(calib_status_name(CALIB_E_ARGUMENT), "CALIB_E_ARGUMENT") == 0,
          "calib_status_name");
    check(*calib_status_text(CALIB_E_ARGUMENT) != '\0', "calib_status_text");
    check(*calib_version() != '\0', "calib_version");
    check(calib_bytes_tokenizer()->vocab_size == 256, "calib_bytes_tokenizer");
}

int main()
{
    load_rows();
    errors();
    std::printf("1..%d\n", n_tests);
    return n_failed != 0;
}
