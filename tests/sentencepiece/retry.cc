/* SPDX-License-Identifier: MIT */
/* After memory runs out while the tables of a model are built, a later call builds them. TAP. */
#include <calib_sentencepiece.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

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

constexpr char TEXT[] = "One text, two words and a third.";

int find_cuts(const calib_tokenizer_vtable *tok, std::size_t &n)
{
    std::size_t offsets[sizeof TEXT];
    return tok->cuts(tok->ctx, TEXT, sizeof TEXT - 1, 0, offsets, sizeof TEXT, &n);
}

/* Each of the first allocations fails once, in one model. The later ones are the library's,
 * which may end the process. */
bool fails_and_recovers(const calib_tokenizer_vtable *tok)
{
    constexpr long N_FAILURES = 200;
    std::size_t n = 0;
    for (long k = 1; k <= N_FAILURES; k++) {
        fail_at = k;
        int status = find_cuts(tok, n);
        fail_at = 0;
        if (status != CALIB_E_NOMEM || n != 0 || !std::strstr(tok->last_error(tok->ctx), "memory"))
            return false;
    }
    return find_cuts(tok, n) == CALIB_OK && n > 3;
}

} // namespace

int main()
{
    calib_sentencepiece_options options = {};
    calib_sentencepiece *model = nullptr;
    options.struct_size = sizeof options;
    options.path = std::getenv("NFKC");
    if (calib_sentencepiece_open(&options, &model))
        return 1;
    std::printf("1..2\n");
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    std::printf("%sok 1 - cuts fail, and are found by the next call\n",
                fails_and_recovers(tok) ? "" : "not ");
    std::printf("%sok 2 - the model is cut\n", calib_sentencepiece_why_whole(model) ? "not " : "");
    calib_sentencepiece_close(model);
    return 0;
}
