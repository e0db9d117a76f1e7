/* SPDX-License-Identifier: MIT */
/* The settings of documents that decide their ids, as a hash for the key of stored tokens. */
#include "corpus/opened.h"
#include "store/format.h"

#include <string.h>

static const char HEADING[] = "calib documents 1";

/* Each entry begins with its length, so that the list of entries is unambiguous; a text that is
 * NULL differs from an empty one. */
static int add_text(calib_sha256 *hash, const char *text)
{
    uint8_t len[8];
    calib_put_u64(len, text ? strlen(text) : UINT64_MAX);
    int status = calib_sha256_add(hash, len, sizeof len);
    return !status && text ? calib_sha256_add(hash, text, strlen(text)) : status;
}

static int add_numbers(calib_sha256 *hash, const calib_opened *opened)
{
    const calib_documents_settings *settings = &opened->source.documents;
    const uint64_t numbers[] = {
        settings->format,
        settings->strip,
        settings->specials,
        settings->renderer,
        settings->flags,
        settings->min_chars,
        settings->max_chars,
        settings->min_tokens,
        settings->max_tokens,
        (uint32_t)settings->append_id,
        opened->adds_bos ? (uint32_t)opened->bos : UINT64_MAX,
        settings->render != NULL,
    };
    int status = CALIB_OK;
    for (size_t i = 0; !status && i < sizeof numbers / sizeof *numbers; i++) {
        uint8_t bytes[8];
        calib_put_u64(bytes, numbers[i]);
        status = calib_sha256_add(hash, bytes, sizeof bytes);
    }
    return status;
}

int calib_opened_key(const calib_opened *opened, uint8_t out[CALIB_SHA256_SIZE])
{
    const calib_documents_settings *settings = &opened->source.documents;
    memset(out, 0, CALIB_SHA256_SIZE);
    if (!opened->source.has_documents)
        return CALIB_OK;
    calib_sha256 hash;
    int status = calib_sha256_begin(&hash);
    if (!status)
        status = add_text(&hash, HEADING);
    if (!status)
        status = add_text(&hash, settings->field);
    if (!status)
        status = add_text(&hash, settings->separator);
    if (!status)
        status = add_text(&hash, settings->join);
    if (!status)
        status = add_numbers(&hash, opened);
    if (!status)
        status = calib_sha256_add(&hash, settings->render_sha256, CALIB_SHA256_SIZE);
    if (!status)
        status = calib_sha256_end(&hash, out);
    calib_sha256_free(&hash);
    return status;
}
