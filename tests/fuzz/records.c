/* SPDX-License-Identifier: MIT */
/* JSONL and JSON arrays: the first two bytes choose. An array is accepted if the strict reader
 * accepts it as a whole and each element has its text; then there are as many documents. */
#include "documents.h"

static bool has_text(const calib_json_value *element)
{
    return calib_json_member(element, "text").token.kind == CALIB_JSON_STRING;
}

/* Reads the array as one value. Returns the number of elements, or -1 if it or one of them is
 * malformed. */
static int read_array(const char *text, size_t len)
{
    calib_json json;
    calib_json_token token;
    size_t mark = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    calib_json_begin(&json, text + mark, len - mark);
    if (calib_json_next(&json, &token) != CALIB_JSON_ARRAY)
        return -1;
    for (int n = 0;; n++) {
        calib_json_value element = calib_json_read(&json);
        if (element.token.kind == CALIB_JSON_ARRAY_END)
            return calib_json_next(&json, &token) == CALIB_JSON_END ? n : -1;
        if (json.why || !has_text(&element))
            return -1;
    }
}

static const char *const fields[] = {NULL, "a", "/a/0/text", "/~0/~1"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct calib_documents documents = {.struct_size = sizeof documents};
    uint8_t choice = data[0];
    documents.format = choice & 1 ? CALIB_DOCUMENTS_JSON : CALIB_DOCUMENTS_JSONL;
    documents.flags = choice & 2 ? CALIB_DOCUMENTS_SKIP_MALFORMED : 0;
    if (choice & 4) {
        documents.renderer = CALIB_RENDERER_CHATML;
        documents.flags |= choice & 8 ? CALIB_DOCUMENTS_PARTS : 0;
    } else {
        documents.field = fields[choice / 8 % 4];
    }
    documents.strip = choice / 32 % 4;
    calib_documents_settings settings;
    fuzz_documents whole;
    const char *text = (const char *)data + 2;
    MUST(calib_documents_settings_read(&documents, &settings) == CALIB_OK);
    int status = fuzz_split_twice(&settings, text, size - 2, 1 + data[1] % 32, &whole);
    MUST(status == CALIB_OK || status == CALIB_E_RECORD);
    if (documents.format == CALIB_DOCUMENTS_JSON && !documents.field && !documents.renderer) {
        int n = read_array(text, size - 2);
        if (documents.flags == 0)
            MUST(n < 0 ? status != CALIB_OK : status == CALIB_OK && whole.n == (size_t)n);
        else if (n >= 0)
            MUST(status == CALIB_OK && whole.counts.malformed == 0 && whole.n == (size_t)n);
    }
    calib_buffer_free(&whole.bytes);
    calib_documents_settings_free(&settings);
    return 0;
}
