/* SPDX-License-Identifier: MIT */
/**
 * @file calib_cache.h
 * The cache of downloaded texts and stored tokens: fetch into it, list it, verify it, fill it by
 * hand, prune it.
 *
 * Loading samples does not need this header: calib_corpus_open() maintains the cache by itself. It
 * serves programs such as `calib cache`, and machines without network access.
 *
 * @code
 *   static int show(void *ctx, const calib_cache_entry *entry) {
 *       printf("%s %s\n", entry->path, entry->url ? entry->url : "-");
 *       return 0;
 *   }
 *   ...
 *   if (calib_cache_list(NULL, show, NULL))
 *       ... calib_last_error() ...
 * @endcode
 *
 * The contracts of calib.h hold: ownership, threads, errors, zero is the default. Of
 * `calib_options`, all functions but calib_fetch() read only `cache_dir` and `max_cache_bytes` (and
 * their environment variables), `max_download_bytes` and `progress`; of `calib_source` only
 * `location`, `sha256`, `size_bytes` and CALIB_ACCEPT_CHANGE. Only calib_fetch() uses the network.
 * Any number of processes may use one cache at the same time; a file that is removed while another
 * process reads it stays whole for that reader.
 *
 * Reference: docs/downloads.md, docs/storage.md.
 */
#ifndef CALIB_CACHE_H
#define CALIB_CACHE_H

#include <calib.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Downloads the text of a URL into the cache unless it is there, verifies it, and gives its path.
 *
 * @param source   its `location` is the URL; NULL: CALIB_DEFAULT_URL
 * @param options  NULL: all defaults
 * @param[out] path  path of the file, NUL-terminated; untouched on failure
 * @param cap  bytes of room in `path`
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_UNSUPPORTED, E_NOMEM, E_CANCELLED, E_SYSTEM, E_ACCESS,
 *   E_NOSPACE, E_OFFLINE, E_NETWORK, E_TLS, E_HTTP, E_TIMEOUT, E_SIZE, E_HASH, E_CHANGED,
 *   E_CORRUPT, E_EMPTY, E_FORMAT (without a pin: a web page or a Git LFS pointer).
 * @since 0.1.0
 */
CALIB_API int calib_fetch(const calib_source *source, const calib_options *options, char *path,
                          size_t cap);

/** calib_cache_entry.kind. @since 0.1.0 */
enum {
    CALIB_ENTRY_TEXT = 0,    /**< a text, or the record of one that is gone */
    CALIB_ENTRY_TOKENS = 1,  /**< stored tokens of a text */
    CALIB_ENTRY_LEFTOVER = 2 /**< a partial download, a temporary or lock file, or a damaged text or
                                  record that was set aside or is unusable */
};

/** calib_cache_entry.trust. @since 0.1.0 */
enum {
    CALIB_TRUST_NONE = 0,      /**< no URL is known for it */
    CALIB_TRUST_FIRST_USE = 1, /**< the text that the URL gave when it was first used */
    CALIB_TRUST_PINNED = 2     /**< the caller knew its SHA-256 */
};

/** calib_cache_entry.state. @since 0.1.0 */
enum {
    CALIB_STATE_UNCHECKED = 0, /**< it exists; its bytes were not read */
    CALIB_STATE_GOOD = 1,      /**< its bytes match their hash */
    CALIB_STATE_MISSING = 2,   /**< only the record of its URL exists: it will be fetched again */
    CALIB_STATE_DAMAGED = 3    /**< its bytes have changed: it will be made again */
};

/**
 * One thing in the cache. The library makes it for the callback; its strings are valid until the
 * callback returns. It may grow at its end. @since 0.1.0
 */
typedef struct calib_cache_entry {
    size_t struct_size;
    const char *url;    /**< without its query, which may hold secrets; NULL: none is known */
    const char *path;   /**< of the file */
    uint64_t size;      /**< bytes of the file; of a missing text, its recorded size */
    int64_t fetched_at; /**< seconds since 1970; without a URL, when the file was written */
    int64_t last_used;  /**< seconds since 1970, to about a minute; if the file is not this user's,
                             only as far as the system records when it is read */
    uint8_t sha256[32]; /**< of a text; otherwise zero */
    uint32_t kind;      /**< CALIB_ENTRY_* */
    uint32_t trust;     /**< CALIB_TRUST_* */
    uint32_t state;     /**< CALIB_STATE_* */
    uint32_t removed;   /**< 1 if calib_cache_prune() removed it, else 0 */
} calib_cache_entry;

/**
 * Receives one entry. Runs on the thread that called calib; must not call calib_cache_*().
 * @return 0 to continue. Anything else stops: the call returns E_CANCELLED, and
 *   calib_error.callback_result has the value.
 * @since 0.1.0
 */
typedef int (*calib_cache_fn)(void *ctx, const calib_cache_entry *entry);

/**
 * Lists the cache: one entry for each URL, each text without one, each file of tokens and each
 * leftover, in the order of their names. A cache that does not exist is empty.
 *
 * @param options  NULL: all defaults
 * @param fn       called for each entry
 * @return 0; E_ARGUMENT (also if there is a file where the cache or a folder of it belongs),
 *   E_STRUCT_NEWER, E_NOMEM, E_CANCELLED, E_SYSTEM, E_ACCESS.
 * @since 0.1.0
 */
CALIB_API int calib_cache_list(const calib_options *options, calib_cache_fn fn, void *ctx);

/**
 * Lists the cache after reading every text and every file of tokens and checking their hashes. A
 * damaged record of a URL counts too and is listed as a leftover. Nothing is changed: damaged
 * things are fetched or made again when they are next needed.
 *
 * @param fn  NULL is allowed
 * @return as calib_cache_list(), and E_CORRUPT if anything is damaged, after all was listed.
 * @since 0.1.0
 */
CALIB_API int calib_cache_verify(const calib_options *options, calib_cache_fn fn, void *ctx);

/**
 * Copies a file into the cache as the text of a URL, as if it had been downloaded: pinned if
 * `source->sha256` is set, otherwise trusted on first use.
 *
 * @param source   its `location` is the URL; NULL: CALIB_DEFAULT_URL
 * @param options  NULL: all defaults
 * @param file     path of the file
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM, E_CANCELLED, E_SYSTEM, E_NOT_FOUND, E_ACCESS,
 *   E_NOSPACE, E_EMPTY, E_FORMAT, E_SIZE, E_HASH, E_UNSTABLE, E_CHANGED (the URL has another text,
 * and CALIB_ACCEPT_CHANGE is not set).
 * @since 0.1.0
 */
CALIB_API int calib_cache_add(const calib_source *source, const calib_options *options,
                              const char *file);

/**
 * Forgets a URL, and removes its text unless another URL has the same one.
 *
 * @param source   its `location` is the URL; NULL: CALIB_DEFAULT_URL
 * @param options  NULL: all defaults
 * @return 0; E_NOT_FOUND if nothing is cached for it; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM;
 *   E_SYSTEM or E_ACCESS, with nothing removed, if a record cannot be read or removed, and with the
 *   URL forgotten if its text or partial download cannot be removed; E_CORRUPT if the URL is
 *   forgotten, but its text is kept because another record is damaged and may name it.
 * @since 0.1.0
 */
CALIB_API int calib_cache_remove(const calib_source *source, const calib_options *options);

/**
 * Removes leftovers older than a day and texts that no URL refers to. If `max_age_s` is not 0, also
 * removes everything that was fetched or stored more than that many seconds ago. Then, if the cache
 * is larger than `options->max_cache_bytes`, removes what was not used for longest until the rest
 * fits; files in use stay.
 *
 * @param fn  called for each entry that was removed; NULL is allowed
 * @return as calib_cache_list().
 * @since 0.1.0
 */
CALIB_API int calib_cache_prune(const calib_options *options, uint64_t max_age_s, calib_cache_fn fn,
                                void *ctx);

#ifdef __cplusplus
}
#endif
#endif
