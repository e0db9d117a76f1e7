/* SPDX-License-Identifier: MIT */
/* Reads a file into memory. */
#ifndef CALIB_ADAPTER_FILE_H
#define CALIB_ADAPTER_FILE_H

#include "adapter.h"

#include <cstddef>
#include <string>

namespace CALIB_ADAPTER
{

/** Reads the file at `path` into `bytes`, at most `limit` bytes and one more, by which the caller
 *  recognizes a file that is too large. 0, E_NOT_FOUND, E_ACCESS, E_ARGUMENT (a directory),
 *  E_SYSTEM, E_NOMEM; throws std::bad_alloc. */
int read_file(const char *path, std::size_t limit, std::string &bytes);

/** The path as messages show it: a long one without its middle, so that a message is not cut off
 *  behind it. */
std::string shown_path(const std::string &path);

} // namespace CALIB_ADAPTER

#endif
