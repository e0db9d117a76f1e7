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

} // namespace

int read_file(const char *path, std::size_t limit, std::string &bytes)
{
    bytes.clear();
    std::unique_ptr<std::FILE, Closer> file(std::fopen(path, READ_MODE));
    if (!file)
        return fail_system(errno, "cannot open %s", path);
    char block[1 << 16];
    while (bytes.size() <= limit) {
        std::size_t wanted = std::min(sizeof block, limit + 1 - bytes.size());
        std::size_t n = std::fread(block, 1, wanted, file.get());
        if (n == 0 && std::ferror(file.get()))
            return fail_system(errno, "cannot read %s", path);
        if (n == 0)
            break;
        bytes.append(block, n);
    }
    return 0;
}

} // namespace CALIB_ADAPTER
