/* SPDX-License-Identifier: MIT */
/* An open file: the public functions and the callbacks of the vtable work on it. */
#ifndef CALIB_TOKENIZER_JSON_HANDLE_H
#define CALIB_TOKENIZER_JSON_HANDLE_H

#include "adapter/once.h"
#include "config.h"
#include "encoder.h"
#include "identity.h"
#include "spec.h"

#include <calib_tokenizer_json.h>

#include <cstdint>
#include <string>

struct calib_tokenizer_json {
    calib_tokenizer_vtable vtable = {};
    std::uint32_t flags = 0;
    const char *why_whole = nullptr; /* as far as it is known without the tables */
    std::string name;                /* what messages call the file: its path, if it has one */
    calib_tj::Digest digest = {};    /* of the file's bytes */
    calib_tj::Spec spec;
    calib_tj::Config config;
    calib_tj::Once built;
    calib_tj::Encoder encoder;
    calib_tj::Once described;
    std::string description;
};

namespace calib_tj
{

/** Fills the vtable of a handle whose file is read. */
void make_vtable(calib_tokenizer_json &handle);

/** Builds the tables, unless they are built. After a failure, whose message names the file, the
 *  next call tries again. Thread-safe. 0, E_NOMEM, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc.
 */
int build_tables(calib_tokenizer_json &handle);

/** Returns `status`. If it is E_UNSUPPORTED, adds to the message what can be done. */
int with_remedy(int status);

} // namespace calib_tj

#endif
