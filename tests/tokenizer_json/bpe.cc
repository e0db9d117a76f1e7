/* SPDX-License-Identifier: MIT */
/* BPE by small models whose ids are worked out by hand: what a file may say, what is refused, and
 * what is left after a failed allocation. bpe_live.py compares with the reference. TAP. */
#include "bpe.h"
#include "encoder.h"
#include "substitution.h"

#include "adapter/error.h"
#include "parse.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

using namespace calib_tj;

namespace
{

long allocations_left = -1; /* the one after the last fails; negative: none does */

void *allocate(std::size_t size, std::size_t alignment = sizeof(std::max_align_t))
{
    if (allocations_left == 0)
        throw std::bad_alloc();
    if (allocations_left > 0)
        allocations_left--;
    void *memory = std::aligned_alloc(alignment, (size + alignment) / alignment * alignment);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace

/* Not inline: gcc would take free() of what operator new returned for a mistake. */
[[gnu::noinline]] void *operator new(std::size_t size)
{
    return allocate(size);
}

[[gnu::noinline]] void *operator new[](std::size_t size)
{
    return allocate(size);
}

[[gnu::noinline]] void *operator new(std::size_t size, std::align_val_t alignment)
{
    return allocate(size, static_cast<std::size_t>(alignment));
}

[[gnu::noinline]] void operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void *memory) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete[](void *memory) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete[](void *memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace
{

using Ids = std::vector<std::int32_t>;

int n_tests, n_failed;

void report(bool ok, const char *name)
{
    n_tests++;
    n_failed += !ok;
    std::printf("%s %d - %s\n", ok ? "ok" : "not ok", n_tests, name);
}

/* A model as a file has it. */
struct File {
    Spec spec;
    ModelSpec &model = spec.model;
    int status;

    File(const std::string &vocab, const std::string &merges)
        : status(parse(
              R"({"model":{"type":"BPE","vocab":)" + vocab + R"(,"merges":)" + merges + "}}", spec))
    {
    }
};

int build(Bpe &bpe, const File &file, bool byte_level = false)
{
    return file.status ? file.status : bpe.build(file.model, byte_level);
}

Ids copy(const IdList &list)
{
    return {list.data(), list.data() + list.size()};
}

Ids encode(const Bpe &bpe, std::string_view text)
{
    IdList ids;
    bpe.encode(text, ids);
    return copy(ids);
}

bool refused(const File &file, int status, const char *words)
{
    Bpe bpe;
    return build(bpe, file) == status &&
           std::string_view(last_error().message).find(words) != std::string_view::npos;
}

void test_merging()
{
    Bpe bpe;
    File file(R"({"a": 7, "b": 3, "ab": 5, "ba": 900, "\u0061ba": 4})",
              R"(["b a", "#version: 1", "a b", "ab a", "b a"])");
    report(build(bpe, file) == 0, "a model with holes among its ids and a line of a version");
    report(encode(bpe, "ababa") == Ids({5, 4}), "of a repeated merge the last one counts");
    report(encode(bpe, "bb") == Ids({3, 3}) && encode(bpe, "").empty(), "what is not merged");
    report(encode(bpe, "a?b") == Ids({5}), "without an unknown token a character is dropped");
    report(bpe.token(4) == "aba" && bpe.token(6).empty() && bpe.token(-1).empty(),
           "the text of an id");
}

void test_substitutes()
{
    Bpe bpe;
    File file(R"({"<unk>": 0, "a": 1, "<0xC3>": 2, "<0xA9>": 3})", "[]");
    file.model.has_unknown = file.model.byte_fallback = file.model.fuse_unk = true;
    file.model.unknown = "<unk>";
    report(build(bpe, file) == 0 && encode(bpe, "x\u00e9ya") == Ids({2, 3, 0, 1}),
           "byte tokens come before a fused unknown token that began before them");
    report(!bpe.are_apart("x", "\u00e9") && bpe.are_apart("a", "x") && bpe.are_apart("x", "a"),
           "unknown characters are apart from known ones only");
    file.model.fuse_unk = false;
    report(build(bpe, file) == 0 && encode(bpe, "x\u00e9ya") == Ids({2, 3, 0, 0, 1}) &&
               encode(bpe, "xya") == Ids({0, 0, 1}),
           "unknown tokens that are not fused");
}

void test_symbols()
{
    Bpe bpe;
    File file(R"({"a":0,"##b":1,"##b</w>":2,"ab</w>":3,"a</w>":4})", R"([["a","##b</w>"]])");
    file.model.prefix = "##";
    file.model.suffix = "</w>";
    report(build(bpe, file) == 0 && encode(bpe, "ab") == Ids({3}) && encode(bpe, "a") == Ids({4}) &&
               encode(bpe, "abb") == Ids({0, 1, 2}),
           "a prefix and a suffix of symbols");
    report(!bpe.are_apart("a", "b"), "with a prefix no characters are apart");

    File bytes(R"({"\u0120":0,"\u0120a":1,"a":2,"\u00c3":3,"x y":4})", R"([["Ġ","a"]])");
    report(build(bpe, bytes, true) == 0 && encode(bpe, " a\xc3") == Ids({1, 3}),
           "bytes in the alphabet of GPT-2");
    File other(R"({"\u0120":0,"\u0120a":1,"a":2,"\u00c3":3,"x y":4})", R"([["Ã","a"]])");
    report(build(bpe, other, true) != 0, "a merge that makes no entry");
    report(encode(bpe, " a") == Ids({1}), "after a failure the tables are those from before");
}

/* Pairs of ASCII are tabulated, and others are not. */
void test_bytes_outside_ascii()
{
    Bpe bpe;
    File file(R"({"a":0,"\u0122":1,"a\u0122":2,"\u0122a":3})",
              R"([["a","\u0122"],["\u0122","a"]])");
    const std::string byte = "\x80";
    report(build(bpe, file, true) == 0 && encode(bpe, "a" + byte) == Ids({2}) &&
               encode(bpe, byte + "a") == Ids({3}) && encode(bpe, byte + byte) == Ids({1, 1}),
           "a byte outside ASCII");
}

void test_refusals()
{
    report(refused(File(R"({"a":0,"b":1})", R"([["a","b"]])"), CALIB_E_MODEL,
                   R"(the merge "a" "b" makes)"),
           "a result that is not in the vocabulary");
    report(refused(File(R"({"a":0,"b":1})", R"(["a c"])"), CALIB_E_MODEL,
                   R"(the merge "a" "c" has a part)"),
           "a part that is not in the vocabulary");
    report(refused(File(R"({"a":0})", R"([["a\n\u0000\u007fb","a"]])"), CALIB_E_MODEL,
                   R"(the merge "a\u000a\u0000\u007fb" "a" has a part)"),
           "control characters in a message");
    report(refused(File(R"({"a":0})", R"(["a  a"])"), CALIB_E_MODEL, "two parts"),
           "a line with two spaces");
    report(refused(File(R"({"a":0,"b":0})", "[]"), CALIB_E_UNSUPPORTED, "same id"),
           "an id that two entries share");
    report(refused(File(R"({"a":0,"\u0061":1})", "[]"), CALIB_E_UNSUPPORTED, "twice"),
           "an entry that is there twice");
    report(refused(File(R"({"a":0,"":1})", R"(["a "])"), CALIB_E_UNSUPPORTED, "empty"),
           "a merge that adds nothing");
    File unknown(R"({"a":0})", "[]");
    unknown.model.has_unknown = true;
    unknown.model.unknown = "<unk>";
    report(refused(unknown, CALIB_E_MODEL, "unk_token"), "an unknown token without an entry");
}

void test_long_texts()
{
    Bpe bpe;
    std::string vocab = R"({"a":0)", merges = "[", part = "a";
    std::size_t n = 0;
    for (; n < 10; n++) {
        merges += (n ? ",[\"" : "[\"") + part + "\",\"" + part + "\"]";
        part += part;
        vocab += ",\"" + part + "\":" + std::to_string(n + 1);
    }
    File file(vocab + "}", merges + "]");
    bool built = build(bpe, file) == 0;
    auto begin = std::chrono::steady_clock::now();
    Ids ids = encode(bpe, std::string(1000000, 'a'));
    std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    std::printf("# a million letters: %.2f s\n", taken.count());
    /* 1000000 = 976 * 1024 + 512 + 64 */
    report(built && ids.size() == 978 && ids[975] == 10 && ids[976] == 9 && ids[977] == 6,
           "a million equal letters");
    report(encode(bpe, std::string(57, 'a')) == Ids({5, 4, 3, 0}), "a text just too long for bits");
}

/* A file of U+2581, "a", "b", their merge and a space, with a normalizer and a pre-tokenizer. */
Spec spaced(const std::string &normalizer, const std::string &pre_tokenizer = "null",
            const std::string &added = "[]")
{
    Spec spec;
    if (parse(
            R"({"version":"1.0","added_tokens":)" + added + R"(,"normalizer":)" + normalizer +
                R"(,"pre_tokenizer":)" + pre_tokenizer +
                R"(,"model":{"type":"BPE","vocab":{"▁":0,"a":1,"b":2,"▁a":3,"aa":4," ":5,"x":6},)" +
                R"("merges":[["▁","a"],["a","a"]]}})",
            spec))
        std::abort();
    return spec;
}

/* Inside a text, what is read as it is has the ids of the steps. */
void test_substitution()
{
    const std::string space = R"({"type":"Replace","pattern":{"String":" "},"content":"▁"})",
                      letter = R"({"type":"Replace","pattern":{"String":"b"},"content":"a"})",
                      front = R"({"type":"Prepend","prepend":" x"})",
                      split = R"({"type":"Split","behavior":"Removed","pattern":{"String":" "})";
    auto sequence = [](const std::string &first, const std::string &second) {
        return R"({"type":"Sequence","normalizers":[)" + first + "," + second + "]}";
    };
    const std::string token = R"([{"id":9,"content":"x","special":false,"lstrip":false,)"
                              R"("rstrip":false,"single_word":false,"normalized":)";
    for (const Spec &spec :
         {spaced(space), spaced(letter), spaced(space, split + R"(,"invert":false})"),
          spaced(space, "null", token + "false}]")}) {
        Encoder encoder;
        bool good = substitution_of(spec) && encoder.open(spec) == 0 && encoder.build(spec) == 0;
        for (std::string_view text :
             {" ", "a", " a", "b a", "  aab a", "x a", "é a", "▁a a", "aaa"}) {
            IdList ids, steps;
            good = good && encoder.encode({text, false, false}, true, ids) == 0 &&
                   encoder.encode({text, true, false}, true, steps) == 0 &&
                   copy(ids) == copy(steps);
        }
        report(good, "a replaced character is read as what replaces it");
    }
    report(bool(substitution_of(spaced(sequence(front, space)))), "what is in front of a text");
    Spec whole = spaced(space);
    whole.model.ignore_merges = true;
    bool none = !substitution_of(whole);
    for (const Spec &spec :
         {spaced("null"), spaced(front), spaced(sequence(space, front)),
          spaced(sequence(space, letter)), spaced(sequence(letter, space)),
          spaced(space, split + R"(,"invert":true})"),
          spaced(letter, split + R"(,"invert":false})"), spaced(space, "null", token + "true}]"),
          spaced(R"({"type":"Replace","pattern":{"String":"b"},"content":"aa"})"),
          spaced(R"({"type":"Replace","pattern":{"Regex":" "},"content":"a"})")})
        none = none && !substitution_of(spec);
    report(none, "files that do more than replace a character");
}

/* With all byte tokens every character is a symbol or bytes. */
ModelSpec with_bytes(const File &file)
{
    ModelSpec model = file.model;
    auto id = static_cast<std::int32_t>(model.entries.size());
    for (unsigned byte = 0; byte < 256; byte++, id++) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", byte);
        model.entries.add(name);
        model.ids.push_back(id);
    }
    model.byte_fallback = true;
    return model;
}

ModelSpec with_unknown(const File &file)
{
    ModelSpec model = file.model;
    model.has_unknown = true;
    model.unknown = "<unk>";
    return model;
}

bool is_cut(const ModelSpec &model, std::string_view left, std::string_view right)
{
    Bpe bpe;
    return bpe.build(model, false) == 0 && bpe.are_apart(left, right);
}

void test_cuts()
{
    File file(R"({"a":0,"b":1,"ab":2})", R"([["a","b"]])");
    ModelSpec bytes = with_bytes(file);
    report(is_cut(bytes, "a", "b") && is_cut(bytes, "x", "y"), "with byte tokens texts are cut");
    ModelSpec other = bytes;
    other.ignore_merges = true;
    bool none = !is_cut(other, "a", "b");
    for (std::string ModelSpec::*affix : {&ModelSpec::prefix, &ModelSpec::suffix}) {
        other = bytes;
        other.*affix = "#";
        other.merges = Texts();
        none = none && !is_cut(other, "a", "b");
    }
    report(none, "not with ignore_merges, a prefix or a suffix");
    File joins(R"({"b":0,"<0x61>b":1})", R"([["<0x61>","b"]])");
    File joins_last(R"({"b":0,"<0xFF>b":1})", R"([["<0xFF>","b"]])");
    File joins_right(R"({"b":0,"b<0x61>":1})", R"([["b","<0x61>"]])");
    report(!is_cut(with_bytes(joins), "b", "b") && !is_cut(with_bytes(joins_last), "b", "b") &&
               !is_cut(with_bytes(joins_right), "b", "b"),
           "not if a merge takes a byte token");
    File unknown_left(R"({"b":0,"<unk>":1,"<unk>b":2})", R"([["<unk>","b"]])");
    File unknown_right(R"({"b":0,"<unk>":1,"b<unk>":2})", R"([["b","<unk>"]])");
    File no_merge(R"({"b":0,"<unk>":1})", "[]");
    report(is_cut(with_unknown(no_merge), "b", "b") &&
               !is_cut(with_unknown(unknown_left), "b", "b") &&
               !is_cut(with_unknown(unknown_right), "b", "b"),
           "not if a merge takes the unknown token");
}

void test_memory()
{
    File file(R"({"a":5,"b":1,"\u00e9":2,"ab":3,"<unk>":4})", R"([["a","b"]])");
    file.model.has_unknown = true;
    file.model.unknown = "<unk>";
    Bpe bpe;
    bool usable = build(bpe, file) == 0;
    long n = 0;
    for (bool done = false; !done && n < 1000; n++) {
        allocations_left = n;
        try {
            done = build(bpe, file) == 0;
        } catch (const std::bad_alloc &) {
        }
        allocations_left = -1;
        usable = usable && encode(bpe, "ab\u00e9") == Ids({3, 2});
    }
    std::printf("# %ld allocations\n", n);
    report(usable && n > 10 && n < 1000, "after each failed allocation the object is usable");
}

} // namespace

int main()
{
    test_merging();
    test_substitutes();
    test_substitution();
    test_symbols();
    test_bytes_outside_ascii();
    test_refusals();
    test_long_texts();
    test_cuts();
    test_memory();
    std::printf("1..%d\n", n_tests);
    return n_failed != 0;
}
