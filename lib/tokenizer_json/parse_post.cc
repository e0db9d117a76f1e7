/* SPDX-License-Identifier: MIT */
/* Post-processors: what they put before and behind a single text. */
#include "parse_parts.h"

#include <map>

namespace calib_tj
{

namespace
{

/* What one of them adds. */
struct Ends {
    std::vector<std::int32_t> before, behind;
};

/* Offsets are not asked for, so that all of this changes nothing. */
void read_byte_level(Reader &in)
{
    auto read = [&] { in.read_boolean(); };
    read_component(in, {
                           {"add_prefix_space", Field::REQUIRED, read},
                           {"trim_offsets", Field::REQUIRED, read},
                           {"use_regex", Field::OPTIONAL, read},
                       });
}

/* ["<s>", 0] */
std::int32_t read_token_and_id(Reader &in)
{
    std::int32_t id = 0;
    std::size_t n = 0;
    Elements pair(in);
    for (; pair.next(); n++) {
        if (n == 0)
            in.read_string();
        else if (n == 1)
            id = in.read_id();
        else
            in.skip();
    }
    if (n != 2)
        in.fail_damaged("is not a token and its id");
    return id;
}

Ends read_roberta(Reader &in)
{
    Ends ends;
    auto ignore = [&] { in.read_boolean(); };
    read_component(
        in, {
                {"cls", Field::REQUIRED, [&] { ends.before.push_back(read_token_and_id(in)); }},
                {"sep", Field::REQUIRED, [&] { ends.behind.push_back(read_token_and_id(in)); }},
                {"trim_offsets", Field::REQUIRED, ignore},
                {"add_prefix_space", Field::REQUIRED, ignore},
            });
    return ends;
}

Ends read_bert(Reader &in)
{
    Ends ends;
    read_component(
        in, {
                {"cls", Field::REQUIRED, [&] { ends.before.push_back(read_token_and_id(in)); }},
                {"sep", Field::REQUIRED, [&] { ends.behind.push_back(read_token_and_id(in)); }},
            });
    return ends;
}

/* A piece of a template: the name of a special token, or a text. */
struct Piece {
    std::string token, text;
};

/* {"SpecialToken": {"id": "<s>", "type_id": 0}} or {"Sequence": {"id": "A", "type_id": 0}} */
Piece read_piece(Reader &in)
{
    Piece piece;
    std::size_t n = 0;
    Members kinds(in);
    for (; kinds.next(); n++) {
        bool is_text = calib_json_equals(&kinds.name(), "Sequence");
        if (!is_text && !calib_json_equals(&kinds.name(), "SpecialToken"))
            in.fail_unsupported("is a kind of piece that this version does not know");
        std::string &name = is_text ? piece.text : piece.token;
        read_object(in, {
                            {"id", Field::REQUIRED, [&] { name = in.read_string(); }},
                            {"type_id", Field::REQUIRED, [&] { in.read_uint32(); }},
                        });
        if (is_text && piece.text != "A" && piece.text != "B")
            in.fail_damaged("names neither A nor B");
    }
    if (n != 1)
        in.fail_damaged("is not one piece");
    return piece;
}

std::vector<Piece> read_template(Reader &in)
{
    std::vector<Piece> pieces;
    Elements elements(in);
    while (elements.next())
        pieces.push_back(read_piece(in));
    return pieces;
}

using TokenIds = std::map<std::string, std::vector<std::int32_t>>;

std::vector<std::int32_t> read_ids(Reader &in)
{
    std::vector<std::int32_t> ids;
    Elements elements(in);
    while (elements.next())
        ids.push_back(in.read_id());
    return ids;
}

std::size_t count_strings(Reader &in)
{
    std::size_t n = 0;
    Elements elements(in);
    for (; elements.next(); n++)
        in.read_string();
    return n;
}

std::vector<std::int32_t> read_special_token(Reader &in)
{
    std::vector<std::int32_t> ids;
    std::size_t n_tokens = 0;
    read_object(in, {
                        {"id", Field::REQUIRED, [&] { in.read_string(); }},
                        {"ids", Field::REQUIRED, [&] { ids = read_ids(in); }},
                        {"tokens", Field::REQUIRED, [&] { n_tokens = count_strings(in); }},
                    });
    if (ids.size() != n_tokens)
        in.fail_unsupported("has not as many ids as tokens");
    return ids;
}

TokenIds read_special_tokens(Reader &in)
{
    TokenIds tokens;
    Members members(in);
    while (members.next()) {
        std::string name(members.name().len, '\0');
        name.resize(calib_json_unescape(&members.name(), name.data()));
        if (tokens.count(name))
            in.fail_damaged("is given twice");
        tokens[name] = read_special_token(in);
    }
    return tokens;
}

Ends ends_of(Reader &in, const std::vector<Piece> &pieces, const TokenIds &tokens)
{
    Ends ends;
    std::size_t n_texts = 0;
    for (const Piece &piece : pieces) {
        auto at = tokens.find(piece.token);
        if (piece.text == "A") {
            n_texts++;
        } else if (piece.text == "B") {
            in.fail_unsupported("puts a second text into its template for single texts");
        } else if (at == tokens.end()) {
            in.fail_damaged("uses a special token that it does not define");
        } else {
            std::vector<std::int32_t> &to = n_texts ? ends.behind : ends.before;
            to.insert(to.end(), at->second.begin(), at->second.end());
        }
    }
    if (n_texts != 1)
        in.fail_unsupported("has not exactly one text in its template for single texts");
    return ends;
}

Ends read_template_processing(Reader &in)
{
    std::vector<Piece> single;
    TokenIds tokens;
    read_component(
        in, {
                {"single", Field::REQUIRED, [&] { single = read_template(in); }},
                {"pair", Field::REQUIRED, [&] { read_template(in); }},
                {"special_tokens", Field::REQUIRED, [&] { tokens = read_special_tokens(in); }},
            });
    return ends_of(in, single, tokens);
}

/* The reference takes what a template gives for two texts if another one follows. */
void add(Reader &in, Ends ends, bool &has_any, Spec &spec)
{
    if (has_any)
        in.fail_unsupported("follows a post-processor that adds tokens, and adds some itself");
    has_any = true;
    spec.before = std::move(ends.before);
    spec.behind = std::move(ends.behind);
}

void read_processor(Reader &in, bool &has_any, Spec &spec, int depth);

void read_processors(Reader &in, bool &has_any, Spec &spec, int depth)
{
    if (depth == DEEPEST_SEQUENCE)
        in.fail_unsupported("is a sequence in too many others");
    auto read_list = [&] {
        Elements elements(in);
        while (elements.next())
            read_processor(in, has_any, spec, depth + 1);
    };
    read_component(in, {{"processors", Field::REQUIRED, read_list}});
}

void read_processor(Reader &in, bool &has_any, Spec &spec, int depth)
{
    std::string_view type = in.peek_type();
    if (type == "Sequence")
        read_processors(in, has_any, spec, depth);
    else if (type == "ByteLevel")
        read_byte_level(in);
    else if (type == "TemplateProcessing")
        add(in, read_template_processing(in), has_any, spec);
    else if (type == "RobertaProcessing")
        add(in, read_roberta(in), has_any, spec);
    else if (type == "BertProcessing")
        add(in, read_bert(in), has_any, spec);
    else
        fail_type(in);
}

} // namespace

void read_post_processor(Reader &in, Spec &spec)
{
    bool has_any = false;
    if (!in.is(CALIB_JSON_NULL))
        read_processor(in, has_any, spec, 0);
}

} // namespace calib_tj
