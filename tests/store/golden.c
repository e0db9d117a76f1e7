/* SPDX-License-Identifier: MIT */
/* The bytes of a store are a contract: they are the same on every machine. Makes two fixed stores,
 * compares them with the committed ones, and reads the committed ones; --write makes those. Prints
 * TAP itself because it is also built for machines without cmocka. */
#include "sample.h"

static int n_tests;

static void report(int good, const char *what, const char *name)
{
    printf("%s %d - %s, %s\n", good ? "ok" : "not ok", ++n_tests, name, what);
}

static void copy_file(const char *from, const char *to)
{
    static uint8_t bytes[8192];
    size_t n = sample_slurp(from, bytes, sizeof bytes);
    FILE *out = fopen(to, "wb");
    if (!out || fwrite(bytes, 1, n, out) != n || fclose(out))
        printf("Bail out! cannot write %s\n", to);
}

static void compare_bytes(const sample *s, const char *golden, const char *name)
{
    static uint8_t is[8192], wanted[8192];
    size_t n = sample_slurp(s->path, is, sizeof is);
    size_t n_wanted = sample_slurp(golden, wanted, sizeof wanted);
    size_t at = 0;
    while (at < n && at < n_wanted && is[at] == wanted[at])
        at++;
    report(n > 0 && n == n_wanted && at == n, "written as committed", name);
    if (n != n_wanted || at != n)
        printf("# %zu bytes, wanted %zu, first difference at %zu\n", n, n_wanted, at);
}

static void check(const char *folder, const char *name, uint32_t n, uint32_t max, uint32_t vocab,
                  int write)
{
    sample s;
    calib_ids ids;
    const char *why = NULL;
    char golden[512];
    snprintf(golden, sizeof golden, "%s/%s.ctk", folder, name);
    sample_begin(&s, n, max, vocab);
    report(sample_keep(&s, &ids) == 0, "kept", name);
    calib_ids_free(&ids);
    if (write)
        copy_file(s.path, golden);
    compare_bytes(&s, golden, name);
    copy_file(golden, s.path);
    chmod(s.path, 0444);
    report(sample_find(&s, &ids, &why) == 0 && !why && sample_compare(&s, &ids) == n, "read", name);
    if (why)
        printf("# %s\n", why);
    calib_ids_free(&ids);
    sample_end(&s);
}

int main(int n_arguments, char **arguments)
{
    const char *folder = n_arguments > 1 ? arguments[1] : ".";
    int write = n_arguments > 2 && strcmp(arguments[2], "--write") == 0;
    printf("1..9\n");
    check(folder, "narrow", 50, 65535, 65536, write);
    check(folder, "wide", 50, 0x7fffffff, 0, write);
    check(folder, "empty", 0, 0, 100, write);
    return 0;
}
