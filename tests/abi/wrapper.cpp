/* SPDX-License-Identifier: MIT */
/* calib.hpp: the forms of functions, rows, moves, what a corpus keeps, and recipes. */
#include <calib_recipe.hpp>

#include "tell.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#if __has_include(<span>)
#include <span>
#endif

namespace
{

using Ids = std::vector<std::int32_t>;

Ids bytes_of(std::string_view text)
{
    return Ids(text.begin(), text.end());
}

Ids copy(calib::span<const std::int32_t> ids)
{
    return Ids(ids.begin(), ids.end());
}

/* All ids of a text. */
template <class F> Ids stream(F encode, const std::string &text)
{
    calib::corpus corpus(std::move(encode), calib::source::text(text));
    return corpus.tokens(0, corpus.info().n_tokens);
}

/* The status of the error that is thrown; 0: none is. */
template <class F> int status_of(F call)
{
    try {
        call();
    } catch (const calib::error &failed) {
        return failed.status();
    }
    return 0;
}

void forms()
{
    const Ids wanted = bytes_of("one text");
    std::uint32_t seen = 0;
    auto parts = [](std::string_view text, calib::id_sink &emit) {
        for (char each : text) {
            const std::int32_t id = each;
            emit({&id, 1});
        }
    };
    auto flags = [&](std::string_view text, std::uint32_t given) {
        seen = given;
        return bytes_of(text);
    };
    auto all = [](std::string_view text, std::uint32_t given, calib::id_sink &emit) {
        emit(given & CALIB_TEXT_BEGIN ? bytes_of(text) : Ids{});
    };
    auto owner = [one = std::make_unique<int>(1)](std::string_view text) {
        return bytes_of(text.substr(0, 4 * static_cast<std::size_t>(*one)));
    };
    tell(stream(bytes_of, "one text") == wanted, "ids f(text)");
    tell(stream(parts, "one text") == wanted, "f(text, emit)");
    tell(stream(flags, "one text") == wanted, "ids f(text, flags)");
    tell(seen == (CALIB_TEXT_BEGIN | CALIB_TEXT_END), "the flags");
    tell(stream(all, "one text") == wanted, "f(text, flags, emit)");
    tell(stream(std::move(owner), "one text") == bytes_of("one "),
         "a function that cannot be copied");
    tell(stream(calib::tokenizer::bytes(), "one text") == wanted, "a vtable of C");
}

void rows()
{
    const calib::samples rows = calib::load(bytes_of, {0, 4}, calib::source::text("abcdefghij"));
    Ids joined;
    for (calib::span<const std::int32_t> row : rows)
        joined.insert(joined.end(), row.begin(), row.end());
    tell(rows.size() == 2 && rows.seq_len() == 4 && !rows.empty(), "the shape");
    tell(joined == copy(rows.tokens()) && joined.size() == 8, "a range of rows");
    tell(rows[1][0] == 'a' + rows.offsets()[1], "where a row starts");
    tell(rows.documents()[1] == 0 && rows.sources()[1] == 0, "document and source");
    tell(rows->n_tokens == 10 && rows->n_dropped == 2, "the counts");
    tell(rows.unpadded(0).size() == 4, "a full row has no padding");
    tell(std::distance(rows.begin(), rows.end()) == 2, "iterators");
#ifdef __cpp_lib_span
    const std::span<const std::int32_t> standard(rows[0]);
    tell(standard.data() == rows[0].data() && standard.size() == 4, "as std::span");
#endif
}

void settings()
{
    calib::offers also;
    also.vocab_size = 256;
    also.bos = 1;
    also.fingerprint = calib::digest{7};
    also.identity = calib::digest{8};
    calib::options with;
    std::uint64_t calls = 0;
    with.flags = CALIB_NO_TOKEN_STORE;
    with.on_progress = [&](std::uint32_t, std::uint64_t, std::uint64_t) { return ++calls > 0; };
    const calib::corpus corpus({bytes_of, also}, calib::source::text("abcdefgh"), with);
    calib::sampling how(0, 5);
    how.sampler = "sequential";
    how.bos = CALIB_BOS_PREPEND;
    how.short_rows = CALIB_SHORT_PAD;
    how.pad_id = 9;
    const calib::samples rows = corpus.sample(how);
    tell(copy(rows[0]) == Ids{1, 'a', 'b', 'c', 'd'}, "BOS in front of a row");
    how.seq_len = 7;
    const calib::samples padded = corpus.sample(how);
    tell(copy(padded.unpadded(1)) == Ids{1, 'g', 'h'} && padded[1][6] == 9, "a padded row");
    const calib_info facts = corpus.info();
    tell(facts.has_fingerprint == 1 && facts.fingerprint[0] == 7, "the fingerprint");
    tell(facts.vocab_size == 256 && corpus.source_info(0).n_tokens == 8, "facts");
    tell(calls > 0, "progress");
    tell(corpus.tokens(8, 0).empty(), "no tokens");
    how.world = 64;
    how.rank = 63;
    const calib::samples none = corpus.sample(how);
    tell(none.empty() && none.tokens().empty() && none.begin() == none.end(),
         "a rank without rows");
    tell(status_of([&] { corpus.source_info(1); }) == CALIB_E_ARGUMENT, "no such source");
}

void cuts()
{
    std::size_t longest = 0;
    calib::offers also;
    also.cuts = [](std::string_view text, std::uint32_t, std::size_t *offsets, std::size_t cap) {
        std::size_t n = 0;
        for (std::size_t i = 1; i < text.size() && n < cap; i++)
            if (text[i] == ' ')
                offsets[n++] = i;
        return n;
    };
    auto encode = [&](std::string_view text) {
        longest = std::max(longest, text.size());
        return bytes_of(text);
    };
    std::string text;
    for (int i = 0; i < 1000; i++)
        text += " word" + std::to_string(i);
    tell(stream(calib::tokenizer(encode, also), text) == bytes_of(text) && longest < 16, "cuts");
}

void errors()
{
    auto too_short = [] { calib::load(bytes_of, {1, 100}, calib::source::text("short")); };
    tell(status_of(too_short) == CALIB_E_TOO_SHORT, "the status");
    try {
        calib::load(bytes_of, {1, 1}, calib::source::borrowed_text("ab\xff"));
        tell(false, "text that is not UTF-8");
    } catch (const std::runtime_error &failed) {
        const auto *known = dynamic_cast<const calib::error *>(&failed);
        tell(known && known->detail().offset == 2 && *failed.what(), "message and detail");
    }
    tell(status_of([] { calib::load(bytes_of, {1, 1}, "/no/such/file"); }) == CALIB_E_NOT_FOUND,
         "no such file");
    tell(status_of([] { calib::check(calib_sampler_list(nullptr, nullptr)); }) == CALIB_E_ARGUMENT,
         "check() of a function of C");
    calib::offers small;
    small.vocab_size = 1;
    int passed = 0;
    auto outside = [&](std::string_view text, calib::id_sink &emit) {
        passed += emit(bytes_of(text));
        passed += emit(bytes_of(text));
    };
    auto load = [&] { calib::load({outside, small}, {1, 1}, calib::source::text("a")); };
    tell(status_of(load) == CALIB_E_ENCODE && passed == 0, "an id outside the vocabulary");
}

void moves()
{
    calib::corpus first(bytes_of, calib::source::text("first text"));
    calib::corpus second(bytes_of, calib::source::text("second text"));
    calib::samples rows = first.sample({1, 4});
    second = std::move(first);
    tell(second.sample({1, 10}).tokens()[0] == 'f', "a corpus moved over an open one");
    tell(status_of([&] { first.sample({1, 4}); }) == CALIB_E_ARGUMENT, "a corpus after its move");
    calib::samples taken = std::move(rows);
    tell(taken.size() == 1 && rows.empty() && rows.seq_len() == 0 && rows.tokens().empty() &&
             rows.offsets().empty() && rows.begin() == rows.end() && !rows.get(),
         "rows after their move");
    std::vector<calib::corpus> many;
    for (int i = 0; i < 5; i++)
        many.emplace_back(bytes_of, calib::source::text("text " + std::to_string(i)));
    tell(many[3].tokens(5, 1)[0] == '3', "a vector of them");
}

/* Documents of a function, lazily: everything it takes is used long after opening. */
calib::corpus lazy(int n)
{
    calib::documents made = calib::documents::from([n, i = 0]() mutable {
        return i < n ? std::optional<std::string>("document " + std::to_string(i++)) : std::nullopt;
    });
    made.flags = CALIB_DOCUMENTS_LAZY;
    const std::string shift(100, 'x');
    calib::tokenizer shifted([shift](std::string_view text) {
        Ids ids = bytes_of(text);
        for (std::int32_t &id : ids)
            id += static_cast<std::int32_t>(shift.size());
        return ids;
    });
    return {shifted, made};
}

void kept()
{
    const calib::corpus corpus = lazy(7);
    calib::sampling how(2, 10);
    const std::uint64_t numbers[] = {6, 2};
    how.sampler = "documents-list";
    how.numbers = numbers;
    how.n_numbers = 2;
    const calib::samples rows = corpus.sample(how);
    tell(rows[0][9] == '6' + 100 && rows[1][9] == '2' + 100, "a corpus keeps what it was given");
    tell(corpus.document_info(2).record == 2, "facts of a document");
}

void documents()
{
    calib::documents parts = calib::documents::from([i = 0](calib::text_sink &put) mutable {
        put("a");
        put("b", CALIB_TEXT_PLAIN);
        return i++ < 3;
    });
    /* The end gives nothing: this one puts before it ends. */
    tell(status_of([&] { calib::corpus(calib::tokenizer::bytes(), parts); }) == CALIB_E_CALLBACK,
         "an end with text is refused");
    calib::documents good = calib::documents::from([i = 0](calib::text_sink &put) mutable {
        if (i == 3)
            return false;
        put(std::to_string(i++));
        return put("b", CALIB_TEXT_PLAIN);
    });
    const calib::corpus corpus(calib::tokenizer::bytes(), good);
    tell(corpus.tokens(0, 6) == bytes_of("0b1b2b"), "documents in parts");
    calib::documents lines(CALIB_DOCUMENTS_JSONL);
    lines.rendered_by([](std::string_view record) { return std::string(record) + ";"; });
    calib::source text = calib::source::text("1\n22\n");
    std::vector<calib::source> both = {text.split_by(lines), calib::source::text("end")};
    const calib::corpus rendered(bytes_of, both);
    tell(rendered.tokens(0, 8) == bytes_of("1;22;end"), "records rendered, several sources");
    lines.rendered_by([](std::string_view record, calib::text_sink &put) {
        put(record);
        put("!");
    });
    tell(calib::corpus(bytes_of, text.split_by(lines)).tokens(0, 5) == bytes_of("1!22!"),
         "records rendered in parts");
}

void recipes(const std::string &folder)
{
    const std::string recipe = folder + "/recipe.json", lock = folder + "/lock.json";
    std::ofstream(recipe)
        << R"({"calib": 1, "sources": [{"path": "text.jsonl", "documents": "jsonl"}],)"
           R"( "sampler": "sequential", "samples": 2, "seq_len": 3, "seed": 1})";
    std::ofstream(folder + "/text.jsonl") << "1\n2\n3\n4\n5\n6\n";
    calib::offers also;
    also.identity = calib::digest{3};
    const calib::tokenizer tok(bytes_of, also);
    calib::recipe_options how;
    const calib::digest hash{5};
    how.render_sha256 = hash.data();
    how.rendered_by([](std::string_view record) { return std::string(record) + "n"; });
    const calib::locked made = calib::lock_recipe(tok, recipe, how);
    std::ofstream(lock) << made.lock;
    tell(copy(made.rows.tokens()) == bytes_of("1n2n3n"), "a recipe is locked");
    const calib::samples rows = calib::load_recipe(tok, lock, how);
    tell(copy(rows.tokens()) == bytes_of("1n2n3n"), "its lock is loaded");
    calib::verify_recipe(lock, rows);
    tell(calib::recipe_id(lock).substr(0, 14) == "calib1:sha256:", "its id");
    const calib::samples others = calib::load(tok, {2, 3}, calib::source::text("abcdef"));
    tell(status_of([&] { calib::verify_recipe(lock, others); }) == CALIB_E_LOCK, "other rows");
    how.rendered_by([](std::string_view) -> std::string { throw 7; });
    try {
        calib::load_recipe(tok, lock, how);
        tell(false, "a renderer that throws");
    } catch (int thrown) {
        tell(thrown == 7, "a renderer that throws");
    }
}

} // namespace

int main(int, char **argv)
{
    forms();
    rows();
    settings();
    cuts();
    errors();
    moves();
    kept();
    documents();
    std::filesystem::create_directories(argv[1]);
    recipes(argv[1]);
    return told_all();
}
