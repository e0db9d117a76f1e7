/* SPDX-License-Identifier: MIT */
/* UTF-8 and newlines: the first byte says how large the blocks are. Whatever the blocks, the
 * outcome is the one of a single block, and good output is good input. */
#include "text/text.h"
#include "base/error.h"
#include "target.h"

static int convert(const uint8_t *data, size_t size, size_t block, calib_buffer *out)
{
    calib_text text = {0};
    int status = CALIB_OK;
    for (size_t at = 0; at < size && !status; at += block)
        status = calib_text_feed(&text, (const char *)data + at,
                                 size - at < block ? size - at : block, out);
    return status ? status : calib_text_end(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t block = 1 + data[0] % 32;
    calib_buffer whole = {0}, parts = {0}, again = {0};
    int status = convert(data + 1, size - 1, size, &whole);
    int64_t offset = calib_error_record()->offset;
    MUST(convert(data + 1, size - 1, block, &parts) == status);
    if (status) {
        MUST(status == CALIB_E_UTF8 && calib_error_record()->offset == offset);
        MUST(offset >= 0 && (uint64_t)offset < size - 1);
    } else {
        MUST(whole.len == parts.len && memcmp(whole.data, parts.data, whole.len) == 0);
        MUST(!memchr(whole.data, '\r', whole.len));
        MUST(convert(whole.data, whole.len, block, &again) == CALIB_OK && again.len == whole.len);
    }
    calib_buffer_free(&whole);
    calib_buffer_free(&parts);
    calib_buffer_free(&again);
    return 0;
}
