/* SPDX-License-Identifier: MIT */
/* Removes white space from the ends of a document's text. */
#ifndef CALIB_DOCUMENTS_STRIP_H
#define CALIB_DOCUMENTS_STRIP_H

#include "base/document.h"

/** Strips the text of all parts together (CALIB_STRIP_*), and removes parts that become empty.
 *  Returns the number of parts that are left. */
size_t calib_strip(uint32_t strip, calib_part *parts, size_t n_parts);

#endif
