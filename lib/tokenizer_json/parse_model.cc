/* SPDX-License-Identifier: MIT */
/* The model: its flags, the vocabulary and the merges. */
#include "parse_parts.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

namespace
{

/* At a place of a word WordPiece tries every length that entries have. The longest words of real
 * files are far shorter. */
constexpr std::size_t LONGEST_WORD_PIECE = 256;

/* A string as it stands, or what its escapes mean. */
std::string_view contents_of(const calib_json_token &token, std::string &buffer)
{
    if (!token.escaped)
        return {token.text, token.len};
    buffer.resize(token.len);
    buffer.resize(calib_json_unescape(&token, buffer.data()));
    return buffer;
}

/* Files list their entries in the order of ids, as a rule. */
bool has_twice(const std::vector<std::int32_t> &ids)
{
    std::vector<std::int32_t> copy;
    const std::vector<std::int32_t> *sorted = &ids;
    if (!std::is_sorted(ids.begin(), ids.end())) {
        copy = ids;
        std::sort(copy.begin(), copy.end());
        sorted = &copy;
    }
    return std::adjacent_find(sorted->begin(), sorted->end()) != sorted->end();
}

/* "a b", with exactly one space. Lines of merges.txt that state its version are skipped. */
void read_line(Reader &in, Texts &merges, std::string &buffer)
{
    if (!in.is(CALIB_JSON_STRING)) {
        in.fail_damaged("is no string");
        return;
    }
    std::string_view text = contents_of(in.token(), buffer);
    if (text.substr(0, 8) == "#version")
        return;
    std::size_t space = text.find(' ');
    if (space == text.npos || text.find(' ', space + 1) != text.npos) {
        in.fail_damaged("is not two parts with one space between");
        return;
    }
    merges.add(text.substr(0, space));
    merges.add(text.substr(space + 1));
}

/* ["a", "b"] */
void read_pair(Reader &in, Texts &merges, std::string &buffer)
{
    std::size_t n = 0;
    Elements parts(in);
    for (; parts.next(); n++) {
        if (!in.is(CALIB_JSON_STRING) || n == 2) {
            in.fail_damaged("is no part of a pair");
            return;
        }
        merges.add(contents_of(in.token(), buffer));
    }
    if (n != 2)
        in.fail_damaged("is no pair");
}

/* The first merge tells how all are written. */
void read_merges(Reader &in, Texts &merges)
{
    std::string buffer;
    Elements elements(in);
    bool is_first = true, are_pairs = false;
    for (; elements.next(); is_first = false) {
        if (is_first)
            are_pairs = in.is(CALIB_JSON_ARRAY);
        if (are_pairs)
            read_pair(in, merges, buffer);
        else
            read_line(in, merges, buffer);
    }
}

void read_type(Reader &in)
{
    std::string type = in.read_string();
    if (type == "Unigram")
        in.fail_unsupported("is \"Unigram\", which this version does not open; "
                            "calib-sentencepiece opens its SentencePiece model, if it has one");
    else if (type != "BPE")
        in.fail_unknown_value();
}

/* Dropout makes ids random; 0 is none. */
void read_dropout(Reader &in)
{
    if (in.is(CALIB_JSON_NULL))
        return;
    if (!in.is(CALIB_JSON_NUMBER)) {
        in.fail_damaged("is neither null nor a number");
        return;
    }
    std::string_view number(in.token().text, in.token().len);
    if (number.find_first_not_of("-0.") != number.npos)
        in.fail_unsupported("is not 0, which makes ids random");
}

void read_unknown(Reader &in, ModelSpec &model)
{
    model.has_unknown = !in.is(CALIB_JSON_NULL);
    model.unknown = in.read_string_or_null();
}

/* Other models have other fields: says which it is instead of naming one of them. */
bool is_other_model(Reader &in)
{
    std::string_view type = in.peek_type();
    if (type.empty() || type == "BPE")
        return false;
    Object object(in);
    while (object.next()) {
        if (object.is("type"))
            read_type(in);
        in.skip();
    }
    return true;
}

} // namespace

void read_vocabulary(Reader &in, Spec &spec)
{
    ModelSpec &model = spec.model;
    std::string buffer;
    bool is_word_piece = model.kind == ModelSpec::Kind::word_piece;
    Members entries(in);
    while (entries.next()) {
        std::int32_t id = in.read_id();
        std::string_view text = contents_of(entries.name(), buffer);
        if (is_word_piece && text.size() > LONGEST_WORD_PIECE)
            in.fail_unsupported("has more than 256 bytes");
        model.entries.add(text);
        model.ids.push_back(id);
        spec.largest_id = std::max(spec.largest_id, id);
    }
    if (!in.status() && has_twice(model.ids))
        in.fail_unsupported("gives two entries the same id");
}

void find_ids(const ModelSpec &model, ContentIndex &index)
{
    for (std::size_t i = 0; index.size() > 0 && i < model.ids.size(); i++) {
        std::size_t place = index.find(model.entries[i]);
        if (place != ContentIndex::NONE)
            index.set_model_id(place, model.ids[i]);
    }
}

void read_model(Reader &in, Spec &spec)
{
    ModelSpec &model = spec.model;
    if (is_word_piece(in)) {
        read_word_piece(in, spec);
        return;
    }
    if (is_other_model(in))
        return;
    Object object(in);
    while (object.next()) {
        if (object.is("type"))
            read_type(in);
        else if (object.is("dropout"))
            read_dropout(in);
        else if (object.is("unk_token"))
            read_unknown(in, model);
        else if (object.is("continuing_subword_prefix"))
            model.prefix = in.read_string_or_null();
        else if (object.is("end_of_word_suffix"))
            model.suffix = in.read_string_or_null();
        else if (object.is("fuse_unk"))
            model.fuse_unk = in.read_boolean_or_null(false);
        else if (object.is("byte_fallback"))
            model.byte_fallback = in.read_boolean_or_null(false);
        else if (object.is("ignore_merges"))
            model.ignore_merges = in.read_boolean_or_null(false);
        else if (object.is("vocab"))
            read_vocabulary(in, spec);
        else if (object.is("merges"))
            read_merges(in, model.merges);
        else
            object.fail_unknown();
    }
    object.require("vocab");
    /* Without merges and type it may be a WordLevel model of the first versions. */
    if (!object.has("type") && !object.has("merges"))
        in.fail_unsupported("has neither type nor merges");
    object.require("merges");
}

} // namespace calib_tj
