/* SPDX-License-Identifier: MIT */
/* The parts of lib/adapter/ that need no model, compiled for another adapter that is linked into
 * the same program. TAP. */
#include "adapter/error.h"
#include "adapter/file.h"
#include "adapter/once.h"
#include "adapter/sha256.h"
#include "adapter/structs.h"

#include <calib_sentencepiece.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace CALIB_ADAPTER;

namespace
{

struct Options {
    std::size_t struct_size;
    std::uint32_t first, second;
    std::uint64_t newer;
};

bool is_read(std::size_t size, int status, std::uint64_t newer)
{
    constexpr std::size_t least = CALIB_ADAPTER_SIZE_THROUGH(Options, second);
    struct {
        Options options;
        std::uint64_t unknown;
    } from = {{size, 1, 2, 3}, 4};
    Options to;
    std::memset(&to, 0xff, sizeof to);
    int got = read_struct(&to, sizeof to, &from, least, "Options");
    if (got != status)
        return false;
    return got ? std::strstr(last_error().message, "Options") != nullptr
               : to.struct_size == size && to.first == 1 && to.second == 2 && to.newer == newer;
}

bool check_structs()
{
    Options to;
    return is_read(15, CALIB_E_ARGUMENT, 0) && is_read(16, CALIB_OK, 0) &&
           is_read(24, CALIB_OK, 3) && is_read(32, CALIB_E_STRUCT_NEWER, 0) &&
           is_read(0, CALIB_E_ARGUMENT, 0) && is_read(4097, CALIB_E_ARGUMENT, 0) &&
           read_struct(&to, sizeof to, nullptr, 16, "Options") == CALIB_E_ARGUMENT;
}

/* Runs a body that throws, one that fails, one that succeeds, and one that must not run. */
bool check_retry()
{
    Once once;
    int n_runs = 0;
    auto throws = [&]() -> int {
        n_runs++;
        throw std::runtime_error("thrown");
    };
    bool thrown = false;
    try {
        once.run(throws);
    } catch (const std::runtime_error &) {
        thrown = true;
    }
    int failed = once.run([&] { return n_runs++, -4; });
    int good = once.run([&] { return n_runs++, 0; });
    int again = once.run(throws);
    return thrown && failed == -4 && good == 0 && again == 0 && n_runs == 3;
}

/* Eight threads; the body throws in the first three calls. */
bool check_threads()
{
    Once once;
    int n_runs = 0; /* not atomic: the body runs in one thread at a time */
    std::atomic<int> n_thrown{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; i++)
        threads.emplace_back([&] {
            try {
                once.run([&] {
                    if (++n_runs <= 3)
                        throw std::bad_alloc();
                    return 0;
                });
            } catch (const std::bad_alloc &) {
                n_thrown++;
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    return n_runs == 4 && n_thrown == 3;
}

bool check_file(const char *path)
{
    std::string all, some;
    if (read_file(path, std::size_t{1} << 30, all) || read_file(path, 100, some))
        return false;
    return all.size() > 101 && some == all.substr(0, 101) &&
           read_file(path, all.size(), some) == 0 && some == all &&
           read_file("/nowhere", 1, some) == CALIB_E_NOT_FOUND && some.empty();
}

/* FIPS 180-2, appendix B.2. */
bool check_sha256()
{
    static const unsigned char expected[] = {0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8,
                                             0xe5, 0xc0, 0x26, 0x93, 0x0c, 0x3e, 0x60, 0x39,
                                             0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff, 0x21, 0x67,
                                             0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1};
    std::uint8_t out[32];
    return sha256({"abcdbcdecdefdefgefghfghighijhi", "", "jkijkljklmklmnlmnomnopnopq"}, out) == 0 &&
           std::memcmp(out, expected, sizeof out) == 0;
}

bool check_messages()
{
    fail(CALIB_E_MODEL, "a\nb \xff\xc3\xa9 %d  ", 5);
    if (last_error().status != CALIB_E_MODEL ||
        std::strcmp(last_error().message, "a?b ?\xc3\xa9 5"))
        return false;
    auto throws = []() -> int { throw std::length_error("long"); };
    if (guarded(CALIB_E_MODEL, throws) != CALIB_E_NOMEM)
        return false;
    return guarded(CALIB_E_MODEL, []() -> int { throw 1; }) == CALIB_E_MODEL;
}

/* Each adapter has its own record of errors. */
bool check_records()
{
    calib_sentencepiece *model = nullptr;
    calib_error theirs = {};
    theirs.struct_size = sizeof theirs;
    fail(CALIB_E_SIZE, "ours");
    if (calib_sentencepiece_open(nullptr, &model) != CALIB_E_ARGUMENT ||
        std::strcmp(last_error().message, "ours"))
        return false;
    clear_error();
    return calib_sentencepiece_last_error(&theirs) == 0 && theirs.status == CALIB_E_ARGUMENT &&
           last_error().status == 0;
}

void tell(int number, bool good, const char *what)
{
    std::printf("%sok %d - %s\n", good ? "" : "not ", number, what);
}

} // namespace

int main(int, char **argv)
{
    std::printf("1..7\n");
    tell(1, check_structs(), "structs of every size are read or refused");
    tell(2, check_retry(), "work that throws or fails is done again");
    tell(3, check_threads(), "also by a thread that waits for it");
    tell(4, check_file(argv[0]), "a file is read up to a limit");
    tell(5, check_sha256(), "SHA-256 of parts is that of the whole");
    tell(6, check_messages(), "a message is one line of UTF-8");
    tell(7, check_records(), "two adapters in one program do not share a record");
    return 0;
}
