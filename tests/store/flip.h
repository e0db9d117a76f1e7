/* SPDX-License-Identifier: MIT */
/* Damages a file that is read-only. */
#ifndef CALIB_TESTS_FLIP_H
#define CALIB_TESTS_FLIP_H

#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/** Flips one bit of the byte at an offset. */
static inline void flip_byte(const char *path, off_t at)
{
    unsigned char byte;
    assert_int_equal(chmod(path, 0600), 0);
    int fd = open(path, O_RDWR);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
    assert_int_equal(chmod(path, 0444), 0);
}

#endif
