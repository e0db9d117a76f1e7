/* SPDX-License-Identifier: MIT */
/* Lines, blank lines, separators: the first two bytes choose. Documents are those of a second
 * reading that has the whole text before it. */
#include "documents.h"

static const char *line_end(const char *at, const char *end)
{
    const char *lf = memchr(at, '\n', (size_t)(end - at));
    return lf ? lf : end;
}

static bool divides(uint32_t format, const char *at, const char *stop)
{
    size_t len = (size_t)(stop - at);
    if (format == CALIB_DOCUMENTS_SEPARATOR)
        return len == 2 && memcmp(at, "--", 2) == 0;
    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
        len--;
    return len == 0;
}

static void put(fuzz_documents *out, const char *from, const char *end)
{
    calib_part part = {from, (size_t)(end - from), 0};
    fuzz_put(out, &(calib_document){.parts = &part, .n_parts = part.len > 0, .record = out->n});
}

static void split_naively(uint32_t format, const char *text, size_t len, fuzz_documents *out)
{
    const char *begin = text, *end = text + len;
    for (const char *at = text, *stop; at < end; at = stop + 1) {
        stop = line_end(at, end);
        if (format == CALIB_DOCUMENTS_LINES) {
            put(out, at, stop);
            continue;
        }
        if (!divides(format, at, stop))
            continue;
        if (at > begin || format == CALIB_DOCUMENTS_SEPARATOR)
            put(out, begin, at > begin ? at - 1 : begin);
        begin = stop + 1;
    }
    if (format != CALIB_DOCUMENTS_LINES && begin < end)
        put(out, begin, end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct calib_documents documents = {.struct_size = sizeof documents};
    documents.format = CALIB_DOCUMENTS_LINES + data[0] % 3;
    if (documents.format == CALIB_DOCUMENTS_SEPARATOR)
        documents.separator = "--";
    bool plain = data[0] < 128;
    documents.strip = plain ? CALIB_STRIP_NONE : data[0] / 3 % 4;
    documents.min_chars = plain ? 0 : data[0] / 12 % 3;
    calib_documents_settings settings;
    fuzz_documents whole, naive = {0};
    const char *text = (const char *)data + 2;
    MUST(calib_documents_settings_read(&documents, &settings) == CALIB_OK);
    MUST(fuzz_split_twice(&settings, text, size - 2, 1 + data[1] % 32, &whole) == CALIB_OK);
    if (plain) {
        split_naively(documents.format, text, size - 2, &naive);
        MUST(whole.n == naive.n && whole.bytes.len == naive.bytes.len);
        MUST(whole.n == 0 || memcmp(whole.bytes.data, naive.bytes.data, naive.bytes.len) == 0);
    }
    calib_buffer_free(&whole.bytes);
    calib_buffer_free(&naive.bytes);
    calib_documents_settings_free(&settings);
    return 0;
}
