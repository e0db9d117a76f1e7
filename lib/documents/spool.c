/* SPDX-License-Identifier: MIT */
#include "documents/spool.h"

#include "base/error.h"
#include "documents/arrow.h"
#include "documents/draft.h"

#include <stdlib.h>

#define MALFORMED UINT64_MAX
#define MAX_LENGTH (UINT64_MAX >> 8)

enum { CONTINUES = 0x80, HEADER = 8, WINDOW = 1 << 20 };

/* ---- writing ---- */

static int append(calib_spool *spool, const void *data, size_t len)
{
    int status = calib_sha256_add(&spool->hash, data, len);
    return status ? status : calib_spill_append(&spool->spill, data, len);
}

static int append_header(calib_spool *spool, uint64_t header)
{
    uint8_t bytes[HEADER];
    for (unsigned i = 0; i < HEADER; i++)
        bytes[i] = (uint8_t)(header >> 8 * i);
    return append(spool, bytes, HEADER);
}

static int append_part(calib_spool *spool, const calib_part *part, bool continues)
{
    uint64_t left = spool->max_bytes ? spool->max_bytes - spool->text_bytes : MAX_LENGTH;
    if (part->len > left)
        return calib_fail(CALIB_E_SIZE,
                          "the documents are larger than %llu bytes: raise max_text_bytes",
                          (unsigned long long)spool->max_bytes);
    spool->text_bytes += part->len;
    uint64_t flags = part->flags | (continues ? CONTINUES : 0);
    int status = append_header(spool, flags << 56 | part->len);
    return status ? status : append(spool, part->text, part->len);
}

int calib_spool_put(calib_spool *spool, const calib_document *document)
{
    int status = document->n_parts == 0 ? append_header(spool, 0) : CALIB_OK;
    for (size_t i = 0; i < document->n_parts && !status; i++)
        status = append_part(spool, &document->parts[i], i > 0);
    return status;
}

int calib_spool_put_malformed(calib_spool *spool)
{
    return append_header(spool, MALFORMED);
}

static int fail_end(calib_place place)
{
    calib_fail(CALIB_E_CALLBACK,
               CALIB_PLACE ": next said that there are no more documents after it gave text",
               CALIB_PLACE_ARGUMENTS(place));
    calib_error_record()->callback_result = 1;
    return CALIB_E_CALLBACK;
}

/* Calls `next` until it says that there are no more. */
static int pull(calib_spool *spool, const calib_documents_settings *settings, calib_draft *draft,
                calib_place *place)
{
    int status = CALIB_OK;
    for (place->number = 0; !status; place->number++) {
        calib_draft_begin(draft);
        int result = settings->next(settings->next_ctx, calib_draft_put, draft);
        if (result == 1 && !draft->touched)
            return CALIB_OK;
        status = result == 1 && !draft->status ? fail_end(*place)
                                               : calib_draft_end(draft, result, "next", *place);
        calib_document document = calib_draft_document(draft);
        if (!status)
            status = calib_spool_put(spool, &document);
        if (!status)
            status = calib_poll_call(spool->poll);
    }
    return status;
}

static int fill_from_callback(calib_spool *spool, const calib_documents_settings *settings,
                              const char *name)
{
    calib_draft draft = {0};
    calib_place place = {.name = name, .unit = "record"};
    int status = pull(spool, settings, &draft, &place);
    calib_draft_free(&draft);
    return status;
}

int calib_spool_fill(calib_spool *spool, calib_documents_settings *settings, const char *name)
{
    int status = calib_sha256_begin(&spool->hash);
    if (!status)
        status = settings->format == CALIB_DOCUMENTS_ARROW
                     ? calib_arrow_spool(spool, settings, name)
                     : fill_from_callback(spool, settings, name);
    if (!status)
        status = calib_sha256_end(&spool->hash, spool->sha256);
    return status ? status : calib_spill_end(&spool->spill);
}

/* ---- reading ---- */

/* What has been read of the spill. */
typedef struct calib_window {
    calib_spill *spill;
    uint64_t left; /* bytes of the spill behind the window */
    uint64_t end;  /* of the spill's bytes that are read */
    char *room;    /* for a part of the spill */
    const char *data;
    size_t at, len;
} calib_window;

static uint64_t position(const calib_window *window)
{
    return window->end - window->left - (window->len - window->at);
}

/* Gives up to `most` bytes, at least one. */
static int take(calib_window *window, uint64_t most, const char **bytes, size_t *n)
{
    *bytes = NULL;
    *n = 0;
    if (window->at == window->len) {
        window->at = 0;
        window->len = window->left < WINDOW ? (size_t)window->left : WINDOW;
        if (window->len == 0)
            return calib_fail(CALIB_E_SYSTEM, "a temporary file of documents ends too early");
        uint64_t first = window->end - window->left;
        int error = calib_spill_read(window->spill, first, window->len, window->room);
        if (error)
            return calib_spill_lose(window->spill, error);
        window->data = window->room;
        window->left -= window->len;
    }
    size_t there = window->len - window->at;
    *n = most < there ? (size_t)most : there;
    *bytes = window->data + window->at;
    window->at += *n;
    return CALIB_OK;
}

static int take_header(calib_window *window, uint64_t *header)
{
    *header = 0;
    for (unsigned i = 0; i < HEADER; i++) {
        const char *byte;
        size_t one;
        int status = take(window, 1, &byte, &one);
        if (status)
            return status;
        *header |= (uint64_t)(unsigned char)*byte << 8 * i;
    }
    return CALIB_OK;
}

static int take_part(calib_window *window, uint64_t header, calib_draft *draft)
{
    uint32_t flags = (uint32_t)(header >> 56) & ~(uint32_t)CONTINUES;
    int status = CALIB_OK;
    const char *bytes;
    size_t n;
    for (uint64_t left = header & MAX_LENGTH; left > 0 && !status; left -= n) {
        status = take(window, left, &bytes, &n);
        if (!status)
            status = calib_draft_put(draft, bytes, n, flags);
    }
    return status;
}

/* Passes on the document at [at, end) of the spill. */
static int pass_on(calib_draft *draft, uint64_t at, uint64_t end, calib_splitting *splitting)
{
    calib_document document = calib_draft_document(draft);
    document.at = at;
    document.size = end - at;
    int status = calib_splitting_document(splitting, &document);
    calib_draft_begin(draft);
    return status;
}

/* Passes the documents on. One ends where the next begins. */
static int read_all(calib_window *window, calib_draft *draft, calib_splitting *splitting)
{
    int status = CALIB_OK;
    bool open = false;
    uint64_t header, begin = 0;
    while (!status && position(window) < window->end) {
        uint64_t at = position(window);
        status = take_header(window, &header);
        bool continues = header != MALFORMED && header >> 63;
        if (!status && open && !continues)
            status = pass_on(draft, begin, at, splitting);
        if (!continues)
            begin = at;
        open = header != MALFORMED;
        if (!status && open)
            status = take_part(window, header, draft);
        else if (!status)
            calib_splitting_malformed(splitting);
    }
    return status || !open ? status : pass_on(draft, begin, window->end, splitting);
}

int calib_spool_read(calib_spool *spool, calib_splitting *splitting)
{
    uint64_t len = calib_spill_len(&spool->spill);
    calib_window window = {.spill = &spool->spill, .left = len, .end = len};
    window.room = malloc(WINDOW);
    if (!window.room)
        return calib_fail_memory(WINDOW);
    calib_draft draft = {0};
    int status = read_all(&window, &draft, splitting);
    calib_draft_free(&draft);
    free(window.room);
    return status;
}

int calib_spool_again(const char *bytes, size_t len, uint64_t at, uint64_t record,
                      calib_splitting *splitting)
{
    calib_window window = {.data = bytes, .len = len, .end = at + len};
    calib_draft draft = {0};
    calib_splitting_number(splitting, record);
    int status = read_all(&window, &draft, splitting);
    calib_draft_free(&draft);
    return status;
}

void calib_spool_free(calib_spool *spool)
{
    calib_sha256_free(&spool->hash);
    calib_spill_free(&spool->spill);
    *spool = (calib_spool){0};
}
