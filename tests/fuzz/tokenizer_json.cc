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

void check_range(const calib_tj::Range &range, std::string_view json, const char *open)
{
    MUST(range.begin < range.end && range.end <= json.size());
    MUST(json[range.begin] == open[0] && json[range.end - 1] == open[1]);
    MUST(range.n <= range.end - range.begin);
}

void check_spec(const calib_tj::Spec &spec, std::string_view json)
{
    std::set<std::int32_t> ids;
    std::set<std::string> contents;
    check_range(spec.model.vocab, json, "{}");
    if (spec.model.kind == calib_tj::ModelSpec::Kind::bpe)
        check_range(spec.model.merges, json, "[]");
    for (const calib_tj::AddedToken &token : spec.added_tokens) {
        MUST(token.id >= 0 && token.id <= spec.largest_id && !token.content.empty());
        MUST(ids.insert(token.id).second && contents.insert(token.content).second);
    }
    for (std::int32_t id : spec.before)
        MUST(id >= 0 && id <= spec.largest_id);
    for (std::int32_t id : spec.behind)
        MUST(id >= 0 && id <= spec.largest_id);
}

void check_tekken(const calib_tj::Spec &spec)
{
    const calib_tj::Ranks &ranks = spec.model.ranks;
    std::uint32_t end = 0;
    MUST(ranks.ends.size() >= 256 && ranks.ends.back() == ranks.bytes.size());
    for (std::uint32_t next : ranks.ends) {
        MUST(end < next);
        end = next;
    }
    MUST(ranks.first_id >= 0 && spec.slots.size() == static_cast<std::size_t>(ranks.first_id));
    MUST(static_cast<std::size_t>(spec.largest_id) + 1 == spec.slots.size() + ranks.ends.size());
    MUST(spec.before.size() == 1 && spec.before[0] < ranks.first_id && spec.added_tokens.empty());
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
        check_tekken(spec);
    } else if (!status) {
        check_spec(spec, json);
        status = calib_tj::parse_config(bytes, json, spec, config);
    }
    MUST(status == calib_tj::last_error().status);
    if (!status)
        for (std::int32_t id : {config.eos, config.pad, config.unk})
            MUST(id >= -1 && id <= spec.largest_id);
    return 0;
}
