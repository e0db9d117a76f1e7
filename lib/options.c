/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/structs.h"
#include "base/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Size of a public struct in the release that brought `last` as its last field. Tail padding would
 * be bytes that a caller cannot zero by naming fields, so there is none. */
#define SIZE_THROUGH(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))
#define NO_TAIL(type, last)                                                                        \
    _Static_assert(sizeof(type) == SIZE_THROUGH(type, last), #type " has tail padding")

NO_TAIL(calib_tokenizer_vtable, capabilities);
NO_TAIL(calib_options, n_slices);
NO_TAIL(calib_sampling, flags);
NO_TAIL(calib_samples, corpus_sha256);
NO_TAIL(calib_info, vocab_size);
NO_TAIL(calib_error, message);

enum {
    KNOWN_FLAGS = CALIB_RAW_BYTES | CALIB_NO_TOKEN_STORE | CALIB_ACCEPT_CHANGE | CALIB_ALLOW_HTTP,
    MOST_SLICES = 65536
};

static void default_u64(uint64_t *value, uint64_t otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static void default_u32(uint32_t *value, uint32_t otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static void resolve_numbers(calib_options *options)
{
    default_u64(&options->max_download_bytes, UINT64_C(1) << 30);
    default_u64(&options->max_whole_bytes, UINT64_C(64) << 20);
    default_u64(&options->max_memo_bytes, UINT64_C(64) << 20);
    default_u32(&options->connect_timeout_ms, 15000);
    default_u32(&options->stall_timeout_ms, 30000);
    default_u32(&options->lock_timeout_ms, 60000);
    default_u32(&options->max_tries, 4);
    default_u32(&options->n_slices, 1);
}

/* Length of the scheme of "scheme://rest" (RFC 3986, 3.1), 0 when there is none. */
static size_t scheme_length(const char *source)
{
    const char *colon = strstr(source, "://");
    size_t n = colon ? (size_t)(colon - source) : 0;
    for (size_t i = 0; i < n; i++) {
        char c = source[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!letter && (i == 0 || !other))
            return 0;
    }
    return n;
}

static bool scheme_is(const char *source, size_t n, const char *scheme)
{
    if (strlen(scheme) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((source[i] | 0x20) != scheme[i])
            return false;
    return true;
}

static int classify(const char *source, calib_source_kind *kind)
{
    size_t scheme = scheme_length(source);
    if (!*source)
        return calib_fail(CALIB_E_ARGUMENT, "the source is an empty string: name a file, a URL or "
                                            "\"builtin\"");
    if (strcmp(source, "builtin") == 0)
        *kind = CALIB_SOURCE_BUILTIN;
    else if (strcmp(source, "-") == 0)
        *kind = CALIB_SOURCE_STANDARD_INPUT;
    else if (scheme == 0)
        *kind = CALIB_SOURCE_PATH;
    else if (scheme_is(source, scheme, "https") || scheme_is(source, scheme, "http"))
        *kind = CALIB_SOURCE_URL;
    else
        return calib_fail(
            CALIB_E_ARGUMENT,
            "the source's scheme \"%.*s\" is not offered: use https, or the path of a "
            "file",
            (int)(scheme < 40 ? scheme : 40), source);
    return CALIB_OK;
}

static int resolve_source(calib_settings *to)
{
    calib_options *options = &to->options;
    if (options->text && options->source)
        return calib_fail(CALIB_E_ARGUMENT,
                          "both a source and a text in memory are given: give one");
    if (!options->text && options->text_len)
        return calib_fail(CALIB_E_ARGUMENT, "text_len is %zu, but text is NULL", options->text_len);
    const char *source = options->text     ? "memory"
                         : options->source ? options->source
                                           : CALIB_DEFAULT_URL;
    to->kind = CALIB_SOURCE_MEMORY;
    int status = options->text ? CALIB_OK : classify(source, &to->kind);
    if (!status && options->n_mirrors && to->kind != CALIB_SOURCE_URL)
        status = calib_fail(CALIB_E_ARGUMENT, "mirrors are given, but the source is no URL");
    return status ? status : calib_string_copy(source, &to->source);
}

static int resolve_mirrors(calib_settings *to)
{
    size_t n = to->options.n_mirrors;
    if (n == 0)
        return CALIB_OK;
    if (!to->options.mirrors)
        return calib_fail(CALIB_E_ARGUMENT, "n_mirrors is %zu, but mirrors is NULL", n);
    to->mirrors = calloc(n, sizeof *to->mirrors);
    if (!to->mirrors)
        return calib_fail_memory(n * sizeof *to->mirrors);
    for (size_t i = 0; i < n; i++) {
        const char *mirror = to->options.mirrors[i];
        calib_source_kind kind = CALIB_SOURCE_PATH;
        if (!mirror)
            return calib_fail(CALIB_E_ARGUMENT, "mirror %zu is NULL", i);
        int status = classify(mirror, &kind);
        if (!status && kind != CALIB_SOURCE_URL)
            status = calib_fail(CALIB_E_ARGUMENT, "mirror %zu is no https or http URL", i);
        if (!status)
            status = calib_string_copy(mirror, &to->mirrors[i]);
        if (status)
            return status;
    }
    return CALIB_OK;
}

static int join(const char *directory, const char *rest, char **out)
{
    size_t n = strlen(directory) + strlen(rest) + 1;
    *out = malloc(n);
    if (!*out)
        return calib_fail_memory(n);
    snprintf(*out, n, "%s%s", directory, rest);
    return CALIB_OK;
}

/* An unknown HOME is not an error here: most sources need no cache. */
static int resolve_cache_dir(calib_settings *to)
{
    const char *directory = to->options.cache_dir;
    if (!directory)
        directory = calib_environment("CALIB_CACHE_DIR");
    if (directory)
        return calib_string_copy(directory, &to->cache_dir);
    directory = calib_environment("XDG_CACHE_HOME");
    /* Its specification: what is not absolute is invalid and to be ignored. */
    if (directory && *directory == '/')
        return join(directory, "/calib", &to->cache_dir);
    directory = calib_environment("HOME");
    if (directory)
        return join(directory, "/.cache/calib", &to->cache_dir);
    return CALIB_OK;
}

static int resolve_offline(calib_settings *to)
{
    const char *environment = calib_environment("CALIB_OFFLINE");
    switch (to->options.offline) {
    case CALIB_OFFLINE_ON: to->offline = true; return CALIB_OK;
    case CALIB_OFFLINE_OFF: to->offline = false; return CALIB_OK;
    case CALIB_OFFLINE_ENVIRONMENT:
        to->offline = environment && strcmp(environment, "0") != 0;
        return CALIB_OK;
    default:
        return calib_fail(CALIB_E_ARGUMENT, "offline is %lu, known are 0, 1 and 2",
                          (unsigned long)to->options.offline);
    }
}

/* SSL_CERT_FILE is where other programs on top of OpenSSL look; libcurl itself does not. */
static int resolve_ca_file(calib_settings *to)
{
    const char *file = to->options.ca_file;
    return calib_string_copy(file ? file : calib_environment("SSL_CERT_FILE"), &to->ca_file);
}

static int resolve_pin(calib_settings *to)
{
    const char *hex = to->options.sha256;
    if (!hex)
        return CALIB_OK;
    to->has_sha256 = calib_sha256_from_hex(hex, to->sha256);
    if (to->has_sha256)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT, "the SHA-256 pin \"%.80s\" is not 64 hexadecimal digits",
                      hex);
}

static int check_numbers(const calib_options *options)
{
    if (options->flags & ~(uint32_t)KNOWN_FLAGS)
        return calib_fail(CALIB_E_ARGUMENT, "option flags 0x%lx are unknown",
                          (unsigned long)(options->flags & ~(uint32_t)KNOWN_FLAGS));
    if (options->n_slices > MOST_SLICES)
        return calib_fail(CALIB_E_ARGUMENT, "n_slices is %lu, at most %d are offered",
                          (unsigned long)options->n_slices, MOST_SLICES);
    if (options->slice >= options->n_slices)
        return calib_fail(CALIB_E_ARGUMENT, "slice %lu is not below n_slices %lu",
                          (unsigned long)options->slice, (unsigned long)options->n_slices);
    return CALIB_OK;
}

static int resolve(calib_settings *to)
{
    int status = resolve_source(to);
    if (!status)
        status = resolve_mirrors(to);
    if (!status)
        status = resolve_cache_dir(to);
    if (!status)
        status = resolve_offline(to);
    if (!status)
        status = resolve_pin(to);
    if (!status)
        status = calib_string_copy(to->options.proxy, &to->proxy);
    if (!status)
        status = resolve_ca_file(to);
    if (!status)
        status = calib_string_copy(to->options.bearer_token, &to->bearer_token);
    return status;
}

int calib_settings_read(const calib_options *options, calib_settings *out)
{
    *out = (calib_settings){0};
    if (options) {
        int status = calib_struct_read(&out->options, sizeof out->options, options,
                                       SIZE_THROUGH(calib_options, n_slices), "calib_options");
        if (status)
            return status;
    }
    resolve_numbers(&out->options);
    int status = check_numbers(&out->options);
    if (!status)
        status = resolve(out);
    if (status) {
        calib_settings_free(out);
        return status;
    }
    out->progress = (calib_progress){.fn = out->options.progress, .ctx = out->options.progress_ctx};
    return CALIB_OK;
}

void calib_settings_free(calib_settings *settings)
{
    for (size_t i = 0; settings->mirrors && i < settings->options.n_mirrors; i++)
        free(settings->mirrors[i]);
    free(settings->mirrors);
    free(settings->source);
    free(settings->cache_dir);
    free(settings->proxy);
    free(settings->ca_file);
    free(settings->bearer_token);
    *settings = (calib_settings){0};
}

int calib_tokenizer_read(const calib_tokenizer_vtable *from, calib_tokenizer_vtable *to)
{
    if (!from)
        return calib_fail(CALIB_E_ARGUMENT, "the tokenizer is NULL");
    int status =
        calib_struct_read(to, sizeof *to, from, SIZE_THROUGH(calib_tokenizer_vtable, capabilities),
                          "calib_tokenizer_vtable");
    if (status)
        return status;
    if (!to->encode)
        return calib_fail(CALIB_E_ARGUMENT,
                          "the tokenizer's encode is NULL: it is the one callback "
                          "that an adapter must have");
    if (to->vocab_size > (uint32_t)INT32_MAX + 1)
        return calib_fail(CALIB_E_ARGUMENT, "the tokenizer's vocab_size %lu is beyond 2^31",
                          (unsigned long)to->vocab_size);
    return CALIB_OK;
}

int calib_sampling_read(const calib_sampling *from, calib_sampling *to)
{
    *to = (calib_sampling){.struct_size = sizeof *to};
    int status = CALIB_OK;
    if (from)
        status = calib_struct_read(to, sizeof *to, from, SIZE_THROUGH(calib_sampling, flags),
                                   "calib_sampling");
    default_u32(&to->world, 1);
    return status;
}
