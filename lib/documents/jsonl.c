/* SPDX-License-Identifier: MIT */
#include "documents/records.h"

#include <string.h>

static int take_line(void *ctx, const calib_line *line)
{
    calib_records *records = ctx;
    size_t mark = line->number == 1 && line->len >= 3 && !memcmp(line->text, "\xef\xbb\xbf", 3);
    calib_json_text record = {line->text + 3 * mark, line->len - 3 * mark, line->at + 3 * mark};
    calib_json_text_trim(&record);
    calib_place place = {records->name, "line", line->number};
    return record.len > 0 ? calib_records_take(records, &record, place) : CALIB_OK;
}

int calib_jsonl_feed(calib_records *records, const char *text, size_t len)
{
    return calib_lines_feed(&records->lines, text, len, take_line, records);
}

int calib_jsonl_end(calib_records *records)
{
    return calib_lines_end(&records->lines, take_line, records);
}
