/* SPDX-License-Identifier: MIT */
#include "input/input.h"

#include "base/error.h"

#include <stdlib.h>

enum { BLOCK = 256 * 1024 };

/* A decompression bomb is told by its ratio, which is checked over every LEAST bytes of text, so
 * that neither a text before the bomb nor one behind it hides it. Texts reach 3 to 6, logs and
 * chats with the same long prompt in each record up to about 100. DEFLATE cannot pass 1032, and
 * comes near it only with a few bytes that repeat: a line of 64 bytes that repeats for ever gives
 * 295, a page 140. Zeros give about 1030 with gzip and 30,000 with zstd. */
enum { BOMB_RATIO = 512 };
static const uint64_t BOMB_LEAST = UINT64_C(16) << 20;

/* ---- failures ---- */

static uint64_t stored_offset(const calib_input *input)
{
    return input->reader.n_bytes - input->n_in;
}

static int at_offset(const calib_input *input, int status)
{
    calib_error_record()->offset = (int64_t)stored_offset(input);
    return status;
}

static int fail_step(const calib_input *input, int status, const char *fault)
{
    const char *name = calib_shown(input->name);
    if (status == CALIB_E_NOMEM)
        return calib_fail(status, "there is no memory to decompress %s", name);
    return at_offset(
        input, calib_fail(status, "%s cannot be decompressed beyond byte %llu: %s (%s)", name,
                          (unsigned long long)stored_offset(input), fault, input->unpacker->name));
}

static int fail_support(const calib_input *input)
{
    const calib_unpacker *unpacker = input->unpacker;
    return calib_fail(CALIB_E_UNSUPPORTED,
                      "%s is %s-compressed, which this build of calib cannot read: build with "
                      "-D%s=enabled, or decompress it first (%s -d)",
                      calib_shown(input->name), unpacker->name, unpacker->feature, unpacker->name);
}

/* ---- choosing ---- */

static const calib_unpacker *unpacker_of(calib_packing packing)
{
    switch (packing) {
    case CALIB_PACKING_GZIP: return calib_gzip();
    case CALIB_PACKING_ZSTD: return calib_zstd();
    case CALIB_PACKING_NONE: break;
    }
    return NULL;
}

static calib_packing packing_for(uint32_t how)
{
    return how == CALIB_READER_GZIP   ? CALIB_PACKING_GZIP
           : how == CALIB_READER_ZSTD ? CALIB_PACKING_ZSTD
                                      : CALIB_PACKING_NONE;
}

int calib_input_begin(calib_input *input, uint32_t how)
{
    const char *bytes;
    size_t len;
    int status = calib_reader_peek(&input->reader, CALIB_PACKING_BYTES, &bytes, &len);
    /* A source without bytes is an empty one, whatever it should be. */
    if (status || len == 0 || how == CALIB_READER_PLAIN)
        return status;
    calib_packing is = calib_packing_of(bytes, len);
    input->packing = how == CALIB_READER_AUTO ? is : packing_for(how);
    input->unpacker = unpacker_of(input->packing);
    if (!input->unpacker)
        return CALIB_OK;
    if (!input->unpacker->open)
        return fail_support(input);
    if (is != input->packing)
        return at_offset(input, calib_fail(CALIB_E_COMPRESSED,
                                           "%s is not %s-compressed, as its reader says: its first "
                                           "bytes are others",
                                           calib_shown(input->name), input->unpacker->name));
    input->text = malloc(BLOCK);
    return input->text ? CALIB_OK : calib_fail_memory(BLOCK);
}

/* ---- a pass ---- */

static int end(calib_input *input)
{
    input->ended = true;
    if (!input->whole)
        return at_offset(
            input, calib_fail(CALIB_E_COMPRESSED,
                              "%s is cut short: its last %s %s is open at the end, byte %llu",
                              calib_shown(input->name), input->unpacker->name,
                              input->unpacker->unit, (unsigned long long)stored_offset(input)));
    if (input->n_text == 0)
        return calib_fail(CALIB_E_EMPTY, "%s is an empty text, %s-compressed",
                          calib_shown(input->name), input->unpacker->name);
    return CALIB_OK;
}

static int step(calib_input *input, size_t *len)
{
    calib_flow flow = {.in = input->in, .n_in = input->n_in, .out = input->text, .n_out = BLOCK};
    if (!input->state)
        input->state = input->unpacker->open();
    int status = input->state ? input->unpacker->step(input->state, &flow) : CALIB_E_NOMEM;
    input->in = flow.in;
    input->n_in = flow.n_in;
    input->whole = flow.whole;
    input->full = flow.n_out == 0;
    *len = BLOCK - flow.n_out;
    return status ? fail_step(input, status, flow.fault) : CALIB_OK;
}

static int unpack(calib_input *input, const char **block, size_t *len)
{
    *block = input->text;
    *len = 0;
    int status = CALIB_OK;
    bool reads = input->n_in == 0 && !input->full;
    if (reads)
        status = calib_reader_next(&input->reader, &input->in, &input->n_in);
    if (status)
        return status;
    return reads && input->n_in == 0 ? end(input) : step(input, len);
}

static int check_ratio(calib_input *input)
{
    uint64_t text = input->n_text - input->checked_text;
    uint64_t stored = stored_offset(input) - input->checked_stored;
    if (text < BOMB_LEAST)
        return CALIB_OK;
    input->checked_text += text;
    input->checked_stored += stored;
    if (text / BOMB_RATIO <= stored)
        return CALIB_OK;
    return at_offset(
        input,
        calib_fail(CALIB_E_COMPRESSED,
                   "%s looks like a decompression bomb: %llu bytes before byte %llu stand for %llu "
                   "bytes of text; if they are meant, decompress it first (%s -d)",
                   calib_shown(input->name), (unsigned long long)stored,
                   (unsigned long long)stored_offset(input), (unsigned long long)text,
                   input->unpacker->name));
}

int calib_input_next(calib_input *input, const char **block, size_t *len)
{
    int status;
    if (input->unpacker) {
        status = unpack(input, block, len);
    } else {
        status = calib_reader_next(&input->reader, block, len);
        input->ended = *len == 0;
    }
    if (status)
        return status;
    input->n_text += *len;
    if (input->n_text > input->max_text_bytes)
        return calib_fail(CALIB_E_SIZE,
                          "%s has more text than max_text_bytes, %llu bytes: raise it if the text "
                          "is meant",
                          calib_shown(input->name), (unsigned long long)input->max_text_bytes);
    return input->unpacker ? check_ratio(input) : CALIB_OK;
}

static void forget(calib_input *input)
{
    if (input->state)
        input->unpacker->close(input->state);
    input->state = NULL;
    input->n_in = 0;
    input->full = input->whole = input->ended = false;
    input->n_text = input->checked_text = input->checked_stored = 0;
}

int calib_input_rewind(calib_input *input)
{
    forget(input);
    return calib_reader_rewind(&input->reader);
}

void calib_input_close(calib_input *input)
{
    forget(input);
    free(input->text);
    calib_reader_close(&input->reader);
    *input = (calib_input){0};
}
