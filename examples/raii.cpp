/* SPDX-License-Identifier: MIT */
/* C++17: handles that free themselves, exceptions for failures, and a tokenizer that may throw. An
 * exception must not pass through C code. The callback therefore catches it and returns a failure,
 * and the caller rethrows it after the call. */
#include <calib.h>

#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calib
{

struct free_samples {
    void operator()(calib_samples *samples) const noexcept
    {
        calib_samples_free(samples);
    }
};
struct close_corpus {
    void operator()(calib_corpus *corpus) const noexcept
    {
        calib_corpus_close(corpus);
    }
};
using samples = std::unique_ptr<calib_samples, free_samples>;
using corpus = std::unique_ptr<calib_corpus, close_corpus>;

class error : public std::runtime_error
{
public:
    explicit error(const calib_error &detail)
        : std::runtime_error(detail.message), status(detail.status)
    {
    }
    int status;
};

class tokenizer
{
public:
    tokenizer() = default;
    tokenizer(const tokenizer &) = delete; /* the vtable points here */
    tokenizer &operator=(const tokenizer &) = delete;
    virtual ~tokenizer() = default;
    virtual std::vector<std::int32_t> encode(std::string_view text) = 0;

    const calib_tokenizer_vtable *get() noexcept
    {
        return &vtable;
    }

    /* Throws the exception that a callback caught, or otherwise the error that calib reports. */
    void check(int status)
    {
        if (status == CALIB_OK)
            return;
        if (std::exception_ptr first = std::exchange(caught, nullptr))
            std::rethrow_exception(first);
        calib_error detail{};
        detail.struct_size = sizeof detail;
        calib_last_error(&detail);
        throw error(detail);
    }

private:
    static int call(void *ctx, const char *text, std::size_t len, std::uint32_t, calib_emit_fn emit,
                    void *emit_ctx)
    {
        auto *self = static_cast<tokenizer *>(ctx);
        try {
            const std::vector<std::int32_t> ids = self->encode(std::string_view(text, len));
            return emit(emit_ctx, ids.data(), ids.size());
        } catch (...) {
            self->caught = std::current_exception();
            return -1;
        }
    }

    static calib_tokenizer_vtable make(tokenizer *self) noexcept
    {
        calib_tokenizer_vtable made{};
        made.struct_size = sizeof made;
        made.ctx = self;
        made.encode = call;
        return made;
    }

    calib_tokenizer_vtable vtable = make(this);
    std::exception_ptr caught;
};

corpus open(tokenizer &tok, const calib_source &source)
{
    calib_corpus *made = nullptr;
    tok.check(calib_corpus_open(tok.get(), &source, 1, nullptr, &made));
    return corpus(made);
}

samples sample(tokenizer &tok, const corpus &from, std::int64_t n, std::size_t seq_len,
               std::uint64_t seed)
{
    calib_samples *made = nullptr;
    tok.check(calib_corpus_sample(from.get(), n, seq_len, seed, nullptr, &made));
    return samples(made);
}

} // namespace calib

namespace
{

struct unknown_letter : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/* Ids: a = 0, b = 1, ...; a space is 26. Throws for all other characters. */
class letters : public calib::tokenizer
{
    std::vector<std::int32_t> encode(std::string_view text) override
    {
        std::vector<std::int32_t> ids;
        for (char c : text) {
            if (c != ' ' && (c < 'a' || c > 'z'))
                throw unknown_letter("no id for '" + std::string(1, c) + "'");
            ids.push_back(c == ' ' ? 26 : c - 'a');
        }
        return ids;
    }
};

void show(std::string_view text, std::size_t seq_len)
{
    letters tok;
    calib_source source{};
    source.struct_size = sizeof source;
    source.bytes = text.data();
    source.n_bytes = text.size();
    try {
        const calib::corpus corpus = calib::open(tok, source);
        const calib::samples rows = calib::sample(tok, corpus, 2, seq_len, 1);
        for (std::size_t i = 0; i < rows->n_rows * seq_len; i++)
            std::cout << rows->tokens[i] << ((i + 1) % seq_len ? ' ' : '\n');
    } catch (const unknown_letter &thrown) {
        std::cout << "thrown in the callback: " << thrown.what() << '\n';
    } catch (const calib::error &thrown) {
        std::cout << calib_status_name(thrown.status) << ": " << thrown.what() << '\n';
    }
}

} // namespace

int main()
{
    show("the quick brown fox", 4);
    show("the QUICK brown fox", 4);
    show("the quick brown fox", 100);
}
