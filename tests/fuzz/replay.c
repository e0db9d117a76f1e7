/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target without a fuzzer: replay SEED_FOLDER... Every seed, then bounded random
 * changes of the seeds, the same in every run. CALIB_FUZZ_ROUNDS says how many; a failure aborts,
 * and the input that caused it is left as `crash` in the working directory. */
#include "target.h"

#include <dirent.h>

enum { MOST_SEEDS = 256, LARGEST = 1 << 16 };

typedef struct input {
    uint8_t *data;
    size_t size;
} input;

static input seeds[MOST_SEEDS];
static size_t n_seeds;

static void add_seed(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    MUST(file && n_seeds < MOST_SEEDS);
    input *seed = &seeds[n_seeds++];
    seed->data = malloc(LARGEST);
    MUST(seed->data);
    seed->size = fread(seed->data, 1, LARGEST, file);
    fclose(file);
}

static int by_content(const void *a, const void *b)
{
    const input *x = a, *y = b;
    int order = memcmp(x->data, y->data, x->size < y->size ? x->size : y->size);
    return order ? order : (x->size > y->size) - (x->size < y->size);
}

static void read_folder(const char *folder)
{
    DIR *list = opendir(folder);
    MUST(list);
    for (const struct dirent *entry; (entry = readdir(list));)
        if (entry->d_name[0] != '.')
            add_seed(folder, entry->d_name);
    closedir(list);
    qsort(seeds, n_seeds, sizeof *seeds, by_content); /* folders have no order of their own */
}

static uint64_t state = 88172645463325252u;

static size_t below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return n ? (size_t)(state % n) : 0;
}

static void remove_bytes(uint8_t *data, size_t *size)
{
    size_t at = below(*size), n = below(*size - at) + (*size > 0);
    memmove(data + at, data + at + n, *size - at - n);
    *size -= n;
}

/* A stretch of another seed into the middle. */
static void splice(uint8_t *data, size_t *size)
{
    const input *other = &seeds[below(n_seeds)];
    size_t from = below(other->size), n = below(other->size - from + 1), at = below(*size + 1);
    if (*size + n > LARGEST)
        return;
    memmove(data + at + n, data + at, *size - at);
    memcpy(data + at, other->data + from, n);
    *size += n;
}

static void change(uint8_t *data, size_t *size)
{
    static const uint8_t telling[] = {0, 1, 9, 10, 13, 32, 34, 45, 47, 48, 57, 58, 127, 128, 255};
    switch (below(6)) {
    case 0: remove_bytes(data, size); break;
    case 1: splice(data, size); break;
    case 2:
        if (*size)
            data[below(*size)] ^= (uint8_t)(1u << below(8));
        break;
    default:
        if (*size)
            data[below(*size)] = telling[below(sizeof telling)];
    }
}

static void run(const uint8_t *data, size_t size)
{
    /* A block of its own, so that a sanitizer sees the first byte read beyond it. */
    uint8_t *copy = malloc(size ? size : 1);
    MUST(copy);
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void keep(const uint8_t *data, size_t size)
{
    FILE *file = fopen("crash", "wb");
    if (!file)
        return;
    fwrite(data, 1, size, file);
    fclose(file);
}

int main(int argc, char **argv)
{
    const char *asked = getenv("CALIB_FUZZ_ROUNDS");
    long rounds = asked ? strtol(asked, NULL, 10) : 5000;
    for (int i = 1; i < argc; i++)
        read_folder(argv[i]);
    MUST(n_seeds > 0);
    puts("1..2");
    for (size_t i = 0; i < n_seeds; i++)
        run(seeds[i].data, seeds[i].size);
    printf("ok 1 - %zu seeds\n", n_seeds);
    static uint8_t data[LARGEST];
    for (long i = 0; i < rounds; i++) {
        const input *seed = &seeds[below(n_seeds)];
        size_t size = seed->size;
        memcpy(data, seed->data, size);
        for (size_t changes = 1 + below(4); changes; changes--)
            change(data, &size);
        if (asked)
            keep(data, size);
        run(data, size);
    }
    printf("ok 2 - %ld changed inputs\n", rounds);
    for (size_t i = 0; i < n_seeds; i++)
        free(seeds[i].data);
    return 0;
}
