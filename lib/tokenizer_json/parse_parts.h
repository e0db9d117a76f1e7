/* SPDX-License-Identifier: MIT */
/* The parts of a tokenizer.json. Each function reads the value that the reader stands at; a failure
 * stays in the reader. */
#ifndef CALIB_TOKENIZER_JSON_PARSE_PARTS_H
#define CALIB_TOKENIZER_JSON_PARSE_PARTS_H

#include "content_index.h"
#include "reader.h"
#include "spec.h"

#include <cstdint>
#include <vector>

namespace calib_tj
{

/** Sequences in sequences: no file has more than one level, and each is searched for its type. */
constexpr int DEEPEST_SEQUENCE = 8;

void read_normalizer(Reader &in, std::vector<NormalizerStep> &steps, int depth = 0);
void read_pre_tokenizer(Reader &in, std::vector<PreTokenizerStep> &steps, int depth = 0);
void read_post_processor(Reader &in, Spec &spec);
void read_decoder(Reader &in, int depth = 0);

/** Reads an object that changes no id, or null; notes the former. */
void read_ignored(Reader &in, const char *name, Spec &spec);

/** Fails: the component has a type that is not known, or none. */
void fail_type(Reader &in);

/** {"String": "..."} or {"Regex": "..."}, as in Split and Replace. */
void read_pattern(Reader &in, std::string &pattern, bool &is_regex);

/** Reads the list as it stands: tokens may repeat, and their ids are not given yet. */
void read_added_tokens(Reader &in, std::vector<AddedToken> &tokens);

/** Reads the model and the largest id of its vocabulary. */
void read_model(Reader &in, Spec &spec);

/** Likewise, for a model that is_word_piece(): it says so, or is of a file that gives no types. */
bool is_word_piece(const Reader &in);
void read_word_piece(Reader &in, Spec &spec);

/** Reads {"text": id, ...}, and the largest id. */
void read_vocabulary(Reader &in, Spec &spec);

/** Gives contents the ids that the vocabulary has for them. */
void find_ids(const ModelSpec &model, ContentIndex &index);

/** Gives the added tokens their ids, as the reference does, and drops those that it drops. */
void give_ids(Spec &spec);

} // namespace calib_tj

#endif
