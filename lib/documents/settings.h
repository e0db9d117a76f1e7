/* SPDX-License-Identifier: MIT */
/* The caller's struct calib_documents: checked and copied. */
#ifndef CALIB_DOCUMENTS_SETTINGS_H
#define CALIB_DOCUMENTS_SETTINGS_H

#include "documents/arrow_abi.h"
#include "documents/pointer.h"

#include <calib_documents.h>
#include <stdbool.h>

/** Zero is empty; calib_documents_settings_free() accepts it. */
typedef struct calib_documents_settings {
    uint32_t format, strip, specials, renderer, flags;
    char *field;        /* as the caller gave it, or NULL */
    calib_pointer path; /* where a record's text stands; `field` or "text" */
    char *separator;    /* NULL but for CALIB_DOCUMENTS_SEPARATOR */
    size_t separator_len;
    char *join; /* NULL: each document is a text of its own */
    calib_document_fn next;
    void *next_ctx;
    calib_render_fn render;
    void *render_ctx;
    bool has_render_sha256;
    uint8_t render_sha256[32];
    struct ArrowArrayStream arrow; /* moved here; released by calib_documents_settings_free() */
    uint64_t min_chars, max_chars, min_tokens, max_tokens; /* 0: no bound */
    int32_t append_id;                                     /* -1: none */
    bool places_only; /* only where records stand will be used: their texts need not be right */
} calib_documents_settings;

/** Copies `from`, and moves its Arrow stream even if it fails. Returns 0, E_ARGUMENT,
 *  E_STRUCT_NEWER, E_NOMEM. */
int calib_documents_settings_read(const struct calib_documents *from, calib_documents_settings *to);

/** Releases the Arrow stream of a struct that will not be read. Sets an error if the struct is
 *  malformed. */
void calib_documents_release(const struct calib_documents *from);

void calib_documents_settings_free(calib_documents_settings *settings);

/** Returns true if records are made into documents by a renderer. */
bool calib_documents_are_rendered(const calib_documents_settings *settings);

/** Returns true if the documents come from a callback or an Arrow stream: see spool.h. */
bool calib_documents_are_spooled(const calib_documents_settings *settings);

/** Returns true if the source's bytes are JSON, and not text for lib/text/. */
bool calib_documents_are_json(const calib_documents_settings *settings);

#endif
