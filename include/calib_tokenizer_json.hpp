/* SPDX-License-Identifier: MIT */
/**
 * @file calib_tokenizer_json.hpp
 * calib_tokenizer_json.h for C++17: Hugging Face's tokenizer.json and mistral-common's tekken.json
 * as calib::tokenizer.
 *
 * @code
 *   calib::tokenizer_json model("tokenizer.json");
 *   calib::samples rows = calib::load(model, {128, 512, 123}, "builtin");
 * @endcode
 */
#ifndef CALIB_TOKENIZER_JSON_HPP
#define CALIB_TOKENIZER_JSON_HPP

#include <calib.hpp>
#include <calib_tokenizer_json.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace calib
{

/** The fields of calib_tokenizer_json_options. */
using tokenizer_json_options = detail::sized<calib_tokenizer_json_options>;

/** An open file, which is a tokenizer. Copies are cheap; the last one closes it, and a corpus
 *  keeps one. */
class tokenizer_json : public tokenizer
{
public:
    /** @param path   a tokenizer.json or tekken.json, or the folder that holds one
     *  @param flags  CALIB_TOKENIZER_JSON_* */
    explicit tokenizer_json(const std::string &path, std::uint32_t flags = 0)
        : tokenizer_json(at(path, flags))
    {
    }
    explicit tokenizer_json(const tokenizer_json_options &how) : tokenizer_json(open(how))
    {
    }

    /** The reason why texts are encoded whole, in one line; null if they are cut. */
    const char *why_whole() const noexcept
    {
        return calib_tokenizer_json_why_whole(open_.get());
    }
    /** How texts are cut, and what of the file is ignored, in one line. */
    const char *describe() const noexcept
    {
        return calib_tokenizer_json_describe(open_.get());
    }

    /** For the functions of C. */
    calib_tokenizer_json *get() const noexcept
    {
        return open_.get();
    }

private:
    using handle = std::shared_ptr<calib_tokenizer_json>;

    explicit tokenizer_json(handle opened)
        : tokenizer(calib_tokenizer_json_vtable(opened.get()), opened), open_(std::move(opened))
    {
    }

    static tokenizer_json_options at(const std::string &path, std::uint32_t flags) noexcept
    {
        tokenizer_json_options how;
        how.path = path.c_str();
        how.flags = flags;
        return how;
    }

    static handle open(const tokenizer_json_options &how)
    {
        calib_tokenizer_json *made = nullptr;
        if (calib_tokenizer_json_open(&how, &made) != CALIB_OK) {
            detail::sized<calib_error> why;
            calib_tokenizer_json_last_error(&why);
            throw error(why);
        }
        return handle(made, calib_tokenizer_json_close);
    }

    handle open_;
};

} // namespace calib

#endif
