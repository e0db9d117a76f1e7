/* SPDX-License-Identifier: MIT */
#include "encoder.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "alphabet.h"
#include "substitution.h"

#include <algorithm>
#include <utility>

namespace calib_tj
{

namespace
{

bool is_utf8(std::string_view text)
{
    std::size_t len = 0;
    for (std::size_t at = 0; at < text.size(); at += len)
        if (first_character(text.substr(at), len) == NO_CHARACTER)
            return false;
    return true;
}

/* Reads "<0xHH>". */
bool is_byte_token(std::string_view token, char &byte)
{
    auto digit = [token](std::size_t at) {
        const std::string_view digits = "0123456789ABCDEF";
        return digits.find(token[at]);
    };
    if (token.size() != 6 || token.substr(0, 3) != "<0x" || token[5] != '>' ||
        digit(3) == token.npos || digit(4) == token.npos)
        return false;
    byte = static_cast<char>(static_cast<unsigned char>(digit(3) << 4 | digit(4)));
    return true;
}

void replace_all(std::string &text, std::string_view from, std::string_view to)
{
    for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/* Returns true if the first character of a normalized text can come from a place behind the
 * beginning of the text. */
bool moves_beginning(const NormalizerStep &step)
{
    using Kind = NormalizerStep::Kind;
    switch (step.kind) {
    case Kind::replace_string: return step.content.empty() || count_characters(step.pattern) != 1;
    case Kind::replace_regex:
    case Kind::bert_clean:
    case Kind::bert_unaccent: return true;
    case Kind::strip: return step.left;
    default: return false;
    }
}

bool is_first_metaspace(const PreTokenizerStep &step)
{
    return step.kind == PreTokenizerStep::Kind::metaspace &&
           step.prepend == PreTokenizerStep::Prepend::first;
}

/* There the reference puts nothing in front. */
bool can_lose_front(const Spec &spec)
{
    return std::any_of(spec.pre_tokenizer.begin(), spec.pre_tokenizer.end(), is_first_metaspace) &&
           std::any_of(spec.normalizer.begin(), spec.normalizer.end(), moves_beginning);
}

} // namespace

int Encoder::open(const Spec &spec)
{
    int status = normalizer_.build(spec.normalizer);
    if (!status)
        status = map_.build(spec.normalizer);
    if (!status)
        status = splitter_.build(spec.pre_tokenizer);
    if (status)
        return status;
    if (can_lose_front(spec))
        return fail(CALIB_E_UNSUPPORTED, "Metaspace with prepend_scheme first behind a normalizer "
                                         "that can remove the beginning of a text");
    is_word_piece_ = spec.model.kind == ModelSpec::Kind::word_piece;
    if (is_word_piece_ && splitter_.is_byte_level())
        return fail(CALIB_E_UNSUPPORTED, "a WordPiece model behind ByteLevel is not supported");
    return normalized_.build(spec.added_tokens, true, [this](const std::string &content) {
        std::string form;
        normalizer_.normalize(content, Position::begin, form);
        return form;
    });
}

int Encoder::build(const Spec &spec)
{
    bool byte_level = splitter_.is_byte_level();
    Substitution substitution = substitution_of(spec);
    substitutes_ = static_cast<bool>(substitution);
    int status = is_word_piece_ ? word_piece_.build(spec.model)
                                : bpe_.build(spec.model, byte_level, substitution);
    if (!status)
        status = raw_.build(spec.added_tokens, false, nullptr);
    if (status)
        return status;
    for (const AddedToken &token : spec.added_tokens)
        added_[token.id] = {token.content, token.special};
    for (std::size_t i = 0; i < spec.slots.size(); i++)
        added_[static_cast<std::int32_t>(i)] = {spec.slots[i], true};
    unknown_ = spec.model.has_unknown ? spec.model.unknown : "";
    plain_.build(raw_, normalized_, map_);
    Scan scan = map_.is_identity() ? splitter_.scanner() : nullptr;
    skips_steps_ = scan != nullptr;
    CutRule rule;
    status = rule.build(spec, map_, raw_, normalized_, bpe_, byte_level);
    if (!status)
        cuts_.build(std::move(rule), scan, plain_);
    return status;
}

/* Passes what lies between added tokens to `piece(text, at)`. */
template <typename Piece>
int Encoder::walk(const AddedTokens &tokens, std::string_view text, bool plain, IdList &ids,
                  Piece &&piece) const
{
    AddedMatch match;
    std::size_t covered = 0;
    int status = CALIB_OK;
    while (!status && tokens.next(text, plain, match)) {
        if (match.begin > match.end)
            return fail(CALIB_E_ENCODE,
                        "the reference cannot encode this text: an added token with lstrip stands "
                        "in the white space that another one with rstrip takes");
        if (covered < match.begin)
            status = piece(text.substr(covered, match.begin - covered), covered);
        if (match.begin < match.end)
            ids.append(match.id);
        covered = match.end;
    }
    if (!status && covered < text.size())
        status = piece(text.substr(covered), covered);
    return status;
}

int Encoder::encode_pre_tokens(std::string_view text, Position position, IdList &ids) const
{
    int status = CALIB_OK;
    if (is_word_piece_)
        splitter_.split(text, position, [&](std::string_view pre_token) {
            status = status ? status : word_piece_.encode(pre_token, ids);
        });
    else
        splitter_.split(text, position,
                        [&](std::string_view pre_token) { bpe_.encode(pre_token, ids); });
    return status;
}

int Encoder::encode_piece(std::string_view text, Position position, bool plain, IdList &ids) const
{
    std::string normalized;
    normalizer_.normalize(text, position, normalized);
    return walk(normalized_, normalized, plain, ids, [&](std::string_view piece, std::size_t at) {
        return encode_pre_tokens(piece, at == 0 ? position : Position::inside, ids);
    });
}

int Encoder::encode(const Window &part, bool plain, IdList &ids) const
{
    Position first = part.begins ? Position::begin : Position::continued;
    if (skips_steps_ && plain_.holds(part.text)) {
        return encode_pre_tokens(part.text, first, ids);
    }
    std::size_t added = 0;
    if (substitutes_ && !part.begins && !raw_.occurs(part.text, added) &&
        bpe_.encode_known(part.text, ids))
        return CALIB_OK;
    if (!is_utf8(part.text))
        return fail(CALIB_E_ENCODE, "the text is not UTF-8");
    return walk(raw_, part.text, plain, ids, [&](std::string_view piece, std::size_t at) {
        return encode_piece(piece, at == 0 ? first : Position::inside, plain, ids);
    });
}

/* As the decoder WordPiece does it for a token that is not the first. */
bool Encoder::text_of_piece(std::int32_t id, std::string &text) const
{
    std::string_view token = word_piece_.token(id), prefix = word_piece_.prefix();
    if (token.empty())
        return false;
    bool continues = token.size() > prefix.size() && token.substr(0, prefix.size()) == prefix;
    text = continues ? "" : " ";
    text += continues ? token.substr(prefix.size()) : token;
    return true;
}

/* As the decoders of other files do it for one token. */
bool Encoder::text_of_entry(std::int32_t id, std::string &text) const
{
    std::string_view token = bpe_.token(id);
    char byte = 0;
    if (token.empty())
        return false;
    if (splitter_.is_byte_level() && ALPHABET.read(token, text))
        return true;
    text = token;
    if (is_byte_token(token, byte))
        text = byte;
    else if (!splitter_.is_byte_level())
        replace_all(text, "\xe2\x96\x81", " ");
    return true;
}

bool Encoder::text_of(std::int32_t id, std::string &text) const
{
    auto added = added_.find(id);
    if (added != added_.end()) {
        text = added->second.content;
        return true;
    }
    return is_word_piece_ ? text_of_piece(id, text) : text_of_entry(id, text);
}

/* Of a byte-level vocabulary a byte that is a character is no part of one. */
bool Encoder::is_byte(std::string_view token) const
{
    std::string text;
    char byte = 0;
    if (is_word_piece_)
        return false;
    if (!splitter_.is_byte_level())
        return is_byte_token(token, byte);
    return ALPHABET.read(token, text) && text.size() == 1 &&
           static_cast<unsigned char>(text[0]) >= 0x80;
}

std::uint32_t Encoder::kind_of(std::int32_t id) const
{
    auto added = added_.find(id);
    bool is_added = added != added_.end();
    std::string_view token = is_added         ? std::string_view(added->second.content)
                             : is_word_piece_ ? word_piece_.token(id)
                                              : bpe_.token(id);
    if (token.empty())
        return CALIB_KIND_NONE;
    if (token == unknown_)
        return CALIB_KIND_UNKNOWN;
    if (is_added)
        return added->second.special ? CALIB_KIND_SPECIAL : CALIB_KIND_ADDED;
    return is_byte(token) ? CALIB_KIND_BYTE : CALIB_KIND_NORMAL;
}

} // namespace calib_tj
