/* SPDX-License-Identifier: MIT */
#include "cuts.h"

#include "utf8.h"

#include <algorithm>

namespace calib_sp
{

namespace
{

constexpr std::size_t N_PAGES = 0x110000 >> 8;

std::uint64_t pair_key(char32_t left, char32_t right)
{
    return (static_cast<std::uint64_t>(left) << 32 | right) + 1;
}

std::size_t slot_of(std::uint64_t key, std::size_t n_slots)
{
    /* Fibonacci hashing: the high half of a product with 2^64 / golden ratio. */
    return static_cast<std::size_t>(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (n_slots - 1);
}

char32_t escaped(char32_t c)
{
    return c == ' ' ? SPACE : c;
}

/* First and last character of a text, NO_CHARACTER when it is empty; false when it is not UTF-8. */
bool ends(std::string_view text, char32_t &first, char32_t &last)
{
    for (std::size_t len = 0; !text.empty(); text.remove_prefix(len)) {
        last = first_character(text, len);
        if (last == NO_CHARACTER)
            return false;
        if (first == NO_CHARACTER)
            first = last;
    }
    return true;
}

/* Itself first, since that is what most often forbids a cut. */
void finish(std::vector<char32_t> &forms, char32_t c, bool as_itself)
{
    auto itself = std::find(forms.begin(), forms.end(), c);
    if (itself != forms.end())
        std::swap(*itself, forms.front());
    else if (as_itself)
        forms.insert(forms.begin(), c);
    for (char32_t &form : forms)
        form = escaped(form);
}

} // namespace

/* ---- pairs ---- */

void PairSet::grow()
{
    std::vector<std::uint64_t> old(slots_.empty() ? 1024 : 2 * slots_.size());
    old.swap(slots_);
    for (std::uint64_t key : old) {
        if (!key)
            continue;
        std::size_t slot = slot_of(key, slots_.size());
        while (slots_[slot])
            slot = (slot + 1) & (slots_.size() - 1);
        slots_[slot] = key;
    }
}

bool PairSet::insert(char32_t left, char32_t right)
{
    if (2 * n_ >= slots_.size())
        grow();
    std::uint64_t key = pair_key(left, right);
    std::size_t slot = slot_of(key, slots_.size());
    while (slots_[slot] && slots_[slot] != key)
        slot = (slot + 1) & (slots_.size() - 1);
    bool added = slots_[slot] == 0;
    n_ += added;
    slots_[slot] = key;
    return added;
}

bool PairSet::has(char32_t left, char32_t right) const
{
    if (slots_.empty())
        return false;
    std::uint64_t key = pair_key(left, right);
    std::size_t slot = slot_of(key, slots_.size());
    while (slots_[slot] && slots_[slot] != key)
        slot = (slot + 1) & (slots_.size() - 1);
    return slots_[slot] == key;
}

/* ---- the tables ---- */

std::uint8_t &Cuts::flags(char32_t c)
{
    std::unique_ptr<Page> &page = pages_[c >> 8];
    if (!page)
        page = std::make_unique<Page>(Page{});
    return (*page)[c & 0xff];
}

Cuts::Forms &Cuts::forms(char32_t c)
{
    flags(c) |= SPECIAL;
    return forms_[c];
}

void Cuts::add_piece(const std::vector<char32_t> &text, const Piece &piece, bool joins)
{
    /* Not escaped: a normalized text has no space, so a piece " " makes nothing known. To newer
     * libraries a character whose piece is unused is unknown. */
    if (text.size() == 1 && piece.kind != Kind::unused)
        flags(text[0]) |= KNOWN;
    for (std::size_t i = 1; joins && i < text.size(); i++) {
        char32_t left = escaped(text[i - 1]), right = escaped(text[i]);
        if (!pairs_.insert(left, right))
            continue;
        flags(left) |= LEFT;
        flags(right) |= RIGHT;
    }
}

void Cuts::add_raw_pair(char32_t left, char32_t right)
{
    if (!raw_pairs_.insert(left, right))
        return;
    flags(left) |= SPECIAL;
    flags(right) |= SPECIAL;
}

/* A symbol bypasses the rules, so its characters stay as they are in it. */
void Cuts::add_symbol(const std::vector<char32_t> &text)
{
    if (first_forms_.insert(text.front(), text.front()))
        forms(text.front()).first.push_back(text.front());
    if (last_forms_.insert(text.back(), text.back()))
        forms(text.back()).last.push_back(text.back());
    for (std::size_t i = 1; i < text.size(); i++)
        add_raw_pair(text[i - 1], text[i]);
}

void Cuts::add_pieces(const Model &model)
{
    std::vector<char32_t> text;
    for (const Piece &piece : model.pieces) {
        if (!piece.in_texts() || !characters(piece.text, text))
            continue;
        bool symbol = piece.kind == Kind::user_defined;
        /* A char model joins characters to symbols only. */
        add_piece(text, piece, symbol || model.type == Type::bpe);
        if (symbol)
            add_symbol(text);
    }
}

/* The first `n_same` characters are those of the rule before. */
void Cuts::add_rule(const std::vector<char32_t> &key, std::size_t n_same, char32_t first,
                    char32_t last)
{
    for (std::size_t i = std::max<std::size_t>(n_same, 1); i < key.size(); i++)
        add_raw_pair(key[i - 1], key[i]);
    if (first == NO_CHARACTER) { /* replaced by nothing */
        forms(key.front()).vanishes = forms(key.back()).vanishes = true;
    } else {
        if (first_forms_.insert(key.front(), first))
            forms(key.front()).first.push_back(first);
        if (last_forms_.insert(key.back(), last))
            forms(key.back()).last.push_back(last);
    }
    if (key.size() == 1)
        forms(key.front()).as_itself = false;
}

bool Cuts::add_rules(const Model &model)
{
    std::vector<char32_t> key, before;
    return model.charsmap.visit_rules([&](std::string_view from, std::string_view to) {
        char32_t first = NO_CHARACTER, last = NO_CHARACTER;
        if (!characters(from, key) || !ends(to, first, last))
            return false;
        auto same = std::mismatch(key.begin(), key.end(), before.begin(), before.end());
        add_rule(key, static_cast<std::size_t>(same.first - key.begin()), first, last);
        key.swap(before);
        return true;
    });
}

void Cuts::finish_forms()
{
    forms(' ');
    for (auto &[c, form] : forms_) {
        finish(form.first, c, form.as_itself);
        finish(form.last, c, form.as_itself);
    }
}

void Cuts::fill_ascii()
{
    ascii_.assign(128 * 128, 0);
    for (char32_t left = 0; left < 128; left++)
        for (char32_t right = 0; right < 128; right++)
            ascii_[left << 7 | right] = allowed(left, right);
}

bool Cuts::build(const Model &model)
{
    trims_ = model.trims;
    byte_fallback_ = model.byte_fallback;
    pages_.resize(N_PAGES);
    add_pieces(model);
    if (!add_rules(model))
        return false;
    finish_forms();
    fill_ascii();
    first_forms_ = last_forms_ = PairSet();
    return true;
}

/* ---- the rule ---- */

/* Both stand for themselves, in whatever text. */
bool Cuts::allowed_plain(char32_t left, char32_t right) const
{
    std::uint8_t l = flags_of(left), r = flags_of(right);
    if ((l & LEFT) && (r & RIGHT) && pairs_.has(left, right))
        return false;
    /* The library makes one <unk> of neighbouring unknown characters. */
    if (!byte_fallback_ && !((l | r) & KNOWN))
        return false;
    /* Runs of spaces are collapsed, and all trimmed at the end of a text. */
    return !(trims_ && left == SPACE && right == SPACE);
}

bool Cuts::allowed_special(char32_t left, char32_t right) const
{
    if (raw_pairs_.has(left, right))
        return false;
    static const Forms none;
    auto find = [this](char32_t c) -> const Forms & {
        auto found = forms_.find(c);
        return found == forms_.end() ? none : found->second;
    };
    const Forms &l = find(left), &r = find(right);
    if (l.vanishes || r.vanishes)
        return false;
    /* A character without forms stands for itself. */
    const char32_t *lefts = l.last.empty() ? &left : l.last.data();
    const char32_t *rights = r.first.empty() ? &right : r.first.data();
    std::size_t n_lefts = std::max<std::size_t>(l.last.size(), 1);
    std::size_t n_rights = std::max<std::size_t>(r.first.size(), 1);
    for (std::size_t i = 0; i < n_lefts; i++)
        for (std::size_t k = 0; k < n_rights; k++)
            if (!allowed_plain(lefts[i], rights[k]))
                return false;
    return true;
}

bool Cuts::allowed(char32_t left, char32_t right) const
{
    if ((flags_of(left) | flags_of(right)) & SPECIAL)
        return allowed_special(left, right);
    return allowed_plain(left, right);
}

/* ---- the scan ---- */

/* Goes on while both characters are ASCII; `until` leaves room for a cut at every place. True when
 * it came to `until`. */
bool Cuts::scan_ascii(std::string_view text, std::size_t &at, std::size_t until,
                      std::size_t *offsets, std::size_t &n) const
{
    const std::uint8_t *table = ascii_.data();
    auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t i = at, count = n;
    unsigned left = byte(i - 1), right = 0;
    for (; i < until && (right = byte(i)) < 0x80; i++) {
        offsets[count] = i; /* kept when the table says so: no branch to be guessed wrong */
        count += table[left << 7 | right];
        left = right;
    }
    at = i;
    n = count;
    return i == until;
}

std::size_t Cuts::scan(std::string_view text, std::size_t *offsets, std::size_t cap) const
{
    std::size_t n = 0, len = 0;
    if (text.empty() || cap == 0)
        return 0;
    char32_t left = first_character(text, len);
    for (std::size_t at = len; at < text.size() && n < cap;) {
        if (left < 0x80) {
            std::size_t until = std::min(text.size(), at + (cap - n));
            if (scan_ascii(text, at, until, offsets, n)) {
                left = static_cast<unsigned char>(text[at - 1]);
                continue;
            }
            left = static_cast<unsigned char>(text[at - 1]);
        }
        char32_t right = first_character(text.substr(at), len);
        if (left != NO_CHARACTER && right != NO_CHARACTER && allowed(left, right))
            offsets[n++] = at;
        left = right;
        at += len;
    }
    return n;
}

} // namespace calib_sp
