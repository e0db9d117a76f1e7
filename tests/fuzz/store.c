/* SPDX-License-Identifier: MIT */
/* A whole file of stored tokens, under the name that is looked for: either it is not taken, or its
 * ids are those that were stored. When the first byte is odd the header's hash is made right, so
 * that the checks behind it are reached. */
#include "target.h"

#include "../store/sample.h"

enum { HEADER = CALIB_STORE_HEADER_BYTES, END = HEADER - CALIB_SHA256_SIZE, MOST = 8192 };

static sample s;

static void clean_up(void)
{
    sample_end(&s);
}

/* The store that the seed `narrow` is, in a directory of this process. */
static void begin(void)
{
    calib_ids ids;
    sample_begin(&s, 50, 65535, 65536);
    MUST(sample_keep(&s, &ids) == 0);
    calib_ids_free(&ids);
    atexit(clean_up);
}

static void put_file(const uint8_t *data, size_t size)
{
    MUST(unlink(s.path) == 0);
    int fd = open(s.path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t file[MOST];
    if (size < 1 || size > MOST)
        return 0;
    if (!s.cache[0])
        begin();
    bool mend = data[0] & 1;
    memcpy(file, data + 1, --size);
    if (mend && size >= HEADER)
        MUST(calib_sha256_of(file, END, file + END) == CALIB_OK);
    put_file(file, size);
    calib_ids ids;
    const char *why;
    MUST(sample_find(&s, &ids, &why) == CALIB_OK);
    MUST(why || sample_compare(&s, &ids) == s.n);
    calib_ids_free(&ids);
    return 0;
}
