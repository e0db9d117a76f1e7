/* SPDX-License-Identifier: MIT */
/* Finds the files of a tokenizer by the path that a caller gives. */
#ifndef CALIB_TOKENIZER_JSON_FOLDER_H
#define CALIB_TOKENIZER_JSON_FOLDER_H

#include <string>

namespace calib_tj
{

/** Paths: of a tokenizer.json, and of the tokenizer_config.json beside it, which may be missing. */
struct Files {
    std::string json, config;
};

/** Finds the files of a path, which is a file or a folder. E_NOT_FOUND if a folder has no
 *  tokenizer.json: says what it has instead. Throws std::bad_alloc. */
int find_files(const char *path, Files &files);

} // namespace calib_tj

#endif
