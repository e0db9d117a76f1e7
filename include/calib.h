/* SPDX-License-Identifier: MIT */
/**
 * @file calib.h
 * calib: calibration data for weight quantizers.
 *
 * calib reads a corpus, runs the caller's tokenizer over it, cuts the resulting stream of token ids
 * into rows of `seq_len` ids and picks `n_samples` of these rows by `seed`. The result is
 * `int32[n_rows][seq_len]`, with the same rows on every machine and in every release. The default
 * sampler picks the rows of mlx-lm's `load_data`, bit for bit.
 *
 * @code
 *   #include <calib.h>
 *   #include <stdio.h>
 *
 *   int main(void) {
 *       calib_source source = {.struct_size = sizeof source, .location = "builtin"};
 *       calib_samples *samples = NULL;
 *       if (calib_load_from(calib_bytes_tokenizer(), 128, 512, 123, &source, NULL, NULL,
 *                           &samples)) {
 *           calib_error error = {.struct_size = sizeof error};
 *           calib_last_error(&error);
 *           return fprintf(stderr, "%s\n", error.message), 1;
 *       }
 *       printf("%zu rows of %zu tokens\n", samples->n_rows, samples->seq_len);
 *       calib_samples_free(samples);
 *   }
 * @endcode
 *
 * Four contracts hold for every function:
 *
 * - OWNERSHIP. The caller returns each object that calib makes (`calib_samples`, `calib_corpus`)
 *   with the function named for it; these functions accept NULL. calib copies sources, options and
 *   their strings during the call. It borrows the tokenizer with everything it points to, the
 *   target of `progress_ctx`, and `calib_source.bytes` until calib_corpus_close() (calib_load() and
 *   calib_load_from(): until they return).
 * - THREADS. Any thread may call any function, and different threads may use different handles at
 *   the same time. Several threads may sample and read one `calib_corpus` at once;
 *   calib_corpus_close() must come after all of them. Each callback below says which thread calls
 *   it. calib never changes the locale, signal handlers, the environment or anyone's global random
 *   state, never prints, and never ends the process. A thread that calib starts ends before the
 *   call returns, with one exception: if a call is cancelled or fails while the disk stalls under a
 *   download, the thread that reads from it ends when the disk answers.
 * - ERRORS. A function that can fail returns 0 or a negative `calib_status`. On failure,
 *   out-parameters are NULL or untouched unless their comments say otherwise. calib_last_error()
 *   gives the details: what failed, on which object, and the remedy. A status code keeps its number
 *   and meaning in all releases.
 * - ZERO IS THE DEFAULT. Every struct that the caller fills begins with `struct_size`, set to the
 *   `sizeof` of the struct; every other field may be zero. Fields are only ever added at the end. A
 *   struct from a newer header is accepted if the fields that this library does not know are zero.
 *
 * Reference: docs/api.md, docs/documents.md, docs/samplers.md, docs/tokenizing.md,
 * docs/downloads.md, docs/storage.md.
 */
#ifndef CALIB_H
#define CALIB_H

#include <stddef.h>
#include <stdint.h>

/** Version of this header. calib_version() returns the version of the library. @since 0.1.0 */
#define CALIB_VERSION_MAJOR 0
#define CALIB_VERSION_MINOR 1
#define CALIB_VERSION_PATCH 0

/** Define CALIB_SHARED on Windows if you link the DLL. Other systems need no definition. */
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

/* ---- Statuses ---- */

/**
 * Every status: name, number, meaning. Numbers are stable; new ones are added at the end. Bindings
 * can expand the macro to get the whole table. @since 0.1.0
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
    X(E_CHANGED, -17, "the text has changed since it was first used")                              \
    X(E_CORRUPT, -18, "a cached text or stored tokens are damaged")                                \
    X(E_EMPTY, -19, "the corpus is empty or gives no tokens")                                      \
    X(E_UTF8, -20, "the corpus is not valid UTF-8")                                                \
    X(E_WHOLE_LIMIT, -21, "a text to be encoded in one call is larger than max_whole_bytes")       \
    X(E_ENCODE, -22, "the tokenizer failed or gave ids that it cannot give")                       \
    X(E_TOO_SHORT, -23, "the corpus has fewer tokens than one row")                                \
    X(E_SHORTFALL, -24, "fewer rows than asked, and CALIB_SAMPLING_STRICT is set")                 \
    X(E_MODEL, -25, "not a tokenizer model, or a damaged one")                                     \
    X(E_FORMAT, -26, "not a plain text, but a file of another kind")                               \
    X(E_UNSTABLE, -27, "the source changed while it was read")                                     \
    X(E_COMPRESSED, -28, "the compressed bytes are damaged, cut short or beyond a limit")          \
    X(E_RECORD, -29, "a record is malformed")                                                      \
    X(E_CALLBACK, -30, "a callback of a source failed")                                            \
    X(E_RECIPE, -31, "not a recipe, or one that this version does not know")                       \
    X(E_LOCK, -32, "something is not as the lock holds it")

#define CALIB_STATUS_ENUM_(name, number, text) CALIB_##name = number,
/** 0 or a negative number, see CALIB_STATUSES. Functions return it as `int`. @since 0.1.0 */
typedef enum calib_status { CALIB_STATUSES(CALIB_STATUS_ENUM_) CALIB_OK = 0 } calib_status;

/**
 * Details of the calling thread's last failure. @since 0.1.0
 *
 * The message is one line of UTF-8, NUL-terminated, truncated to the buffer. It never contains
 * secrets (tokens, passwords, query strings of URLs). Numbers that do not apply are 0, `offset` -1.
 */
typedef struct calib_error {
    size_t struct_size;
    int32_t status;          /**< the status that the function returned */
    int32_t callback_result; /**< return value of the failed callback (E_ENCODE, E_CALLBACK,
                                  E_CANCELLED) */
    int32_t system_error;    /**< errno */
    int32_t http_status;     /**< e.g. 404 */
    int64_t offset;          /**< byte offset in the text (E_UTF8) or in the stored bytes
                                  (E_COMPRESSED), or -1 */
    char message[1024];      /**< what failed, on which object, and the remedy */
} calib_error;

/**
 * Reads the details of this thread's last failed calib call.
 *
 * Every other function that returns a status clears them on entry. After a success the status is 0
 * and the message is empty.
 *
 * @param[in,out] out  the caller sets `struct_size`; filled up to that size
 * @return 0 or E_ARGUMENT.
 * @par Threads  Reads the calling thread's own details. Allocates nothing.
 * @since 0.1.0
 */
CALIB_API int calib_last_error(calib_error *out);

/** Returns the name of a status, e.g. "CALIB_E_UTF8", or "CALIB_E_UNKNOWN" if there is no such
 *  status. The string is static. @since 0.1.0 */
CALIB_API const char *calib_status_name(int status);

/** Returns the meaning of a status as one line of English. The string is static and never NULL.
 *  @since 0.1.0 */
CALIB_API const char *calib_status_text(int status);

/** Returns the version of the library, "major.minor.patch". The string is static. @since 0.1.0 */
CALIB_API const char *calib_version(void);

/* ---- The tokenizer ---- */

/**
 * Receives ids from `encode`. The library provides it. @since 0.1.0
 *
 * `encode` calls it any number of times, with the ids in order, on the thread that `encode` was
 * called on, and before `encode` returns. It copies the array before it returns.
 * @return 0 to continue. Any other value: stop and return that value from `encode`.
 */
typedef int (*calib_emit_fn)(void *emit_ctx, const int32_t *ids, size_t n_ids);

/** Receives bytes of text, in order; may be called several times. The rules of calib_emit_fn apply.
 *  @since 0.1.0 */
typedef int (*calib_text_fn)(void *put_ctx, const char *text, size_t len);

/** Flags that tell `encode` and `cuts` about the segment of text they are given. A source that is
 *  one text sets only BEGIN and END; documents can set the others, too (calib_documents.h). An
 *  adapter supports them or refuses them. @since 0.1.0 */
enum {
    CALIB_TEXT_BEGIN = 1,         /**< the segment begins the text */
    CALIB_TEXT_END = 2,           /**< the segment ends the text; BEGIN|END: it is the whole text */
    CALIB_TEXT_NO_SPECIAL = 4,    /**< add no BOS or EOS, even if the tokenizer usually does */
    CALIB_TEXT_PARSE_SPECIAL = 8, /**< read the spelling of a special token as that token */
    CALIB_TEXT_PLAIN = 16         /**< read it as text; added tokens that are not special are still
                                       read. Neither PARSE_SPECIAL nor PLAIN: the tokenizer's own
                                       default; both: E_ARGUMENT */
};

/** The special tokens that `special_id` can be asked for. @since 0.1.0 */
enum {
    CALIB_SPECIAL_BOS = 0,
    CALIB_SPECIAL_EOS = 1,
    CALIB_SPECIAL_PAD = 2,
    CALIB_SPECIAL_UNK = 3,
};

/** The kinds of tokens that `kind_of` tells apart. @since 0.1.0 */
enum {
    CALIB_KIND_NONE = 0,    /**< no token has the id */
    CALIB_KIND_NORMAL = 1,  /**< a piece of text */
    CALIB_KIND_SPECIAL = 2, /**< a mark that is no text, such as BOS; added and special */
    CALIB_KIND_ADDED = 3,   /**< added to the vocabulary by hand, but not special */
    CALIB_KIND_BYTE = 4,    /**< one byte of a character that has no token */
    CALIB_KIND_UNKNOWN = 5  /**< stands for text that has no token */
};

/** `capabilities` of a tokenizer. @since 0.1.0 */
enum {
    /** Several threads may run the callbacks at the same time. */
    CALIB_TOKENIZER_THREADS = 1,
    /** `fingerprint` covers all data and code that decide ids: stored tokens found under it are
     *  used without encoding a probe text to check them. */
    CALIB_TOKENIZER_SELF_IDENTIFYING = 2,
    /** `encode` takes pieces without CALIB_TEXT_BEGIN or CALIB_TEXT_END that do not begin or end at
     *  cuts: each is encoded as if nothing in it could join what stands beside it. */
    CALIB_TOKENIZER_PARTS = 4
};

/**
 * A tokenizer: a few functions and the context pointer they receive. Only `encode` is required.
 *
 * Without CALIB_TOKENIZER_THREADS, one thread at a time runs the callbacks of a handle;
 * calib_load() and calib_load_from() then run them on the calling thread. Callbacks must not call
 * functions on the same handle. A C++ callback must not let an exception escape: catch it, return
 * non-zero, and rethrow after the calib call.
 *
 * All text is UTF-8 unless the source has CALIB_RAW_BYTES. It may contain NUL bytes and is not
 * NUL-terminated. @since 0.1.0
 */
typedef struct calib_tokenizer_vtable {
    size_t struct_size;
    void *ctx; /**< first argument of every callback; may be NULL */

    /**
     * Encodes a segment of text and passes its ids to `emit`, in order.
     *
     * If the segment begins the text (CALIB_TEXT_BEGIN), add what the tokenizer puts in front (BOS,
     * a dummy prefix); if it ends the text (CALIB_TEXT_END), add what the tokenizer appends.
     * Without `cuts`, every text arrives in one call with both flags set; with
     * CALIB_TOKENIZER_PARTS a document of several parts arrives part by part.
     *
     * @return 0, or any other number to report a failure: the caller receives E_ENCODE and finds
     *   the number in calib_error.callback_result. If `emit` returns non-zero, return at once; the
     *   library then reports its own reason, whatever `encode` returns.
     */
    int (*encode)(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx);

    /* The rest is optional: NULL or 0 means not offered. */

    /** Returns the reason why the last callback failed: one line, valid until the next callback, or
     *  NULL. Called on the thread on which the callback failed. */
    const char *(*last_error)(void *ctx);

    /**
     * Writes 32 bytes that identify the ids this tokenizer gives: a hash over the model's bytes,
     * every option that changes ids, and the version of the tokenizer library. Two tokenizers with
     * the same fingerprint must give the same ids for every text. It is the key of the token store;
     * without it nothing is stored. @return 0, or non-zero if it is not known.
     */
    int (*fingerprint)(void *ctx, uint8_t out[32]);

    /**
     * Writes 32 bytes that identify the tokenizer itself and are equal on every machine: a hash
     * over the model's bytes and every option that changes ids, without the build or version of any
     * library. @return 0, or non-zero if it is not known.
     */
    int (*identity)(void *ctx, uint8_t out[32]);

    /** Returns the id of a special token (CALIB_SPECIAL_*), or -1 if there is none. 0 is a valid
     *  id. */
    int32_t (*special_id)(void *ctx, uint32_t which);

    /**
     * Names offsets at which `text` may be cut without changing any id.
     *
     * THE PROMISE: take any offset k named in `text` = a + b (k = length of a), and any longer text
     * that contains `text`, with x before it and y after it. Then
     *
     *     encode(x a b y, F) = encode(x a, F without END) + encode(b y, F without BEGIN)
     *
     * as lists of ids, where F is BEGIN|END and NO_SPECIAL, PARSE_SPECIAL and PLAIN as in `flags`.
     * A cut may therefore depend only on bytes that were shown, never on bytes that might surround
     * them: if the tokenizer looks across an offset in any way (merges, whitespace that is
     * collapsed, normalization of a combining sequence, a running score), `cuts` must not name it.
     * Naming too few offsets is always correct; naming one too many gives wrong ids.
     * CALIB_TEXT_BEGIN and _END in `flags` tell whether `text` begins or ends the whole text.
     *
     * If `cuts` is offered, `encode` must be a function of its text and flags alone: the library
     * remembers the ids of a segment and uses them for the same bytes elsewhere without a call.
     * BPE dropout, other sampling, and anything counted or carried from call to call break this.
     *
     * @param[out] offsets  ascending byte offsets, 0 < offset < len, at character boundaries
     * @param cap  room in `offsets`; stop when it is full: the rest of the text is passed again
     * @param[out] n  number of offsets written; 0 is a valid answer
     * @return 0, or non-zero for a failure as with `encode`
     */
    int (*cuts)(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                size_t cap, size_t *n);

    /** Passes the text of one id to `put`, for previews. @return 0, or non-zero for a failure. */
    int (*text_of)(void *ctx, int32_t id, calib_text_fn put, void *put_ctx);

    uint32_t vocab_size;   /**< every id must be below it and is checked; 0 = not known */
    uint32_t capabilities; /**< CALIB_TOKENIZER_* */

    /** Gives the kind of an id (CALIB_KIND_*), for statistics; every id has one. @return 0, or
     *  non-zero for a failure. */
    int (*kind_of)(void *ctx, int32_t id, uint32_t *kind);
} calib_tokenizer_vtable;

/**
 * Returns the byte tokenizer: id = value of the UTF-8 byte, 256 ids, no special tokens. The vtable
 * is static; any number of threads may use it. @since 0.1.0
 */
CALIB_API const calib_tokenizer_vtable *calib_bytes_tokenizer(void);

/* ---- Sources: where the bytes of a corpus come from ---- */

/** calib_source.flags. @since 0.1.0 */
enum {
    CALIB_RAW_BYTES = 1,    /**< use the bytes, after decompression, as they are: no UTF-8 check,
                                 newlines untouched */
    CALIB_ACCEPT_CHANGE = 2 /**< accept the changed text of an unpinned URL and trust it from now */
};

/** The location that NULL stands for: the file and revision that mlx-lm pins. @since 0.1.0 */
#define CALIB_DEFAULT_URL                                                                          \
    "https://gist.githubusercontent.com/tristandruyen/9e207a95c7d75ddf37525d353e00659c/raw/"       \
    "571fda718462de863e5a0171078c175420c7649a/calibration_data_v5_rc.txt"

/** calib_source.reader: how the stored bytes are read. @since 0.1.0 */
enum {
    CALIB_READER_AUTO =
        0, /**< as their first bytes tell; what is not compressed is read as it is */
    CALIB_READER_PLAIN = 1, /**< as they are */
    CALIB_READER_GZIP = 2,  /**< gzip, one or more members (RFC 1952) */
    CALIB_READER_ZSTD = 3   /**< Zstandard, one or more frames (RFC 8878), windows up to 128 MiB */
};

/** How a source is divided into documents: see calib_documents.h. @since 0.1.0 */
typedef struct calib_documents calib_documents;

/** A source of text: its location or its bytes, and its pins. @since 0.1.0 */
typedef struct calib_source {
    size_t struct_size;
    /** NULL: CALIB_DEFAULT_URL. "builtin": the corpus inside the library. "-": standard input.
     *  "https://...": a URL. Anything else: the path of a file. */
    const char *location;
    const void *bytes; /**< or the text itself, borrowed until the corpus is closed */
    size_t n_bytes;
    const char *const *mirrors; /**< further URLs of the same text, tried in order */
    size_t n_mirrors;
    const char *sha256;       /**< pin: SHA-256 of the stored bytes, 64 hex digits */
    const char *bearer_token; /**< sent to the origin of `location` only, and only over https */
    /** How the text is divided into documents (calib_documents.h); NULL: it is one text. */
    const calib_documents *documents;
    uint64_t size_bytes; /**< pin: number of stored bytes; 0 = none */
    uint64_t weight; /**< share of the rows, relative to the other sources; all or none have one */
    uint32_t flags;  /**< CALIB_RAW_BYTES, CALIB_ACCEPT_CHANGE */
    uint32_t reader; /**< CALIB_READER_* */
} calib_source;

/* ---- Options: how sources are fetched, cached and tokenized ---- */

/** Stages that progress reports. @since 0.1.0 */
enum {
    CALIB_STAGE_WAIT = 0,     /**< waiting for a lock or a retry; done and total in milliseconds */
    CALIB_STAGE_DOWNLOAD = 1, /**< bytes received, of total (0 = not known) */
    CALIB_STAGE_READ = 2,     /**< bytes of the corpus read and checked */
    CALIB_STAGE_TOKENIZE = 3, /**< bytes of text tokenized */
    CALIB_STAGE_SAMPLE = 4    /**< rows copied */
};

/**
 * Reports progress, and lets the caller cancel. @since 0.1.0
 *
 * Runs on the thread that called calib (if several threads sample one handle: on each), at least
 * ten times a second while there is work. It is not called while one tokenizer callback runs
 * without emitting on that thread, nor while the last bytes of a download are synced to disk, and
 * less often while many millions of rows are put in order. A cancelled call returns when the
 * tokenizer callbacks that are running at that moment return.
 * @return 0 to continue. Anything else cancels: the call returns E_CANCELLED, and
 *   calib_error.callback_result has the value.
 */
typedef int (*calib_progress_fn)(void *ctx, uint32_t stage, uint64_t done, uint64_t total);

/** calib_options.flags. @since 0.1.0 */
enum {
    CALIB_NO_TOKEN_STORE = 1, /**< neither read nor write stored tokens */
    CALIB_ALLOW_HTTP = 2,     /**< allow http:// beyond loopback addresses */
    CALIB_STORE_STDIN = 4     /**< look up and store the tokens of standard input and pipes, too */
};

/** calib_options.offline. @since 0.1.0 */
enum {
    CALIB_OFFLINE_ENVIRONMENT = 0, /**< offline if CALIB_OFFLINE is set, unless it is empty, "0",
                                        "false", "no" or "off", in any case */
    CALIB_OFFLINE_ON = 1,
    CALIB_OFFLINE_OFF = 2
};

/**
 * Cache, network, limits, threads and progress; zero is the default of every field. @since 0.1.0
 *
 * calib reads these environment variables and never writes them: CALIB_CACHE_DIR,
 * CALIB_CACHE_MAX_BYTES, XDG_CACHE_HOME, HOME, CALIB_OFFLINE, SSL_CERT_FILE, SSL_CERT_DIR, TMPDIR,
 * and libcurl's proxy variables.
 */
typedef struct calib_options {
    size_t struct_size;
    /** Directory of downloads and stored tokens. The tokens of texts from memory are stored too,
     *  unless CALIB_NO_TOKEN_STORE is set. NULL: $CALIB_CACHE_DIR, $XDG_CACHE_HOME/calib, or
     *  ~/.cache/calib. A leading "~/", here and in the variable, is the value of HOME; "~user" is
     *  E_ARGUMENT. */
    const char *cache_dir;
    const char *proxy;   /**< URL; NULL: from the environment; "": none */
    const char *ca_file; /**< PEM file of trusted authorities; NULL: $SSL_CERT_FILE and the
                              folders of $SSL_CERT_DIR, else the system's */
    calib_progress_fn progress;
    void *progress_ctx;
    uint64_t max_download_bytes; /**< 0 = 1 GiB */
    /** Largest text in bytes that may be passed to the tokenizer in one call. Tokenizers take 30 to
     *  171 times the text in memory. 0 = 8 MiB. */
    uint64_t max_whole_bytes;
    uint64_t max_memo_bytes; /**< memory for the ids of segments already seen; 0 = 64 MiB */
    /** Bound on the bytes of the cache. After something was stored, the texts and tokens that were
     *  not used for longest are removed until the rest fits; files in use and the one just stored
     *  stay. 0 = $CALIB_CACHE_MAX_BYTES, else 20 GiB; UINT64_MAX = no bound. */
    uint64_t max_cache_bytes;
    /** Largest text of one source in bytes after decompression. 0 = no limit; for a URL 1 GiB, or
     *  max_download_bytes if that is more. */
    uint64_t max_text_bytes;
    uint32_t flags;              /**< CALIB_NO_TOKEN_STORE, CALIB_ALLOW_HTTP, CALIB_STORE_STDIN */
    uint32_t offline;            /**< CALIB_OFFLINE_* */
    uint32_t connect_timeout_ms; /**< 0 = 15 s */
    uint32_t stall_timeout_ms;   /**< longest time below 10 B/s, in whole seconds; 0 = 30 s */
    uint32_t deadline_ms;        /**< for a whole download with its retries; 0 = none */
    uint32_t lock_timeout_ms;    /**< longest wait for another process; 0 = 60 s */
    uint32_t max_tries;          /**< per URL; 0 = 4 */
    uint32_t threads;            /**< that tokenize, at most 256; 0 = one per processor this process
                                      may use. 1 without CALIB_TOKENIZER_THREADS. A text without
                                      `cuts` is encoded by one; documents are shared out */
    uint32_t slice;              /**< which of the `n_slices` slices of the text to open, from 0 */
    /** 0 = 1, at most 65536. The tokens of all slices, joined in order, are those of the whole. One
     *  text is split at exact cuts, which the tokenizer must offer. Documents need no cuts: each is
     *  in the slice in which it begins. E_UNSUPPORTED: several sources, weights, `join`, lazy
     *  documents, those of a callback or of Arrow, and samplers of documents. */
    uint32_t n_slices;
} calib_options;

/* ---- Sampling ---- */

/** calib_sampling.bos. @since 0.1.0 */
enum {
    CALIB_BOS_AS_TOKENIZED = 0, /**< rows are cut from the stream as the tokenizer gave it */
    CALIB_BOS_OVERWRITE = 1,    /**< BOS replaces the first token of every row, as in llama.cpp's
                                     imatrix; E_ARGUMENT if the tokenizer has no BOS */
    CALIB_BOS_PREPEND = 2 /**< BOS stands in front of every row, which has `seq_len` - 1 tokens
                               of the corpus, so none is lost; E_ARGUMENT as above, and if
                               `seq_len` is 1 */
};

/** calib_sampling.short_rows: what happens to a row of fewer than `seq_len` tokens. @since 0.1.0 */
enum {
    CALIB_SHORT_REFUSE = 0, /**< E_ARGUMENT; "sequential" and "rows" leave the tail out */
    CALIB_SHORT_PAD = 1     /**< they are filled up with `pad_id`; calib_samples.lengths has their
                                 tokens */
};

/** calib_sampling.flags. @since 0.1.0 */
enum {
    CALIB_SAMPLING_STRICT = 1 /**< fewer than asked for, as the sampler counts, is E_SHORTFALL and
                                   not a smaller result */
};

/** How rows are picked; zero is the default of every field. A field that the named sampler does not
 *  read must be zero. @since 0.1.0 */
typedef struct calib_sampling {
    size_t struct_size;
    /**
     * Name of the sampler; calib_sampler_list() lists them, docs/samplers.md tells whose rows they
     * give and what each of them counts and reads. The rows of a name never change; a better
     * sampler gets a new name. NULL: "mlx".
     *
     * "mlx": T tokens give R = T / seq_len rows; the tail is dropped. The rows come in the order of
     * mx.random.permutation(R) after mx.random.seed(seed). R is at most 2^31 - 1. Threefry-2x32-20:
     * Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11.
     */
    const char *sampler;
    const uint64_t *numbers; /**< [n_numbers]: the rows of "rows", the documents of
                                  "documents-list", from 0; borrowed for the call */
    size_t n_numbers;
    uint64_t first_row;  /**< rows at the beginning that "sequential" and "imatrix" leave out */
    uint64_t skip;       /**< what the generator has already given, in the sampler's unit. "mlx":
                              keys that were used after seeding; mlx-lm's awq and gptq seed before
                              they build the model, and building it uses keys */
    uint32_t rank;       /**< number of this process, from 0 */
    uint32_t world;      /**< number of processes; 0 = 1. The rows are picked first, then split into
                              contiguous blocks; with a remainder the first ranks get one more */
    uint32_t bos;        /**< CALIB_BOS_* */
    uint32_t short_rows; /**< CALIB_SHORT_* */
    int32_t pad_id;      /**< counts only with CALIB_SHORT_PAD; 0 is a valid id */
    uint32_t flags;      /**< CALIB_SAMPLING_* */
} calib_sampling;

/**
 * The rows. The library makes this struct; it is read-only and may grow at its end. Return it with
 * calib_samples_free(). @since 0.1.0
 */
typedef struct calib_samples {
    size_t struct_size;
    const int32_t *tokens; /**< [n_rows][seq_len], row-major, aligned to 64 bytes; NULL: no rows */
    size_t n_rows;         /**< rows here: this rank's share, which can be 0 if world > 1 */
    size_t seq_len;
    const int64_t *offsets;   /**< [n_rows]: token of its document at which each row starts */
    const int64_t *documents; /**< [n_rows]: document in which it starts, for
                                   calib_corpus_document(); a plain text is one document */
    const int64_t *sources;   /**< [n_rows]: source in which it starts */
    const int32_t *lengths;   /**< [n_rows]: tokens in use, a BOS in front among them, or NULL if
                                   every row is full */
    size_t n_sources;
    const uint64_t *source_asked;     /**< [n_sources]: what was asked of each by weight; NULL: no
                                           weights */
    const uint64_t *source_rows;      /**< [n_sources]: rows here that start in each */
    const uint64_t *source_available; /**< [n_sources]: `n_available` of each; NULL: no weights */
    int64_t n_asked;                  /**< `n_samples` as given */
    uint64_t n_sampled;               /**< rows picked for all ranks together */
    uint64_t n_available;             /**< what could be asked for: rows or documents, as the
                                           sampler counts; UINT64_MAX: drawn with replacement */
    uint64_t n_tokens;                /**< tokens in the stream; UINT64_MAX: not known, since
                                           documents are lazy and few were needed */
    uint64_t n_dropped;               /**< tokens at the end that make no full row, and those cut
                                           off the ends of documents that were taken */
    uint8_t corpus_sha256[32];        /**< of the corpus's bytes as stored */
} calib_samples;

/**
 * Loads calibration rows from the corpus that mlx-lm pins.
 *
 * @param tok        tokenizer; borrowed for the call
 * @param n_samples  number of rows; 0 or less: all of them, in permuted order. If the corpus has
 *                   fewer, the result has all of them and `n_available` says how many there are.
 *                   Some samplers count documents, and those that draw refuse 0 or less.
 * @param seq_len    tokens per row, at least 1
 * @param seed       seed of the sampler
 * @param[out] out   the rows; NULL on failure. Return them with calib_samples_free().
 * @return 0 or any status of calib_corpus_open() and calib_corpus_sample().
 * @par Threads  The progress callback runs on the calling thread. The tokenizer's callbacks run
 * there too; with CALIB_TOKENIZER_THREADS they also run on worker threads, on one text only if
 * `cuts` is offered, on documents in any case.
 * @since 0.1.0
 */
CALIB_API int calib_load(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                         uint64_t seed, calib_samples **out);

/**
 * Loads calibration rows from one source. `source`, `options` and `sampling` may be NULL: all
 * defaults. Otherwise as calib_load(). @since 0.1.0
 */
CALIB_API int calib_load_from(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                              uint64_t seed, const calib_source *source,
                              const calib_options *options, const calib_sampling *sampling,
                              calib_samples **out);

/** Frees the rows. NULL is allowed. @since 0.1.0 */
CALIB_API void calib_samples_free(calib_samples *samples);

/**
 * Takes one sampler of calib_sampler_list(): its name, and one line for people that says whose rows
 * it gives. Both are static strings.
 * @return 0 to go on; any other value stops. @since 0.1.0
 */
typedef int (*calib_sampler_fn)(void *ctx, const char *name, const char *line);

/**
 * Lists the samplers, one call of `fn` for each.
 *
 * @return 0; E_ARGUMENT if `fn` is NULL; E_CANCELLED if `fn` stopped, its value in callback_result.
 * @par Threads  `fn` runs on the calling thread.
 * @since 0.1.0
 */
CALIB_API int calib_sampler_list(calib_sampler_fn fn, void *ctx);

/**
 * Gets the rows of a plain stream that a sampler picks, without a corpus: for programs that hold
 * the tokens themselves, such as ranks that each tokenize one slice.
 *
 * Row i is the tokens [i * seq_len, (i + 1) * seq_len) of the stream, and a stream of T tokens has
 * T / seq_len rows; with CALIB_BOS_PREPEND read seq_len - 1 for seq_len. calib_corpus_sample()
 * picks the same rows in the same order.
 *
 * @param sampling     NULL: all defaults. `rank` and `world` choose this process's share; `bos`
 *                     has no effect on the numbers.
 * @param n_available  full rows of the stream, at least 1; "mlx": at most 2^31 - 1. No tail is
 *                     seen: "imatrix" needs `first_row` + 3 unless that is 0, where a corpus
 *                     with a tail needs one fewer
 * @param n_samples, seed  as in calib_load()
 * @param[out] rows    the numbers, in order, each below `n_available`; NULL if `cap` is 0
 * @param cap          numbers that `rows` has room for
 * @param[out] n       how many there are; also set if `cap` is too small
 * @return 0; E_ARGUMENT, also if `cap` is too small (the message says how many are needed) and if
 *   the sampler does not pick rows of a plain stream; E_UNSUPPORTED for a scheme that calib does
 *   not promise; E_STRUCT_NEWER, E_NOMEM; E_TOO_SHORT if `n_available` is too small; E_SHORTFALL.
 * @since 0.1.0
 */
CALIB_API int calib_sampler_rows(const calib_sampling *sampling, uint64_t n_available,
                                 int64_t n_samples, uint64_t seed, uint64_t *rows, size_t cap,
                                 size_t *n);

/* ---- Open once, sample often ---- */

/** A tokenized corpus. @since 0.1.0 */
typedef struct calib_corpus calib_corpus;

/**
 * Reads sources, checks them, and tokenizes them.
 *
 * Text must be strict UTF-8. CRLF and a lone CR become LF; a byte-order mark stays. Python's text
 * mode reads the same way, so the ids equal mlx-lm's. NUL bytes are text like any other.
 *
 * Sources that are compressed by gzip or zstd are decompressed while they are read
 * (calib_source.reader). Files compressed in other ways or twice, archives, tables, UTF-16, UTF-32,
 * web pages and Git LFS pointers are recognized by their first bytes and refused with E_FORMAT. A
 * SHA-256 pin accepts everything of these that could be text; CALIB_RAW_BYTES everything but web
 * pages and Git LFS pointers.
 *
 * @param tok        borrowed, with everything it points to, until calib_corpus_close()
 * @param sources    array of `n_sources` structs, each `sources->struct_size` bytes; NULL with
 *                   `n_sources` 0: the corpus that mlx-lm pins
 * @param n_sources  0 to 65536
 * @param options    NULL: all defaults
 * @param[out] out   the corpus; NULL on failure. Return it with calib_corpus_close().
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_UNSUPPORTED, E_NOMEM, E_CANCELLED; from the source
 *   E_SYSTEM, E_NOT_FOUND, E_ACCESS, E_SIZE, E_HASH, E_UNSTABLE, E_EMPTY, E_UTF8, E_FORMAT,
 *   E_COMPRESSED, and for a URL any status of calib_fetch(); from documents E_RECORD, E_CALLBACK;
 *   from the tokenizer E_WHOLE_LIMIT, E_ENCODE, E_EMPTY.
 * @par Threads  As calib_load().
 * @since 0.1.0
 */
CALIB_API int calib_corpus_open(const calib_tokenizer_vtable *tok, const calib_source *sources,
                                size_t n_sources, const calib_options *options, calib_corpus **out);

/**
 * Picks rows from an open corpus. The parameters are those of calib_load().
 *
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_UNSUPPORTED (a sampler of documents or "imatrix" on a
 *   slice; a scheme that is not promised), E_NOMEM, E_CANCELLED, E_TOO_SHORT, E_SHORTFALL. If
 *   stored tokens turn out to be damaged, the corpus is tokenized again, which can return any
 *   status of calib_corpus_open(), and E_CORRUPT if the text is gone or has changed. With
 *   CALIB_DOCUMENTS_LAZY any status of calib_corpus_open() as well, and E_CHANGED.
 * @par Threads  Several threads may sample one corpus at the same time.
 * @since 0.1.0
 */
CALIB_API int calib_corpus_sample(calib_corpus *corpus, int64_t n_samples, size_t seq_len,
                                  uint64_t seed, const calib_sampling *sampling,
                                  calib_samples **out);

/**
 * Copies the tokens [first, first + n) of the stream.
 *
 * @param[out] out  room for n ids; may be partly written on failure
 * @return 0, E_NOMEM, or E_ARGUMENT if the stream ends before first + n. For damaged stored tokens
 *   and lazy documents see calib_corpus_sample().
 * @par Threads  As calib_corpus_sample().
 * @since 0.1.0
 */
CALIB_API int calib_corpus_tokens(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out);

/** calib_info.download and calib_info.token_store. Of several sources: MISS if it is one source's,
 *  else HIT if it is one source's, else OFF; calib_corpus_source() tells each. @since 0.1.0 */
enum {
    CALIB_CACHE_OFF = 0, /**< not used: the source is not a URL; tokens are not stored */
    CALIB_CACHE_HIT = 1, /**< found and verified */
    CALIB_CACHE_MISS = 2 /**< downloaded now; tokenized now */
};

/** Facts about an open corpus. The library fills it up to the caller's `struct_size`.
 *  @since 0.1.0 */
typedef struct calib_info {
    size_t struct_size;
    const char *source; /**< "builtin", "memory", "documents", "-", the URL without its query, the
                             path, or "N sources"; valid until calib_corpus_close() */
    const char *token_store_why; /**< why tokens were made instead of found, or why they are not
                                      stored: a line of text, valid until calib_corpus_close();
                                      NULL: they were found */
    const char *hint;            /**< a doubt about the text, e.g. that it looks like JSON: a few
                                      words, static; NULL: none */
    uint64_t corpus_bytes;       /**< bytes as stored */
    uint64_t text_bytes;         /**< bytes after newline translation */
    uint64_t n_tokens;           /**< UINT64_MAX while unknown: CALIB_DOCUMENTS_LAZY */
    uint64_t n_documents;        /**< that were kept; a source that is one text is one */
    uint64_t n_sources;
    uint64_t longest_segment_bytes; /**< longest text passed to the tokenizer in one call; 0 if
                                         stored tokens were found */
    uint64_t fetch_ns;              /**< time to find or download the text */
    uint64_t read_ns;               /**< time to read, hash and check it */
    uint64_t tokenize_ns;           /**< time to tokenize it */
    uint8_t corpus_sha256[32];
    uint8_t fingerprint[32];  /**< the tokenizer's; all zero if it offers none */
    uint32_t has_fingerprint; /**< 1 or 0 */
    uint32_t download;        /**< CALIB_CACHE_* */
    uint32_t token_store;     /**< CALIB_CACHE_*; off: neither found nor kept (docs/storage.md) */
    uint32_t vocab_size;      /**< as the tokenizer says; 0 = not known */
} calib_info;

/**
 * Reads facts about an open corpus.
 * @return 0 or E_ARGUMENT. @since 0.1.0
 */
CALIB_API int calib_corpus_info(const calib_corpus *corpus, calib_info *out);

/** Facts about one source of an open corpus. The library fills it up to the caller's `struct_size`.
 *  Records are what the source has; documents are those of them that were kept. A source that is
 *  one text is one record and one document. With `join` all records that were kept are one
 *  document. A slice has the documents that begin in it, while its records are those of the whole
 *  source. So the number of those that were dropped is the sum of `n_empty`, `n_short`, `n_long`
 *  and `n_malformed`, not `n_records` - `n_documents`. @since 0.1.0 */
typedef struct calib_source_info {
    size_t struct_size;
    const char *location;        /**< as calib_info.source; valid until calib_corpus_close() */
    const char *token_store_why; /**< as in calib_info */
    const char *hint;            /**< as in calib_info */
    uint64_t stored_bytes;       /**< bytes as stored */
    uint64_t text_bytes;         /**< bytes after decompression and newline translation */
    uint64_t weight;             /**< as given */
    uint64_t n_tokens;           /**< as in calib_info */
    uint64_t n_documents;
    uint64_t n_records;
    uint64_t n_empty;        /**< dropped: nothing in them, although a bound asks for something */
    uint64_t n_short;        /**< dropped: fewer characters or tokens than the bounds allow */
    uint64_t n_long;         /**< dropped: more of them */
    uint64_t n_malformed;    /**< dropped, with CALIB_DOCUMENTS_SKIP_MALFORMED */
    uint64_t n_doubled_bos;  /**< documents that begin with BOS twice: the text has one and the
                                  tokenizer adds one; see calib_documents.specials. UINT64_MAX
                                  while unknown, as `n_tokens` */
    uint8_t sha256[32];      /**< of the bytes as stored */
    uint8_t text_sha256[32]; /**< of the text as the tokenizer gets it, in a slice too of the whole
                                  source: see docs/documents.md. All zero: lazy
                                  documents, whose texts are not hashed */
    uint32_t download;       /**< CALIB_CACHE_* */
    uint32_t token_store;    /**< CALIB_CACHE_* */
} calib_source_info;

/**
 * Reads facts about source `i` of an open corpus.
 * @return 0, or E_ARGUMENT if there is no such source. @since 0.1.0
 */
CALIB_API int calib_corpus_source(const calib_corpus *corpus, size_t i, calib_source_info *out);

/** Closes a corpus; the library uses nothing that it borrowed after this. NULL is allowed.
 *  @since 0.1.0 */
CALIB_API void calib_corpus_close(calib_corpus *corpus);

#ifdef __cplusplus
}
#endif
#endif
