/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "error.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

namespace calib_sp
{

namespace
{

constexpr std::size_t ABSURD_STRUCT = 4096;
constexpr std::size_t LARGEST_MODEL = std::size_t{256} << 20;
constexpr std::uint32_t KNOWN_FLAGS = CALIB_SENTENCEPIECE_BOS | CALIB_SENTENCEPIECE_EOS;

static_assert(sizeof(calib_sentencepiece_options) ==
                  offsetof(calib_sentencepiece_options, cuts) + sizeof(std::uint32_t),
              "calib_sentencepiece_options has tail padding");

int check_options(const calib_sentencepiece_options &options)
{
    if (!options.path && !options.model)
        return fail(CALIB_E_ARGUMENT, "neither a path nor a model in memory is given");
    if (options.path && options.model)
        return fail(CALIB_E_ARGUMENT, "both a path and a model in memory are given: give one");
    if (!options.model && options.model_len)
        return fail(CALIB_E_ARGUMENT, "model_len is %zu, but model is NULL", options.model_len);
    if (options.flags & ~KNOWN_FLAGS)
        return fail(CALIB_E_ARGUMENT, "option flags 0x%lx are unknown",
                    static_cast<unsigned long>(options.flags & ~KNOWN_FLAGS));
    if (options.cuts > CALIB_SENTENCEPIECE_CUTS_NONE)
        return fail(CALIB_E_ARGUMENT, "cuts is %lu, known are 0 and 1",
                    static_cast<unsigned long>(options.cuts));
    return CALIB_OK;
}

struct closer {
    void operator()(std::FILE *file) const
    {
        std::fclose(file);
    }
};

int read_file(const char *path, std::string &bytes)
{
    /* 'e': the descriptor is not inherited by child processes. */
    std::unique_ptr<std::FILE, closer> file(std::fopen(path, "rbe"));
    if (!file)
        return fail_system(errno, "cannot open the model %s", path);
    char block[1 << 16];
    while (bytes.size() <= LARGEST_MODEL) {
        std::size_t n = std::fread(block, 1, sizeof block, file.get());
        if (n == 0 && std::ferror(file.get()))
            return fail_system(errno, "cannot read the model %s", path);
        if (n == 0)
            return CALIB_OK;
        bytes.append(block, n);
    }
    return fail(CALIB_E_MODEL, "%s is no SentencePiece model: it is larger than %zu bytes", path,
                LARGEST_MODEL);
}

} // namespace

int read_options(const calib_sentencepiece_options *from, calib_sentencepiece_options &to)
{
    if (!from)
        return fail(CALIB_E_ARGUMENT, "options is NULL");
    std::size_t size = 0;
    std::memcpy(&size, from, sizeof size);
    if (size < sizeof to || size > ABSURD_STRUCT)
        return fail(
            CALIB_E_ARGUMENT,
            "calib_sentencepiece_options: struct_size is %zu, at least %zu is needed: set it "
            "to sizeof the struct",
            size, sizeof to);
    const unsigned char *bytes = reinterpret_cast<const unsigned char *>(from);
    for (std::size_t i = sizeof to; i < size; i++)
        if (bytes[i])
            return fail(
                CALIB_E_STRUCT_NEWER,
                "calib_sentencepiece_options: byte %zu of %zu is set, and this library knows "
                "only %zu: update it, or leave the newer fields zero",
                i, size, sizeof to);
    std::memcpy(&to, from, sizeof to);
    return check_options(to);
}

int read_bytes(const calib_sentencepiece_options &options, std::string &bytes)
{
    if (options.path)
        return read_file(options.path, bytes);
    if (options.model_len > LARGEST_MODEL)
        return fail(CALIB_E_MODEL, "this is no SentencePiece model: it is larger than %zu bytes",
                    LARGEST_MODEL);
    bytes.assign(static_cast<const char *>(options.model), options.model_len);
    return CALIB_OK;
}

} // namespace calib_sp
