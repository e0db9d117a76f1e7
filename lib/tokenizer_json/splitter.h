/* SPDX-License-Identifier: MIT */
/* The pre-tokenizer: splits a normalized text into pre-tokens. */
#ifndef CALIB_TOKENIZER_JSON_SPLITTER_H
#define CALIB_TOKENIZER_JSON_SPLITTER_H

#include "bert.h"
#include "pieces.h"
#include "scanner.h"
#include "spec.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace calib_tj
{

class Splitter
{
public:
    Splitter();
    ~Splitter();
    Splitter(Splitter &&) noexcept;
    Splitter &operator=(Splitter &&) noexcept;

    /** Builds the tables; nothing else may be called before this has succeeded. Without
     *  `use_scanner` the patterns themselves are matched, which is slow: scanners are tested so.
     *  0, or E_UNSUPPORTED with a message; throws std::bad_alloc. */
    int build(const std::vector<PreTokenizerStep> &steps, bool use_scanner = true);

    /** Returns true if pre-tokens are bytes (a ByteLevel step is among them): each byte of a
     *  pre-token stands for one character of the byte alphabet. Else they are UTF-8. */
    bool is_byte_level() const;

    /** Returns the scanner that does all steps, or nullptr if they have none. */
    Scan scanner() const;

    /** Calls `put(std::string_view pre_token)` for each pre-token of valid UTF-8, in order. A
     *  pre-token is valid until put() returns. */
    template <typename Put> void split(std::string_view text, Position position, Put &&put) const
    {
        if (Scan scan = scanner()) {
            split_scanned(scan, text, put);
            return;
        }
        if (is_bert()) {
            split_bert_words(text, put);
            return;
        }
        Pieces pieces(text, position);
        split_pieces(pieces);
        for (std::size_t i = 0; i < pieces.size(); i++)
            put(pieces.at(i));
    }

private:
    template <typename Put> static void split_scanned(Scan scan, std::string_view text, Put &&put)
    {
        constexpr std::size_t BATCH = 64;
        std::size_t begin = 0, ends[BATCH];
        while (std::size_t n = scan(text.data(), begin, text.size(), ends, BATCH))
            for (std::size_t i = 0; i < n; begin = ends[i++])
                put(text.substr(begin, ends[i] - begin));
    }

    bool is_bert() const;
    void split_pieces(Pieces &pieces) const;

    struct Steps;
    std::unique_ptr<Steps> steps_;
};

} // namespace calib_tj

#endif
