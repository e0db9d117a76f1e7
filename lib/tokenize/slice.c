/* SPDX-License-Identifier: MIT */
/* Border i is the first exact cut at or behind total * i / count, but never before border i - 1. A
 * tokenizer may name more cuts if it is shown more text. So the windows in which a border is
 * searched depend only on the length of the whole text, and every slice searches all borders up to
 * its own end: that makes all slices agree. */
#include "tokenize/slice.h"

#include <string.h>

enum {
    LOOK = 4096, /* bytes of the first window; the next is four times as large */
    BEFORE = 4,  /* a window begins at most so many bytes before its target */
    CUTS = 8     /* more cuts than can lie before the target in its window */
};

static uint64_t target(const calib_slice *slice, uint32_t i)
{
    return slice->total / slice->count * i + slice->total % slice->count * i / slice->count;
}

/* Returns the lowest position that the search for the next border can need. */
static uint64_t window_low(const calib_slice *slice)
{
    uint64_t at = target(slice, slice->next);
    return at > BEFORE ? at - BEFORE : 0;
}

/* Searches for the first cut at or behind `at`. Sets *known to false if more text is needed first.
 * Windows are never made smaller to stay below the limit: slices opened with different limits would
 * disagree. */
static int find_border(calib_slice *slice, uint64_t at, bool *known, uint64_t *border)
{
    *known = false;
    *border = 0;
    if (slice->seen < at + 1 && slice->seen < slice->total)
        return CALIB_OK;
    /* A window begins at the start of a character, at least one byte before the target. */
    const char *kept = slice->kept.data;
    uint64_t from = at - 1;
    while (from > window_low(slice) && (kept[from - slice->kept_at] & 0xc0) == 0x80)
        from--;
    for (uint64_t len = slice->window ? slice->window : LOOK;; len *= 4) {
        uint64_t left = slice->total - from;
        uint64_t show = len < left ? len : left;
        if (len > LOOK && len / 4 > slice->request.max_whole_bytes)
            return calib_fail_whole(slice->request.tok, slice->request.max_whole_bytes,
                                    &(calib_segment){.at = at, .record = CALIB_NO_RECORD},
                                    "open the corpus whole");
        slice->window = len;
        if (slice->seen - from < show)
            return CALIB_OK;
        uint32_t flags = slice->request.flags | (from == 0 ? CALIB_TEXT_BEGIN : 0u) |
                         (show == left ? CALIB_TEXT_END : 0u);
        calib_segment shown = {kept + (from - slice->kept_at), (size_t)show, from, CALIB_NO_RECORD,
                               flags};
        size_t cuts[CUTS], n;
        int status = calib_cuts_find(slice->request.tok, &shown, cuts, CUTS, &n);
        if (status)
            return status;
        for (size_t i = 0; i < n && *border == 0; i++)
            if (from + cuts[i] >= at)
                *border = from + cuts[i];
        *known = *border || show == left;
        if (*known && *border == 0)
            *border = slice->total;
        if (*known)
            return CALIB_OK;
    }
}

/* Finds the borders up to the end of the slice, as far as the text received so far shows them. */
static int find_borders(calib_slice *slice)
{
    int status = CALIB_OK;
    bool known = true;
    while (!status && slice->next <= slice->index + 1) {
        uint64_t at = target(slice, slice->next), border = at;
        if (slice->next == slice->count)
            border = slice->total;
        else if (at > 0)
            status = find_border(slice, at, &known, &border);
        if (status || !known)
            break;
        if (border > slice->border)
            slice->border = border;
        slice->window = 0;
        if (slice->next == slice->index) {
            slice->begin = slice->fed = slice->request.start = slice->border;
            status = calib_tokenizing_begin(&slice->request, &slice->run);
        }
        if (slice->next == slice->index + 1)
            slice->end = slice->border;
        slice->next++;
    }
    return status;
}

static void drop_before(calib_slice *slice, uint64_t at)
{
    if (at <= slice->kept_at)
        return;
    uint64_t n = at - slice->kept_at;
    size_t gone = n < slice->kept.len ? (size_t)n : slice->kept.len;
    slice->kept.len -= gone;
    memmove(slice->kept.data, (char *)slice->kept.data + gone, slice->kept.len);
    slice->kept_at = at;
}

/* Gives the run all text that certainly belongs to the slice. */
static int feed_run(calib_slice *slice)
{
    bool ended = slice->next > slice->index + 1;
    uint64_t to = ended ? slice->end : window_low(slice);
    if (to > slice->seen)
        to = slice->seen;
    if (!slice->run || to <= slice->fed)
        return CALIB_OK;
    const char *text = (const char *)slice->kept.data + (slice->fed - slice->kept_at);
    int status = calib_tokenizing_feed(slice->run, text, (size_t)(to - slice->fed));
    slice->fed = to;
    return status;
}

void calib_slice_begin(calib_slice *slice, const calib_tokenize_request *request, uint32_t index,
                       uint32_t count, uint64_t total)
{
    *slice = (calib_slice){
        .request = *request, .index = index, .count = count, .total = total, .end = total};
}

/* Returns the first position that is still to be fed or searched; text before it is dropped. */
static uint64_t needed_from(const calib_slice *slice)
{
    bool ended = slice->next > slice->index + 1;
    uint64_t low = ended ? slice->seen : window_low(slice);
    if (slice->run && slice->fed < low && (!ended || slice->fed < slice->end))
        low = slice->fed;
    return low;
}

int calib_slice_feed(calib_slice *slice, const char *text, size_t len)
{
    uint64_t at = slice->seen, low = needed_from(slice);
    uint64_t skip = low > at ? low - at : 0;
    slice->seen += len;
    if (skip >= len) {
        drop_before(slice, slice->seen);
        return CALIB_OK;
    }
    drop_before(slice, low);
    int status = calib_buffer_append(&slice->kept, text + skip, len - (size_t)skip);
    if (!status)
        status = find_borders(slice);
    if (!status)
        status = feed_run(slice);
    if (!status)
        drop_before(slice, needed_from(slice));
    return status;
}

int calib_slice_settle(calib_slice *slice, int status)
{
    return slice->run ? calib_tokenizing_settle(slice->run, status) : status;
}

int calib_slice_end(calib_slice *slice)
{
    int status = find_borders(slice);
    if (!status)
        status = feed_run(slice);
    if (status || slice->begin == slice->end)
        return status;
    return calib_tokenizing_end(slice->run, slice->end == slice->total);
}

void calib_slice_free(calib_slice *slice)
{
    calib_tokenizing_free(slice->run);
    calib_buffer_free(&slice->kept);
}
