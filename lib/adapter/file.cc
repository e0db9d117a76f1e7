/* SPDX-License-Identifier: MIT */
#include "file.h"

#include "error.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace CALIB_ADAPTER
{

namespace
{

/* Child processes must not inherit the descriptor. ISO C has no mode for that; fopen() may reject
 * the letter if it does not know it. */
#if defined __linux__ || defined __FreeBSD__ || defined __NetBSD__ || defined __OpenBSD__
constexpr char READ_MODE[] = "rbe";
#elif defined _WIN32
constexpr char READ_MODE[] = "rbN";
#else
constexpr char READ_MODE[] = "rb";
#endif

struct Closer {
    void operator()(std::FILE *file) const
    {
        std::fclose(file);
    }
};

/* Returns the size of a file, or 0 if it cannot be known. */
std::size_t size_of(std::FILE *file)
{
    long here = std::ftell(file), size = 0;
    if (here >= 0 && std::fseek(file, 0, SEEK_END) == 0) {
        size = std::ftell(file);
        if (std::fseek(file, here, SEEK_SET) != 0)
            return 0;
    }
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

} // namespace

std::string shown_path(const std::string &path)
{
    constexpr std::size_t LONGEST = 400, HALF = 198;
    if (path.size() < LONGEST)
        return path;
    /* No character is cut in two. */
    auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(path[at]) & 0xc0) == 0x80;
    };
    std::size_t head = HALF, tail = path.size() - HALF;
    for (int i = 0; i < 3 && continues(head); i++)
        head--;
    for (int i = 0; i < 3 && continues(tail); i++)
        tail++;
    return path.substr(0, head) + "..." + path.substr(tail);
}

int read_file(const char *path, std::size_t limit, std::string &bytes)
{
    bytes.clear();
    std::unique_ptr<std::FILE, Closer> file(std::fopen(path, READ_MODE));
    if (!file) {
        int number = errno;
        return fail_system(number, "cannot open %s", shown_path(path).c_str());
    }
    char block[1 << 16];
    while (bytes.size() <= limit) {
        std::size_t wanted = std::min(sizeof block, limit + 1 - bytes.size());
        std::size_t n = std::fread(block, 1, wanted, file.get());
        int number = errno;
        if (n == 0 && std::ferror(file.get()))
            return fail_system(number, "cannot read %s", shown_path(path).c_str());
        if (n == 0)
            break;
        if (bytes.empty() && n == sizeof block) /* longer than a block, and no directory */
            bytes.reserve(std::min(size_of(file.get()), limit) + 1);
        bytes.append(block, n);
    }
    return 0;
}

} // namespace CALIB_ADAPTER
