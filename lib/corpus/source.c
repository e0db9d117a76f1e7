/* SPDX-License-Identifier: MIT */
/* Finds and opens the source of a corpus, and compares it with its pins. */
#include "base/error.h"
#include "base/memory.h"
#include "base/pin.h"
#include "corpus/opened.h"
#include "fetch/url.h"
#include "text/builtin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void calib_corpus_fetch_request(const calib_source_copy *source, calib_settings *settings,
                                calib_fetch_request *request)
{
    const calib_options *options = &settings->options;
    *request = (calib_fetch_request){
        .url = source->location,
        .mirrors = (const char *const *)source->mirrors,
        .n_mirrors = source->n_mirrors,
        .sha256 = source->has_sha256 ? source->sha256 : NULL,
        .size_bytes = source->size_bytes,
        .bearer_token = source->bearer_token,
        .accept_change = source->accept_change,
        .raw_bytes = source->raw_bytes,
        .max_bytes = options->max_download_bytes,
        .max_cache_bytes = options->max_cache_bytes,
        .cache_dir = settings->cache_dir,
        .proxy = settings->proxy,
        .ca_file = settings->ca_file,
        .ca_folders = settings->ca_folders,
        .connect_timeout_ms = options->connect_timeout_ms,
        .stall_timeout_ms = options->stall_timeout_ms,
        .deadline_ms = options->deadline_ms,
        .lock_timeout_ms = options->lock_timeout_ms,
        .max_tries = options->max_tries,
        .offline = settings->offline,
        .allow_http = options->flags & CALIB_ALLOW_HTTP,
        .progress = &settings->progress,
    };
}

static int open_url(calib_opened *opened, calib_reader *reader)
{
    calib_fetch_result *fetched = &opened->fetched;
    int status = CALIB_OK;
    if (fetched->path) {
        /* A repair reads the file that was found at first. */
        status = calib_reader_open_path(reader, fetched->path);
    } else {
        calib_fetch_request request;
        calib_corpus_fetch_request(&opened->source, opened->settings, &request);
        uint64_t start = calib_now_ns();
        status = calib_fetch_text(&request, fetched);
        opened->info.fetch_ns = calib_now_ns() - start;
        opened->info.download = fetched->downloaded ? CALIB_CACHE_MISS : CALIB_CACHE_HIT;
        if (status)
            return status;
        calib_file *file = fetched->file;
        fetched->file = NULL;
        status = calib_reader_open_file(reader, file, fetched->path);
    }
    /* The fetch verified it, but another process may replace the file before it is read. */
    if (!status)
        calib_reader_expect(reader, fetched->size, fetched->sha256);
    return status;
}

int calib_opened_reader(calib_opened *opened, calib_reader *reader)
{
    const calib_source_copy *source = &opened->source;
    switch (source->kind) {
    case CALIB_SOURCE_BUILTIN:
        if (calib_builtin_text_len == 0)
            return calib_fail(CALIB_E_UNSUPPORTED,
                              "this build has no builtin corpus: build with "
                              "-Dbuiltin_corpus=enabled, or name another location");
        return calib_reader_open_memory(reader, calib_builtin_text, calib_builtin_text_len,
                                        opened->shown);
    case CALIB_SOURCE_MEMORY:
        return calib_reader_open_memory(reader, source->bytes, source->n_bytes, opened->shown);
    case CALIB_SOURCE_STANDARD_INPUT:
        return calib_reader_open_standard_input(reader, opened->shown);
    case CALIB_SOURCE_PATH: return calib_reader_open_path(reader, source->location);
    case CALIB_SOURCE_URL: return open_url(opened, reader);
    case CALIB_SOURCE_DOCUMENTS: break;
    }
    assert(0 && "a kind of source without a reader");
    return CALIB_E_UNSUPPORTED;
}

/* A stranger's server may answer with any bytes. A text that is stored as it is has passed the
 * limit of the download. */
uint64_t calib_opened_largest(const calib_opened *opened)
{
    const uint64_t usual = UINT64_C(1) << 30;
    const calib_options *options = &opened->settings->options;
    if (options->max_text_bytes)
        return options->max_text_bytes;
    if (opened->source.kind != CALIB_SOURCE_URL)
        return UINT64_MAX;
    return options->max_download_bytes > usual ? options->max_download_bytes : usual;
}

int calib_opened_input(calib_opened *opened, calib_input *input)
{
    input->name = opened->shown;
    input->max_text_bytes = calib_opened_largest(opened);
    int status = calib_opened_reader(opened, &input->reader);
    return status ? status : calib_input_begin(input, opened->source.reader);
}

int calib_opened_check(const calib_opened *opened, const calib_reader *reader)
{
    const calib_source_copy *source = &opened->source;
    if (reader->size == 0)
        return calib_fail(CALIB_E_EMPTY, "%s is empty", calib_shown(opened->shown));
    /* The fetch has compared a URL's text with its pins, and the reader has compared it with the
     * fetched text. */
    if (source->kind == CALIB_SOURCE_URL)
        return CALIB_OK;
    if (source->size_bytes && source->size_bytes != reader->size)
        return calib_fail_size(opened->shown, reader->size, source->size_bytes);
    if (!source->has_sha256 || memcmp(source->sha256, reader->sha256, CALIB_SHA256_SIZE) == 0)
        return CALIB_OK;
    return calib_fail_hash(opened->shown, reader->sha256, source->sha256);
}

static int name_source(calib_opened *opened)
{
    const calib_source_copy *source = &opened->source;
    if (source->kind == CALIB_SOURCE_URL) {
        size_t cap = strlen(source->location) + 1;
        opened->name = malloc(cap);
        if (!opened->name)
            return calib_fail_memory(cap);
        calib_url_display(source->location, opened->name, cap);
    } else {
        int status = calib_string_copy(source->location, &opened->name);
        if (status)
            return status;
    }
    switch (source->kind) {
    case CALIB_SOURCE_BUILTIN: opened->shown = "the builtin corpus"; break;
    case CALIB_SOURCE_MEMORY: opened->shown = "the text in memory"; break;
    case CALIB_SOURCE_STANDARD_INPUT: opened->shown = "standard input"; break;
    case CALIB_SOURCE_DOCUMENTS: opened->shown = "the documents given"; break;
    default: opened->shown = opened->name; break;
    }
    return CALIB_OK;
}

int calib_opened_init(calib_opened *opened, const calib_source *source)
{
    int status = calib_source_read(source, &opened->source);
    if (!status)
        status = name_source(opened);
    opened->info.source = opened->name;
    return status;
}
