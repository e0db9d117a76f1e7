/* SPDX-License-Identifier: MIT */
/* C++17: a lambda is the tokenizer, another gives the documents, and what they throw comes out of
 * the call. */
#include <calib.hpp>

#include <iostream>
#include <stdexcept>

namespace
{

struct unknown_letter : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/* Ids: a = 0, b = 1, ...; a space is 26. Throws for all other characters. */
std::vector<std::int32_t> letters(std::string_view text)
{
    std::vector<std::int32_t> ids;
    for (char c : text) {
        if (c != ' ' && (c < 'a' || c > 'z'))
            throw unknown_letter("no id for '" + std::string(1, c) + "'");
        ids.push_back(c == ' ' ? 26 : c - 'a');
    }
    return ids;
}

void show(const calib::samples &rows)
{
    for (calib::span<const std::int32_t> row : rows)
        for (const std::int32_t &id : row)
            std::cout << id << (&id + 1 == row.end() ? '\n' : ' ');
}

void load(const std::string &text, std::size_t seq_len)
{
    try {
        const calib::corpus corpus(letters, calib::source::text(text));
        show(corpus.sample({2, seq_len, 1}));
    } catch (const unknown_letter &thrown) {
        std::cout << "thrown in the callback: " << thrown.what() << '\n';
    } catch (const calib::error &failed) {
        std::cout << calib_status_name(failed.status()) << ": " << failed.what() << '\n';
    }
}

/* One row for each of three documents, filled up with 27. */
void documents()
{
    auto counting = [n = 0]() mutable -> std::optional<std::string> {
        if (n == 3)
            return std::nullopt;
        return "to " + std::string(++n, 'a');
    };
    calib::sampling every(3, 6);
    every.sampler = "documents";
    every.short_rows = CALIB_SHORT_PAD;
    every.pad_id = 27;
    show(calib::load(letters, every, calib::documents::from(counting)));
}

} // namespace

int main()
{
    load("the quick brown fox", 4);
    load("the QUICK brown fox", 4);
    load("the quick brown fox", 100);
    documents();
}
