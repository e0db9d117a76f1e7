/* SPDX-License-Identifier: MIT */
/* Allocations of the adapter fail, one at a time: the call says so, and the next one succeeds. TAP.
 */
#include "file.h"
#include "small_set.h"

#include <calib_tokenizer_json.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace
{

/* The allocation that fails, counted from 1; 0: none. */
thread_local long fail_at = 0;

} // namespace

/* Not inline: gcc would take free() of what operator new returned for a mistake. */
[[gnu::noinline]] void *operator new(std::size_t size)
{
    void *memory = fail_at > 0 && --fail_at == 0 ? nullptr : std::malloc(size ? size : 1);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

[[gnu::noinline]] void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    return fail_at > 0 && --fail_at == 0 ? nullptr : std::malloc(size ? size : 1);
}

[[gnu::noinline]] void *operator new(std::size_t size, std::align_val_t alignment)
{
    auto unit = static_cast<std::size_t>(alignment);
    bool fails = fail_at > 0 && --fail_at == 0;
    void *memory = fails ? nullptr : std::aligned_alloc(unit, (size + unit) / unit * unit);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

[[gnu::noinline]] void operator delete(void *memory, std::align_val_t) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void *memory) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace
{

constexpr char TEXT[] = "ab abc. a <m>b<s>\n\nab  a\xc3\xa9 e\xcc\x81 The\xc3\xa9 \xe4\xb8\xad";
constexpr std::size_t TEXT_LEN = sizeof TEXT - 1;
constexpr std::int32_t AN_ID = 6;

/* Its tokens are read, and one of them is ignored. */
constexpr char CONFIG[] =
    R"({"bos_token":"<s>","eos_token":{"content":"</s>"},"pad_token":"none"})";

/* A file whose allocations fail. */
struct Subject {
    std::string name;
    std::string json;
};

calib_tokenizer_json_options options_of(const Subject &subject)
{
    calib_tokenizer_json_options options = {};
    options.struct_size = sizeof options;
    options.json = subject.json.data();
    options.json_len = subject.json.size();
    options.config = CONFIG;
    options.config_len = sizeof CONFIG - 1;
    return options;
}

int drop(void *, const std::int32_t *, std::size_t)
{
    return 0;
}

int drop_text(void *, const char *, std::size_t)
{
    return 0;
}

bool says_memory()
{
    calib_error error = {};
    error.struct_size = sizeof error;
    return calib_tokenizer_json_last_error(&error) == 0 && std::strstr(error.message, "memory");
}

bool is_long()
{
    const char *value = std::getenv("CALIB_TEST_LONG");
    return value && *value && std::strcmp(value, "0") != 0;
}

/* Calls `act` with one failing allocation after the other until none is left to fail. Unless
 * CALIB_TEST_LONG is set, more and more of many are left out. `prepare` goes before each. Returns
 * how many failed, or -1 if a failure was no E_NOMEM, or if the call did not succeed after it. */
template <typename Prepare, typename Act> long exhaust(const Prepare &prepare, const Act &act)
{
    static const bool all = is_long();
    for (long k = 1;; k += all ? 1 : 1 + k / 32) {
        if (!prepare())
            return -1;
        fail_at = k;
        int status = act();
        bool reached = fail_at == 0;
        fail_at = 0;
        if (!reached)
            return status ? -1 : k - 1;
        if (status != CALIB_E_NOMEM || !says_memory() || act())
            return -1;
    }
}

long fail_opening(const Subject &subject)
{
    calib_tokenizer_json_options options = options_of(subject);
    return exhaust([] { return true; },
                   [&] {
                       calib_tokenizer_json *file = nullptr;
                       int status = calib_tokenizer_json_open(&options, &file);
                       calib_tokenizer_json_close(file);
                       return status;
                   });
}

using File = const calib_tokenizer_json *;
using Vtable = const calib_tokenizer_vtable *;

enum class Tables { none, built };

/* A fresh file each time. Without tables `act` builds them, and their allocations fail too. */
template <typename Act> long fail_using(const Subject &subject, Tables tables, const Act &act)
{
    calib_tokenizer_json_options options = options_of(subject);
    calib_tokenizer_json *file = nullptr;
    long n = exhaust(
        [&] {
            calib_tokenizer_json_close(file);
            return calib_tokenizer_json_open(&options, &file) == 0 &&
                   (tables == Tables::none || !calib_tokenizer_json_why_whole(file));
        },
        [&] { return act(file, calib_tokenizer_json_vtable(file)); });
    calib_tokenizer_json_close(file);
    return n;
}

int find_cuts(File, Vtable tok)
{
    std::size_t offsets[sizeof TEXT], n;
    int status = tok->cuts(tok->ctx, TEXT, TEXT_LEN, 3, offsets, sizeof TEXT, &n);
    return status || n > 0 ? status : -1;
}

int encode(File, Vtable tok)
{
    return tok->encode(tok->ctx, TEXT, TEXT_LEN, 3, drop, nullptr);
}

int text_of(File, Vtable tok)
{
    return tok->text_of(tok->ctx, AN_ID, drop_text, nullptr);
}

/* It has no status. What it says of a failure must not stay. */
int describe(File file, Vtable)
{
    const char *line = calib_tokenizer_json_describe(file);
    if (std::strstr(line, "texts are cut"))
        return 0;
    return std::strcmp(line, "out of memory") == 0 ? CALIB_E_NOMEM : -1;
}

int why_whole(File file, Vtable)
{
    const char *why = calib_tokenizer_json_why_whole(file);
    return !why ? 0 : std::strstr(why, "could not be built") ? CALIB_E_NOMEM : -1;
}

int n_told = 0;

void tell(const Subject &subject, long n, const char *what)
{
    std::printf("%sok %d - %s: %s: %ld allocations\n", n > 0 ? "" : "not ", ++n_told,
                subject.name.c_str(), what, n);
    std::fflush(stdout);
}

void check(const Subject &subject)
{
    tell(subject, fail_opening(subject), "it is opened");
    tell(subject, fail_using(subject, Tables::none, find_cuts), "cuts are found");
    tell(subject, fail_using(subject, Tables::built, encode), "a text is encoded");
}

} // namespace

int main()
{
    Subject small = {"small", SMALL_FILE};
    check(small);
    tell(small, fail_using(small, Tables::none, text_of), "the text of an id is told");
    tell(small, fail_using(small, Tables::none, describe), "it is described");
    tell(small, fail_using(small, Tables::none, why_whole), "the reason for whole texts is told");
    for (const small_set::File &file : small_set::files())
        for (const char *name : {"nfc", "lines", "llama", "words", "bert"})
            if (file.name == name)
                check({file.name, file.json});
    std::printf("1..%d\n", n_told);
    return 0;
}
