/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "parse_parts.h"

#include <optional>
#include <utility>

namespace calib_tj
{

namespace
{

constexpr char FILE_NAME[] = "tokenizer_config.json";

/* Contents, as the config names them. */
struct Names {
    std::optional<std::string> eos, pad, unk;
    std::vector<std::string> added;
};

/* "<s>" or {"content": "<s>", ...} */
std::optional<std::string> read_token(Reader &in)
{
    if (in.is(CALIB_JSON_STRING))
        return in.read_string();
    if (!in.is(CALIB_JSON_OBJECT)) {
        in.skip();
        return std::nullopt;
    }
    std::optional<std::string> content;
    Members members(in);
    while (members.next()) {
        if (calib_json_equals(&members.name(), "content") && in.is(CALIB_JSON_STRING))
            content = in.read_string();
        else
            in.skip();
    }
    return content;
}

/* {"128000": {"content": "<s>", ...}, ...} */
std::vector<std::string> read_decoder_tokens(Reader &in)
{
    std::vector<std::string> contents;
    if (!in.is(CALIB_JSON_OBJECT)) {
        in.skip();
        return contents;
    }
    Members tokens(in);
    while (tokens.next())
        if (std::optional<std::string> content = read_token(in))
            contents.push_back(std::move(*content));
    return contents;
}

int read_names(std::string_view bytes, Names &names)
{
    Reader in(bytes, FILE_NAME);
    Members config(in);
    while (config.next()) {
        const calib_json_token &name = config.name();
        if (calib_json_equals(&name, "eos_token"))
            names.eos = read_token(in);
        else if (calib_json_equals(&name, "pad_token"))
            names.pad = read_token(in);
        else if (calib_json_equals(&name, "unk_token"))
            names.unk = read_token(in);
        else if (calib_json_equals(&name, "added_tokens_decoder"))
            names.added = read_decoder_tokens(in);
        else
            in.skip();
    }
    in.finish();
    return in.status();
}

/* Ids by content: of added tokens, and of the vocabulary for those contents that are none. */
class Ids
{
public:
    void build(const Names &names, const Spec &spec)
    {
        std::vector<std::string_view> contents, missing;
        for (const AddedToken &token : spec.added_tokens)
            contents.push_back(token.content);
        added_.build(std::move(contents));
        for (const AddedToken &token : spec.added_tokens)
            added_.set_model_id(added_.find(token.content), token.id);
        for (const std::optional<std::string> *name : {&names.eos, &names.pad, &names.unk})
            if (*name && added_.find(**name) == ContentIndex::NONE)
                missing.push_back(**name);
        for (const std::string &content : names.added)
            if (added_.find(content) == ContentIndex::NONE)
                missing.push_back(content);
        entries_.build(std::move(missing));
        find_ids(spec.model, entries_);
    }

    std::int32_t of(std::string_view content) const
    {
        std::size_t place = added_.find(content);
        if (place != ContentIndex::NONE)
            return added_.model_id(place);
        place = entries_.find(content);
        return place == ContentIndex::NONE ? -1 : entries_.model_id(place);
    }

    std::int32_t of(const std::optional<std::string> &content) const
    {
        return content ? of(std::string_view(*content)) : -1;
    }

private:
    ContentIndex added_, entries_;
};

} // namespace

int parse_config(std::string_view bytes, const Spec &spec, Config &config)
{
    Names names;
    Ids ids;
    config = Config();
    int status = bytes.empty() ? 0 : read_names(bytes, names);
    if (status)
        return status;
    if (!names.unk && spec.model.has_unknown)
        names.unk = spec.model.unknown;
    ids.build(names, spec);
    config.eos = ids.of(names.eos);
    config.pad = ids.of(names.pad);
    config.unk = ids.of(names.unk);
    for (std::string &content : names.added)
        if (!content.empty() && ids.of(std::string_view(content)) < 0)
            config.ignored_tokens.push_back(std::move(content));
    return 0;
}

} // namespace calib_tj
