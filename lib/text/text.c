/* SPDX-License-Identifier: MIT */
#include "text/text.h"

#include "base/error.h"
#include "base/utf8.h"
#include "shared/kind.h"

#include <string.h>

static int bad_utf8(const calib_text *text, uint64_t offset, const char *what)
{
    const char *name = calib_shown(text->name ? text->name : "the corpus");
    const char *remedy = "convert it to UTF-8, or take the bytes as they are (CALIB_RAW_BYTES)";
    if (text->has_documents)
        remedy = "convert it to UTF-8, as iconv does";
    if (text->is_binary)
        remedy = "it is binary data or in an encoding of wide characters: name a text in UTF-8";
    int status = calib_fail(CALIB_E_UTF8, "%s is not UTF-8: %s at byte %llu; %s", name, what,
                            (unsigned long long)offset, remedy);
    calib_error_record()->offset = (int64_t)offset;
    return status;
}

/* Copies and turns CRLF and CR into LF. The output is never longer than the input. */
static int append_lines(calib_text *text, const char *bytes, size_t len, calib_buffer *out)
{
    if (len == 0)
        return CALIB_OK;
    int status = calib_buffer_reserve(out, len);
    if (status)
        return status;
    char *to = (char *)out->data + out->len;
    const char *end = bytes + len;
    if (text->after_cr && *bytes == '\n')
        bytes++;
    text->after_cr = end[-1] == '\r';
    while (bytes < end) {
        const char *cr = memchr(bytes, '\r', (size_t)(end - bytes));
        size_t n = (size_t)((cr ? cr : end) - bytes);
        memcpy(to, bytes, n);
        to += n;
        bytes += n;
        if (!cr)
            break;
        text->translated = true;
        *to++ = '\n';
        bytes += bytes + 1 < end && bytes[1] == '\n' ? 2 : 1;
    }
    out->len = (size_t)(to - (char *)out->data);
    return CALIB_OK;
}

/* Completes the character that the last block cut off. *used is the number of bytes it takes. */
static int finish_part(calib_text *text, const char *bytes, size_t len, calib_buffer *out,
                       size_t *used)
{
    size_t n = calib_utf8_length(text->part[0]);
    uint64_t start = text->offset - text->n_part;
    *used = 0;
    while (text->n_part < n && *used < len)
        text->part[text->n_part++] = (unsigned char)bytes[(*used)++];
    if (calib_utf8_good_bytes(text->part, text->n_part) < text->n_part)
        return bad_utf8(text, start, "no valid character");
    text->offset += *used;
    if (text->n_part < n)
        return CALIB_OK;
    text->n_part = 0;
    return append_lines(text, (const char *)text->part, n, out);
}

/* Of raw bytes only a page or a pointer is refused: binary data may be meant. A pin says that the
 * bytes are those that are meant, unless no text can begin so. */
static int check_kind(calib_text *text, const char *bytes, size_t len)
{
    const calib_kind *kind = calib_kind_of(bytes, len);
    text->is_json = !text->raw && calib_kind_is_json(bytes, len);
    text->is_binary = calib_kind_has_controls(bytes, len);
    if (!kind || (text->pinned && kind->class_of != CALIB_KIND_BINARY) ||
        (text->raw && kind->class_of != CALIB_KIND_STANDIN))
        return CALIB_OK;
    const char *pin = ", or pin its sha256 if this is the text you want";
    return calib_fail(CALIB_E_FORMAT, "%s is %s: %s%s",
                      calib_shown(text->name ? text->name : "the corpus"), kind->is, kind->remedy,
                      kind->class_of == CALIB_KIND_BINARY ? "" : pin);
}

int calib_text_pass(calib_text *text, const char *bytes, size_t len)
{
    int status = text->offset == 0 && len > 0 ? check_kind(text, bytes, len) : CALIB_OK;
    text->offset += len;
    return status;
}

int calib_text_feed(calib_text *text, const char *bytes, size_t len, calib_buffer *out)
{
    int status = text->offset == 0 && len > 0 ? check_kind(text, bytes, len) : CALIB_OK;
    if (status)
        return status;
    if (text->n_part) {
        size_t used;
        status = finish_part(text, bytes, len, out, &used);
        if (status || text->n_part)
            return status;
        bytes += used;
        len -= used;
    }
    bool bad;
    size_t good = calib_utf8_check(bytes, len, &bad);
    if (bad)
        return bad_utf8(text, text->offset + good, "no valid character");
    text->offset += len;
    text->n_part = len - good;
    memcpy(text->part, bytes + good, text->n_part);
    return append_lines(text, bytes, good, out);
}

int calib_text_end(const calib_text *text)
{
    if (text->n_part == 0)
        return CALIB_OK;
    return bad_utf8(text, text->offset - text->n_part, "it ends inside the character");
}
