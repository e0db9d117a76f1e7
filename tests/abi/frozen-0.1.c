/* SPDX-License-Identifier: MIT */
/* The ABI of release 0.1, frozen: this file is only ever copied for a later release, never edited.
 * Fields keep their place and size, numbers their value, functions their signature; structs may
 * grow at the end. It needs no C library, so that the tests can compile it for other machines. */
#include "frozen.h"

#include <calib.h>

STRUCT(calib_error, 1056, 1052, 1056);
FIELD(calib_error, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_error, status, 8, 4, 4, 4, 4);
FIELD(calib_error, callback_result, 12, 8, 8, 4, 4);
FIELD(calib_error, system_error, 16, 12, 12, 4, 4);
FIELD(calib_error, http_status, 20, 16, 16, 4, 4);
FIELD(calib_error, offset, 24, 20, 24, 8, 8);
FIELD(calib_error, message, 32, 28, 32, 1024, 1024);

STRUCT(calib_tokenizer_vtable, 88, 48, 48);
FIELD(calib_tokenizer_vtable, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_tokenizer_vtable, ctx, 8, 4, 4, 8, 4);
FIELD(calib_tokenizer_vtable, encode, 16, 8, 8, 8, 4);
FIELD(calib_tokenizer_vtable, last_error, 24, 12, 12, 8, 4);
FIELD(calib_tokenizer_vtable, fingerprint, 32, 16, 16, 8, 4);
FIELD(calib_tokenizer_vtable, identity, 40, 20, 20, 8, 4);
FIELD(calib_tokenizer_vtable, special_id, 48, 24, 24, 8, 4);
FIELD(calib_tokenizer_vtable, cuts, 56, 28, 28, 8, 4);
FIELD(calib_tokenizer_vtable, text_of, 64, 32, 32, 8, 4);
FIELD(calib_tokenizer_vtable, vocab_size, 72, 36, 36, 4, 4);
FIELD(calib_tokenizer_vtable, capabilities, 76, 40, 40, 4, 4);
FIELD(calib_tokenizer_vtable, kind_of, 80, 44, 44, 8, 4);

STRUCT(calib_source, 96, 60, 64);
FIELD(calib_source, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_source, location, 8, 4, 4, 8, 4);
FIELD(calib_source, bytes, 16, 8, 8, 8, 4);
FIELD(calib_source, n_bytes, 24, 12, 12, 8, 4);
FIELD(calib_source, mirrors, 32, 16, 16, 8, 4);
FIELD(calib_source, n_mirrors, 40, 20, 20, 8, 4);
FIELD(calib_source, sha256, 48, 24, 24, 8, 4);
FIELD(calib_source, bearer_token, 56, 28, 28, 8, 4);
FIELD(calib_source, documents, 64, 32, 32, 8, 4);
FIELD(calib_source, size_bytes, 72, 36, 40, 8, 8);
FIELD(calib_source, weight, 80, 44, 48, 8, 8);
FIELD(calib_source, flags, 88, 52, 56, 4, 4);
FIELD(calib_source, reader, 92, 56, 60, 4, 4);

STRUCT(calib_options, 128, 104, 104);
FIELD(calib_options, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_options, cache_dir, 8, 4, 4, 8, 4);
FIELD(calib_options, proxy, 16, 8, 8, 8, 4);
FIELD(calib_options, ca_file, 24, 12, 12, 8, 4);
FIELD(calib_options, progress, 32, 16, 16, 8, 4);
FIELD(calib_options, progress_ctx, 40, 20, 20, 8, 4);
FIELD(calib_options, max_download_bytes, 48, 24, 24, 8, 8);
FIELD(calib_options, max_whole_bytes, 56, 32, 32, 8, 8);
FIELD(calib_options, max_memo_bytes, 64, 40, 40, 8, 8);
FIELD(calib_options, max_cache_bytes, 72, 48, 48, 8, 8);
FIELD(calib_options, max_text_bytes, 80, 56, 56, 8, 8);
FIELD(calib_options, flags, 88, 64, 64, 4, 4);
FIELD(calib_options, offline, 92, 68, 68, 4, 4);
FIELD(calib_options, connect_timeout_ms, 96, 72, 72, 4, 4);
FIELD(calib_options, stall_timeout_ms, 100, 76, 76, 4, 4);
FIELD(calib_options, deadline_ms, 104, 80, 80, 4, 4);
FIELD(calib_options, lock_timeout_ms, 108, 84, 84, 4, 4);
FIELD(calib_options, max_tries, 112, 88, 88, 4, 4);
FIELD(calib_options, threads, 116, 92, 92, 4, 4);
FIELD(calib_options, slice, 120, 96, 96, 4, 4);
FIELD(calib_options, n_slices, 124, 100, 100, 4, 4);

STRUCT(calib_sampling, 72, 56, 56);
FIELD(calib_sampling, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_sampling, sampler, 8, 4, 4, 8, 4);
FIELD(calib_sampling, numbers, 16, 8, 8, 8, 4);
FIELD(calib_sampling, n_numbers, 24, 12, 12, 8, 4);
FIELD(calib_sampling, first_row, 32, 16, 16, 8, 8);
FIELD(calib_sampling, skip, 40, 24, 24, 8, 8);
FIELD(calib_sampling, rank, 48, 32, 32, 4, 4);
FIELD(calib_sampling, world, 52, 36, 36, 4, 4);
FIELD(calib_sampling, bos, 56, 40, 40, 4, 4);
FIELD(calib_sampling, short_rows, 60, 44, 44, 4, 4);
FIELD(calib_sampling, pad_id, 64, 48, 48, 4, 4);
FIELD(calib_sampling, flags, 68, 52, 52, 4, 4);

STRUCT(calib_samples, 168, 120, 120);
FIELD(calib_samples, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_samples, tokens, 8, 4, 4, 8, 4);
FIELD(calib_samples, n_rows, 16, 8, 8, 8, 4);
FIELD(calib_samples, seq_len, 24, 12, 12, 8, 4);
FIELD(calib_samples, offsets, 32, 16, 16, 8, 4);
FIELD(calib_samples, documents, 40, 20, 20, 8, 4);
FIELD(calib_samples, sources, 48, 24, 24, 8, 4);
FIELD(calib_samples, lengths, 56, 28, 28, 8, 4);
FIELD(calib_samples, n_sources, 64, 32, 32, 8, 4);
FIELD(calib_samples, source_asked, 72, 36, 36, 8, 4);
FIELD(calib_samples, source_rows, 80, 40, 40, 8, 4);
FIELD(calib_samples, source_available, 88, 44, 44, 8, 4);
FIELD(calib_samples, n_asked, 96, 48, 48, 8, 8);
FIELD(calib_samples, n_sampled, 104, 56, 56, 8, 8);
FIELD(calib_samples, n_available, 112, 64, 64, 8, 8);
FIELD(calib_samples, n_tokens, 120, 72, 72, 8, 8);
FIELD(calib_samples, n_dropped, 128, 80, 80, 8, 8);
FIELD(calib_samples, corpus_sha256, 136, 88, 88, 32, 32);

STRUCT(calib_info, 184, 168, 168);
FIELD(calib_info, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_info, source, 8, 4, 4, 8, 4);
FIELD(calib_info, token_store_why, 16, 8, 8, 8, 4);
FIELD(calib_info, hint, 24, 12, 12, 8, 4);
FIELD(calib_info, corpus_bytes, 32, 16, 16, 8, 8);
FIELD(calib_info, text_bytes, 40, 24, 24, 8, 8);
FIELD(calib_info, n_tokens, 48, 32, 32, 8, 8);
FIELD(calib_info, n_documents, 56, 40, 40, 8, 8);
FIELD(calib_info, n_sources, 64, 48, 48, 8, 8);
FIELD(calib_info, longest_segment_bytes, 72, 56, 56, 8, 8);
FIELD(calib_info, fetch_ns, 80, 64, 64, 8, 8);
FIELD(calib_info, read_ns, 88, 72, 72, 8, 8);
FIELD(calib_info, tokenize_ns, 96, 80, 80, 8, 8);
FIELD(calib_info, corpus_sha256, 104, 88, 88, 32, 32);
FIELD(calib_info, fingerprint, 136, 120, 120, 32, 32);
FIELD(calib_info, has_fingerprint, 168, 152, 152, 4, 4);
FIELD(calib_info, download, 172, 156, 156, 4, 4);
FIELD(calib_info, token_store, 176, 160, 160, 4, 4);
FIELD(calib_info, vocab_size, 180, 164, 164, 4, 4);

STRUCT(calib_source_info, 192, 176, 176);
FIELD(calib_source_info, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_source_info, location, 8, 4, 4, 8, 4);
FIELD(calib_source_info, token_store_why, 16, 8, 8, 8, 4);
FIELD(calib_source_info, hint, 24, 12, 12, 8, 4);
FIELD(calib_source_info, stored_bytes, 32, 16, 16, 8, 8);
FIELD(calib_source_info, text_bytes, 40, 24, 24, 8, 8);
FIELD(calib_source_info, weight, 48, 32, 32, 8, 8);
FIELD(calib_source_info, n_tokens, 56, 40, 40, 8, 8);
FIELD(calib_source_info, n_documents, 64, 48, 48, 8, 8);
FIELD(calib_source_info, n_records, 72, 56, 56, 8, 8);
FIELD(calib_source_info, n_empty, 80, 64, 64, 8, 8);
FIELD(calib_source_info, n_short, 88, 72, 72, 8, 8);
FIELD(calib_source_info, n_long, 96, 80, 80, 8, 8);
FIELD(calib_source_info, n_malformed, 104, 88, 88, 8, 8);
FIELD(calib_source_info, n_doubled_bos, 112, 96, 96, 8, 8);
FIELD(calib_source_info, sha256, 120, 104, 104, 32, 32);
FIELD(calib_source_info, text_sha256, 152, 136, 136, 32, 32);
FIELD(calib_source_info, download, 184, 168, 168, 4, 4);
FIELD(calib_source_info, token_store, 188, 172, 172, 4, 4);

VALUE(E_ARGUMENT, -1);
VALUE(E_STRUCT_NEWER, -2);
VALUE(E_UNSUPPORTED, -3);
VALUE(E_NOMEM, -4);
VALUE(E_CANCELLED, -5);
VALUE(E_SYSTEM, -6);
VALUE(E_NOT_FOUND, -7);
VALUE(E_ACCESS, -8);
VALUE(E_NOSPACE, -9);
VALUE(E_OFFLINE, -10);
VALUE(E_NETWORK, -11);
VALUE(E_TLS, -12);
VALUE(E_HTTP, -13);
VALUE(E_TIMEOUT, -14);
VALUE(E_SIZE, -15);
VALUE(E_HASH, -16);
VALUE(E_CHANGED, -17);
VALUE(E_CORRUPT, -18);
VALUE(E_EMPTY, -19);
VALUE(E_UTF8, -20);
VALUE(E_WHOLE_LIMIT, -21);
VALUE(E_ENCODE, -22);
VALUE(E_TOO_SHORT, -23);
VALUE(E_SHORTFALL, -24);
VALUE(E_MODEL, -25);
VALUE(E_FORMAT, -26);
VALUE(E_UNSTABLE, -27);
VALUE(E_COMPRESSED, -28);
VALUE(E_RECORD, -29);
VALUE(E_CALLBACK, -30);
VALUE(E_RECIPE, -31);
VALUE(E_LOCK, -32);
VALUE(OK, 0);
_Static_assert(sizeof(calib_status) == sizeof(int32_t), "calib_status");

VALUE(TEXT_BEGIN, 1);
VALUE(TEXT_END, 2);
VALUE(TEXT_NO_SPECIAL, 4);
VALUE(TEXT_PARSE_SPECIAL, 8);
VALUE(TEXT_PLAIN, 16);
VALUE(SPECIAL_BOS, 0);
VALUE(SPECIAL_EOS, 1);
VALUE(SPECIAL_PAD, 2);
VALUE(SPECIAL_UNK, 3);
VALUE(KIND_NONE, 0);
VALUE(KIND_NORMAL, 1);
VALUE(KIND_SPECIAL, 2);
VALUE(KIND_ADDED, 3);
VALUE(KIND_BYTE, 4);
VALUE(KIND_UNKNOWN, 5);
VALUE(TOKENIZER_THREADS, 1);
VALUE(TOKENIZER_SELF_IDENTIFYING, 2);
VALUE(TOKENIZER_PARTS, 4);
VALUE(STAGE_WAIT, 0);
VALUE(STAGE_DOWNLOAD, 1);
VALUE(STAGE_READ, 2);
VALUE(STAGE_TOKENIZE, 3);
VALUE(STAGE_SAMPLE, 4);
VALUE(RAW_BYTES, 1);
VALUE(ACCEPT_CHANGE, 2);
VALUE(READER_AUTO, 0);
VALUE(READER_PLAIN, 1);
VALUE(READER_GZIP, 2);
VALUE(READER_ZSTD, 3);
VALUE(NO_TOKEN_STORE, 1);
VALUE(ALLOW_HTTP, 2);
VALUE(STORE_STDIN, 4);
VALUE(OFFLINE_ENVIRONMENT, 0);
VALUE(OFFLINE_ON, 1);
VALUE(OFFLINE_OFF, 2);
VALUE(BOS_AS_TOKENIZED, 0);
VALUE(BOS_OVERWRITE, 1);
VALUE(BOS_PREPEND, 2);
VALUE(SHORT_REFUSE, 0);
VALUE(SHORT_PAD, 1);
VALUE(SAMPLING_STRICT, 1);
VALUE(CACHE_OFF, 0);
VALUE(CACHE_HIT, 1);
VALUE(CACHE_MISS, 2);

/* A declaration or type that differs from the header's does not compile. */
typedef int (*calib_emit_fn)(void *emit_ctx, const int32_t *ids, size_t n_ids);
typedef int (*calib_text_fn)(void *put_ctx, const char *text, size_t len);
typedef int (*calib_progress_fn)(void *ctx, uint32_t stage, uint64_t done, uint64_t total);
int calib_last_error(calib_error *out);
const char *calib_status_name(int status);
const char *calib_status_text(int status);
const char *calib_version(void);
const calib_tokenizer_vtable *calib_bytes_tokenizer(void);
int calib_load(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len, uint64_t seed,
               calib_samples **out);
int calib_load_from(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                    uint64_t seed, const calib_source *source, const calib_options *options,
                    const calib_sampling *sampling, calib_samples **out);
void calib_samples_free(calib_samples *samples);
int calib_sampler_list(int (*fn)(void *ctx, const char *name, const char *line), void *ctx);
int calib_sampler_rows(const calib_sampling *sampling, uint64_t n_available, int64_t n_samples,
                       uint64_t seed, uint64_t *rows, size_t cap, size_t *n);
int calib_corpus_open(const calib_tokenizer_vtable *tok, const calib_source *sources,
                      size_t n_sources, const calib_options *options, calib_corpus **out);
int calib_corpus_sample(calib_corpus *corpus, int64_t n_samples, size_t seq_len, uint64_t seed,
                        const calib_sampling *sampling, calib_samples **out);
int calib_corpus_tokens(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out);
int calib_corpus_info(const calib_corpus *corpus, calib_info *out);
int calib_corpus_source(const calib_corpus *corpus, size_t i, calib_source_info *out);
void calib_corpus_close(calib_corpus *corpus);

TYPE(calib_tokenizer_vtable, encode,
     int (*)(void *, const char *, size_t, uint32_t, calib_emit_fn, void *));
TYPE(calib_tokenizer_vtable, last_error, const char *(*)(void *));
TYPE(calib_tokenizer_vtable, fingerprint, int (*)(void *, uint8_t *));
TYPE(calib_tokenizer_vtable, identity, int (*)(void *, uint8_t *));
TYPE(calib_tokenizer_vtable, special_id, int32_t (*)(void *, uint32_t));
TYPE(calib_tokenizer_vtable, cuts,
     int (*)(void *, const char *, size_t, uint32_t, size_t *, size_t, size_t *));
TYPE(calib_tokenizer_vtable, text_of, int (*)(void *, int32_t, calib_text_fn, void *));
TYPE(calib_source, location, const char *);
TYPE(calib_source, bytes, const void *);
TYPE(calib_source, mirrors, const char *const *);
TYPE(calib_source, documents, const struct calib_documents *);
TYPE(calib_options, progress, calib_progress_fn);
TYPE(calib_sampling, sampler, const char *);
TYPE(calib_samples, tokens, const int32_t *);
TYPE(calib_samples, offsets, const int64_t *);
TYPE(calib_samples, documents, const int64_t *);
TYPE(calib_samples, sources, const int64_t *);
TYPE(calib_samples, lengths, const int32_t *);
TYPE(calib_samples, source_asked, const uint64_t *);
TYPE(calib_samples, source_rows, const uint64_t *);
TYPE(calib_samples, source_available, const uint64_t *);
