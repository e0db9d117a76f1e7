/* SPDX-License-Identifier: MIT */
#include "documents/index.h"

#include "base/error.h"

#include <string.h>

/* Each step can be undone, so that two values which differ never become equal. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

uint64_t calib_index_hash(const char *bytes, size_t len)
{
    enum { LANES = 4 }; /* steps that do not wait for each other */
    uint64_t lanes[LANES] = {0}, words[LANES], hash = mix(0, len), word = 0;
    for (; len >= sizeof words; bytes += sizeof words, len -= sizeof words) {
        memcpy(words, bytes, sizeof words);
        for (size_t i = 0; i < LANES; i++)
            lanes[i] = mix(lanes[i], words[i]);
    }
    for (size_t i = 0; i < LANES; i++)
        hash = mix(hash, lanes[i]);
    for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    if (len > 0)
        memcpy(&word, bytes, len);
    return mix(hash, word);
}

int calib_index_push(calib_index *index, const calib_index_entry *entry)
{
    int status = calib_spill_append(&index->entries, entry, sizeof *entry);
    index->n += !status;
    return status;
}

int calib_index_end(calib_index *index)
{
    return calib_spill_end(&index->entries);
}

int calib_index_read(const calib_index *index, uint64_t i, calib_index_entry *out)
{
    int error = calib_spill_read(&index->entries, i * sizeof *out, sizeof *out, out);
    return error ? calib_fail_system(error, "cannot read a temporary file back") : CALIB_OK;
}

void calib_index_free(calib_index *index)
{
    calib_spill_free(&index->entries);
    index->n = 0;
}
