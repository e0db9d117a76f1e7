/* SPDX-License-Identifier: MIT */
#include "corpus/text_hash.h"

#include "store/format.h"

#include <string.h>

int calib_text_hash_begin(calib_text_hash *text, bool is_stored)
{
    text->is_stored = is_stored;
    return calib_sha256_begin(&text->hash);
}

/* Most texts are the stored bytes to their end, so that nothing has to be hashed twice. */
int calib_text_hash_block(calib_text_hash *text, const calib_sha256 *stored)
{
    if (!text->is_stored)
        return CALIB_OK;
    calib_sha256_free(&text->hash);
    return calib_sha256_copy(stored, &text->hash);
}

int calib_text_hash_add(calib_text_hash *text, bool differs, const char *bytes, size_t len,
                        size_t held)
{
    if (text->is_stored && !differs)
        return CALIB_OK;
    size_t hashed = text->is_stored ? held : 0;
    text->is_stored = false;
    return len > hashed ? calib_sha256_add(&text->hash, bytes + hashed, len - hashed) : CALIB_OK;
}

static int add_part(calib_text_hash *text, uint64_t head, const char *bytes, size_t len)
{
    uint8_t header[8];
    calib_put_u64(header, head | len);
    int status = calib_sha256_add(&text->hash, header, sizeof header);
    return !status && len > 0 ? calib_sha256_add(&text->hash, bytes, len) : status;
}

int calib_text_hash_document(calib_text_hash *text, const calib_document *document)
{
    enum { CONTINUES = 0x80 };
    int status = document->n_parts == 0 ? add_part(text, 0, NULL, 0) : CALIB_OK;
    for (size_t i = 0; !status && i < document->n_parts; i++) {
        const calib_part *part = &document->parts[i];
        uint64_t flags = part->flags | (i > 0 ? CONTINUES : 0);
        status = add_part(text, flags << 56, part->text, part->len);
    }
    return status;
}

int calib_text_hash_end(calib_text_hash *text, const uint8_t stored[CALIB_SHA256_SIZE],
                        uint8_t out[CALIB_SHA256_SIZE])
{
    if (!text->is_stored)
        return calib_sha256_end(&text->hash, out);
    memcpy(out, stored, CALIB_SHA256_SIZE);
    return CALIB_OK;
}

void calib_text_hash_free(calib_text_hash *text)
{
    calib_sha256_free(&text->hash);
}
