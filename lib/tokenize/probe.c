/* SPDX-License-Identifier: MIT */
#include "tokenize/probe.h"

#include "base/error.h"
#include "tokenize/encode.h"

/* These bytes are part of the token store's format: a change needs a new CALIB_STORE_REVISION. */
static const char text[] =
    "The quick brown fox can't jump 3 times; it's 12,345.67% sure.\n"
    "  two  spaces\tand a tab\r\n\n\n   trailing   \n"
    "int main(void) { return x[0] != 0x1F ? --i : i++; } // $HOME/\xc3\xa9t\xc3\xa9\n"
    "<s></s><unk><pad>[INST][/INST]<|endoftext|><|im_start|>user<0x0A>[CLS][MASK]\n"
    "na\xc3\xafve fa\xc3\xa7"
    "ade \xef\xac\x81 e\xcc\x81 "
    "\xe2\x84\xab \xc2\xbd\xc2\xa0\xe2\x80\x8b\xe2\x80\x8d|\n"
    "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85 "
    "\xe0\xa4\xa8\xe0\xa4\xae\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xa4\xe0\xa5\x87 "
    "\xe4\xbd\xa0\xe5\xa5\xbd\xef\xbc\x8c\xe4\xb8\x96\xe7\x95\x8c \xe3\x81\x93\xe3\x82\x93 "
    "\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4 \xe0\xb9\x84\xe0\xb8\x97\xe0\xb8\xa2\n"
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\xf0\x9f\x8f\xbd \xe2\x96\x81\xe2\x96\x81 "
    "\xe2\x88\x91 "
    "\xf0\x9d\x94\x98\xef\xbf\xbd\xee\x80\x80 aaaaaaaaaaaaaaaa 0000000000 ~~~~ "
    "\xc3\x9f\xe1\xba\x9e\n"
    "Supercalifragilisticexpialidocious pneumonoultramicroscopicsilicovolcanoconiosis";

static int probe(const calib_tokenizer_vtable *tok, const char *shown, size_t len,
                 calib_buffer *ids, bool *refused)
{
    calib_segment whole = {shown, len, 0, CALIB_NO_RECORD, CALIB_TEXT_BEGIN | CALIB_TEXT_END};
    calib_id_sink sink = {.put = calib_ids_append, .ctx = ids};
    int status = calib_encode(tok, &whole, &sink, (calib_poll){0});
    *refused = status && status != CALIB_E_NOMEM;
    if (!*refused)
        return status;
    calib_error_clear();
    return CALIB_OK;
}

int calib_probe(const calib_tokenizer_vtable *tok, calib_buffer *ids, bool *refused)
{
    return probe(tok, text, sizeof text - 1, ids, refused);
}

int calib_probe_begins(const calib_tokenizer_vtable *tok, int32_t bos, bool *begins)
{
    calib_buffer ids = {0};
    bool refused;
    int status = probe(tok, "a", 1, &ids, &refused);
    *begins = !status && !refused && ids.len > 0 && *(const int32_t *)ids.data == bos;
    calib_buffer_free(&ids);
    return status;
}
