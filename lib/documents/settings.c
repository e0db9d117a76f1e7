/* SPDX-License-Identifier: MIT */
#include "documents/settings.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/structs.h"

#include <stdlib.h>
#include <string.h>

CALIB_NO_TAIL(struct calib_documents, flags);
CALIB_NO_TAIL(calib_document_info, n_tokens);

enum {
    KNOWN_FLAGS = CALIB_DOCUMENTS_SKIP_MALFORMED | CALIB_DOCUMENTS_APPEND |
                  CALIB_DOCUMENTS_APPEND_MISSING | CALIB_DOCUMENTS_PLAIN | CALIB_DOCUMENTS_PARTS |
                  CALIB_DOCUMENTS_LAZY
};

static bool has_records(uint32_t format)
{
    return format == CALIB_DOCUMENTS_JSONL || format == CALIB_DOCUMENTS_JSON ||
           format == CALIB_DOCUMENTS_ARROW;
}

static int check_range(const char *name, uint32_t value, uint32_t least, uint32_t most)
{
    if (value >= least && value <= most)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT, "%s is %lu, it must be %lu to %lu", name,
                      (unsigned long)value, (unsigned long)least, (unsigned long)most);
}

static int check_ranges(const struct calib_documents *from)
{
    int status = check_range("the format of documents", from->format, CALIB_DOCUMENTS_LINES,
                             CALIB_DOCUMENTS_ARROW);
    if (!status)
        status = check_range("strip", from->strip, 0, CALIB_STRIP_NEWLINE);
    if (!status)
        status = check_range("specials", from->specials, 0, CALIB_SPECIALS_ONCE);
    if (!status)
        status = check_range("renderer", from->renderer, 0, CALIB_RENDERER_CHATML);
    uint32_t unknown = from->flags & ~(uint32_t)KNOWN_FLAGS;
    if (!status && unknown)
        status = calib_fail(CALIB_E_ARGUMENT, "documents flags 0x%lx are unknown",
                            (unsigned long)unknown);
    return status;
}

/* A field that has a meaning in one format must be set there and nowhere else. */
static int check_belongs(const char *name, bool set, const char *format, bool is_format)
{
    if (set == is_format)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT,
                      set ? "%s is set, but the format is not %s"
                          : "%s is not set, and the format %s needs it",
                      name, format);
}

static int check_formats(const struct calib_documents *from, const struct ArrowArrayStream *arrow)
{
    uint32_t format = from->format;
    int status = check_belongs("separator", from->separator, "CALIB_DOCUMENTS_SEPARATOR",
                               format == CALIB_DOCUMENTS_SEPARATOR);
    if (!status)
        status = check_belongs("next", from->next, "CALIB_DOCUMENTS_CALLBACK",
                               format == CALIB_DOCUMENTS_CALLBACK);
    if (!status)
        status = check_belongs("arrow", from->arrow, "CALIB_DOCUMENTS_ARROW",
                               format == CALIB_DOCUMENTS_ARROW);
    if (!status && from->separator && (!*from->separator || strpbrk(from->separator, "\r\n")))
        status = calib_fail(CALIB_E_ARGUMENT, "the separator is empty or has a line break: name "
                                              "one whole line without its end");
    if (!status && from->arrow && !arrow->release)
        status = calib_fail(CALIB_E_ARGUMENT, "the Arrow stream is released: a stream can be read "
                                              "once");
    return status;
}

static int check_rendering(const struct calib_documents *from)
{
    bool rendered = from->render || from->renderer;
    uint32_t variants = from->flags & (CALIB_DOCUMENTS_PLAIN | CALIB_DOCUMENTS_PARTS);
    if (from->render && from->renderer)
        return calib_fail(CALIB_E_ARGUMENT, "both render and renderer are set: set one of them");
    if (rendered && !has_records(from->format))
        return calib_fail(CALIB_E_ARGUMENT, "a renderer needs records: the format JSONL, JSON or "
                                            "ARROW");
    if (from->field && !has_records(from->format))
        return calib_fail(CALIB_E_ARGUMENT, "field is set, but only JSONL, JSON and ARROW have "
                                            "fields");
    if (from->field && (from->renderer || (from->render && from->format != CALIB_DOCUMENTS_ARROW)))
        return calib_fail(CALIB_E_ARGUMENT, "field is set, but a renderer makes the text of the "
                                            "whole record");
    if (from->render_sha256 && !from->render)
        return calib_fail(CALIB_E_ARGUMENT, "render_sha256 is set, but render is not");
    if (variants && from->renderer != CALIB_RENDERER_CHATML)
        return calib_fail(CALIB_E_ARGUMENT, "CALIB_DOCUMENTS_PLAIN and CALIB_DOCUMENTS_PARTS need "
                                            "CALIB_RENDERER_CHATML");
    if (variants == (CALIB_DOCUMENTS_PLAIN | CALIB_DOCUMENTS_PARTS))
        return calib_fail(CALIB_E_ARGUMENT, "both CALIB_DOCUMENTS_PLAIN and CALIB_DOCUMENTS_PARTS "
                                            "are set: set one of them");
    return CALIB_OK;
}

static int check_bounds(const char *name, uint64_t min, uint64_t max)
{
    if (max == 0 || min <= max)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT, "min_%s is %llu, more than max_%s, %llu", name,
                      (unsigned long long)min, name, (unsigned long long)max);
}

static int check_tokens(const struct calib_documents *from)
{
    uint32_t append = from->flags & (CALIB_DOCUMENTS_APPEND | CALIB_DOCUMENTS_APPEND_MISSING);
    bool filters = from->min_tokens || from->max_tokens;
    int status = check_bounds("chars", from->min_chars, from->max_chars);
    if (!status)
        status = check_bounds("tokens", from->min_tokens, from->max_tokens);
    if (status)
        return status;
    if (append == (CALIB_DOCUMENTS_APPEND | CALIB_DOCUMENTS_APPEND_MISSING))
        return calib_fail(CALIB_E_ARGUMENT, "both CALIB_DOCUMENTS_APPEND and "
                                            "CALIB_DOCUMENTS_APPEND_MISSING are set: set one of "
                                            "them");
    if (append && from->append_id < 0)
        return calib_fail(CALIB_E_ARGUMENT, "append_id is %ld, but ids are not negative",
                          (long)from->append_id);
    if (from->join && (filters || append))
        return calib_fail(CALIB_E_ARGUMENT, "join makes one text of all documents: token filters "
                                            "and append_id need documents");
    return CALIB_OK;
}

/* Lazy documents are numbered before any is tokenized. */
static int check_lazy(const struct calib_documents *from)
{
    if (!(from->flags & CALIB_DOCUMENTS_LAZY))
        return CALIB_OK;
    if (from->min_tokens || from->max_tokens)
        return calib_fail(CALIB_E_ARGUMENT, "CALIB_DOCUMENTS_LAZY is set, but min_tokens and "
                                            "max_tokens need the tokens of every document");
    if (from->join)
        return calib_fail(CALIB_E_ARGUMENT, "CALIB_DOCUMENTS_LAZY is set, but join makes one text "
                                            "of all documents");
    return CALIB_OK;
}

static int copy_strings(const struct calib_documents *from, calib_documents_settings *to)
{
    int status = calib_string_copy(from->field, &to->field);
    if (!status && has_records(from->format))
        status = calib_pointer_read(from->field ? from->field : "text", &to->path);
    if (!status)
        status = calib_string_copy(from->separator, &to->separator);
    if (!status)
        status = calib_string_copy(from->join, &to->join);
    to->separator_len = to->separator ? strlen(to->separator) : 0;
    return status;
}

static void copy_numbers(const struct calib_documents *from, calib_documents_settings *to)
{
    bool append = from->flags & (CALIB_DOCUMENTS_APPEND | CALIB_DOCUMENTS_APPEND_MISSING);
    to->format = from->format;
    to->strip = from->strip;
    to->specials = from->specials;
    to->renderer = from->renderer;
    to->flags = from->flags;
    to->next = from->next;
    to->next_ctx = from->next_ctx;
    to->render = from->render;
    to->render_ctx = from->render_ctx;
    to->has_render_sha256 = from->render_sha256 != NULL;
    if (from->render_sha256)
        memcpy(to->render_sha256, from->render_sha256, sizeof to->render_sha256);
    to->min_chars = from->min_chars;
    to->max_chars = from->max_chars;
    to->min_tokens = from->min_tokens;
    to->max_tokens = from->max_tokens;
    to->append_id = append ? from->append_id : -1;
}

static void move_stream(struct ArrowArrayStream *from, struct ArrowArrayStream *to)
{
    if (!from)
        return;
    *to = *from;
    from->release = NULL;
}

int calib_documents_settings_read(const struct calib_documents *documents,
                                  calib_documents_settings *to)
{
    *to = (calib_documents_settings){0};
    struct calib_documents from = {0};
    int status =
        calib_struct_read(&from, sizeof from, documents,
                          CALIB_SIZE_THROUGH(struct calib_documents, flags), "calib_documents");
    /* A struct whose size is right holds the stream, even if it is refused. */
    if (status == CALIB_E_STRUCT_NEWER)
        from.arrow = documents->arrow;
    move_stream(from.arrow, &to->arrow);
    if (!status)
        status = check_ranges(&from);
    if (!status)
        status = check_formats(&from, &to->arrow);
    if (!status)
        status = check_rendering(&from);
    if (!status)
        status = check_tokens(&from);
    if (!status)
        status = check_lazy(&from);
    if (!status)
        copy_numbers(&from, to);
    if (!status)
        status = copy_strings(&from, to);
    if (status)
        calib_documents_settings_free(to);
    return status;
}

void calib_documents_settings_free(calib_documents_settings *settings)
{
    if (settings->arrow.release)
        settings->arrow.release(&settings->arrow);
    calib_pointer_free(&settings->path);
    free(settings->field);
    free(settings->separator);
    free(settings->join);
    *settings = (calib_documents_settings){0};
}

bool calib_documents_are_rendered(const calib_documents_settings *settings)
{
    return settings->render || settings->renderer;
}

bool calib_documents_are_spooled(const calib_documents_settings *settings)
{
    return settings->format == CALIB_DOCUMENTS_CALLBACK ||
           settings->format == CALIB_DOCUMENTS_ARROW;
}

bool calib_documents_are_json(const calib_documents_settings *settings)
{
    return settings->format == CALIB_DOCUMENTS_JSONL || settings->format == CALIB_DOCUMENTS_JSON;
}

void calib_documents_release(const struct calib_documents *from)
{
    calib_documents_settings moved;
    if (calib_documents_settings_read(from, &moved) == CALIB_OK)
        calib_documents_settings_free(&moved);
}
