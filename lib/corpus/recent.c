/* SPDX-License-Identifier: MIT */
#include "corpus/recent.h"

#include "base/error.h"

enum { MOST_IDS = 1 << 22, MOST_DOCUMENTS = 4096 };

/* From the last one on, which is asked for most. */
const calib_recent_document *calib_recent_find(const calib_recent *recent, uint64_t document)
{
    const calib_recent_document *documents = recent->documents.data;
    for (size_t i = recent->documents.len / sizeof *documents; i > 0; i--)
        if (documents[i - 1].document == document)
            return &documents[i - 1];
    return NULL;
}

static bool has_room(const calib_recent *recent, uint64_t n)
{
    uint64_t n_ids = recent->ids.len / sizeof(int32_t);
    return n <= MOST_IDS && n_ids <= MOST_IDS - n &&
           recent->documents.len < MOST_DOCUMENTS * sizeof(calib_recent_document);
}

int calib_recent_add(calib_recent *recent, uint64_t document, calib_ids *ids)
{
    size_t bytes;
    if (!has_room(recent, ids->n))
        calib_recent_free(recent);
    if (ids->n > SIZE_MAX || !calib_size_mul((size_t)ids->n, sizeof(int32_t), &bytes))
        return calib_fail_memory(SIZE_MAX);
    calib_recent_document added = {document, recent->ids.len / sizeof(int32_t), (size_t)ids->n};
    int status = calib_buffer_reserve(&recent->ids, bytes);
    if (!status && added.n > 0)
        status = calib_ids_read(ids, 0, added.n, (int32_t *)recent->ids.data + added.first);
    if (!status)
        status = calib_buffer_append(&recent->documents, &added, sizeof added);
    if (!status)
        recent->ids.len += bytes;
    return status;
}

void calib_recent_free(calib_recent *recent)
{
    calib_buffer_free(&recent->ids);
    calib_buffer_free(&recent->documents);
}
