/* SPDX-License-Identifier: MIT */
#include "store/format.h"

#include "base/error.h"
#include "store/bounds.h"

#include <string.h>

static const uint8_t magic[8] = {0x89, 'C', 'T', 'K', '\r', '\n', 0x1a, '\n'};

/* Offsets in the header. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 8,
    AT_HEADER_BYTES = 12,
    AT_ID_BYTES = 16,
    AT_FLAGS = 20,
    AT_N_TOKENS = 24,
    AT_DATA_OFFSET = 32,
    AT_DATA_BYTES = 40,
    AT_TABLE_OFFSET = 48,
    AT_TABLE_BYTES = 56,
    AT_FILE_BYTES = 64,
    AT_CHUNK_BYTES = 72,
    AT_MAX_ID = 76,
    AT_VOCAB_SIZE = 80,
    AT_REVISION = 84,
    AT_TEXT_BYTES = 88,
    AT_CORPUS_BYTES = 96,
    AT_TEXT_MODE = 104,
    AT_ENCODE_FLAGS = 108,
    AT_SLICE = 112,
    AT_N_SLICES = 116,
    AT_CANARY_N = 120,
    AT_CORPUS_SHA256 = 128,
    AT_FINGERPRINT = 160,
    AT_TABLE_SHA256 = 192,
    AT_CANARY_IDS = 224,
    AT_COUNTS = AT_CANARY_IDS + 4 * CALIB_STORE_CANARY_IDS,
    AT_BOUNDS_SHA256 = AT_COUNTS + 8 * CALIB_DOCUMENT_COUNTS,
    AT_DOCUMENTS_SHA256 = AT_BOUNDS_SHA256 + CALIB_SHA256_SIZE,
    AT_TEXT_SHA256 = AT_DOCUMENTS_SHA256 + CALIB_SHA256_SIZE,
    AT_ZEROS = AT_TEXT_SHA256 + CALIB_SHA256_SIZE,
    AT_HEADER_SHA256 = CALIB_STORE_HEADER_BYTES - CALIB_SHA256_SIZE
};

_Static_assert(AT_ZEROS <= AT_HEADER_SHA256, "the canary does not fit into the header");

void calib_put_u32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

void calib_put_u64(uint8_t *to, uint64_t value)
{
    calib_put_u32(to, (uint32_t)value);
    calib_put_u32(to + 4, (uint32_t)(value >> 32));
}

uint32_t calib_get_u32(const uint8_t *from)
{
    return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

uint64_t calib_get_u64(const uint8_t *from)
{
    return calib_get_u32(from) | (uint64_t)calib_get_u32(from + 4) << 32;
}

/* ---- key ---- */

typedef struct key_list {
    uint8_t bytes[320];
    size_t len;
} key_list;

/* An entry is tag, length, value. The length makes the list of entries unambiguous. */
static void add_bytes(key_list *list, uint8_t tag, const void *value, size_t len)
{
    list->bytes[list->len] = tag;
    calib_put_u32(list->bytes + list->len + 1, (uint32_t)len);
    memcpy(list->bytes + list->len + 5, value, len);
    list->len += 5 + len;
}

static void add_number(key_list *list, uint8_t tag, uint64_t number)
{
    uint8_t value[8];
    calib_put_u64(value, number);
    add_bytes(list, tag, value, sizeof value);
}

static bool has_documents(const calib_store_inputs *inputs)
{
    static const uint8_t none[CALIB_SHA256_SIZE];
    return memcmp(inputs->documents_sha256, none, sizeof none) != 0;
}

int calib_store_key(const calib_store_inputs *inputs, char key[CALIB_SHA256_HEX])
{
    key_list list = {.len = 0};
    add_bytes(&list, 'M', magic, sizeof magic);
    add_number(&list, 'V', CALIB_STORE_VERSION);
    add_number(&list, 'R', CALIB_STORE_REVISION);
    add_bytes(&list, 'C', inputs->corpus_sha256, CALIB_SHA256_SIZE);
    add_number(&list, 'B', inputs->corpus_bytes);
    add_number(&list, 'T', inputs->text_mode);
    add_bytes(&list, 'F', inputs->fingerprint, CALIB_SHA256_SIZE);
    add_number(&list, 'E', inputs->encode_flags);
    add_number(&list, 'S', inputs->slice);
    add_number(&list, 'N', inputs->n_slices);
    if (has_documents(inputs))
        add_bytes(&list, 'D', inputs->documents_sha256, CALIB_SHA256_SIZE);
    uint8_t hash[CALIB_SHA256_SIZE];
    int status = calib_sha256_of(list.bytes, list.len, hash);
    if (!status)
        calib_sha256_to_hex(hash, key);
    return status;
}

/* ---- layout ---- */

uint64_t calib_store_data_bytes(const calib_store_header *header)
{
    return header->n_tokens * header->id_bytes;
}

uint64_t calib_store_bounds_bytes(const calib_store_header *header)
{
    return header->counts.kept * CALIB_BOUND_BYTES;
}

uint64_t calib_store_table_bytes(const calib_store_header *header)
{
    uint64_t data = calib_store_data_bytes(header);
    uint64_t chunks = data / CALIB_STORE_CHUNK_BYTES + (data % CALIB_STORE_CHUNK_BYTES != 0);
    return chunks * CALIB_SHA256_SIZE;
}

static size_t canary_kept(int64_t n)
{
    if (n < 0)
        return 0;
    return n < CALIB_STORE_CANARY_IDS ? (size_t)n : CALIB_STORE_CANARY_IDS;
}

bool calib_store_canary_equal(const calib_store_canary *a, const calib_store_canary *b)
{
    return a->n == b->n && memcmp(a->ids, b->ids, canary_kept(a->n) * sizeof a->ids[0]) == 0;
}

/* ---- write ---- */

static void put_layout(uint8_t *out, const calib_store_header *header)
{
    uint64_t data = calib_store_data_bytes(header);
    uint64_t bounds = calib_store_bounds_bytes(header);
    uint64_t table = calib_store_table_bytes(header);
    calib_put_u64(out + AT_N_TOKENS, header->n_tokens);
    calib_put_u64(out + AT_DATA_OFFSET, CALIB_STORE_HEADER_BYTES);
    calib_put_u64(out + AT_DATA_BYTES, data);
    calib_put_u64(out + AT_TABLE_OFFSET, CALIB_STORE_HEADER_BYTES + data + bounds);
    calib_put_u64(out + AT_TABLE_BYTES, table);
    calib_put_u64(out + AT_FILE_BYTES, CALIB_STORE_HEADER_BYTES + data + bounds + table);
    calib_put_u32(out + AT_CHUNK_BYTES, CALIB_STORE_CHUNK_BYTES);
}

static void put_counts(uint8_t *out, const calib_document_counts *counts)
{
    uint64_t numbers[CALIB_DOCUMENT_COUNTS];
    memcpy(numbers, counts, sizeof numbers);
    for (size_t i = 0; i < CALIB_DOCUMENT_COUNTS; i++)
        calib_put_u64(out + AT_COUNTS + 8 * i, numbers[i]);
}

static void get_counts(const uint8_t *in, calib_document_counts *counts)
{
    uint64_t numbers[CALIB_DOCUMENT_COUNTS];
    for (size_t i = 0; i < CALIB_DOCUMENT_COUNTS; i++)
        numbers[i] = calib_get_u64(in + AT_COUNTS + 8 * i);
    memcpy(counts, numbers, sizeof numbers);
}

int calib_store_header_write(const calib_store_header *header,
                             uint8_t out[CALIB_STORE_HEADER_BYTES])
{
    const calib_store_inputs *inputs = &header->inputs;
    memset(out, 0, CALIB_STORE_HEADER_BYTES);
    memcpy(out + AT_MAGIC, magic, sizeof magic);
    calib_put_u32(out + AT_VERSION, CALIB_STORE_VERSION);
    calib_put_u32(out + AT_HEADER_BYTES, CALIB_STORE_HEADER_BYTES);
    calib_put_u32(out + AT_ID_BYTES, header->id_bytes);
    calib_put_u32(out + AT_MAX_ID, header->max_id);
    calib_put_u32(out + AT_VOCAB_SIZE, header->vocab_size);
    calib_put_u64(out + AT_TEXT_BYTES, header->text_bytes);
    put_layout(out, header);
    calib_put_u32(out + AT_REVISION, CALIB_STORE_REVISION);
    calib_put_u64(out + AT_CORPUS_BYTES, inputs->corpus_bytes);
    calib_put_u32(out + AT_TEXT_MODE, inputs->text_mode);
    calib_put_u32(out + AT_ENCODE_FLAGS, inputs->encode_flags);
    calib_put_u32(out + AT_SLICE, inputs->slice);
    calib_put_u32(out + AT_N_SLICES, inputs->n_slices);
    memcpy(out + AT_CORPUS_SHA256, inputs->corpus_sha256, CALIB_SHA256_SIZE);
    memcpy(out + AT_FINGERPRINT, inputs->fingerprint, CALIB_SHA256_SIZE);
    memcpy(out + AT_TABLE_SHA256, header->table_sha256, CALIB_SHA256_SIZE);
    calib_put_u64(out + AT_CANARY_N, (uint64_t)header->canary.n);
    for (size_t i = 0; i < canary_kept(header->canary.n); i++)
        calib_put_u32(out + AT_CANARY_IDS + 4 * i, (uint32_t)header->canary.ids[i]);
    put_counts(out, &header->counts);
    memcpy(out + AT_BOUNDS_SHA256, header->bounds_sha256, CALIB_SHA256_SIZE);
    memcpy(out + AT_DOCUMENTS_SHA256, inputs->documents_sha256, CALIB_SHA256_SIZE);
    memcpy(out + AT_TEXT_SHA256, header->text_sha256, CALIB_SHA256_SIZE);
    return calib_sha256_of(out, AT_HEADER_SHA256, out + AT_HEADER_SHA256);
}

/* ---- read ---- */

/* Below this limit n_tokens * id_bytes and the sums of sizes cannot overflow. */
static const uint64_t MOST_TOKENS = UINT64_C(1) << 60;
static const uint64_t MOST_DOCUMENTS = UINT64_C(1) << 58;

static bool are_zero(const uint8_t *from, const uint8_t *to)
{
    while (from < to && *from == 0)
        from++;
    return from == to;
}

/* A source that is one text has no bounds, and nothing to count. */
static bool counts_add_up(const calib_store_header *header)
{
    static const calib_document_counts none;
    const calib_document_counts *counts = &header->counts;
    const uint8_t *bounds = header->bounds_sha256;
    if (counts->kept == 0 && !are_zero(bounds, bounds + CALIB_SHA256_SIZE))
        return false;
    if (!has_documents(&header->inputs))
        return memcmp(counts, &none, sizeof none) == 0;
    return counts->kept <= counts->records && counts->doubled_bos <= counts->kept;
}

static const char *refuse(const uint8_t *in, uint64_t file_len, const calib_store_header *header)
{
    uint8_t layout[CALIB_STORE_HEADER_BYTES] = {0};
    uint32_t limit = header->vocab_size ? header->vocab_size : (uint32_t)INT32_MAX + 1;
    if (header->id_bytes != 2 && header->id_bytes != 4)
        return "ids of an unknown size";
    if (header->n_tokens > MOST_TOKENS || header->counts.kept > MOST_DOCUMENTS)
        return "an absurd number of tokens or documents";
    if (!counts_add_up(header))
        return "documents that do not add up";
    /* The number of tokens determines the layout, so offsets are compared and never trusted:
     * nothing can overlap or leave a gap. */
    put_layout(layout, header);
    if (memcmp(layout + AT_N_TOKENS, in + AT_N_TOKENS, AT_MAX_ID - AT_N_TOKENS) != 0)
        return "a layout that does not add up";
    if (calib_get_u64(layout + AT_FILE_BYTES) != file_len)
        return "a file of another length than its header says";
    if (calib_get_u32(in + AT_FLAGS) != 0)
        return "unknown flags";
    if (calib_get_u32(in + AT_REVISION) != CALIB_STORE_REVISION)
        return "another revision";
    if (header->max_id >= limit || header->max_id > (uint32_t)INT32_MAX ||
        (header->id_bytes == 2 && header->max_id > UINT16_MAX))
        return "an id beyond the vocabulary";
    if (header->canary.n < CALIB_STORE_CANARY_REFUSED)
        return "a canary that does not add up";
    if (!are_zero(in + AT_CANARY_IDS + 4 * canary_kept(header->canary.n), in + AT_COUNTS) ||
        !are_zero(in + AT_ZEROS, in + AT_HEADER_SHA256))
        return "bytes that must be zero";
    return NULL;
}

int calib_store_header_read(const uint8_t in[CALIB_STORE_HEADER_BYTES], uint64_t file_len,
                            calib_store_header *out, const char **why)
{
    uint8_t hash[CALIB_SHA256_SIZE];
    *why = NULL;
    if (memcmp(in + AT_MAGIC, magic, sizeof magic) != 0)
        *why = "not a token store";
    else if (calib_get_u32(in + AT_VERSION) != CALIB_STORE_VERSION)
        *why = "another version of the format";
    else if (calib_get_u32(in + AT_HEADER_BYTES) != CALIB_STORE_HEADER_BYTES)
        *why = "a header of another size";
    if (*why)
        return CALIB_OK;
    int status = calib_sha256_of(in, AT_HEADER_SHA256, hash);
    if (status)
        return status;
    calib_store_inputs *inputs = &out->inputs;
    out->n_tokens = calib_get_u64(in + AT_N_TOKENS);
    out->text_bytes = calib_get_u64(in + AT_TEXT_BYTES);
    out->id_bytes = calib_get_u32(in + AT_ID_BYTES);
    out->max_id = calib_get_u32(in + AT_MAX_ID);
    out->vocab_size = calib_get_u32(in + AT_VOCAB_SIZE);
    memcpy(out->table_sha256, in + AT_TABLE_SHA256, CALIB_SHA256_SIZE);
    memcpy(inputs->corpus_sha256, in + AT_CORPUS_SHA256, CALIB_SHA256_SIZE);
    memcpy(inputs->fingerprint, in + AT_FINGERPRINT, CALIB_SHA256_SIZE);
    inputs->corpus_bytes = calib_get_u64(in + AT_CORPUS_BYTES);
    inputs->text_mode = calib_get_u32(in + AT_TEXT_MODE);
    inputs->encode_flags = calib_get_u32(in + AT_ENCODE_FLAGS);
    inputs->slice = calib_get_u32(in + AT_SLICE);
    inputs->n_slices = calib_get_u32(in + AT_N_SLICES);
    get_counts(in, &out->counts);
    memcpy(out->bounds_sha256, in + AT_BOUNDS_SHA256, CALIB_SHA256_SIZE);
    memcpy(inputs->documents_sha256, in + AT_DOCUMENTS_SHA256, CALIB_SHA256_SIZE);
    memcpy(out->text_sha256, in + AT_TEXT_SHA256, CALIB_SHA256_SIZE);
    out->canary.n = (int64_t)calib_get_u64(in + AT_CANARY_N);
    for (size_t i = 0; i < CALIB_STORE_CANARY_IDS; i++)
        out->canary.ids[i] = (int32_t)calib_get_u32(in + AT_CANARY_IDS + 4 * i);
    *why = memcmp(hash, in + AT_HEADER_SHA256, sizeof hash) != 0 ? "a damaged header"
                                                                 : refuse(in, file_len, out);
    return CALIB_OK;
}
