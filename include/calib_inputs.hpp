/* SPDX-License-Identifier: MIT */
/**
 * @file calib_inputs.hpp
 * The part of calib.hpp that calls are given: tokenizers, sources, options. calib.hpp includes it.
 */
#ifndef CALIB_INPUTS_HPP
#define CALIB_INPUTS_HPP

#include <calib_functions.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace calib
{

namespace detail
{
class borrowed;
}

using digest = std::array<std::uint8_t, 32>;

/** What a tokenizer of functions offers beside encoding, see calib_tokenizer_vtable. */
struct offers {
    std::uint32_t vocab_size = 0;   /**< 0: not known */
    std::uint32_t capabilities = 0; /**< CALIB_TOKENIZER_* */
    std::int32_t bos = -1, eos = -1, pad = -1, unk = -1;
    std::optional<digest> fingerprint, identity;
    /** Names exact cuts; returns how many it wrote to `offsets`, at most `cap`. */
    std::function<std::size_t(std::string_view text, std::uint32_t flags, std::size_t *offsets,
                              std::size_t cap)>
        cuts;
};

/** A tokenizer: of a function, of an adapter, or a vtable of C. Copies are cheap and share it. */
class tokenizer
{
public:
    /** Borrows a vtable, with everything it points to; `owner`, if any, keeps it alive. */
    tokenizer(const calib_tokenizer_vtable *vtable, std::shared_ptr<const void> owner = nullptr)
        : vtable_(vtable), owner_(std::move(owner))
    {
    }

    /** Of a function: ids f(text), ids f(text, flags), f(text, emit) or f(text, flags, emit). Ids
     *  are a container of std::int32_t with data() and size(), text is a std::string_view, flags
     *  are CALIB_TEXT_*, and emit is a calib::id_sink &, which takes ids as often as it is called.
     */
    template <class F, class = std::enable_if_t<detail::encodes<F>>>
    tokenizer(F encode, offers also = {})
        : made_(std::make_shared<functions>(
              functions{detail::encoder(std::move(encode)), std::move(also)}))
    {
    }

    /** The byte tokenizer of calib itself. */
    static tokenizer bytes()
    {
        return calib_bytes_tokenizer();
    }

private:
    friend class detail::borrowed;
    struct functions {
        std::function<void(std::string_view, std::uint32_t, id_sink &)> encode;
        offers also;
    };

    const calib_tokenizer_vtable *vtable_ = nullptr;
    std::shared_ptr<const void> owner_;
    std::shared_ptr<const functions> made_;
};

/** How a source is divided into documents: the fields of calib_documents, and functions. */
struct documents : detail::sized<calib_documents> {
    /** @param how  CALIB_DOCUMENTS_LINES, _BLANK, _SEPARATOR, _JSONL, _JSON or _ARROW */
    explicit documents(std::uint32_t how) noexcept
    {
        format = how;
    }

    /** Documents that a function gives: std::optional<std::string> f(), which ends with nothing, or
     *  bool f(put), which calls the calib::text_sink & for each part and returns false at the end.
     */
    template <class F> static documents from(F f)
    {
        documents made(CALIB_DOCUMENTS_CALLBACK);
        made.each = detail::document_source(std::move(f));
        return made;
    }

    /** Makes documents of records of JSON: std::string f(std::string_view record), or
     *  f(record, put). See `render_sha256`. */
    template <class F> documents &rendered_by(F f)
    {
        make = detail::renderer(std::move(f));
        return *this;
    }

    std::function<bool(text_sink &)> each;
    std::function<void(std::string_view, text_sink &)> make;
};

/** A source: the fields of calib_source, and what they point to. */
struct source : detail::sized<calib_source> {
    /** The corpus that mlx-lm pins. */
    source() noexcept = default;
    /** @param where  "builtin", a path, "-" or a URL */
    source(std::string where) : kept(std::make_shared<const std::string>(std::move(where)))
    {
        location = kept->c_str();
    }
    source(const char *where) : source(std::string(where))
    {
    }
    /** Documents of a function or of Arrow, which have no location. */
    source(calib::documents given)
    {
        split_by(std::move(given));
    }

    /** Divides the source into documents. */
    source &split_by(calib::documents how)
    {
        split = std::make_shared<const calib::documents>(std::move(how));
        return *this;
    }

    /** A text in memory. */
    static source text(std::string text)
    {
        source made;
        made.kept = std::make_shared<const std::string>(std::move(text));
        made.bytes = made.kept->data();
        made.n_bytes = made.kept->size();
        return made;
    }
    /** A text that stays the caller's until the corpus is closed. */
    static source borrowed_text(std::string_view text)
    {
        source made;
        made.bytes = text.data();
        made.n_bytes = text.size();
        return made;
    }

    std::shared_ptr<const std::string> kept;
    std::shared_ptr<const calib::documents> split; /**< or else the field `documents` */
};

/** The fields of calib_options, and progress by a function. */
struct options : detail::sized<calib_options> {
    /** Returns false to cancel (CALIB_E_CANCELLED), or throws. Stages are CALIB_STAGE_*. */
    std::function<bool(std::uint32_t stage, std::uint64_t done, std::uint64_t total)> on_progress;
};

/** Which rows: the fields of calib_sampling, and the arguments of calib_corpus_sample(). */
struct sampling : detail::sized<calib_sampling> {
    sampling(std::int64_t n, std::size_t length, std::uint64_t seed_ = 0) noexcept
        : n_samples(n), seq_len(length), seed(seed_)
    {
    }
    std::int64_t n_samples; /**< 0 or less: all */
    std::size_t seq_len;
    std::uint64_t seed;
};

namespace detail
{

/* What calib borrows for one call, or for as long as a corpus is open. */
class borrowed
{
public:
    borrowed(calib::tokenizer tok, std::vector<source> sources, calib::options options)
        : tokenizer_(std::move(tok)), sources_(std::move(sources)), options_(std::move(options))
    {
        bind_tokenizer();
        for (const source &each : sources_)
            bind_source(each);
        if (options_.on_progress) {
            options_.progress = progress;
            options_.progress_ctx = this;
        }
    }
    borrowed(const borrowed &) = delete; /* calib has its address */
    borrowed &operator=(const borrowed &) = delete;

    const calib_tokenizer_vtable *vtable() const noexcept
    {
        return tokenizer_.made_ ? &vtable_ : tokenizer_.vtable_;
    }
    span<const calib_source> sources() const noexcept
    {
        return bound_;
    }
    const calib_options *options() const noexcept
    {
        return &options_;
    }

    thrown caught;

private:
    struct bound_documents {
        std::shared_ptr<const documents> functions;
        calib_documents plain;
        thrown *caught;
    };

    void bind_tokenizer()
    {
        if (!tokenizer_.made_)
            return;
        const offers &also = tokenizer_.made_->also;
        vtable_.ctx = this;
        vtable_.encode = encode;
        vtable_.fingerprint = also.fingerprint ? fingerprint : nullptr;
        vtable_.identity = also.identity ? identity : nullptr;
        vtable_.special_id = special_id;
        vtable_.cuts = also.cuts ? cuts : nullptr;
        vtable_.vocab_size = also.vocab_size;
        vtable_.capabilities = also.capabilities;
    }

    void bind_source(const source &from)
    {
        bound_.push_back(from);
        if (!from.split)
            return;
        documents_.push_back({from.split, *from.split, &caught});
        calib_documents &plain = documents_.back().plain;
        if (from.split->each) {
            plain.next = next;
            plain.next_ctx = &documents_.back();
        }
        if (from.split->make) {
            plain.render = render;
            plain.render_ctx = &documents_.back();
        }
        bound_.back().documents = &plain;
    }

    static const offers &offers_of(void *ctx) noexcept
    {
        return static_cast<borrowed *>(ctx)->tokenizer_.made_->also;
    }

    static int encode(void *ctx, const char *text, std::size_t len, std::uint32_t flags,
                      calib_emit_fn fn, void *fn_ctx) noexcept
    {
        auto *self = static_cast<borrowed *>(ctx);
        return self->caught.guard([&] {
            id_sink out(fn, fn_ctx);
            self->tokenizer_.made_->encode(std::string_view(text, len), flags, out);
            return out.stopped();
        });
    }

    static int cuts(void *ctx, const char *text, std::size_t len, std::uint32_t flags,
                    std::size_t *offsets, std::size_t cap, std::size_t *n) noexcept
    {
        return static_cast<borrowed *>(ctx)->caught.guard([&] {
            *n = offers_of(ctx).cuts(std::string_view(text, len), flags, offsets, cap);
            return 0;
        });
    }

    static int fingerprint(void *ctx, std::uint8_t out[32]) noexcept
    {
        std::copy_n(offers_of(ctx).fingerprint->begin(), 32, out);
        return 0;
    }

    static int identity(void *ctx, std::uint8_t out[32]) noexcept
    {
        std::copy_n(offers_of(ctx).identity->begin(), 32, out);
        return 0;
    }

    static std::int32_t special_id(void *ctx, std::uint32_t which) noexcept
    {
        const offers &also = offers_of(ctx);
        switch (which) {
        case CALIB_SPECIAL_BOS: return also.bos;
        case CALIB_SPECIAL_EOS: return also.eos;
        case CALIB_SPECIAL_PAD: return also.pad;
        case CALIB_SPECIAL_UNK: return also.unk;
        default: return -1;
        }
    }

    static int next(void *ctx, calib_put_fn fn, void *fn_ctx) noexcept
    {
        auto *self = static_cast<bound_documents *>(ctx);
        return self->caught->guard([&] {
            text_sink out(fn, fn_ctx);
            const bool more = self->functions->each(out);
            return out.stopped() ? out.stopped() : more ? 0 : 1;
        });
    }

    static int render(void *ctx, const char *record, std::size_t len, calib_put_fn fn,
                      void *fn_ctx) noexcept
    {
        auto *self = static_cast<bound_documents *>(ctx);
        return self->caught->guard([&] {
            text_sink out(fn, fn_ctx);
            self->functions->make(std::string_view(record, len), out);
            return out.stopped();
        });
    }

    static int progress(void *ctx, std::uint32_t stage, std::uint64_t done,
                        std::uint64_t total) noexcept
    {
        auto *self = static_cast<borrowed *>(ctx);
        return self->caught.guard(
            [&] { return self->options_.on_progress(stage, done, total) ? 0 : 1; });
    }

    calib::tokenizer tokenizer_;
    std::vector<source> sources_;
    calib::options options_;
    sized<calib_tokenizer_vtable> vtable_;
    std::vector<calib_source> bound_;
    std::deque<bound_documents> documents_; /* their addresses stay */
};

} // namespace detail

} // namespace calib

#endif
