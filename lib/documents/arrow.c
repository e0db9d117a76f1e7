/* SPDX-License-Identifier: MIT */
#include "documents/arrow.h"

#include "base/error.h"
#include "base/utf8.h"
#include "documents/arrow_json.h"
#include "documents/record.h"

#include <string.h>

typedef struct reading {
    calib_spool *spool;
    calib_documents_settings *settings;
    calib_place place; /* of the next row */
    struct ArrowSchema schema;
    int64_t column; /* a child of the schema; WHOLE: the row itself */
    bool as_json;
    bool is_member; /* the record has nothing but the column */
    calib_buffer json;
    calib_json_record_reader reader;
} reading;

enum { WHOLE = -1 };

static int fail_stream(const reading *self, const char *call, int result)
{
    struct ArrowArrayStream *stream = &self->settings->arrow;
    const char *why = stream->get_last_error ? stream->get_last_error(stream) : NULL;
    calib_fail(CALIB_E_CALLBACK, "%s: %s of the Arrow stream failed with %d%s%s",
               calib_shown(self->place.name), call, result, why ? ": " : "",
               why ? calib_shown(why) : "");
    calib_error_record()->callback_result = result;
    return CALIB_E_CALLBACK;
}

/* ---- the schema ---- */

static bool is_string(const struct ArrowSchema *schema)
{
    if (schema->dictionary)
        return is_string(schema->dictionary);
    calib_arrow_kind kind = calib_arrow_type_of(schema->format).kind;
    return kind == CALIB_ARROW_STRING || kind == CALIB_ARROW_STRING_VIEW;
}

/* Returns the last column of this name, or WHOLE. */
static int64_t column_named(const struct ArrowSchema *schema, const char *name)
{
    for (int64_t i = schema->n_children; i > 0; i--) {
        const char *is = schema->children[i - 1]->name;
        if (strcmp(is ? is : "", name) == 0)
            return i - 1;
    }
    return WHOLE;
}

static int fail_column(const reading *self, const char *field)
{
    bool chats = !self->settings->field && column_named(&self->schema, "messages") != WHOLE;
    const char *remedy = "name one in field";
    if (self->is_member)
        remedy = "ChatML reads no other; render may";
    else if (chats)
        remedy = "it has \"messages\": set a renderer, as CALIB_RENDERER_CHATML, or render";
    return calib_fail(CALIB_E_ARGUMENT, "%s: the Arrow stream has no column \"%s\": %s",
                      calib_shown(self->place.name), calib_shown(field), remedy);
}

/* ChatML reads one column, whatever types the others have. */
static int choose_messages(reading *self)
{
    self->is_member = true;
    self->column = column_named(&self->schema, "messages");
    return self->column == WHOLE ? fail_column(self, "messages") : CALIB_OK;
}

static int choose_column(reading *self)
{
    const struct ArrowSchema *schema = &self->schema;
    const char *field = self->settings->field;
    bool is_table = calib_arrow_type_of(schema->format).kind == CALIB_ARROW_STRUCT;
    bool is_rendered = calib_documents_are_rendered(self->settings);
    bool is_pointer = field && *field == '/';
    self->column = WHOLE;
    self->as_json = is_rendered || is_pointer;
    if (self->settings->renderer && is_table)
        return choose_messages(self);
    if (is_pointer || (!field && (is_rendered || !is_table)))
        return CALIB_OK;
    if (!is_table)
        return fail_column(self, field);
    self->column = column_named(schema, field ? field : "text");
    if (self->column == WHOLE && !field && schema->n_children == 1)
        self->column = 0;
    return self->column == WHOLE ? fail_column(self, field ? field : "text") : CALIB_OK;
}

static const struct ArrowSchema *chosen_schema(const reading *self)
{
    return self->column == WHOLE ? &self->schema : self->schema.children[self->column];
}

/* The top of a schema is checked before a column of it is chosen. */
static int check_top(const reading *self)
{
    const struct ArrowSchema *schema = &self->schema;
    bool good =
        schema->format && schema->n_children >= 0 && (schema->n_children == 0 || schema->children);
    for (int64_t i = 0; good && i < schema->n_children; i++)
        good = schema->children[i] != NULL;
    return good ? CALIB_OK
                : calib_fail(CALIB_E_RECORD, "%s: the Arrow schema is invalid",
                             calib_shown(self->place.name));
}

static int read_schema(reading *self)
{
    struct ArrowArrayStream *stream = &self->settings->arrow;
    int result = stream->get_schema(stream, &self->schema);
    if (result) {
        self->schema.release = NULL;
        return fail_stream(self, "get_schema", result);
    }
    int status = check_top(self);
    if (!status)
        status = choose_column(self);
    if (!status)
        status =
            calib_arrow_check_schema(self->place.name, chosen_schema(self), self->is_member, 0);
    if (status || self->as_json || is_string(chosen_schema(self)))
        return status;
    return calib_fail(CALIB_E_ARGUMENT,
                      "%s: the Arrow column \"%s\" holds no strings: name another one in field, or "
                      "set render, which gets its values as JSON",
                      calib_shown(self->place.name),
                      calib_shown(chosen_schema(self)->name ? chosen_schema(self)->name : ""));
}

/* ---- rows ---- */

static int put_string(reading *self, calib_arrow_column column, int64_t row, bool *malformed)
{
    calib_part part = {0};
    bool bad;
    if (!calib_arrow_resolve(&column, &row))
        return calib_arrow_fail(self->place.name, "an index is beyond its dictionary");
    if (row < 0)
        return calib_json_record_refuse(self->settings, self->place, malformed, "it is null");
    if (!calib_arrow_string(&column, row, &part.text, &part.len))
        return calib_arrow_fail(self->place.name, "a string is not inside its buffer");
    if (calib_utf8_check(part.text, part.len, &bad) < part.len)
        return calib_json_record_refuse(self->settings, self->place, malformed,
                                        "the string is not UTF-8");
    return calib_spool_put(self->spool, &(calib_document){.parts = &part, .n_parts = part.len > 0});
}

static int write_record(reading *self, const calib_arrow_column *column, int64_t row)
{
    static const char BEGIN[] = "{\"messages\":";
    self->json.len = 0;
    if (!self->is_member)
        return calib_arrow_write_json(column, row, &self->json);
    int status = calib_buffer_append(&self->json, BEGIN, sizeof BEGIN - 1);
    if (!status)
        status = calib_arrow_write_json(column, row, &self->json);
    return status ? status : calib_buffer_append(&self->json, "}", 1);
}

static int put_json(reading *self, const calib_arrow_column *column, int64_t row, bool *malformed)
{
    calib_document document;
    int status = write_record(self, column, row);
    if (!status && self->json.len == 4 && memcmp(self->json.data, "null", 4) == 0)
        return calib_json_record_refuse(self->settings, self->place, malformed, "it is null");
    if (!status)
        status = calib_json_record_read(&self->reader, self->json.data, self->json.len, self->place,
                                        &document, malformed);
    return status || *malformed ? status : calib_spool_put(self->spool, &document);
}

static int put_row(reading *self, const struct ArrowArray *array, int64_t row)
{
    calib_arrow_column column = {&self->schema, array, self->place.name};
    bool malformed = false;
    int status;
    bool null = self->column != WHOLE && calib_arrow_is_null(&column, row);
    if (self->column != WHOLE) {
        row += array->offset;
        column = calib_arrow_child(&column, self->column);
    }
    if (null)
        status = calib_json_record_refuse(self->settings, self->place, &malformed, "it is null");
    else if (self->as_json)
        status = put_json(self, &column, row, &malformed);
    else
        status = put_string(self, column, row, &malformed);
    if (!status && malformed)
        status = calib_spool_put_malformed(self->spool);
    self->place.number++;
    return status ? status : calib_poll_call(self->spool->poll);
}

/* Of the columns only the chosen one is looked at. */
static int check_batch(const reading *self, const struct ArrowArray *array)
{
    if (self->column == WHOLE) {
        const char *why = calib_arrow_check_array(&self->schema, array);
        return why ? calib_arrow_fail(self->place.name, why) : CALIB_OK;
    }
    struct ArrowSchema *children[] = {self->schema.children[self->column]};
    struct ArrowSchema schema = {.format = "+s", .n_children = 1, .children = children};
    if (array->n_children != self->schema.n_children || !array->children)
        return calib_arrow_fail(self->place.name, "it has a wrong number of children");
    struct ArrowArray only = *array;
    only.n_children = 1;
    only.children = &array->children[self->column];
    const char *why = calib_arrow_check_array(&schema, &only);
    return why ? calib_arrow_fail(self->place.name, why) : CALIB_OK;
}

static int put_batch(reading *self, const struct ArrowArray *array)
{
    int status = check_batch(self, array);
    for (int64_t row = 0; row < array->length && !status; row++)
        status = put_row(self, array, row);
    return status;
}

/* ---- the stream ---- */

static int read_batches(reading *self)
{
    struct ArrowArrayStream *stream = &self->settings->arrow;
    int status = CALIB_OK;
    while (!status) {
        struct ArrowArray array = {0};
        int result = stream->get_next(stream, &array);
        if (result)
            return fail_stream(self, "get_next", result);
        if (!array.release)
            return CALIB_OK;
        status = put_batch(self, &array);
        if (array.release)
            array.release(&array);
    }
    return status;
}

int calib_arrow_spool(calib_spool *spool, calib_documents_settings *settings, const char *name)
{
    reading self = {.spool = spool,
                    .settings = settings,
                    .place = {name, "record", 0},
                    .reader = {.settings = settings}};
    int status = read_schema(&self);
    if (!status)
        status = read_batches(&self);
    if (self.schema.release)
        self.schema.release(&self.schema);
    settings->arrow.release(&settings->arrow);
    settings->arrow.release = NULL;
    calib_buffer_free(&self.json);
    calib_json_record_free(&self.reader);
    return status;
}
