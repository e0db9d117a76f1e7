/* SPDX-License-Identifier: MIT */
/* How a frozen ABI is written down. */
#ifndef CALIB_TESTS_ABI_FROZEN_H
#define CALIB_TESTS_ABI_FROZEN_H

#include <stddef.h>
#include <stdint.h>

/* Places and sizes differ between 64-bit machines, 32-bit ones that align int64_t to 4 bytes
 * (i386), and 32-bit ones that align it to 8 (ARM, MIPS, PowerPC). */
typedef struct probe {
    char byte;
    int64_t wide;
} probe;
#define PICK(lp64, packed32, aligned32)                                                            \
    (sizeof(void *) == 8 ? (lp64) : offsetof(probe, wide) == 4 ? (packed32) : (aligned32))

#define STRUCT(type, lp64, packed32, aligned32)                                                    \
    _Static_assert(sizeof(type) >= PICK(lp64, packed32, aligned32), #type " shrank");              \
    _Static_assert(offsetof(type, struct_size) == 0, #type " begins with its size")
#define FIELD(type, field, lp64, packed32, aligned32, size64, size32)                              \
    _Static_assert(offsetof(type, field) == PICK(lp64, packed32, aligned32), #type "." #field);    \
    _Static_assert(sizeof(((type *)0)->field) == PICK(size64, size32, size32), #type "." #field)

#define VALUE(name, number) _Static_assert(CALIB_##name == (number), #name)
#define TYPE(struct, field, type)                                                                  \
    _Static_assert(_Generic(((struct *)0)->field, type: 1, default: 0), #struct "." #field)

#endif
