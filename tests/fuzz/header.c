/* SPDX-License-Identifier: MIT */
/* The header of stored tokens. Its hash is made right first, so that the checks behind it are
 * reached: what passes them is consistent, and written again gives the same bytes. */
#include "base/sha256.h"
#include "store/format.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bytes[CALIB_STORE_HEADER_BYTES] = {0}, again[CALIB_STORE_HEADER_BYTES];
    if (size < 8)
        return 0;
    uint64_t file_len = calib_get_u64(data);
    size -= 8;
    memcpy(bytes, data + 8, size < sizeof bytes ? size : sizeof bytes);
    size_t end = sizeof bytes - CALIB_SHA256_SIZE;
    MUST(calib_sha256_of(bytes, end, bytes + end) == CALIB_OK);
    calib_store_header header;
    const char *why = NULL;
    MUST(calib_store_header_read(bytes, file_len, &header, &why) == CALIB_OK);
    if (why)
        return 0;
    MUST(calib_store_data_bytes(&header) + calib_store_table_bytes(&header) +
             CALIB_STORE_HEADER_BYTES ==
         file_len);
    MUST(calib_store_header_write(&header, again) == CALIB_OK);
    MUST(memcmp(bytes, again, sizeof bytes) == 0);
    return 0;
}
