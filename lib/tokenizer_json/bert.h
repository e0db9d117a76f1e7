/* SPDX-License-Identifier: MIT */
/* The steps of BertNormalizer, and BertPreTokenizer. Texts are valid UTF-8. */
#ifndef CALIB_TOKENIZER_JSON_BERT_H
#define CALIB_TOKENIZER_JSON_BERT_H

#include "unicode.h"

#include "adapter/utf8.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace calib_tj
{

/* What the options do. The first functions append what becomes of a text; the others tell if it
 * stays as it is. */

/** clean_text: drops what is_dropped(), and makes each white space a space. */
void append_clean(std::string_view text, std::string &out);
bool is_clean(std::string_view text);

/** handle_chinese_chars: a space before and behind each ideograph. */
void append_spaced(std::string_view text, std::string &out);
bool is_spaced(std::string_view text);

/** strip_accents: NFD, without what is_accent(). */
void append_unaccented(std::string_view text, std::string &out);
bool is_unaccented(std::string_view text);

/** An ideograph, as far as handle_chinese_chars knows them. */
bool is_chinese(char32_t c);

/** Calls `put(std::string_view)` for each word and each punctuation mark. */
template <typename Put> void split_bert_words(std::string_view text, Put &&put)
{
    std::size_t begin = 0, len = 0;
    for (std::size_t at = 0; at < text.size(); at += len) {
        char32_t c = first_character(text.substr(at), len);
        bool is_space = is_white_space(c);
        if (!is_space && !is_punctuation(c))
            continue;
        if (begin < at)
            put(text.substr(begin, at - begin));
        if (!is_space)
            put(text.substr(at, len));
        begin = at + len;
    }
    if (begin < text.size())
        put(text.substr(begin));
}

} // namespace calib_tj

#endif
