/* SPDX-License-Identifier: MIT */
#include "sources.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/structs.h"

#include <stdlib.h>
#include <string.h>

CALIB_NO_TAIL(calib_source, reader);

enum { MOST_SOURCES = 65536 };

/* Returns the length of the scheme of "scheme://rest" (RFC 3986, 3.1), or 0 if there is none. */
static size_t scheme_length(const char *location)
{
    const char *colon = strstr(location, "://");
    size_t n = colon ? (size_t)(colon - location) : 0;
    for (size_t i = 0; i < n; i++) {
        char c = location[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!letter && (i == 0 || !other))
            return 0;
    }
    return n;
}

static bool scheme_is(const char *location, size_t n, const char *scheme)
{
    if (strlen(scheme) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((location[i] | 0x20) != scheme[i])
            return false;
    return true;
}

static int classify(const char *location, calib_source_kind *kind)
{
    size_t scheme = scheme_length(location);
    if (!*location)
        return calib_fail(CALIB_E_ARGUMENT,
                          "location is an empty string: name a file, a URL or \"builtin\"");
    if (strcmp(location, "builtin") == 0)
        *kind = CALIB_SOURCE_BUILTIN;
    else if (strcmp(location, "-") == 0)
        *kind = CALIB_SOURCE_STANDARD_INPUT;
    else if (scheme == 0)
        *kind = CALIB_SOURCE_PATH;
    else if (scheme_is(location, scheme, "https") || scheme_is(location, scheme, "http"))
        *kind = CALIB_SOURCE_URL;
    else
        return calib_fail(CALIB_E_ARGUMENT,
                          "the scheme \"%.*s\" of the location is not supported: use https, or the "
                          "path of a file",
                          (int)(scheme < 40 ? scheme : 40), location);
    return CALIB_OK;
}

static int read_location(const calib_source *from, calib_source_copy *to)
{
    if (to->has_documents && calib_documents_are_spooled(&to->documents)) {
        if (from->bytes || from->location || from->n_bytes)
            return calib_fail(CALIB_E_ARGUMENT, "the documents come from a callback or from Arrow: "
                                                "leave location and bytes unset");
        to->kind = CALIB_SOURCE_DOCUMENTS;
        return calib_string_copy("documents", &to->location);
    }
    if (from->bytes && from->location)
        return calib_fail(CALIB_E_ARGUMENT, "both location and bytes are set: set one of them");
    if (!from->bytes && from->n_bytes)
        return calib_fail(CALIB_E_ARGUMENT, "n_bytes is %zu, but bytes is NULL", from->n_bytes);
    to->kind = CALIB_SOURCE_MEMORY;
    to->bytes = from->bytes;
    to->n_bytes = from->n_bytes;
    if (from->bytes)
        return calib_string_copy("memory", &to->location);
    const char *location = from->location ? from->location : CALIB_DEFAULT_URL;
    int status = classify(location, &to->kind);
    return status ? status : calib_string_copy(location, &to->location);
}

static int read_mirrors(const calib_source *from, calib_source_copy *to)
{
    size_t n = from->n_mirrors;
    if (n == 0)
        return CALIB_OK;
    if (to->kind != CALIB_SOURCE_URL)
        return calib_fail(CALIB_E_ARGUMENT, "mirrors are set, but the location is not a URL");
    if (!from->mirrors)
        return calib_fail(CALIB_E_ARGUMENT, "n_mirrors is %zu, but mirrors is NULL", n);
    to->mirrors = calloc(n, sizeof *to->mirrors);
    if (!to->mirrors)
        return calib_fail_memory(n * sizeof *to->mirrors);
    to->n_mirrors = n;
    for (size_t i = 0; i < n; i++) {
        const char *mirror = from->mirrors[i];
        calib_source_kind kind = CALIB_SOURCE_PATH;
        if (!mirror)
            return calib_fail(CALIB_E_ARGUMENT, "mirrors[%zu] is NULL", i);
        int status = classify(mirror, &kind);
        if (!status && kind != CALIB_SOURCE_URL)
            status = calib_fail(CALIB_E_ARGUMENT, "mirrors[%zu] is not an https or http URL", i);
        if (!status)
            status = calib_string_copy(mirror, &to->mirrors[i]);
        if (status)
            return status;
    }
    return CALIB_OK;
}

static int read_documents(const calib_source *from, calib_source_copy *to)
{
    to->has_documents = from->documents != NULL;
    if (!from->documents)
        return CALIB_OK;
    if (to->raw_bytes)
        return calib_fail(CALIB_E_ARGUMENT, "CALIB_RAW_BYTES is set, but the source has documents, "
                                            "which are text");
    return calib_documents_settings_read(from->documents, &to->documents);
}

int calib_source_read(const calib_source *source, calib_source_copy *out)
{
    *out = (calib_source_copy){0};
    calib_source from = {0};
    int status = CALIB_OK;
    if (source)
        status = calib_struct_read(&from, sizeof from, source,
                                   CALIB_SIZE_THROUGH(calib_source, reader), "calib_source");
    uint32_t unknown = from.flags & ~(uint32_t)(CALIB_RAW_BYTES | CALIB_ACCEPT_CHANGE);
    if (!status && unknown)
        status =
            calib_fail(CALIB_E_ARGUMENT, "source flags 0x%lx are unknown", (unsigned long)unknown);
    if (!status && from.reader > CALIB_READER_ZSTD)
        status = calib_fail(CALIB_E_ARGUMENT, "reader is %lu, it must be at most %d",
                            (unsigned long)from.reader, CALIB_READER_ZSTD);
    out->reader = from.reader;
    out->raw_bytes = from.flags & CALIB_RAW_BYTES;
    out->accept_change = from.flags & CALIB_ACCEPT_CHANGE;
    if (!status)
        status = read_documents(&from, out);
    if (!status)
        status = read_location(&from, out);
    if (!status)
        status = read_mirrors(&from, out);
    out->size_bytes = from.size_bytes;
    out->weight = from.weight;
    out->has_sha256 = from.sha256 != NULL;
    if (!status && from.sha256 && !calib_sha256_from_hex(from.sha256, out->sha256))
        status = calib_fail(CALIB_E_ARGUMENT, "sha256 is \"%.80s\", not 64 hexadecimal digits",
                            from.sha256);
    if (!status)
        status = calib_string_copy(from.bearer_token, &out->bearer_token);
    if (status)
        calib_source_free(out);
    return status;
}

int calib_sources_check(const calib_source *sources, size_t n_sources)
{
    if (!sources && n_sources)
        return calib_fail(CALIB_E_ARGUMENT, "n_sources is %zu, but sources is NULL", n_sources);
    if (sources && n_sources == 0)
        return calib_fail(CALIB_E_ARGUMENT, "sources is set, but n_sources is 0");
    if (n_sources > MOST_SOURCES)
        return calib_fail(CALIB_E_ARGUMENT, "n_sources is %zu, the maximum is %d", n_sources,
                          MOST_SOURCES);
    return CALIB_OK;
}

const calib_source *calib_sources_at(const calib_source *sources, size_t i)
{
    return (const calib_source *)(const void *)((const char *)sources + i * sources->struct_size);
}

/* Reads the structs again: those that cannot be read were refused and hold nothing. */
void calib_sources_release(const calib_source *sources, size_t n_sources)
{
    calib_error before = *calib_error_record();
    bool known = sources && calib_sources_check(sources, n_sources) == CALIB_OK;
    for (size_t i = 0; known && i < n_sources; i++) {
        calib_source from = {0};
        known = calib_struct_read(&from, sizeof from, calib_sources_at(sources, i),
                                  CALIB_SIZE_THROUGH(calib_source, reader), "calib_source") == 0;
        if (known && from.documents)
            calib_documents_release(from.documents);
    }
    *calib_error_record() = before;
}

void calib_source_free(calib_source_copy *source)
{
    for (size_t i = 0; i < source->n_mirrors; i++)
        free(source->mirrors[i]);
    free(source->mirrors);
    free(source->location);
    calib_documents_settings_free(&source->documents);
    free(source->bearer_token);
    *source = (calib_source_copy){0};
}
