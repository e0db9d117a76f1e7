/* SPDX-License-Identifier: MIT */
/**
 * @file calib.h
 * calib: calibration data for weight quantizers.
 *
 * A corpus goes in, the caller's tokenizer turns it into one stream of token ids, the stream is
 * cut into rows of `seq_len` tokens, and `n_samples` of those rows are picked by `seed`:
 * `int32[n_rows][seq_len]`, the same rows on every machine and in every release. The default
 * sampler gives the rows of mlx-lm's `load_data`, bit for bit.
 *
 * @code
 *   #include <calib.h>
 *   #include <stdio.h>
 *
 *   int main(void) {
 *       calib_options options = {.struct_size = sizeof options, .source = "builtin"};
 *       calib_samples *samples = NULL;
 *       if (calib_load_ex(calib_bytes_tokenizer(), 128, 512, 123, &options, NULL, &samples)) {
 *           calib_error error = {.struct_size = sizeof error};
 *           calib_last_error(&error);
 *           return fprintf(stderr, "%s\n", error.message), 1;
 *       }
 *       printf("%zu rows of %zu tokens\n", samples->n_rows, samples->seq_len);
 *       calib_samples_free(samples);
 *   }
 * @endcode
 *
 * Four contracts hold everywhere:
 *
 * - OWNERSHIP. What calib makes (`calib_samples`, `calib_corpus`) the caller gives back with the
 *   function named for it, which takes NULL. What the caller passes stays the caller's. Options
 *   and their strings are copied during the call; the tokenizer with all it points to, what
 *   `progress_ctx` points to and `calib_options.text` are borrowed until calib_close() (for
 *   calib_load(): until it returns).
 * - THREADS. Every function may be called from any thread, and different handles from different
 *   threads at the same time. One `calib_corpus` may be sampled and read by several threads at
 *   once; calib_close() comes after all of them.
 *   Callbacks say below which thread calls them. calib never touches locale, signal handlers,
 *   environment, or anybody's global random state, never prints, and never ends the process.
 * - ERRORS. A function that can fail returns 0 or a negative `calib_status`; out-parameters are
 *   then NULL or untouched, but for calib_tokens(). calib_last_error() tells the rest: what failed,
 *   on what, what mends it. A status code keeps its number and meaning for ever.
 * - ZERO IS THE DEFAULT. Every struct that the caller fills begins with `struct_size`, set to
 *   `sizeof` the struct; every other field may be left zero. Fields are only ever added at the
 *   end. A struct from a newer header is accepted as long as what this library does not know is
 *   zero.
 *
 * Reference: docs/api.md, docs/tokenizing.md, docs/downloads.md, docs/storage.md.
 */
#ifndef CALIB_H
#define CALIB_H

#include <stddef.h>
#include <stdint.h>

/** Version of this header. calib_version() gives that of the library. @since 0.1.0 */
#define CALIB_VERSION_MAJOR 0
#define CALIB_VERSION_MINOR 1
#define CALIB_VERSION_PATCH 0

/** On Windows, define CALIB_SHARED when linking the DLL; elsewhere there is nothing to define. */
#if defined _WIN32 && defined CALIB_BUILDING
#define CALIB_API __declspec(dllexport)
#elif defined _WIN32 && defined CALIB_SHARED
#define CALIB_API __declspec(dllimport)
#elif defined __GNUC__
#define CALIB_API __attribute__((visibility("default")))
#else
#define CALIB_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------- *
 * Statuses
 * ------------------------------------------------------------------------------------------- */

/**
 * Every status: name, number, what it means. Numbers are stable; new ones are added at the end.
 * The macro serves bindings that want the whole table. @since 0.1.0
 */
#define CALIB_STATUSES(X)                                                                          \
    X(E_ARGUMENT, -1, "an argument is missing, wrong or out of range")                             \
    X(E_STRUCT_NEWER, -2, "a field that this library does not know is set")                        \
    X(E_UNSUPPORTED, -3, "this build or version does not offer that")                              \
    X(E_NOMEM, -4, "out of memory")                                                                \
    X(E_CANCELLED, -5, "cancelled by a callback")                                                  \
    X(E_SYSTEM, -6, "the operating system refused an operation")                                   \
    X(E_NOT_FOUND, -7, "no such file")                                                             \
    X(E_ACCESS, -8, "permission denied")                                                           \
    X(E_NOSPACE, -9, "no space left on the device")                                                \
    X(E_OFFLINE, -10, "offline, and the text is not in the cache")                                 \
    X(E_NETWORK, -11, "the transfer failed")                                                       \
    X(E_TLS, -12, "no trusted connection could be made")                                           \
    X(E_HTTP, -13, "the server answered with an error or with something that is not text")         \
    X(E_TIMEOUT, -14, "a time limit was reached")                                                  \
    X(E_SIZE, -15, "the text is larger than allowed or not of the pinned size")                    \
    X(E_HASH, -16, "the text's SHA-256 is not the pinned one")                                     \
    X(E_CHANGED, -17, "the text at an unpinned URL has changed since it was first used")           \
    X(E_CORRUPT, -18, "a cached text or stored tokens are damaged")                                \
    X(E_EMPTY, -19, "the corpus is empty or gives no tokens")                                      \
    X(E_UTF8, -20, "the corpus is not valid UTF-8")                                                \
    X(E_WHOLE_LIMIT, -21, "a text to be encoded in one call is larger than max_whole_bytes")       \
    X(E_ENCODE, -22, "the tokenizer failed or gave ids that it cannot give")                       \
    X(E_TOO_SHORT, -23, "the corpus has fewer tokens than one row")                                \
    X(E_SHORTFALL, -24, "fewer rows than asked, and CALIB_SAMPLING_STRICT is set")                 \
    X(E_MODEL, -25, "not a tokenizer model, or a damaged one")

#define CALIB_STATUS_ENUM_(name, number, text) CALIB_##name = number,
/** 0 or a negative number, see CALIB_STATUSES. Functions return it as `int`. @since 0.1.0 */
typedef enum calib_status { CALIB_STATUSES(CALIB_STATUS_ENUM_) CALIB_OK = 0 } calib_status;

/**
 * Detail of the calling thread's last failure. @since 0.1.0
 *
 * One line, UTF-8, NUL-terminated, cut at the buffer's end; secrets (tokens, passwords and query
 * strings of URLs) are not in it. Unset numbers are 0, `offset` -1.
 */
typedef struct calib_error {
    size_t struct_size;
    int32_t status;          /**< what the function returned */
    int32_t callback_result; /**< what the failing callback returned (E_ENCODE, E_CANCELLED) */
    int32_t system_error;    /**< errno */
    int32_t http_status;     /**< e.g. 404 */
    int64_t offset;          /**< byte offset in the corpus (E_UTF8), or -1 */
    char message[1024];      /**< what failed, on what, and what mends it */
} calib_error;

/**
 * Reads the detail of this thread's last failed calib call.
 *
 * Every other function that returns a status clears it on entry, so after a success the status is
 * 0 and the message empty.
 *
 * @param[in,out] out  `struct_size` set by the caller; filled up to that size.
 * @return 0, E_ARGUMENT or .
 * @par Threads  Thread-local: reads the calling thread's own detail. Needs no memory.
 * @since 0.1.0
 */
CALIB_API int calib_last_error(calib_error *out);

/** Name of a status, "CALIB_E_UTF8"; "CALIB_E_UNKNOWN" for none. Static string. @since 0.1.0 */
CALIB_API const char *calib_status_name(int status);

/** Its meaning in a line of English; static string, never NULL. @since 0.1.0 */
CALIB_API const char *calib_status_text(int status);

/** Version of the library, "major.minor.patch"; static string. @since 0.1.0 */
CALIB_API const char *calib_version(void);

/* ------------------------------------------------------------------------------------------- *
 * The tokenizer
 * ------------------------------------------------------------------------------------------- */

/**
 * Takes ids from `encode`; made by the library. @since 0.1.0
 *
 * Call it as often as is convenient, with ids in order, on the thread that `encode` was called on
 * and before `encode` returns; the array is copied before it returns.
 * @return 0 to go on. Any other value: stop, and return that value from `encode`.
 */
typedef int (*calib_emit_fn)(void *emit_ctx, const int32_t *ids, size_t n_ids);

/** Takes the bytes of a token from `text_of`; may be called several times. As calib_emit_fn.
 *  @since 0.1.0 */
typedef int (*calib_text_fn)(void *put_ctx, const char *text, size_t len);

/** What `encode` and `cuts` are told about the piece of text they are given. This version of calib
 *  sets BEGIN and END only; an adapter honours the other two or refuses them. @since 0.1.0 */
enum {
    CALIB_TEXT_BEGIN = 1,        /**< the piece begins the text */
    CALIB_TEXT_END = 2,          /**< the piece ends the text; BEGIN|END: it is the whole text */
    CALIB_TEXT_NO_SPECIAL = 4,   /**< add no BOS or EOS, even where the tokenizer usually does */
    CALIB_TEXT_PARSE_SPECIAL = 8 /**< read look-alikes of special tokens ("</s>") as those tokens */
};

/** What `special_id` is asked for. @since 0.1.0 */
enum {
    CALIB_SPECIAL_BOS = 0,
    CALIB_SPECIAL_EOS = 1,
    CALIB_SPECIAL_PAD = 2,
    CALIB_SPECIAL_UNK = 3,
};

/** `capabilities` of a tokenizer. @since 0.1.0 */
enum {
    CALIB_TOKENIZER_THREADS = 1, /**< callbacks may run in several threads at the same time */
    /** `fingerprint` covers all data and code that decide ids: if stored tokens are found under it,
     *  no probe text is encoded to check them. */
    CALIB_TOKENIZER_SELF_IDENTIFYING = 2
};

/**
 * A tokenizer: a handful of functions and the pointer they get. Only `encode` is required.
 *
 * Without CALIB_TOKENIZER_THREADS the callbacks of one handle are called by one thread at a time,
 * and in calib_load() always by the thread that called it. Callbacks must not call back into the
 * same handle. A C++ callback must not let an exception out: catch it, return non-zero, and throw
 * again after the calib call.
 *
 * All text is UTF-8 unless CALIB_RAW_BYTES was asked for, may hold NUL bytes and is not
 * NUL-terminated. @since 0.1.0
 */
typedef struct calib_tokenizer_vtable {
    size_t struct_size;
    void *ctx; /**< first argument of every callback; NULL is fine */

    /**
     * Encodes a piece of text and hands the ids to `emit`, in order.
     *
     * For a piece that begins the text (CALIB_TEXT_BEGIN) add what the tokenizer puts in front
     * (BOS, a dummy prefix); for one that ends it (CALIB_TEXT_END) what it appends. Unless `cuts`
     * is offered every text comes in one call with both flags set.
     *
     * @return 0, or any other number for a failure; it reaches the caller as
     *   calib_error.callback_result beside E_ENCODE. When `emit` returned non-zero, return at
     *   once: the library's own reason is then reported whatever `encode` returns.
     */
    int (*encode)(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx);

    /* Optional from here on: NULL or 0 means not offered. */

    /** Why the last callback failed: one line that lives until the next callback, or NULL. Asked
     *  on the thread on which the callback failed. */
    const char *(*last_error)(void *ctx);

    /**
     * 32 bytes that identify the ids this tokenizer gives: a hash over the model's bytes, every
     * option that changes ids, and the version of the tokenizer library. Two tokenizers with one
     * fingerprint must give the same ids for every text. It keys the token store; without it
     * nothing is stored. @return 0, or non-zero for "not known".
     */
    int (*fingerprint)(void *ctx, uint8_t out[32]);

    /**
     * 32 bytes that identify the tokenizer itself, equal on every machine: a hash over the model's
     * bytes and every option that changes ids, without the build or version of any library.
     * @return 0, or non-zero for "not known".
     */
    int (*identity)(void *ctx, uint8_t out[32]);

    /** Id of a special token (CALIB_SPECIAL_*), or -1 when there is none. 0 is a valid id. */
    int32_t (*special_id)(void *ctx, uint32_t which);

    /**
     * Names places at which `text` may be cut without changing any id.
     *
     * THE PROMISE, for every offset k named in `text` = a + b (k = length of a), for every text
     * that holds `text` anywhere, with x before and y after it:
     *
     *     encode(x a b y, F) = encode(x a, F without END) + encode(b y, F without BEGIN)
     *
     * as lists of ids, F being BEGIN|END with or without NO_SPECIAL and PARSE_SPECIAL as in
     * `flags`. So a cut may depend only on bytes that were shown, never on what a neighbour might
     * be: a tokenizer that looks across the cut in any way (merges, whitespace that is collapsed,
     * normalization of a combining sequence, a running score) must not name it. To name too few is
     * always right; to name one too many gives wrong ids. CALIB_TEXT_BEGIN and _END in `flags`
     * tell whether `text` begins or ends the whole text.
     *
     * With `cuts` offered, `encode` must be a function of its text and flags alone: the ids of a
     * segment are remembered, and used for the same bytes elsewhere without a call. What breaks
     * that: BPE dropout or other sampling, anything counted or carried from call to call.
     *
     * @param[out] offsets  ascending byte offsets, 0 < offset < len, at character boundaries
     * @param cap  room in `offsets`; when it is full, stop: the rest of the text is asked again
     * @param[out] n  how many were written; 0 is a valid answer
     * @return 0, or non-zero for a failure as with `encode`
     */
    int (*cuts)(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                size_t cap, size_t *n);

    /** Gives the text of one id to `put`, for previews. @return 0, or non-zero for a failure. */
    int (*text_of)(void *ctx, int32_t id, calib_text_fn put, void *put_ctx);

    uint32_t vocab_size;   /**< ids are below it and checked against it; 0 = not known */
    uint32_t capabilities; /**< CALIB_TOKENIZER_* */
} calib_tokenizer_vtable;

/**
 * The byte tokenizer: id = value of the UTF-8 byte, 256 ids, no special tokens.
 * @return a static vtable, valid for ever, to be used by any number of threads. @since 0.1.0
 */
CALIB_API const calib_tokenizer_vtable *calib_bytes_tokenizer(void);

/* ------------------------------------------------------------------------------------------- *
 * Options: where the corpus comes from and how it is read
 * ------------------------------------------------------------------------------------------- */

/** Stages that progress reports. @since 0.1.0 */
enum {
    CALIB_STAGE_WAIT = 0,     /**< for a lock or a retry; done and total in milliseconds */
    CALIB_STAGE_DOWNLOAD = 1, /**< bytes received, of total (0 = not known) */
    CALIB_STAGE_READ = 2,     /**< bytes of the corpus read and checked */
    CALIB_STAGE_TOKENIZE = 3, /**< bytes of text tokenized */
    CALIB_STAGE_SAMPLE = 4    /**< rows copied */
};

/**
 * Progress, and the way to cancel. @since 0.1.0
 *
 * Called by the thread that called calib (by each, when several sample one handle), at least ten
 * times a second while there is work. Not while one callback of the tokenizer runs without emitting
 * on that thread, nor while the last bytes of a download are put on the disk: then nothing can be
 * reported; and less often while many millions of rows are put in order. What was cancelled returns
 * when the callbacks that run at that moment do.
 * @return 0 to go on; anything else cancels: E_CANCELLED, the value in callback_result.
 */
typedef int (*calib_progress_fn)(void *ctx, uint32_t stage, uint64_t done, uint64_t total);

/** calib_options.flags. @since 0.1.0 */
enum {
    CALIB_RAW_BYTES = 1,      /**< take the corpus as it is: no UTF-8 check, newlines untouched */
    CALIB_NO_TOKEN_STORE = 2, /**< neither read nor write stored tokens */
    CALIB_ACCEPT_CHANGE = 4,  /**< take the changed text of an unpinned URL and trust it anew */
    CALIB_ALLOW_HTTP = 8      /**< allow http:// beyond loopback */
};

/** calib_options.offline. @since 0.1.0 */
enum {
    CALIB_OFFLINE_ENVIRONMENT = 0, /**< offline when CALIB_OFFLINE is set, not empty and not "0" */
    CALIB_OFFLINE_ON = 1,
    CALIB_OFFLINE_OFF = 2
};

/**
 * Source, cache, network and limits; zero is the default of every field. @since 0.1.0
 *
 * Environment read, never written: CALIB_CACHE_DIR, XDG_CACHE_HOME, HOME, CALIB_OFFLINE,
 * SSL_CERT_FILE, TMPDIR, and libcurl's proxy variables.
 */
typedef struct calib_options {
    size_t struct_size;
    /** NULL: the corpus that mlx-lm pins (CALIB_DEFAULT_URL). "builtin": the corpus inside the
     *  library. "-": standard input. "https://…": a URL. Anything else: the path of a file. */
    const char *source;
    const char *const *mirrors; /**< more URLs of the same text, tried in order */
    size_t n_mirrors;
    const void *text;   /**< the corpus itself, instead of `source`; borrowed until close */
    size_t text_len;    /**< bytes */
    const char *sha256; /**< pin: 64 hex digits, of the bytes as they are read */
    /** Downloads and stored tokens, the tokens of texts from memory and standard input included
     *  (CALIB_NO_TOKEN_STORE keeps them out). NULL: $CALIB_CACHE_DIR, $XDG_CACHE_HOME/calib,
     *  ~/.cache/calib. */
    const char *cache_dir;
    const char *proxy;        /**< URL; NULL: the environment's; "": none */
    const char *ca_file;      /**< PEM file of trusted authorities; NULL:
                                   $SSL_CERT_FILE, else the system's */
    const char *bearer_token; /**< sent to the origin of `source` over https only */
    calib_progress_fn progress;
    void *progress_ctx;
    uint64_t size_bytes;         /**< pin of the size; 0 = none */
    uint64_t max_download_bytes; /**< 0 = 1 GiB */
    /** A text that the tokenizer must get in one call may not be larger: tokenizers take 45 to 130
     *  times the text in memory. 0 = 64 MiB. */
    uint64_t max_whole_bytes;
    uint64_t max_memo_bytes;     /**< memory for already seen segments; 0 = 64 MiB */
    uint32_t flags;              /**< CALIB_RAW_BYTES and the like */
    uint32_t offline;            /**< CALIB_OFFLINE_* */
    uint32_t connect_timeout_ms; /**< 0 = 15 s */
    uint32_t stall_timeout_ms;   /**< less than 10 B/s for so long; 0 = 30 s; whole seconds */
    uint32_t deadline_ms;        /**< for the whole download with its retries; 0 = none */
    uint32_t lock_timeout_ms;    /**< wait for another process's download or tokenizing; 0 = 60 s */
    uint32_t max_tries;          /**< per URL; 0 = 4 */
    uint32_t threads;  /**< that tokenize; at most 256 are used; 0 = as many as there are cores;
                            1 without CALIB_TOKENIZER_THREADS or `cuts` */
    uint32_t slice;    /**< this slice ... */
    uint32_t n_slices; /**< ... of so many, at most 65536; 0 = 1. The text is split at
                            exact cuts, which the tokenizer must offer: the slices'
                            tokens, joined in order, are those of the whole text */
} calib_options;

/** What `source` NULL stands for: the file and revision that mlx-lm pins. @since 0.1.0 */
#define CALIB_DEFAULT_URL                                                                          \
    "https://gist.githubusercontent.com/tristandruyen/9e207a95c7d75ddf37525d353e00659c/raw/"       \
    "571fda718462de863e5a0171078c175420c7649a/calibration_data_v5_rc.txt"

/* ------------------------------------------------------------------------------------------- *
 * Sampling
 * ------------------------------------------------------------------------------------------- */

/** calib_sampling.sampler. A sampler's rows never change; a better one gets a new name.
 *  @since 0.1.0 */
enum {
    /**
     * T tokens give R = T / seq_len rows, the tail is dropped; the rows are taken in the order of
     * mx.random.permutation(R) after mx.random.seed(seed). Threefry-2x32-20: Salmon et al.,
     * "Parallel random numbers: as easy as 1, 2, 3", SC'11. R is at most 2^31 - 1.
     */
    CALIB_SAMPLER_MLX = 0
};

/** calib_sampling.bos. @since 0.1.0 */
enum {
    CALIB_BOS_AS_TOKENIZED = 0, /**< rows are cut from the stream as the tokenizer gave it */
    CALIB_BOS_OVERWRITE = 1     /**< the first token of every row is replaced by BOS, as llama.cpp's
                                     imatrix does; E_ARGUMENT when the tokenizer has none,
                                     E_ENCODE when it is not below vocab_size */
};

/** calib_sampling.flags. @since 0.1.0 */
enum {
    CALIB_SAMPLING_STRICT = 1 /**< fewer rows than asked is E_SHORTFALL, not a smaller block */
};

/** How rows are picked; zero is the default of every field. @since 0.1.0 */
typedef struct calib_sampling {
    size_t struct_size;
    uint32_t sampler;   /**< CALIB_SAMPLER_* */
    uint32_t skip_keys; /**< keys of the generator used up before: mlx-lm's awq and gptq seed before
                             they build the model, which uses some; 0 = fresh */
    uint32_t rank;      /**< this process ... */
    uint32_t world;     /**< ... of so many; 0 = 1. Sampled first, then split into contiguous
                             blocks; with a remainder the first ranks take one row more */
    uint32_t bos;       /**< CALIB_BOS_* */
    uint32_t flags;     /**< CALIB_SAMPLING_* */
} calib_sampling;

/**
 * The rows. Made by the library, read-only, given back with calib_samples_free(). It may grow at
 * its end. @since 0.1.0
 */
typedef struct calib_samples {
    size_t struct_size;
    const int32_t *tokens; /**< [n_rows][seq_len], row-major, aligned to 64 bytes; NULL: no rows */
    size_t n_rows;         /**< rows here; a rank's share when world > 1, then possibly 0 */
    size_t seq_len;
    const int64_t *offsets;    /**< [n_rows]: where each row starts in the token stream */
    const int32_t *lengths;    /**< [n_rows] tokens in use, or NULL: every row is full */
    int64_t n_asked;           /**< n_samples as given */
    uint64_t n_sampled;        /**< rows picked for all ranks together */
    uint64_t n_available;      /**< rows the corpus has */
    uint64_t n_tokens;         /**< tokens in the stream */
    uint64_t n_dropped;        /**< tokens at the tail that make no full row */
    uint8_t corpus_sha256[32]; /**< of the corpus's bytes as they were read */
} calib_samples;

/**
 * Loads calibration rows from mlx-lm's corpus: calib_load_ex() without options.
 *
 * @param tok        tokenizer; borrowed for the call
 * @param n_samples  rows asked for; 0 or less: all, in permuted order. When the corpus has fewer,
 *                   all of them come back and `n_available` says so.
 * @param seq_len    tokens a row, at least 1
 * @param seed       seed of the sampler
 * @param[out] out   the rows; NULL on failure. Give back with calib_samples_free().
 * @return 0 or any status of calib_open() and calib_sample().
 * @par Threads  The progress callback runs on the calling thread; the tokenizer's callbacks too,
 * and also on worker threads when it has CALIB_TOKENIZER_THREADS and `cuts`.
 * @since 0.1.0
 */
CALIB_API int calib_load(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                         uint64_t seed, calib_samples **out);

/**
 * The same with options. `options` and `sampling` may be NULL: all defaults. @since 0.1.0
 */
CALIB_API int calib_load_ex(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                            uint64_t seed, const calib_options *options,
                            const calib_sampling *sampling, calib_samples **out);

/** Gives rows back. NULL is fine. @since 0.1.0 */
CALIB_API void calib_samples_free(calib_samples *samples);

/* ------------------------------------------------------------------------------------------- *
 * Open once, sample often
 * ------------------------------------------------------------------------------------------- */

/** A tokenized corpus. @since 0.1.0 */
typedef struct calib_corpus calib_corpus;

/**
 * Gets the corpus, checks it, and tokenizes it.
 *
 * The text is strict UTF-8; CRLF and lone CR become LF; a byte-order mark stays (this is how
 * Python's text mode reads, so ids equal mlx-lm's). NUL bytes are text like any other.
 *
 * @param tok       borrowed, with all it points to, until calib_close()
 * @param options   NULL: all defaults
 * @param[out] out  the handle; NULL on failure. Give back with calib_close().
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_UNSUPPORTED,
 *   E_NOMEM, E_CANCELLED; from the source E_SYSTEM, E_NOT_FOUND, E_ACCESS, E_SIZE,
 *   E_HASH, E_EMPTY, E_UTF8, and for a URL what calib_fetch() returns; from the tokenizer
 *   E_WHOLE_LIMIT, E_ENCODE, .
 * @par Threads  As calib_load().
 * @since 0.1.0
 */
CALIB_API int calib_open(const calib_tokenizer_vtable *tok, const calib_options *options,
                         calib_corpus **out);

/**
 * Picks rows from an open corpus; see calib_load() for the parameters.
 *
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM, E_CANCELLED, ,
 *   E_TOO_SHORT, E_SHORTFALL, E_ENCODE. When stored tokens
 *   turn out to be damaged they are made again, which can give any status of calib_open(), and
 *   E_CORRUPT when the text is gone or has changed.
 * @par Threads  Several threads may sample one handle at the same time.
 * @since 0.1.0
 */
CALIB_API int calib_sample(calib_corpus *corpus, int64_t n_samples, size_t seq_len, uint64_t seed,
                           const calib_sampling *sampling, calib_samples **out);

/**
 * Copies the tokens [first, first + n) of the stream.
 *
 * @param[out] out  room for n ids
 * @return 0, E_ARGUMENT, E_NOMEM, or  when the stream ends before first + n. For damaged
 * stored tokens see calib_sample(); `out` may then be partly written.
 * @par Threads  As calib_sample().
 * @since 0.1.0
 */
CALIB_API int calib_tokens(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out);

/** calib_info.download and calib_info.token_store. @since 0.1.0 */
enum {
    CALIB_CACHE_OFF = 0, /**< not used: the source is no URL; tokens are not stored */
    CALIB_CACHE_HIT = 1, /**< found and verified */
    CALIB_CACHE_MISS = 2 /**< downloaded now; tokenized now */
};

/** What is known of an open corpus. Filled by the library up to the caller's `struct_size`.
 *  @since 0.1.0 */
typedef struct calib_info {
    size_t struct_size;
    const char *source; /**< "builtin", "memory", "-", the URL without its query, or the path;
                             lives until calib_close() */
    const char *token_store_why; /**< why tokens were made and not found, or why they are not
                                      stored: static, a few words; NULL: they were found */
    uint64_t corpus_bytes;       /**< as read */
    uint64_t text_bytes;         /**< after newline translation */
    uint64_t n_tokens;
    uint64_t fetch_ns;    /**< time spent per stage: finding or downloading the text, */
    uint64_t read_ns;     /**< reading, hashing and checking it, */
    uint64_t tokenize_ns; /**< tokenizing it */
    uint8_t corpus_sha256[32];
    uint8_t fingerprint[32];  /**< the tokenizer's; all zero: none offered */
    uint32_t has_fingerprint; /**< 1 or 0 */
    uint32_t download;        /**< CALIB_CACHE_* */
    uint32_t token_store;     /**< CALIB_CACHE_*; off: neither found nor kept (docs/storage.md) */
    uint32_t vocab_size;      /**< as the tokenizer says; 0 = not known */
} calib_info;

/**
 * Tells what is known of an open corpus.
 * @return 0, E_ARGUMENT, or . @since 0.1.0
 */
CALIB_API int calib_corpus_info(const calib_corpus *corpus, calib_info *out);

/** Closes a handle: nothing that was borrowed is used after it. NULL is fine. @since 0.1.0 */
CALIB_API void calib_close(calib_corpus *corpus);

/* ------------------------------------------------------------------------------------------- *
 * The download cache alone
 * ------------------------------------------------------------------------------------------- */

/**
 * Makes sure that a URL's text is in the cache, verified, and gives its path.
 *
 * @param options  `source` is the URL (NULL: CALIB_DEFAULT_URL). NULL: all defaults.
 * @param[out] path  the file's path, NUL-terminated; untouched on failure
 * @param cap  bytes of room in `path`
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM, E_CANCELLED, E_SYSTEM,
 *   E_ACCESS, E_NOSPACE, E_UNSUPPORTED, E_OFFLINE, E_NETWORK,
 *   E_TLS, E_HTTP, E_TIMEOUT, E_SIZE, E_HASH, E_CHANGED, E_CORRUPT, E_EMPTY,  (cap).
 * @since 0.1.0
 */
CALIB_API int calib_fetch(const calib_options *options, char *path, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
