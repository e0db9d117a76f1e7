/* SPDX-License-Identifier: MIT */
#include "documents/record.h"

#include "base/error.h"
#include "documents/chatml.h"

#include <stdarg.h>
#include <stdio.h>

/* Why a record is malformed; reasons that name a field are longer. */
typedef struct reason {
    char text[CALIB_SHOWN + 160];
} reason;

static void CALIB_PRINTF(2, 3) explain(reason *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
}

int calib_json_record_refuse(const calib_documents_settings *settings, calib_place place,
                             bool *malformed, const char *why)
{
    *malformed = true;
    if (settings->flags & CALIB_DOCUMENTS_SKIP_MALFORMED)
        return CALIB_OK;
    return calib_fail(CALIB_E_RECORD, CALIB_PLACE ": the record is malformed: %s",
                      CALIB_PLACE_ARGUMENTS(place), why);
}

static bool has_messages(const calib_json_value *record)
{
    return calib_json_member(record, "messages").token.kind == CALIB_JSON_ARRAY;
}

static void explain_field(const calib_documents_settings *settings, const calib_json_value *record,
                          calib_json_kind kind, reason *why)
{
    const char *field = calib_shown(settings->field ? settings->field : "text");
    if (kind == CALIB_JSON_NULL)
        explain(why, "\"%s\" is null", field);
    else if (kind != CALIB_JSON_ERROR)
        explain(why, "\"%s\" is not a string", field);
    else if (record->token.kind != CALIB_JSON_OBJECT && *field != '/')
        explain(why, "it is not an object, so it has no \"%s\"", field);
    else if (has_messages(record))
        explain(why,
                "it has no \"%s\", but \"messages\": set a renderer, as "
                "CALIB_RENDERER_CHATML, or render",
                field);
    else
        explain(why, "it has no \"%s\"", field);
}

/* Makes the string `value` the text of the document. */
static int take_string(calib_json_record_reader *reader, const calib_json_token *value,
                       calib_document *document)
{
    reader->part = (calib_part){.text = value->text, .len = value->len};
    int status = CALIB_OK;
    bool unescapes = value->escaped && !reader->settings->places_only;
    if (unescapes) {
        reader->unescaped.len = 0;
        status = calib_buffer_reserve(&reader->unescaped, value->len);
    }
    if (unescapes && !status) {
        reader->part.text = reader->unescaped.data;
        reader->part.len = calib_json_unescape(value, reader->unescaped.data);
    }
    *document = (calib_document){.parts = &reader->part, .n_parts = reader->part.len > 0};
    return status;
}

static int render(calib_json_record_reader *reader, const calib_json_value *record,
                  calib_place place, const char **why)
{
    const calib_documents_settings *settings = reader->settings;
    calib_draft_begin(&reader->draft);
    *why = NULL;
    if (!settings->render)
        return calib_chatml_render(record, settings->flags, &reader->draft, why);
    if (settings->places_only) /* it cannot drop a record */
        return CALIB_OK;
    int result = settings->render(settings->render_ctx, record->text, record->len, calib_draft_put,
                                  &reader->draft);
    return calib_draft_end(&reader->draft, result, "render", place);
}

int calib_json_record_read(calib_json_record_reader *reader, const char *text, size_t len,
                           calib_place place, calib_document *document, bool *malformed)
{
    calib_json json;
    calib_json_value record;
    reason why;
    const char *short_why = why.text;
    int status = CALIB_OK;
    calib_json_begin(&json, text, len);
    calib_json_value value = calib_pointer_find(&reader->settings->path, &json, &record);
    *malformed = false;
    if (json.why) {
        explain(&why, "%s, at byte %zu of the record", json.why, json.at);
    } else if (calib_documents_are_rendered(reader->settings)) {
        status = render(reader, &record, place, &short_why);
        *document = calib_draft_document(&reader->draft);
        if (status || !short_why)
            return status;
    } else if (value.token.kind == CALIB_JSON_STRING) {
        return take_string(reader, &value.token, document);
    } else {
        explain_field(reader->settings, &record, value.token.kind, &why);
    }
    return calib_json_record_refuse(reader->settings, place, malformed, short_why);
}

void calib_json_record_free(calib_json_record_reader *reader)
{
    calib_buffer_free(&reader->unescaped);
    calib_draft_free(&reader->draft);
}
