/* SPDX-License-Identifier: MIT */
/* Files whose normalizer and pre-tokenizer do nothing inside a text but write one character for
 * another, as those of Llama 2 and Gemma write U+2581 for a space. The model reads such a text as
 * it is. */
#ifndef CALIB_TOKENIZER_JSON_SUBSTITUTION_H
#define CALIB_TOKENIZER_JSON_SUBSTITUTION_H

#include "adapter/utf8.h"
#include "spec.h"

namespace calib_tj
{

/** `from` is read as `to`; the model never sees `from` otherwise. Both are NO_CHARACTER if there is
 *  none. */
struct Substitution {
    char32_t from = NO_CHARACTER, to = NO_CHARACTER;

    explicit operator bool() const
    {
        return from != NO_CHARACTER;
    }
};

/** Returns the substitution that a file makes in a text that holds no added token and does not
 *  begin the whole text. None if the file does anything else to such a text. */
Substitution substitution_of(const Spec &spec);

} // namespace calib_tj

#endif
