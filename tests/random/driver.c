/* SPDX-License-Identifier: MIT */
/* Prints draws as little-endian numbers of 64 bits: driver GENERATOR DRAW SEED [NUMBER [NUMBER]] */
#include "random/numpy_generator.h"
#include "random/numpy_legacy.h"
#include "random/python.h"
#include "random/shuffle.h"
#include "random/torch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static calib_mt19937 twister;
static calib_numpy_generator generator;
static uint64_t a, b; /* the numbers after the seed */

static void put(uint64_t number)
{
    for (int i = 0; i < 8; i++)
        putchar((int)(number >> 8 * i & 255));
}

static uint32_t *numbers(uint64_t n)
{
    uint32_t *array = malloc((size_t)n * sizeof *array + 1);
    if (!array)
        exit(3);
    return array;
}

static void put_all(uint32_t *order, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        put(order[i]);
    free(order);
}

/* The first b of a. */
static void put_shuffled(calib_draws draw, void *ctx)
{
    uint32_t *order = numbers(b), *scratch = NULL;
    if (a == b)
        calib_shuffle(draw, ctx, (uint32_t)a, order);
    else
        calib_shuffle_first(draw, ctx, (uint32_t)a, (uint32_t)b, order, scratch = numbers(a));
    put_all(order, b);
    free(scratch);
}

/* b draws below a. */
static void python_below(void)
{
    for (uint64_t i = 0; i < b; i++)
        put(calib_python_below(&twister, a));
}

static void python_shuffle(void)
{
    put_shuffled(calib_python_draws, &twister);
}

static void python_sample(void)
{
    uint32_t *order = numbers(b), *scratch = numbers(calib_python_sample_scratch((uint32_t)b));
    calib_python_sample(&twister, (uint32_t)a, (uint32_t)b, order, scratch);
    put_all(order, b);
    free(scratch);
}

static void legacy_permutation(void)
{
    put_shuffled(calib_numpy_legacy_draws, &twister);
}

static void generator_permutation(void)
{
    put_shuffled(calib_numpy_generator_draws, &generator);
}

static void generator_integers(void)
{
    for (uint64_t i = 0; i < b; i++)
        put(calib_numpy_generator_below(&generator, a));
}

static void torch_random(void)
{
    for (uint64_t i = 0; i < a; i++)
        put(calib_torch_int64(&twister));
}

static void torch_randint(void)
{
    for (uint64_t i = 0; i < b; i++)
        put(calib_torch_below(&twister, (uint32_t)a));
}

static void torch_randperm(void)
{
    uint32_t *order = numbers(a);
    for (uint32_t i = 0; i < a; i++)
        order[i] = i;
    calib_torch_randperm(&twister, (uint32_t)a, 0, (uint32_t)b, order);
    put_all(order, b);
}

static const struct {
    const char *generator, *name;
    void (*put)(void);
} draws[] = {
    {"python", "below", python_below},
    {"python", "shuffle", python_shuffle},
    {"python", "sample", python_sample},
    {"numpy_legacy", "permutation", legacy_permutation},
    {"numpy_generator", "permutation", generator_permutation},
    {"numpy_generator", "integers", generator_integers},
    {"torch", "random", torch_random},
    {"torch", "randint", torch_randint},
    {"torch", "randperm", torch_randperm},
};

static void seed(const char *name, uint64_t number)
{
    if (!strcmp(name, "python"))
        calib_python_seed(&twister, number);
    else if (!strcmp(name, "numpy_legacy"))
        calib_numpy_legacy_seed(&twister, (uint32_t)number);
    else if (!strcmp(name, "numpy_generator"))
        calib_numpy_generator_seed(&generator, number);
    else
        calib_torch_seed(&twister, number);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 3 && i < sizeof draws / sizeof *draws; i++)
        if (!strcmp(argv[1], draws[i].generator) && !strcmp(argv[2], draws[i].name)) {
            seed(argv[1], strtoull(argv[3], NULL, 10));
            a = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
            b = argc > 5 ? strtoull(argv[5], NULL, 10) : 0;
            draws[i].put();
            return fflush(stdout) ? 1 : 0;
        }
    return 2;
}
