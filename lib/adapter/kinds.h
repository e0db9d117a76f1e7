/* SPDX-License-Identifier: MIT */
/* Recognises files that are given by mistake in place of a tokenizer. */
#ifndef CALIB_ADAPTER_KINDS_H
#define CALIB_ADAPTER_KINDS_H

#include "adapter.h"

#include <string_view>

namespace CALIB_ADAPTER
{

enum class Wanted { sentencepiece_model, tokenizer_json };

/** Returns 0, or E_MODEL with a message that names the kind of file and the remedy. */
int refuse_other_kinds(std::string_view bytes, Wanted wanted);

} // namespace CALIB_ADAPTER

#endif
