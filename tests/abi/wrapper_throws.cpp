/* SPDX-License-Identifier: MIT */
/* calib.hpp: an exception of a caller's function comes out of the call that it made fail, as it
 * was, and out of no other; also with many threads. */
#include <calib.hpp>

#include "tell.h"

#include <atomic>
#include <thread>

namespace
{

using Ids = std::vector<std::int32_t>;

Ids bytes_of(std::string_view text)
{
    return Ids(text.begin(), text.end());
}

struct Thrown {
    std::string text;
};

/* The text of what is thrown; "calib" for a failure of calib's, "" for none. */
template <class F> std::string thrown_by(F call)
{
    try {
        call();
    } catch (const Thrown &thrown) {
        return thrown.text;
    } catch (const calib::error &) {
        return "calib";
    }
    return "";
}

Ids throws(std::string_view text)
{
    throw Thrown{std::string(text)};
}

void in_encode()
{
    const calib::source text = calib::source::text("text");
    tell(thrown_by([&] { calib::load(throws, {1, 1}, text); }) == "text", "thrown in encode: load");
    tell(thrown_by([&] { calib::corpus(throws, text); }) == "text", "thrown in encode: open");
    bool good = false;
    const calib::tokenizer later(
        [&](std::string_view given) { return good ? bytes_of(given) : throws(given); });
    tell(thrown_by([&] { calib::corpus(later, text); }) == "text", "thrown at first");
    good = true;
    tell(thrown_by([&] { calib::corpus(later, text).sample({1, 4}); }).empty(), "and then no more");
    auto after_ids = [](std::string_view given, calib::id_sink &emit) {
        emit(bytes_of(given));
        throw Thrown{"after ids"};
    };
    tell(thrown_by([&] { calib::load(after_ids, {1, 1}, text); }) == "after ids", "after some ids");
    tell(thrown_by([&] { calib::load(bytes_of, {1, 9}, text); }) == "calib", "calib's own failure");
    calib::offers also;
    also.cuts = [](std::string_view, std::uint32_t, std::size_t *, std::size_t) -> std::size_t {
        throw Thrown{"cuts"};
    };
    tell(thrown_by([&] { calib::corpus({bytes_of, also}, text); }) == "cuts", "thrown in cuts");
}

void in_documents()
{
    const auto next =
        calib::documents::from([]() -> std::optional<std::string> { throw Thrown{"next"}; });
    tell(thrown_by([&] { calib::corpus(bytes_of, next); }) == "next", "thrown in next");
    const auto second = calib::documents::from([n = 0](calib::text_sink &put) mutable {
        put("first");
        if (n++)
            throw Thrown{"second"};
        return true;
    });
    tell(thrown_by([&] { calib::corpus(bytes_of, second); }) == "second", "in the second call");
    calib::documents lines(CALIB_DOCUMENTS_JSONL);
    lines.rendered_by([](std::string_view record) -> std::string { return throws(record), ""; });
    calib::source records = calib::source::text("12\n34\n");
    tell(thrown_by([&] { calib::corpus(bytes_of, records.split_by(lines)); }) == "12",
         "thrown in render");
    lines.flags = CALIB_DOCUMENTS_LAZY;
    const calib::corpus lazy(bytes_of, records.split_by(lines));
    tell(thrown_by([&] { lazy.sample({1, 1}); }) == "12", "thrown in render: sample");
    tell(thrown_by([&] { lazy.tokens(0, 1); }) == "12", "thrown in render: tokens");
}

void in_progress()
{
    const calib::source text = calib::source::text(std::string(1 << 20, 'x'));
    calib::options with;
    with.on_progress = [](std::uint32_t, std::uint64_t, std::uint64_t) -> bool {
        throw Thrown{"progress"};
    };
    tell(thrown_by([&] { calib::corpus(bytes_of, text, with); }) == "progress", "in progress");
    with.on_progress = [](std::uint32_t, std::uint64_t, std::uint64_t) { return false; };
    tell(thrown_by([&] { calib::corpus(bytes_of, text, with); }) == "calib", "cancelled");
}

/* Runs `call` with 0 to n - 1, each on a thread. */
template <class F> void in_threads(int n, F call)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < n; i++)
        threads.emplace_back(call, i);
    for (std::thread &each : threads)
        each.join();
}

void one_tokenizer_many_calls()
{
    const calib::tokenizer tok(throws);
    std::atomic<int> wrong = 0;
    in_threads(8, [&](int number) {
        for (int i = 0; i < 20; i++) {
            const std::string text = std::to_string(number * 100 + i);
            wrong +=
                thrown_by([&] { calib::load(tok, {1, 1}, calib::source::text(text)); }) != text;
        }
    });
    tell(wrong == 0, "calls of many threads: each throws its own");
}

/* One lazy corpus, sampled by many threads, of which each meets another document's exception. */
void one_corpus_many_calls()
{
    calib::documents lines(CALIB_DOCUMENTS_LINES);
    lines.flags = CALIB_DOCUMENTS_LAZY;
    calib::source text = calib::source::text("0\n1\n2\n3\n4\n5\n6\n7\n");
    calib::offers also;
    also.capabilities = CALIB_TOKENIZER_THREADS;
    auto odd = [](std::string_view given) {
        return given[0] % 2 ? throws(given) : bytes_of(given);
    };
    const calib::corpus corpus({odd, also}, text.split_by(lines));
    std::atomic<int> wrong = 0;
    in_threads(8, [&](int number) {
        const auto document = static_cast<std::uint64_t>(number);
        calib::sampling how(1, 1);
        how.sampler = "documents-list";
        how.numbers = &document;
        how.n_numbers = 1;
        for (int i = 0; i < 50; i++)
            wrong += thrown_by([&] { corpus.sample(how); }) !=
                     (number % 2 ? std::to_string(number) : std::string());
    });
    tell(wrong == 0, "calls on one corpus: each throws its own");
}

void many_workers()
{
    std::string text;
    for (int i = 0; i < 5000; i++)
        text += "line " + std::to_string(i) + "\n";
    calib::offers also;
    also.capabilities = CALIB_TOKENIZER_THREADS;
    calib::options with;
    with.threads = 8;
    calib::source lines = calib::source::text(text);
    lines.split_by(calib::documents(CALIB_DOCUMENTS_LINES));
    bool all = true;
    for (int i = 0; i < 20; i++)
        all = all && thrown_by([&] { calib::corpus({throws, also}, lines, with); }).substr(0, 5) ==
                         "line ";
    tell(all, "thrown by workers at the same time: one of them arrives");
}

void of_any_type()
{
    auto number = [](std::string_view) -> Ids { throw 7; };
    try {
        calib::load(number, {1, 1}, calib::source::text("text"));
        tell(false, "an exception without a class");
    } catch (int thrown) {
        tell(thrown == 7, "an exception without a class");
    }
}

} // namespace

int main()
{
    in_encode();
    in_documents();
    in_progress();
    one_tokenizer_many_calls();
    one_corpus_many_calls();
    many_workers();
    of_any_type();
    return told_all();
}
