/* SPDX-License-Identifier: MIT */
/* tokenizer.json, tokenizer_config.json and tekken.json files: whatever is read keeps what spec.h
 * promises. */
#include "target.h"
#include "tokenizer_json/config.h"
#include "tokenizer_json/parse.h"
#include "tokenizer_json/parse_tekken.h"

#include "adapter/error.h"

#include <set>

namespace
{

/* All together have `most` bytes at most. */
void check_texts(const calib_tj::Texts &texts, std::size_t most)
{
    for (std::size_t i = 0; i < texts.size(); i++) {
        MUST(texts[i].size() <= most);
        most -= texts[i].size();
    }
}

void check_spec(const calib_tj::Spec &spec, std::string_view json)
{
    const calib_tj::ModelSpec &model = spec.model;
    std::set<std::int32_t> ids;
    std::set<std::string> contents;
    check_texts(model.entries, json.size());
    check_texts(model.merges, json.size());
    MUST(model.entries.size() == model.ids.size() && model.merges.size() % 2 == 0);
    for (std::int32_t id : model.ids)
        MUST(id >= 0 && id <= spec.largest_id && ids.insert(id).second);
    ids.clear();
    for (const calib_tj::AddedToken &token : spec.added_tokens) {
        MUST(token.id >= 0 && token.id <= spec.largest_id && !token.content.empty());
        MUST(ids.insert(token.id).second && contents.insert(token.content).second);
    }
    for (std::int32_t id : spec.before)
        MUST(id >= 0 && id <= spec.largest_id);
    for (std::int32_t id : spec.behind)
        MUST(id >= 0 && id <= spec.largest_id);
}

void check_tekken(const calib_tj::Spec &spec, std::string_view json)
{
    const calib_tj::ModelSpec &model = spec.model;
    auto first = static_cast<std::int32_t>(spec.slots.size());
    check_texts(model.entries, 2 * json.size()); /* a byte may be a letter of two */
    MUST(model.is_ranked && model.merges.size() == 0);
    MUST(model.entries.size() >= 256 && model.entries.size() == model.ids.size());
    MUST(model.ids[0] == first && model.ids.back() == spec.largest_id);
    for (std::size_t i = 0; i < model.entries.size(); i++)
        MUST(!model.entries[i].empty() && model.ids[i] == first + static_cast<std::int32_t>(i));
    MUST(spec.before.size() == 1 && spec.before[0] < first && spec.added_tokens.empty());
}

} // namespace

/* The input is a tokenizer.json, and, behind a NUL, a tokenizer_config.json. */
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    std::string_view input(reinterpret_cast<const char *>(data), size);
    std::size_t nul = input.find('\0');
    std::string_view json = input.substr(0, nul);
    std::string_view bytes = nul == input.npos ? std::string_view() : input.substr(nul + 1);
    calib_tj::Spec spec;
    calib_tj::Config config;
    calib_tj::clear_error();
    bool tekken = calib_tj::is_tekken(json);
    int status = tekken ? calib_tj::parse_tekken(json, spec, config) : calib_tj::parse(json, spec);
    if (!status && tekken) {
        check_tekken(spec, json);
    } else if (!status) {
        check_spec(spec, json);
        status = calib_tj::parse_config(bytes, spec, config);
    }
    MUST(status == calib_tj::last_error().status);
    if (!status)
        for (std::int32_t id : {config.eos, config.pad, config.unk})
            MUST(id >= -1 && id <= spec.largest_id);
    return 0;
}
