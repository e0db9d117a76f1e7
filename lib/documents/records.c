/* SPDX-License-Identifier: MIT */
#include "documents/records.h"

bool calib_json_is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void calib_json_text_trim(calib_json_text *text)
{
    for (; text->len > 0 && calib_json_is_space(*text->text); text->text++, text->at++)
        text->len--;
    while (text->len > 0 && calib_json_is_space(text->text[text->len - 1]))
        text->len--;
}

int calib_records_take(calib_records *records, const calib_json_text *record, calib_place place)
{
    calib_document document;
    bool malformed;
    int status = calib_json_record_read(records->reader, record->text, record->len, place,
                                        &document, &malformed);
    if (status)
        return status;
    if (malformed)
        return calib_keep_malformed(records->keeping), CALIB_OK;
    document.at = record->at;
    document.size = record->len;
    document.record_text = record->text;
    return calib_keep(records->keeping, &document);
}

void calib_records_free(calib_records *records)
{
    calib_lines_free(&records->lines);
    calib_buffer_free(&records->pending);
}
