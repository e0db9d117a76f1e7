/* SPDX-License-Identifier: MIT */
/* A document that a callback or a renderer puts together, part by part. */
#ifndef CALIB_DOCUMENTS_DRAFT_H
#define CALIB_DOCUMENTS_DRAFT_H

#include "base/document.h"
#include "base/memory.h"

#include <calib_documents.h>

/** A record's place, for messages: "NAME, line 3". */
typedef struct calib_place {
    const char *name; /* of the source */
    const char *unit;
    uint64_t number;
} calib_place;

#define CALIB_PLACE "%s, %s %llu"
#define CALIB_PLACE_ARGUMENTS(place)                                                               \
    calib_shown((place).name), (place).unit, (unsigned long long)(place).number

/** All zero is an empty draft. */
typedef struct calib_draft {
    calib_buffer text;
    calib_buffer parts; /* of calib_part, which have no `text` before calib_draft_end() */
    bool touched;       /* calib_draft_put() was called */
    int status;
    calib_error error; /* set with status: a callback may use calib and so overwrite the record */
} calib_draft;

/** Makes the draft empty; its memory stays. */
void calib_draft_begin(calib_draft *draft);

/** Appends a copy of the text. It is the calib_put_fn of callbacks. Returns 0, E_ARGUMENT,
 *  E_NOMEM, and the same failure again ever after. */
int calib_draft_put(void *draft, const char *text, size_t len, uint32_t text_flags);

/** Ends a draft that a callback has made. `result` is what it returned, `callback` its name.
 *  Returns 0, E_CALLBACK, E_UTF8, or the failure of calib_draft_put(). */
int calib_draft_end(calib_draft *draft, int result, const char *callback, calib_place place);

/** The document that the draft has become; valid until it is begun again. */
calib_document calib_draft_document(calib_draft *draft);

void calib_draft_free(calib_draft *draft);

#endif
