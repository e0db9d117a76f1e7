/* SPDX-License-Identifier: MIT */
/* Every allocation of the adapter fails once: the call says so, and the next one succeeds. TAP. */
#include "file.h"

#include <calib_tokenizer_json.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace
{

/* The allocation that fails, counted from 1; 0: none. */
thread_local long fail_at = 0;

} // namespace

void *operator new(std::size_t size)
{
    void *memory = fail_at > 0 && --fail_at == 0 ? nullptr : std::malloc(size ? size : 1);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

void operator delete(void *memory) noexcept
{
    std::free(memory);
}

void operator delete(void *memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace
{

constexpr char TEXT[] = "ab abc. a <m>b<s>\n\nab  a\xc3\xa9";

const calib_tokenizer_json_options OPTIONS = [] {
    calib_tokenizer_json_options options = {};
    options.struct_size = sizeof options;
    options.json = SMALL_FILE;
    options.json_len = sizeof SMALL_FILE - 1;
    return options;
}();

int drop(void *, const std::int32_t *, std::size_t)
{
    return 0;
}

int drop_text(void *, const char *, std::size_t)
{
    return 0;
}

/* Calls `act` with one failing allocation after the other until none is left to fail. Returns how
 * many failed, or -1 if a failure was no E_NOMEM, or if the call did not succeed after it. */
template <typename Act, typename Message> long exhaust(const Act &act, const Message &message)
{
    for (long k = 1;; k++) {
        fail_at = k;
        int status = act();
        bool reached = fail_at == 0;
        fail_at = 0;
        if (!reached)
            return status ? -1 : k - 1;
        if (status != CALIB_E_NOMEM || !std::strstr(message(), "memory") || act())
            return -1;
    }
}

const char *last_message()
{
    static calib_error error;
    error.struct_size = sizeof error;
    return calib_tokenizer_json_last_error(&error) ? "" : error.message;
}

long fail_opening()
{
    return exhaust(
        [] {
            calib_tokenizer_json *file = nullptr;
            int status = calib_tokenizer_json_open(&OPTIONS, &file);
            calib_tokenizer_json_close(file);
            return status;
        },
        last_message);
}

/* A fresh file each time that an allocation of the tables is to fail. */
template <typename Act> long fail_building(const Act &act)
{
    long n = 0;
    for (long k = 1; n >= 0; k++) {
        calib_tokenizer_json *file = nullptr;
        if (calib_tokenizer_json_open(&OPTIONS, &file))
            return -1;
        const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
        fail_at = k;
        int status = act(tok);
        bool reached = fail_at == 0;
        fail_at = 0;
        bool good = reached ? status == CALIB_E_NOMEM && act(tok) == 0 : status == 0;
        calib_tokenizer_json_close(file);
        n = good ? k : -1;
        if (good && !reached)
            return k - 1;
    }
    return n;
}

int find_cuts(const calib_tokenizer_vtable *tok)
{
    std::size_t offsets[sizeof TEXT], n;
    int status = tok->cuts(tok->ctx, TEXT, sizeof TEXT - 1, 3, offsets, sizeof TEXT, &n);
    return status || n > 3 ? status : -1;
}

int encode(const calib_tokenizer_vtable *tok)
{
    return tok->encode(tok->ctx, TEXT, sizeof TEXT - 1, 3, drop, nullptr);
}

int text_of(const calib_tokenizer_vtable *tok)
{
    return tok->text_of(tok->ctx, 6, drop_text, nullptr);
}

void tell(int number, long n, const char *what)
{
    std::printf("%sok %d - %s: %ld allocations\n", n > 0 ? "" : "not ", number, what, n);
}

} // namespace

int main()
{
    std::printf("1..4\n");
    tell(1, fail_opening(), "a file is opened");
    tell(2, fail_building(find_cuts), "cuts are found");
    tell(3, fail_building(encode), "a text is encoded");
    tell(4, fail_building(text_of), "the text of an id is told");
    return 0;
}
