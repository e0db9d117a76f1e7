/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "adapter/error.h"
#include "adapter/file.h"
#include "adapter/structs.h"

#include <cstddef>
#include <cstdint>

namespace calib_sp
{

namespace
{

constexpr std::size_t LARGEST_MODEL = std::size_t{256} << 20;
constexpr std::uint32_t KNOWN_FLAGS = CALIB_SENTENCEPIECE_BOS | CALIB_SENTENCEPIECE_EOS;

/* The size in release 0.1, which brought the last required field. A field that is added later does
 * not change it. */
constexpr std::size_t LEAST_OPTIONS = CALIB_ADAPTER_SIZE_THROUGH(calib_sentencepiece_options, cuts);

/* The last field of today. */
static_assert(sizeof(calib_sentencepiece_options) ==
                  CALIB_ADAPTER_SIZE_THROUGH(calib_sentencepiece_options, cuts),
              "calib_sentencepiece_options has tail padding");

} // namespace

int read_options(const calib_sentencepiece_options *from, calib_sentencepiece_options &to)
{
    if (!from)
        return fail(CALIB_E_ARGUMENT, "options is NULL");
    int status = read_struct(&to, sizeof to, from, LEAST_OPTIONS, "calib_sentencepiece_options");
    if (status)
        return status;
    if (!to.path && !to.model)
        return fail(CALIB_E_ARGUMENT, "neither path nor model is given: give one");
    if (to.path && to.model)
        return fail(CALIB_E_ARGUMENT, "both path and model are given: give one");
    if (!to.model && to.model_len)
        return fail(CALIB_E_ARGUMENT, "model_len is %zu, but model is NULL", to.model_len);
    if (to.flags & ~KNOWN_FLAGS)
        return fail(CALIB_E_ARGUMENT, "flags has the unknown bits 0x%lx",
                    static_cast<unsigned long>(to.flags & ~KNOWN_FLAGS));
    if (to.cuts > CALIB_SENTENCEPIECE_CUTS_NONE)
        return fail(CALIB_E_ARGUMENT, "cuts is %lu, but must be 0 or 1",
                    static_cast<unsigned long>(to.cuts));
    return CALIB_OK;
}

int read_bytes(const calib_sentencepiece_options &options, std::string &bytes)
{
    int status = CALIB_OK;
    std::size_t len = options.model_len;
    if (options.path) {
        status = read_file(options.path, LARGEST_MODEL, bytes);
        len = bytes.size();
    }
    if (!status && len > LARGEST_MODEL)
        status = fail(CALIB_E_MODEL, "not a SentencePiece model: it has more than %zu bytes",
                      LARGEST_MODEL);
    if (!status && options.model)
        bytes.assign(static_cast<const char *>(options.model), len);
    return status;
}

} // namespace calib_sp
