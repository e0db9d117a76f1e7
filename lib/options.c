/* SPDX-License-Identifier: MIT */
#include "options.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/numbers.h"
#include "base/structs.h"
#include "system/system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CALIB_NO_TAIL(calib_tokenizer_vtable, kind_of);
CALIB_NO_TAIL(calib_options, n_slices);
CALIB_NO_TAIL(calib_samples, corpus_sha256);
CALIB_NO_TAIL(calib_info, vocab_size);
CALIB_NO_TAIL(calib_error, message);

enum {
    KNOWN_FLAGS = CALIB_NO_TOKEN_STORE | CALIB_ALLOW_HTTP | CALIB_STORE_STDIN,
    MAX_SLICES = 65536
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

static int resolve_numbers(calib_options *options)
{
    default_u64(&options->max_download_bytes, UINT64_C(1) << 30);
    default_u64(&options->max_whole_bytes, UINT64_C(8) << 20);
    default_u64(&options->max_memo_bytes, UINT64_C(64) << 20);
    default_u32(&options->connect_timeout_ms, 15000);
    default_u32(&options->stall_timeout_ms, 30000);
    default_u32(&options->lock_timeout_ms, 60000);
    default_u32(&options->max_tries, 4);
    default_u32(&options->n_slices, 1);
    uint32_t unknown = options->flags & ~(uint32_t)KNOWN_FLAGS;
    if (unknown)
        return calib_fail(CALIB_E_ARGUMENT, "option flags 0x%lx are unknown",
                          (unsigned long)unknown);
    if (options->n_slices > MAX_SLICES)
        return calib_fail(CALIB_E_ARGUMENT, "n_slices is %lu, the maximum is %d",
                          (unsigned long)options->n_slices, MAX_SLICES);
    if (options->slice >= options->n_slices)
        return calib_fail(CALIB_E_ARGUMENT, "slice %lu is not below n_slices %lu",
                          (unsigned long)options->slice, (unsigned long)options->n_slices);
    return CALIB_OK;
}

/* Reads a number of bytes, optionally with K, M or G (powers of 1024). */
static bool read_bytes(const char *text, uint64_t *out)
{
    size_t digits = calib_decimal_read(text, strlen(text), out);
    const char *unit = &text[digits];
    unsigned shift = *unit == 'K' ? 10 : *unit == 'M' ? 20 : *unit == 'G' ? 30 : 0;
    if (digits == 0 || unit[shift != 0] != '\0' || *out > UINT64_MAX >> shift)
        return false;
    *out <<= shift;
    return true;
}

/* The default holds several texts of the largest default download (1 GiB) with their tokens (up to
 * 4 bytes for each byte), and is a small part of a common disk. */
static int resolve_cache_bytes(calib_options *options)
{
    const char *text = calib_environment("CALIB_CACHE_MAX_BYTES");
    if (options->max_cache_bytes == 0 && text && !read_bytes(text, &options->max_cache_bytes))
        return calib_fail(CALIB_E_ARGUMENT,
                          "CALIB_CACHE_MAX_BYTES is \"%.80s\", not a number of bytes such as "
                          "10000000000 or 10G",
                          text);
    default_u64(&options->max_cache_bytes, UINT64_C(20) << 30);
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

/* Shells replace a ~ only where they see it as a word's beginning: not in quotes, nor in files of
 * settings. `name` is where the path came from. */
static int expand_home(const char *directory, const char *name, char **out)
{
    if (*directory != '~')
        return calib_string_copy(directory, out);
    if (directory[1] && directory[1] != '/')
        return calib_fail(CALIB_E_ARGUMENT,
                          "%s is %s, but only ~/ is replaced, by HOME: give the whole path, or ./~ "
                          "for a folder whose name begins so",
                          name, calib_shown(directory));
    const char *home = calib_environment("HOME");
    if (!home)
        return calib_fail(CALIB_E_ARGUMENT, "%s is %s, but HOME is not set: give the whole path",
                          name, calib_shown(directory));
    return join(home, directory + 1, out);
}

/* Leaves cache_dir NULL if no directory is known: most sources need no cache. */
static int resolve_cache_dir(calib_settings *to)
{
    const char *directory = to->options.cache_dir;
    if (directory)
        return expand_home(directory, "cache_dir", &to->cache_dir);
    directory = calib_environment("CALIB_CACHE_DIR");
    if (directory)
        return expand_home(directory, "CALIB_CACHE_DIR", &to->cache_dir);
    directory = calib_environment("XDG_CACHE_HOME");
    /* The XDG specification says to ignore a path that is not absolute. */
    if (directory && *directory == '/')
        return join(directory, "/calib", &to->cache_dir);
    directory = calib_environment("HOME");
    if (directory)
        return join(directory, "/.cache/calib", &to->cache_dir);
    return CALIB_OK;
}

/* Compares the words without regard to case, in every locale alike. */
static bool means_off(const char *value)
{
    static const char *const words[] = {"0", "false", "no", "off"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *word = words[i], *at = value;
        while (*word && (*at == *word || (*at >= 'A' && *at <= 'Z' && *at + 32 == *word)))
            word++, at++;
        if (!*word && !*at)
            return true;
    }
    return false;
}

int calib_settings_read(const calib_options *options, calib_settings *out)
{
    *out = (calib_settings){0};
    int status = CALIB_OK;
    if (options)
        status = calib_struct_read(&out->options, sizeof out->options, options,
                                   CALIB_SIZE_THROUGH(calib_options, n_slices), "calib_options");
    if (!status)
        status = resolve_numbers(&out->options);
    if (!status)
        status = resolve_cache_bytes(&out->options);
    const char *offline = calib_environment("CALIB_OFFLINE");
    if (out->options.offline == CALIB_OFFLINE_ENVIRONMENT)
        out->offline = offline && !means_off(offline);
    else
        out->offline = out->options.offline == CALIB_OFFLINE_ON;
    if (!status && out->options.offline > CALIB_OFFLINE_OFF)
        status = calib_fail(CALIB_E_ARGUMENT, "offline is %lu, it must be 0, 1 or 2",
                            (unsigned long)out->options.offline);
    if (!status)
        status = resolve_cache_dir(out);
    if (!status)
        status = calib_string_copy(out->options.proxy, &out->proxy);
    /* Other programs that use OpenSSL read these variables; libcurl itself does not. */
    const char *ca_file = out->options.ca_file;
    const char *ca_folders = ca_file ? NULL : calib_environment("SSL_CERT_DIR");
    if (!ca_file)
        ca_file = calib_environment("SSL_CERT_FILE");
    if (!status)
        status = calib_string_copy(ca_file, &out->ca_file);
    if (!status)
        status = calib_string_copy(ca_folders, &out->ca_folders);
    if (status) {
        calib_settings_free(out);
        return status;
    }
    out->progress = (calib_progress){.fn = out->options.progress, .ctx = out->options.progress_ctx};
    return CALIB_OK;
}

void calib_settings_free(calib_settings *settings)
{
    free(settings->cache_dir);
    free(settings->proxy);
    free(settings->ca_file);
    free(settings->ca_folders);
    *settings = (calib_settings){0};
}

int calib_tokenizer_read(const calib_tokenizer_vtable *from, calib_tokenizer_vtable *to)
{
    if (!from)
        return calib_fail(CALIB_E_ARGUMENT, "the tokenizer is NULL");
    int status =
        calib_struct_read(to, sizeof *to, from, CALIB_SIZE_THROUGH(calib_tokenizer_vtable, kind_of),
                          "calib_tokenizer_vtable");
    if (status)
        return status;
    if (!to->encode)
        return calib_fail(CALIB_E_ARGUMENT,
                          "the tokenizer's encode is NULL: every tokenizer must have it");
    if (to->vocab_size > (uint32_t)INT32_MAX + 1)
        return calib_fail(CALIB_E_ARGUMENT,
                          "the tokenizer's vocab_size is %lu, the maximum is 2^31",
                          (unsigned long)to->vocab_size);
    return CALIB_OK;
}
