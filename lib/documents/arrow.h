/* SPDX-License-Identifier: MIT */
/* Documents of an Arrow stream: of the strings of one column, or of rows that a renderer gets as
 * JSON. */
#ifndef CALIB_DOCUMENTS_ARROW_H
#define CALIB_DOCUMENTS_ARROW_H

#include "documents/spool.h"

/** Reads the stream of `settings` to its end, and releases it, also after a failure. Status as
 *  calib_spool_fill(). */
int calib_arrow_spool(calib_spool *spool, calib_documents_settings *settings, const char *name);

#endif
