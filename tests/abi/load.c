/* SPDX-License-Identifier: MIT */
/* The shared library opened at run time, used, closed, and opened again, as bindings do. */
#include "test.h"

#include <dlfcn.h>
#include <pthread.h>

typedef int (*load_fn)(const calib_tokenizer_vtable *, int64_t, size_t, uint64_t,
                       const calib_source *, const calib_options *, const calib_sampling *,
                       calib_samples **);
typedef const calib_tokenizer_vtable *(*bytes_fn)(void);
typedef void (*free_fn)(calib_samples *);
typedef int (*error_fn)(calib_error *);

/* ISO C has no cast from void * to a function pointer; POSIX promises the same representation. */
#define FUNCTION(library, type, name, into)                                                        \
    type into;                                                                                     \
    do {                                                                                           \
        void *symbol_ = dlsym(library, name);                                                      \
        assert_non_null(symbol_);                                                                  \
        memcpy(&into, &symbol_, sizeof into);                                                      \
    } while (0)

static void *open_library(void)
{
    void *library = dlopen(getenv("CALIB_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        fail_msg("%s", dlerror());
    return library;
}

static void use(void *library)
{
    FUNCTION(library, load_fn, "calib_load_from", load);
    FUNCTION(library, bytes_fn, "calib_bytes_tokenizer", tokenizer);
    FUNCTION(library, free_fn, "calib_samples_free", give_back);
    FUNCTION(library, error_fn, "calib_last_error", last_error);
    test_setup setup = text_setup("abcdefgh", 8);
    calib_samples *samples = NULL;
    assert_int_equal(load(tokenizer(), -1, 4, 1, &setup.source, NULL, NULL, &samples), 0);
    assert_int_equal(samples->n_rows, 2);
    give_back(samples);
    assert_int_equal(load(tokenizer(), -1, 9, 1, &setup.source, NULL, NULL, &samples),
                     CALIB_E_TOO_SHORT);
    calib_error error = {.struct_size = sizeof error};
    assert_int_equal(last_error(&error), 0);
    assert_int_equal(error.status, CALIB_E_TOO_SHORT);
}

static void again_and_again(void **unused)
{
    (void)unused;
    for (int i = 0; i < 20; i++) {
        void *library = open_library();
        use(library);
        assert_int_equal(dlclose(library), 0);
    }
}

static void *in_thread(void *library)
{
    use(library);
    return NULL;
}

/* The error record is thread-local: threads that used it end before the library goes. */
static void with_threads(void **unused)
{
    (void)unused;
    pthread_t threads[4];
    void *library = open_library();
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, in_thread, library), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(dlclose(library), 0);
}

static void hides_its_inner_functions(void **unused)
{
    (void)unused;
    void *library = open_library();
    assert_null(dlsym(library, "calib_fail"));
    assert_null(dlsym(library, "calib_permutation"));
    assert_non_null(dlsym(library, "calib_load"));
    assert_int_equal(dlclose(library), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(again_and_again),
        cmocka_unit_test(with_threads),
        cmocka_unit_test(hides_its_inner_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
