/* SPDX-License-Identifier: MIT */
/* The contents of a file as plain data: what opening reads and checks. */
#ifndef CALIB_TOKENIZER_JSON_SPEC_H
#define CALIB_TOKENIZER_JSON_SPEC_H

#include "texts.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace calib_tj
{

/** A step of the normalizer; a Sequence is flattened. */
struct NormalizerStep {
    enum class Kind {
        nfc,
        nfkc,
        prepend,
        replace_string,
        replace_regex,
        lowercase,
        strip,
        /* BertNormalizer is one step for each of its options, and lowercase. */
        bert_clean,   /* clean_text */
        bert_space,   /* handle_chinese_chars */
        bert_unaccent /* strip_accents */
    };

    Kind kind;
    std::string pattern = {};         /* replace_* */
    std::string content = {};         /* replace_*, prepend */
    bool left = false, right = false; /* strip */
};

/** What a Split does with a match. `invert` is applied when the file is read: see PreTokenizerStep.
 */
enum class Behavior { removed, isolated, merged_with_previous, merged_with_next, contiguous };

/** A step of the pre-tokenizer; a Sequence is flattened. */
struct PreTokenizerStep {
    enum class Kind {
        byte_level,
        split_string,
        split_regex,
        digits,
        punctuation,
        metaspace,
        whitespace,
        whitespace_split,
    };
    enum class Prepend { always, first, never };

    Kind kind;
    std::string pattern = {};               /* split_* */
    Behavior behavior = Behavior::isolated; /* split_*, punctuation */
    bool invert = false;                    /* split_*: what does not match is the match */
    bool individual_digits = false;         /* digits */
    bool add_prefix_space = false;          /* byte_level */
    bool use_regex = true;                  /* byte_level: split by GPT-2's pattern */
    std::string replacement = {};           /* metaspace: one character */
    Prepend prepend = Prepend::always;      /* metaspace */
    bool split = true;                      /* metaspace */
};

struct AddedToken {
    std::string content;
    std::int32_t id = -1; /* the id that the reference gives it, not the file's */
    bool special = false, normalized = false, lstrip = false, rstrip = false, single_word = false;
};

struct ModelSpec {
    enum class Kind { bpe, word_piece };

    Kind kind = Kind::bpe;
    bool ignore_merges = false, byte_fallback = false, fuse_unk = false;
    bool has_unknown = false;
    std::string unknown;             /* unk_token; the vocabulary need not have it */
    std::string prefix;              /* continuing_subword_prefix */
    std::string suffix;              /* end_of_word_suffix */
    std::size_t most_characters = 0; /* max_input_chars_per_word: longer words are unknown */
    Texts entries;                   /* the vocabulary; a text may come twice */
    std::vector<std::int32_t> ids;   /* of the entries: all differ, 0 to INT32_MAX */
    Texts merges;                    /* two texts each: the left part and the right one */
    bool is_ranked = false; /* entries are in the order of their ranks, and there is a merge
                               wherever two of them together are an entry (tekken.json) */
};

struct Spec {
    std::vector<AddedToken> added_tokens;
    std::vector<std::string> slots; /* contents of the ids from 0 on that no text is read as */
    std::vector<NormalizerStep> normalizer;
    std::vector<PreTokenizerStep> pre_tokenizer;
    ModelSpec model;
    /* The ids that the post-processor puts before and behind a text. */
    std::vector<std::int32_t> before, behind;
    std::int32_t largest_id = -1;      /* of the vocabulary, the added tokens, before and behind */
    std::vector<const char *> ignored; /* parts of the file that change no id */
};

} // namespace calib_tj

#endif
