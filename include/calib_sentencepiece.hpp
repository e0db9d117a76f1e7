/* SPDX-License-Identifier: MIT */
/**
 * @file calib_sentencepiece.hpp
 * calib_sentencepiece.h for C++17: SentencePiece models as calib::tokenizer.
 *
 * @code
 *   calib::sentencepiece model("tokenizer.model");
 *   calib::samples rows = calib::load(model, {128, 512, 123}, "builtin");
 * @endcode
 */
#ifndef CALIB_SENTENCEPIECE_HPP
#define CALIB_SENTENCEPIECE_HPP

#include <calib.hpp>
#include <calib_sentencepiece.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace calib
{

/** The fields of calib_sentencepiece_options. */
using sentencepiece_options = detail::sized<calib_sentencepiece_options>;

/** An open model, which is a tokenizer. Copies are cheap; the last one closes it, and a corpus
 *  keeps one. */
class sentencepiece : public tokenizer
{
public:
    /** @param path   the file of a model
     *  @param flags  CALIB_SENTENCEPIECE_* */
    explicit sentencepiece(const std::string &path, std::uint32_t flags = 0)
        : sentencepiece(at(path, flags))
    {
    }
    explicit sentencepiece(const sentencepiece_options &how) : sentencepiece(open(how))
    {
    }

    /** The reason why texts are encoded whole, in one line; null if they are cut. */
    const char *why_whole() const noexcept
    {
        return calib_sentencepiece_why_whole(open_.get());
    }

    /** For the functions of C. */
    calib_sentencepiece *get() const noexcept
    {
        return open_.get();
    }

private:
    using handle = std::shared_ptr<calib_sentencepiece>;

    explicit sentencepiece(handle opened)
        : tokenizer(calib_sentencepiece_vtable(opened.get()), opened), open_(std::move(opened))
    {
    }

    static sentencepiece_options at(const std::string &path, std::uint32_t flags) noexcept
    {
        sentencepiece_options how;
        how.path = path.c_str();
        how.flags = flags;
        return how;
    }

    static handle open(const sentencepiece_options &how)
    {
        calib_sentencepiece *made = nullptr;
        if (calib_sentencepiece_open(&how, &made) != CALIB_OK) {
            detail::sized<calib_error> why;
            calib_sentencepiece_last_error(&why);
            throw error(why);
        }
        return handle(made, calib_sentencepiece_close);
    }

    handle open_;
};

} // namespace calib

#endif
