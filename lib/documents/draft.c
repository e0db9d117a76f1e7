/* SPDX-License-Identifier: MIT */
#include "documents/draft.h"

#include "base/error.h"
#include "base/utf8.h"

void calib_draft_begin(calib_draft *draft)
{
    draft->text.len = 0;
    draft->parts.len = 0;
    draft->touched = false;
    draft->status = CALIB_OK;
}

static calib_part *last_part(const calib_draft *draft)
{
    size_t n = draft->parts.len / sizeof(calib_part);
    return n ? (calib_part *)draft->parts.data + n - 1 : NULL;
}

static int append(calib_draft *draft, const char *text, size_t len, uint32_t flags)
{
    if (flags && flags != CALIB_TEXT_PARSE_SPECIAL && flags != CALIB_TEXT_PLAIN)
        return calib_fail(CALIB_E_ARGUMENT,
                          "text_flags is 0x%lx: it must be 0, CALIB_TEXT_PARSE_SPECIAL or "
                          "CALIB_TEXT_PLAIN",
                          (unsigned long)flags);
    if (len && !text)
        return calib_fail(CALIB_E_ARGUMENT, "%zu bytes of text are put from a NULL pointer", len);
    if (len == 0)
        return CALIB_OK;
    calib_part *last = last_part(draft);
    int status = CALIB_OK;
    if (!last || last->flags != flags)
        status = calib_buffer_append(&draft->parts, &(calib_part){.flags = flags}, sizeof *last);
    if (!status)
        status = calib_buffer_append(&draft->text, text, len);
    if (!status)
        last_part(draft)->len += len;
    return status;
}

int calib_draft_put(void *ctx, const char *text, size_t len, uint32_t text_flags)
{
    calib_draft *draft = ctx;
    draft->touched = true;
    if (draft->status)
        return draft->status;
    draft->status = append(draft, text, len, text_flags);
    if (draft->status)
        draft->error = *calib_error_record();
    return draft->status;
}

/* Each part must be whole characters. */
static int check_parts(const calib_draft *draft, const char *callback, calib_place place)
{
    const calib_part *parts = draft->parts.data;
    size_t at = 0;
    for (size_t i = 0; i < draft->parts.len / sizeof *parts; i++) {
        bool bad;
        size_t good = calib_utf8_check((const char *)draft->text.data + at, parts[i].len, &bad);
        at += good;
        if (good < parts[i].len)
            return calib_fail(CALIB_E_UTF8,
                              CALIB_PLACE ": the text that %s gave is not UTF-8 at its byte %zu",
                              CALIB_PLACE_ARGUMENTS(place), callback, at);
    }
    return CALIB_OK;
}

int calib_draft_end(calib_draft *draft, int result, const char *callback, calib_place place)
{
    if (draft->status) {
        *calib_error_record() = draft->error;
        return draft->status;
    }
    if (result == 0)
        return check_parts(draft, callback, place);
    calib_fail(CALIB_E_CALLBACK, CALIB_PLACE ": %s failed with %d", CALIB_PLACE_ARGUMENTS(place),
               callback, result);
    calib_error_record()->callback_result = result;
    return CALIB_E_CALLBACK;
}

calib_document calib_draft_document(calib_draft *draft)
{
    calib_part *parts = draft->parts.data;
    size_t n = draft->parts.len / sizeof *parts;
    const char *text = draft->text.data;
    for (size_t i = 0; i < n; text += parts[i++].len)
        parts[i].text = text;
    return (calib_document){.parts = parts, .n_parts = n};
}

void calib_draft_free(calib_draft *draft)
{
    calib_buffer_free(&draft->text);
    calib_buffer_free(&draft->parts);
}
