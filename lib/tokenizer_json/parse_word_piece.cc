/* SPDX-License-Identifier: MIT */
/* The model WordPiece: its flags and the vocabulary. */
#include "parse_parts.h"

namespace calib_tj
{

namespace
{

void read_type(Reader &in)
{
    if (in.read_string() != "WordPiece")
        in.fail_unknown_value();
}

std::size_t read_most_characters(Reader &in)
{
    std::int64_t most = -1;
    bool is_integer = in.is(CALIB_JSON_NUMBER) && calib_json_integer(&in.token(), &most);
    if (!is_integer || most < 0)
        in.fail_unsupported("is no integer from 0 to 9223372036854775807");
    return static_cast<std::size_t>(most);
}

} // namespace

bool is_word_piece(const Reader &in)
{
    std::string_view type = in.peek_type();
    return type == "WordPiece" ||
           (type.empty() && in.has_member("max_input_chars_per_word") && !in.has_member("merges"));
}

void read_word_piece(Reader &in, Spec &spec)
{
    ModelSpec &model = spec.model;
    model.kind = ModelSpec::Kind::word_piece;
    model.has_unknown = true;
    read_object(in, {
                        {"type", Field::OPTIONAL, [&] { read_type(in); }},
                        {"unk_token", Field::REQUIRED, [&] { model.unknown = in.read_string(); }},
                        {"continuing_subword_prefix", Field::REQUIRED,
                         [&] { model.prefix = in.read_short_string(); }},
                        {"max_input_chars_per_word", Field::REQUIRED,
                         [&] { model.most_characters = read_most_characters(in); }},
                        {"vocab", Field::REQUIRED, [&] { read_vocabulary(in, spec); }},
                    });
}

} // namespace calib_tj
