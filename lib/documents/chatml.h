/* SPDX-License-Identifier: MIT */
/* ChatML, the form of chats that a model's chat template most often writes. */
#ifndef CALIB_DOCUMENTS_CHATML_H
#define CALIB_DOCUMENTS_CHATML_H

#include "documents/draft.h"
#include "documents/pointer.h"

/** Appends the messages of a record to the draft, with parts as `flags` (CALIB_DOCUMENTS_*) says.
 *  Returns 0 or E_NOMEM. If the record is malformed, sets `*why`, else NULL. */
int calib_chatml_render(const calib_json_value *record, uint32_t flags, calib_draft *draft,
                        const char **why);

#endif
