/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include "base/error.h"
#include "system/pages.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, SMALLEST = 256 };

bool calib_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

bool calib_size_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

int calib_buffer_reserve(calib_buffer *buffer, size_t extra)
{
    if (extra <= buffer->cap - buffer->len)
        return CALIB_OK;
    size_t need;
    if (!calib_size_add(buffer->len, extra, &need))
        return calib_fail_memory(SIZE_MAX);
    size_t cap;
    if (!calib_size_add(buffer->cap, buffer->cap / 2, &cap) || cap < need)
        cap = need;
    if (cap < SMALLEST)
        cap = SMALLEST;
    void *data = realloc(buffer->data, cap);
    if (!data)
        return calib_fail_memory(cap);
    buffer->data = data;
    buffer->cap = cap;
    return CALIB_OK;
}

int calib_buffer_append(calib_buffer *buffer, const void *data, size_t len)
{
    if (len == 0)
        return CALIB_OK;
    int status = calib_buffer_reserve(buffer, len);
    if (status)
        return status;
    memcpy((char *)buffer->data + buffer->len, data, len);
    buffer->len += len;
    return CALIB_OK;
}

void calib_buffer_free(calib_buffer *buffer)
{
    free(buffer->data);
    *buffer = (calib_buffer){0};
}

/* Over-allocates and keeps malloc's pointer just below the block: aligned_alloc() is missing on
 * some systems, and its size rules differ between the others. */
void *calib_aligned_alloc(size_t n)
{
    size_t whole, best = calib_memory_alignment(n);
    size_t alignment = best > ALIGNMENT ? best : ALIGNMENT;
    if (!calib_size_add(n, alignment + sizeof(void *), &whole))
        return NULL;
    char *start = malloc(whole);
    if (!start)
        return NULL;
    uintptr_t first = (uintptr_t)start + sizeof(void *);
    size_t pad = (size_t)(-first & (alignment - 1));
    char *block = start + sizeof(void *) + pad;
    memcpy(block - sizeof(void *), &start, sizeof start);
    calib_memory_whole(block, n);
    return block;
}

void calib_aligned_free(void *data)
{
    if (!data)
        return;
    void *start;
    memcpy(&start, (char *)data - sizeof start, sizeof start);
    free(start);
}

int calib_string_copy(const char *string, char **out)
{
    *out = NULL;
    if (!string)
        return CALIB_OK;
    size_t n = strlen(string) + 1;
    char *copy = malloc(n);
    if (!copy)
        return calib_fail_memory(n);
    memcpy(copy, string, n);
    *out = copy;
    return CALIB_OK;
}
