/* SPDX-License-Identifier: MIT */
/* The model: ids of a pre-token. */
#ifndef CALIB_TOKENIZER_JSON_BPE_H
#define CALIB_TOKENIZER_JSON_BPE_H

#include "spec.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace calib_tj
{

class Bpe
{
public:
    Bpe();
    ~Bpe();
    Bpe(Bpe &&) noexcept;
    Bpe &operator=(Bpe &&) noexcept;

    /** Builds the tables. `json` are the bytes of the file, which must outlive this object.
     *  `byte_level`: symbols are bytes, written in the vocabulary in the byte alphabet of GPT-2.
     *  0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
    int build(const ModelSpec &model, std::string_view json, bool byte_level);

    /** Appends the ids of a pre-token: bytes if `byte_level`, else UTF-8. */
    void encode(std::string_view pre_token, std::vector<std::int32_t> &ids) const;

    /** Returns the text of a token of the vocabulary as it stands there; empty if there is none. */
    std::string_view token(std::int32_t id) const;

    /** Calls `fn(std::string_view)` with the text of everything that encode() can give as one id:
     *  results of merges, and with ignore_merges every entry. As bytes if `byte_level`. */
    template <typename Fn> void for_each_result(Fn &&fn) const;

private:
    struct Tables;
    std::unique_ptr<Tables> tables_;
};

} // namespace calib_tj

#endif
