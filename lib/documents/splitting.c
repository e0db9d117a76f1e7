/* SPDX-License-Identifier: MIT */
#include "documents/splitting.h"

#include "base/error.h"
#include "documents/plain.h"
#include "documents/records.h"

#include <stdlib.h>

struct calib_splitting {
    const calib_documents_settings *settings;
    calib_keeping keeping;
    calib_plain plain;     /* of plain formats */
    calib_records records; /* of JSON and JSONL */
    calib_json_record_reader reader;
};

int calib_splitting_begin(const calib_documents_settings *settings, const char *name,
                          calib_document_sink sink, calib_splitting **out)
{
    calib_splitting *splitting = calloc(1, sizeof *splitting);
    *out = splitting;
    if (!splitting)
        return calib_fail_memory(sizeof *splitting);
    splitting->settings = settings;
    splitting->keeping.settings = settings;
    splitting->keeping.sink = sink;
    splitting->plain.keeping = &splitting->keeping;
    splitting->records.name = name;
    splitting->records.keeping = &splitting->keeping;
    splitting->records.reader = &splitting->reader;
    splitting->reader.settings = settings;
    return CALIB_OK;
}

int calib_splitting_feed(calib_splitting *splitting, const char *text, size_t len)
{
    switch (splitting->settings->format) {
    case CALIB_DOCUMENTS_JSONL: return calib_jsonl_feed(&splitting->records, text, len);
    case CALIB_DOCUMENTS_JSON: return calib_json_array_feed(&splitting->records, text, len);
    default: return calib_plain_feed(&splitting->plain, text, len);
    }
}

int calib_splitting_end(calib_splitting *splitting)
{
    switch (splitting->settings->format) {
    case CALIB_DOCUMENTS_JSONL: return calib_jsonl_end(&splitting->records);
    case CALIB_DOCUMENTS_JSON: return calib_json_array_end(&splitting->records);
    default: return calib_plain_end(&splitting->plain);
    }
}

void calib_splitting_number(calib_splitting *splitting, uint64_t record)
{
    splitting->keeping.counts.records = record;
}

int calib_splitting_again(calib_splitting *splitting, const char *text, size_t len, uint64_t at,
                          uint64_t record)
{
    calib_splitting_number(splitting, record);
    if (!calib_documents_are_json(splitting->settings))
        return calib_keep_text(&splitting->keeping, text, len, at);
    calib_place place = {splitting->records.name, "record", record};
    return calib_records_take(&splitting->records, &(calib_json_text){text, len, at}, place);
}

int calib_splitting_document(calib_splitting *splitting, const calib_document *document)
{
    return calib_keep(&splitting->keeping, document);
}

void calib_splitting_malformed(calib_splitting *splitting)
{
    calib_keep_malformed(&splitting->keeping);
}

calib_document_counts calib_splitting_counts(const calib_splitting *splitting)
{
    return splitting->keeping.counts;
}

void calib_splitting_free(calib_splitting *splitting)
{
    if (!splitting)
        return;
    calib_keep_free(&splitting->keeping);
    calib_plain_free(&splitting->plain);
    calib_records_free(&splitting->records);
    calib_json_record_free(&splitting->reader);
    free(splitting);
}
