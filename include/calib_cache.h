/* SPDX-License-Identifier: MIT */
/**
 * @file calib_cache.h
 * calib's cache of downloaded texts and stored tokens: look at it, check it, fill it by hand, clear
 * it.
 *
 * Nobody needs this to load samples: calib_open() and calib_fetch() keep the cache by themselves.
 * It serves programs such as `calib cache`, and machines without network.
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
 * `calib_options` these functions read `cache_dir` (and its environment variables), `source`,
 * `sha256`, `size_bytes`, `max_download_bytes`, the flag CALIB_ACCEPT_CHANGE, and `progress`. They
 * never use the network. Any number of processes may use one cache at the same time; what is
 * removed while another reads it stays whole for that reader.
 *
 * Reference: docs/downloads.md, docs/storage.md.
 */
#ifndef CALIB_CACHE_H
#define CALIB_CACHE_H

#include <calib.h>

#ifdef __cplusplus
extern "C" {
#endif

/** calib_cache_entry.kind. @since 0.1.0 */
enum {
    CALIB_ENTRY_TEXT = 0,    /**< a text, or what is known of one that is gone */
    CALIB_ENTRY_TOKENS = 1,  /**< stored tokens of a text */
    CALIB_ENTRY_LEFTOVER = 2 /**< of downloads that broke: a part, a temporary or lock file, a
                                  damaged text or record that was set aside or is of no use */
};

/** calib_cache_entry.trust. @since 0.1.0 */
enum {
    CALIB_TRUST_NONE = 0,      /**< no URL is known for it */
    CALIB_TRUST_FIRST_USE = 1, /**< the text that the URL gave when it was first used */
    CALIB_TRUST_PINNED = 2     /**< the caller knew its SHA-256 */
};

/** calib_cache_entry.state. @since 0.1.0 */
enum {
    CALIB_STATE_UNCHECKED = 0, /**< it is there; its bytes were not looked at */
    CALIB_STATE_GOOD = 1,      /**< its bytes have its SHA-256, or tokens their own */
    CALIB_STATE_MISSING = 2,   /**< only the record of its URL is there: it will be fetched again */
    CALIB_STATE_DAMAGED = 3    /**< its bytes are not what they were: it will be made again */
};

/**
 * One thing in the cache. Made by the library for the callback; its strings live until that
 * returns. It may grow at its end. @since 0.1.0
 */
typedef struct calib_cache_entry {
    size_t struct_size;
    const char *url;    /**< without query, where secrets may be; NULL: none is known */
    const char *path;   /**< of the file */
    uint64_t size;      /**< bytes of the file; of a missing text, what it had */
    int64_t fetched_at; /**< seconds since 1970; without a URL, when the file was written */
    uint8_t sha256[32]; /**< of a text; otherwise zero */
    uint32_t kind;      /**< CALIB_ENTRY_* */
    uint32_t trust;     /**< CALIB_TRUST_* */
    uint32_t state;     /**< CALIB_STATE_* */
    uint32_t removed;   /**< 1: calib_cache_prune() removed it, else 0 */
} calib_cache_entry;

/**
 * Takes one entry. Called on the thread that called calib; it must not call calib_cache_*().
 * @return 0 to go on; anything else stops: E_CANCELLED, the value in calib_error.callback_result.
 * @since 0.1.0
 */
typedef int (*calib_cache_fn)(void *ctx, const calib_cache_entry *entry);

/**
 * Lists what is in the cache: one entry for each URL, each text without one, each file of tokens
 * and each leftover, in the order of their names. A cache that does not exist is empty.
 *
 * @param options  NULL: all defaults
 * @param fn       called for each entry
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM, E_CANCELLED, E_SYSTEM,
 *   E_ACCESS, E_NOT_FOUND (a folder of the cache is a file).
 * @since 0.1.0
 */
CALIB_API int calib_cache_list(const calib_options *options, calib_cache_fn fn, void *ctx);

/**
 * The same, with every text read and its SHA-256 checked, and all hashes of every file of tokens;
 * a damaged record of a URL counts as well, and is shown as a leftover. Nothing is changed: what is
 * damaged is fetched or made again when it is next asked for.
 *
 * @param fn  may be NULL
 * @return as calib_cache_list(), and E_CORRUPT when one was damaged; all are shown before.
 * @since 0.1.0
 */
CALIB_API int calib_cache_verify(const calib_options *options, calib_cache_fn fn, void *ctx);

/**
 * Puts a file's bytes into the cache as the text of a URL, as if they had been downloaded: with
 * `options->sha256` as a pinned text, otherwise as one trusted on first use.
 *
 * @param options  `source` is the URL (NULL: CALIB_DEFAULT_URL). NULL: all defaults.
 * @param file     path of the file; it is copied
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM, E_CANCELLED, E_SYSTEM,
 *   E_NOT_FOUND, E_ACCESS, E_NOSPACE, E_EMPTY,
 *   E_SIZE, E_HASH, E_CHANGED (the URL has another text, and CALIB_ACCEPT_CHANGE is not set).
 * @since 0.1.0
 */
CALIB_API int calib_cache_add(const calib_options *options, const char *file);

/**
 * Forgets a URL, and removes its text unless another URL has the same one.
 *
 * @param options  `source` is the URL (NULL: CALIB_DEFAULT_URL). NULL: all defaults.
 * @return 0; E_NOT_FOUND when nothing is known of it; E_ARGUMENT,
 *   E_STRUCT_NEWER, E_NOMEM, E_SYSTEM, E_ACCESS, .
 * @since 0.1.0
 */
CALIB_API int calib_cache_remove(const calib_options *options);

/**
 * Removes leftovers that are more than a day old and texts that no URL refers to; and, when
 * `max_age_s` is not 0, whatever was fetched or stored more than so many seconds ago.
 *
 * @param fn  called for each entry that was removed; may be NULL
 * @return as calib_cache_list().
 * @since 0.1.0
 */
CALIB_API int calib_cache_prune(const calib_options *options, uint64_t max_age_s, calib_cache_fn fn,
                                void *ctx);

#ifdef __cplusplus
}
#endif
#endif
