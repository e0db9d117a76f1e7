/* SPDX-License-Identifier: MIT */
#include "symbols.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "alphabet.h"

#include <algorithm>
#include <cstdio>

namespace calib_tj
{

namespace
{

constexpr char32_t SPACE = 0x2581;

} // namespace

void CharacterEntries::clear()
{
    pages_.assign(0x110000 >> 8, 0);
    ids_.assign(256, -1);
}

void CharacterEntries::set(char32_t c, std::int32_t entry)
{
    std::uint32_t &page = pages_[c >> 8];
    if (page == 0) {
        auto begin = static_cast<std::uint32_t>(ids_.size());
        ids_.resize(ids_.size() + 256, -1);
        page = begin;
    }
    ids_[page + (c & 0xff)] = entry;
}

int Symbols::build(const ModelSpec &model, const Vocabulary &vocabulary, bool byte_level,
                   Substitution substitution)
{
    vocabulary_ = &vocabulary;
    byte_level_ = byte_level;
    fuse_unknown_ = model.fuse_unk;
    prefix_ = model.prefix;
    suffix_ = model.suffix;
    direct_ = prefix_.empty() && suffix_.empty();
    fallback_.fill(-1);
    for (unsigned byte = 0; model.byte_fallback && byte < 256; byte++) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", byte);
        fallback_[byte] = vocabulary.find(name);
    }
    falls_back_ = std::find(fallback_.begin(), fallback_.end(), -1) == fallback_.end();
    for (unsigned byte = 0; byte < 256; byte++)
        bytes_[byte] = vocabulary.find(ALPHABET.letter(static_cast<unsigned char>(byte)));
    if (!byte_level)
        find_characters(substitution);
    unknown_ = model.has_unknown ? vocabulary.find(model.unknown) : -1;
    if (model.has_unknown && unknown_ < 0 && !falls_back_ && !is_complete())
        return fail(CALIB_E_MODEL, "the model's unk_token is not in its vocabulary");
    return 0;
}

void Symbols::find_characters(Substitution substitution)
{
    characters_.clear();
    auto size = static_cast<std::int32_t>(vocabulary_->size());
    for (std::int32_t entry = 0; entry < size; entry++) {
        std::string_view text = vocabulary_->text(entry);
        std::size_t len = 0;
        if (text.empty() || text.size() > 4)
            continue;
        char32_t c = first_character(text, len);
        if (c != NO_CHARACTER && len == text.size())
            characters_.set(c, entry);
    }
    if (substitution)
        characters_.set(substitution.from, characters_[substitution.to]);
}

bool Symbols::is_complete() const
{
    return byte_level_ && direct_ && std::find(bytes_.begin(), bytes_.end(), -1) == bytes_.end();
}

std::int32_t Symbols::entry_of_code(std::size_t code) const
{
    if (byte_level_)
        return bytes_[code];
    return characters_[code == SPACE_CODE ? SPACE : static_cast<char32_t>(code)];
}

std::size_t Symbols::read(std::string_view text, std::int32_t *ids, std::uint8_t *codes) const
{
    if (!direct_)
        return 0;
    return byte_level_ ? read_bytes(text, ids, codes) : read_characters(text, ids, codes);
}

std::size_t Symbols::read_bytes(std::string_view text, std::int32_t *ids, std::uint8_t *codes) const
{
    std::int32_t all = 0;
    for (std::size_t i = 0; i < text.size(); i++) {
        codes[i] = static_cast<std::uint8_t>(text[i]);
        ids[i] = bytes_[codes[i]];
        all |= ids[i];
    }
    return all < 0 ? 0 : text.size();
}

std::size_t Symbols::read_characters(std::string_view text, std::int32_t *ids,
                                     std::uint8_t *codes) const
{
    std::size_t n = 0;
    std::int32_t all = 0;
    for (std::size_t at = 0, len = 0; at < text.size(); at += len, n++) {
        char32_t c = static_cast<unsigned char>(text[at]);
        codes[n] = static_cast<std::uint8_t>(c);
        len = 1;
        if (c >= 0x80) {
            c = first_character({text.data() + at, text.size() - at}, len);
            codes[n] = c == SPACE ? SPACE_CODE : UNCOMMON;
        }
        ids[n] = characters_[c];
        all |= ids[n];
    }
    return all < 0 ? 0 : n;
}

std::string_view Symbols::character_at(std::string_view text, std::size_t at) const
{
    if (byte_level_)
        return text.substr(at, 1);
    std::size_t len = 0;
    first_character(text.substr(at), len);
    return text.substr(at, len);
}

std::string Symbols::spell(std::string_view character, bool first, bool last) const
{
    std::string out;
    if (!first)
        out += prefix_;
    if (byte_level_)
        out += ALPHABET.letter(static_cast<unsigned char>(character[0]));
    else
        out += character;
    if (last)
        out += suffix_;
    return out;
}

bool Symbols::append_fallback(std::string_view spelled, std::vector<std::int32_t> &ids) const
{
    std::size_t before = ids.size();
    for (char c : spelled) {
        std::int32_t id = fallback_[static_cast<unsigned char>(c)];
        if (id < 0) {
            ids.resize(before);
            return false;
        }
        ids.push_back(id);
    }
    return true;
}

/* As the reference does it, in the same order: byte tokens do not end a row of unknown characters,
 * whose token comes behind them. */
void Symbols::read_any(std::string_view text, std::vector<std::int32_t> &ids) const
{
    bool pending = false; /* an unknown token that is not yet in `ids` */
    for (std::size_t at = 0, end; at < text.size(); at = end) {
        std::string_view character = character_at(text, at);
        end = at + character.size();
        std::string spelled = spell(character, at == 0, end == text.size());
        std::int32_t id = vocabulary_->find(spelled);
        bool known = id >= 0;
        if (!known && append_fallback(spelled, ids))
            continue;
        if (pending && (known || !fuse_unknown_))
            ids.push_back(unknown_);
        if (known)
            ids.push_back(id);
        pending = !known && unknown_ >= 0;
    }
    if (pending)
        ids.push_back(unknown_);
}

bool Symbols::is_known(std::string_view character) const
{
    return vocabulary_->find(spell(character, false, false)) >= 0;
}

bool Symbols::is_dropped(std::string_view character) const
{
    std::vector<std::int32_t> ids;
    return !is_known(character) && unknown_ < 0 &&
           !append_fallback(spell(character, false, false), ids);
}

} // namespace calib_tj
