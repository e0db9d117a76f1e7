/* SPDX-License-Identifier: MIT */
/* Added tokens, and the ids that the reference gives them. */
#include "parse_parts.h"

#include <algorithm>
#include <map>
#include <utility>

namespace calib_tj
{

namespace
{

AddedToken read_added_token(Reader &in)
{
    AddedToken token;
    auto flag = [&in](const char *name, bool &value) {
        return Field{name, Field::REQUIRED, [&in, &value] { value = in.read_boolean(); }};
    };
    read_object(
        in, {
                {"id", Field::REQUIRED, [&] { in.read_uint32(); }}, /* the reference ignores it */
                {"content", Field::REQUIRED, [&] { token.content = in.read_short_string(); }},
                flag("single_word", token.single_word),
                flag("lstrip", token.lstrip),
                flag("rstrip", token.rstrip),
                flag("normalized", token.normalized),
                flag("special", token.special),
            });
    return token;
}

bool same(const AddedToken &a, const AddedToken &b)
{
    return a.content == b.content && a.single_word == b.single_word && a.lstrip == b.lstrip &&
           a.rstrip == b.rstrip && a.normalized == b.normalized && a.special == b.special;
}

} // namespace

void read_added_tokens(Reader &in, std::vector<AddedToken> &tokens)
{
    Elements elements(in);
    while (elements.next()) {
        AddedToken token = read_added_token(in);
        if (!token.content.empty())
            tokens.push_back(std::move(token));
    }
}

/* An id is the model's; a content that the model does not have gets the next of the ids behind the
 * number of the model's entries. If the model's ids have holes, such an id can be the model's as
 * well: of two tokens with one id the later one stays. A content keeps its id when it comes again,
 * with its new properties; but once special it counts as such. */
void give_ids(Spec &spec)
{
    std::vector<AddedToken> &tokens = spec.added_tokens;
    ContentIndex index;
    std::vector<std::string_view> contents;
    for (const AddedToken &token : tokens)
        contents.push_back(token.content);
    index.build(std::move(contents));
    find_ids(spec.model, index);
    std::vector<std::size_t> places(tokens.size()); /* in the index, which points into tokens */
    std::vector<std::int32_t> given(index.size(), -1);
    std::vector<bool> special(index.size());
    std::map<std::int32_t, std::size_t> owners; /* of ids: places in `tokens` */
    auto next = static_cast<std::int32_t>(spec.model.ids.size());
    for (std::size_t i = 0; i < tokens.size(); i++) {
        std::size_t place = places[i] = index.find(tokens[i].content);
        std::int32_t &id = given[place];
        if (id >= 0 && same(tokens[owners[id]], tokens[i]))
            continue;
        if (id < 0)
            id = index.model_id(place) >= 0 ? index.model_id(place) : next++;
        if (tokens[i].special)
            special[place] = true;
        owners[id] = i;
    }

    std::vector<AddedToken> kept;
    for (std::size_t i = 0; i < tokens.size(); i++) {
        std::size_t place = places[i];
        if (owners[given[place]] != i)
            continue;
        kept.push_back(std::move(tokens[i]));
        kept.back().id = given[place];
        kept.back().special = special[place];
        spec.largest_id = std::max(spec.largest_id, given[place]);
    }
    tokens = std::move(kept);
    for (const std::vector<std::int32_t> *ends : {&spec.before, &spec.behind})
        for (std::int32_t id : *ends)
            spec.largest_id = std::max(spec.largest_id, id);
}

} // namespace calib_tj
