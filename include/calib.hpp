/* SPDX-License-Identifier: MIT */
/**
 * @file calib.hpp
 * calib for C++17: objects that free themselves, views of rows, exceptions, and lambdas in place of
 * callbacks. Header only, over the C functions of calib.h; linked like them.
 *
 * @code
 *   #include <calib.hpp>
 *   #include <iostream>
 *
 *   int main() {
 *       auto bytes = [](std::string_view text) {
 *           const auto *first = reinterpret_cast<const std::uint8_t *>(text.data());
 *           return std::vector<std::int32_t>(first, first + text.size());
 *       };
 *       try {
 *           calib::corpus corpus(bytes, calib::source::text("the quick brown fox"));
 *           calib::samples rows = corpus.sample({2, 4, 123}); // n_samples, seq_len, seed
 *           for (calib::span<const std::int32_t> row : rows)
 *               std::cout << row.size() << " ids from " << row[0] << '\n';
 *       } catch (const calib::error &failed) {
 *           std::cerr << failed.what() << '\n';
 *           return 1;
 *       }
 *   }
 * @endcode
 *
 * The contracts of calib.h hold, and these beside them:
 *
 * - THE STRUCTS of the C headers keep their fields and their meaning. calib::source, options,
 *   sampling and documents derive from them, set `struct_size`, and add what C has no type for.
 * - OWNERSHIP. A corpus keeps the tokenizer, the functions and the texts that it was opened with.
 *   What a caller puts into a pointer of a C struct stays the caller's, as in C.
 * - ERRORS. A function that fails throws calib::error. An exception that a caller's function throws
 *   never crosses calib: the call fails and throws this very exception.
 * - THREADS as in C: a tokenizer without CALIB_TOKENIZER_THREADS runs on one thread at a time, and
 *   many threads may sample one const corpus.
 *
 * The adapters have headers of their own, as they are libraries of their own:
 * calib_tokenizer_json.hpp, calib_sentencepiece.hpp. For all other functions call C and
 * calib::check(). Reference: docs/cplusplus.md.
 */
#ifndef CALIB_HPP
#define CALIB_HPP

#include <calib_inputs.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace calib
{

/** The rows of a call, freed with this object. A range of rows: span<const std::int32_t>. */
class samples
{
public:
    /** Takes over what a C function gave. */
    explicit samples(calib_samples *made) noexcept : made_(made)
    {
    }

    /** Rows; 0 after a move. */
    std::size_t size() const noexcept
    {
        return made_ ? made_->n_rows : 0;
    }
    bool empty() const noexcept
    {
        return size() == 0;
    }
    std::size_t seq_len() const noexcept
    {
        return made_ ? made_->seq_len : 0;
    }

    /** All `seq_len` ids of a row. */
    span<const std::int32_t> operator[](std::size_t row) const noexcept
    {
        return {made_->tokens + row * made_->seq_len, made_->seq_len};
    }
    /** The ids of a row without its padding. */
    span<const std::int32_t> unpadded(std::size_t row) const noexcept
    {
        const auto used =
            made_->lengths ? static_cast<std::size_t>(made_->lengths[row]) : seq_len();
        return {(*this)[row].data(), used};
    }
    /** All ids, row by row. */
    span<const std::int32_t> tokens() const noexcept
    {
        return column(made_ ? made_->tokens : nullptr, size() * seq_len());
    }
    /** Where each row starts: the token in its document, the document, the source. */
    span<const std::int64_t> offsets() const noexcept
    {
        return column(made_ ? made_->offsets : nullptr, size());
    }
    span<const std::int64_t> documents() const noexcept
    {
        return column(made_ ? made_->documents : nullptr, size());
    }
    span<const std::int64_t> sources() const noexcept
    {
        return column(made_ ? made_->sources : nullptr, size());
    }

    class iterator
    {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = span<const std::int32_t>;
        using difference_type = std::ptrdiff_t;
        using pointer = const value_type *;
        using reference = value_type;

        iterator() noexcept = default; /* ranges of C++20 ask for it */
        iterator(const samples *rows, std::size_t row) noexcept : rows_(rows), row_(row)
        {
        }
        value_type operator*() const noexcept
        {
            return (*rows_)[row_];
        }
        iterator &operator++() noexcept
        {
            row_++;
            return *this;
        }
        iterator operator++(int) noexcept
        {
            return {rows_, row_++};
        }
        friend bool operator==(const iterator &a, const iterator &b) noexcept
        {
            return a.row_ == b.row_;
        }
        friend bool operator!=(const iterator &a, const iterator &b) noexcept
        {
            return a.row_ != b.row_;
        }

    private:
        const samples *rows_ = nullptr;
        std::size_t row_ = 0;
    };
    iterator begin() const noexcept
    {
        return {this, 0};
    }
    iterator end() const noexcept
    {
        return {this, size()};
    }

    /** The struct of C, for the counts and hashes: rows->n_available. Null after a move. */
    const calib_samples *operator->() const noexcept
    {
        return made_.get();
    }
    const calib_samples *get() const noexcept
    {
        return made_.get();
    }

private:
    struct free {
        void operator()(calib_samples *made) const noexcept
        {
            calib_samples_free(made);
        }
    };
    template <class T> static span<T> column(T *first, std::size_t n) noexcept
    {
        return {first, first ? n : 0};
    }
    std::unique_ptr<calib_samples, free> made_;
};

/** Loads rows in one call; see calib_load_from(). */
inline samples load(tokenizer tok, const sampling &how, source from = {}, options with = {})
{
    detail::borrowed lent(std::move(tok), {std::move(from)}, std::move(with));
    calib_samples *made = nullptr;
    lent.caught.run([&] {
        return calib_load_from(lent.vtable(), how.n_samples, how.seq_len, how.seed,
                               lent.sources().data(), lent.options(), &how, &made);
    });
    return samples(made);
}

/** A tokenized corpus: open once, sample often. Closed with this object. */
class corpus
{
public:
    corpus(tokenizer tok, source from = {}, options with = {})
        : corpus(std::move(tok), std::vector<source>{std::move(from)}, std::move(with))
    {
    }
    corpus(tokenizer tok, std::vector<source> from, options with = {})
        : opened_(std::make_unique<opened>(std::move(tok), std::move(from), std::move(with)))
    {
        run([this] {
            const detail::borrowed &lent = opened_->lent;
            return calib_corpus_open(lent.vtable(), lent.sources().data(), lent.sources().size(),
                                     lent.options(), &opened_->made);
        });
    }

    samples sample(const sampling &how) const
    {
        calib_samples *made = nullptr;
        run([&] {
            return calib_corpus_sample(get(), how.n_samples, how.seq_len, how.seed, &how, &made);
        });
        return samples(made);
    }

    /** The tokens [first, first + n) of the stream. */
    std::vector<std::int32_t> tokens(std::uint64_t first, std::size_t n) const
    {
        std::vector<std::int32_t> ids(n);
        run([&] { return calib_corpus_tokens(get(), first, n, ids.data()); });
        return ids;
    }

    /** Facts; their strings live as long as the corpus. */
    calib_info info() const
    {
        calib_info facts = detail::sized<calib_info>();
        check(calib_corpus_info(get(), &facts));
        return facts;
    }
    calib_source_info source_info(std::size_t i) const
    {
        calib_source_info facts = detail::sized<calib_source_info>();
        check(calib_corpus_source(get(), i, &facts));
        return facts;
    }
    calib_document_info document_info(std::uint64_t i) const
    {
        calib_document_info facts = detail::sized<calib_document_info>();
        run([&] { return calib_corpus_document(get(), i, &facts); });
        return facts;
    }

    /** For the functions of C. Null after a move. */
    calib_corpus *get() const noexcept
    {
        return opened_ ? opened_->made : nullptr;
    }

private:
    struct opened {
        opened(tokenizer tok, std::vector<source> from, options with)
            : lent(std::move(tok), std::move(from), std::move(with))
        {
        }
        ~opened()
        {
            calib_corpus_close(made); /* and then what it borrows */
        }
        opened(const opened &) = delete;
        opened &operator=(const opened &) = delete;

        detail::borrowed lent;
        calib_corpus *made = nullptr;
    };

    template <class F> void run(F call) const
    {
        if (opened_)
            opened_->lent.caught.run(call);
        else
            check(call()); /* moved from: calib refuses it */
    }

    std::unique_ptr<opened> opened_;
};

} // namespace calib

#endif
