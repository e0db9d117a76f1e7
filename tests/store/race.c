/* SPDX-License-Identifier: MIT */
/* 32 processes load one corpus at the same time, with locks, with locks that do nothing, and while
 * some of them are killed: all get the right ids, and one whole store is left. */
#include "test.h"

#include "folder.h"
#include "tokenizers.h"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 32, THREADS = 4, TEXT_BYTES = 400000, LOADS = 64 };

typedef struct shared {
    test_tokenizer tokenizer; /* counts for all processes together */
    atomic_int go;
    bool locks_lie;
} shared;

static shared *common;
static char text[TEXT_BYTES];
static char cache[64];
static int32_t *wanted;
static size_t n_wanted;

int __real_flock(int fd, int how);
int __wrap_flock(int fd, int how);

/* On some file systems every lock is granted. */
int __wrap_flock(int fd, int how)
{
    return common && common->locks_lie ? 0 : __real_flock(fd, how);
}

static test_setup setup_for(uint32_t flags)
{
    test_setup setup = text_setup(text, sizeof text);
    setup.options.cache_dir = cache;
    setup.options.flags = flags;
    setup.options.threads = 1;
    return setup;
}

static bool load_is_right(void)
{
    calib_tokenizer_vtable tok = test_vtable(&common->tokenizer);
    test_setup setup = setup_for(0);
    calib_corpus *corpus;
    if (test_open(&tok, &setup, &corpus))
        return false;
    int32_t *ids = malloc(n_wanted * sizeof *ids);
    bool right = calib_corpus_tokens(corpus, 0, n_wanted, ids) == 0 &&
                 memcmp(ids, wanted, n_wanted * sizeof *ids) == 0 &&
                 calib_corpus_tokens(corpus, n_wanted, 1, ids) == CALIB_E_ARGUMENT;
    free(ids);
    calib_corpus_close(corpus);
    return right;
}

static pid_t start_child(void)
{
    pid_t child = fork();
    if (child)
        return child;
    while (!common->go)
        usleep(100);
    _exit(load_is_right() ? 0 : 1);
}

/* There is one store, and nothing else but leftovers of killed processes. */
static void check_folder(bool some_died)
{
    char path[400];
    assert_int_equal(folder_find(cache, ".ctk", path), 1);
    if (!some_died)
        assert_int_equal(folder_find(cache, "", path), 1);
}

static int begin(void **state)
{
    (void)state;
    test_words_text(text, sizeof text, 11);
    common = mmap(NULL, sizeof *common, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    common->tokenizer.fingerprint = 1;
    calib_tokenizer_vtable tok = test_vtable(&common->tokenizer);
    test_setup setup = setup_for(CALIB_NO_TOKEN_STORE);
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    if (!folder_make(cache) || test_open(&tok, &setup, &corpus))
        return 1;
    calib_corpus_info(corpus, &info);
    n_wanted = (size_t)info.n_tokens;
    wanted = malloc(n_wanted * sizeof *wanted);
    int status = calib_corpus_tokens(corpus, 0, n_wanted, wanted);
    calib_corpus_close(corpus);
    return status;
}

static int end(void **state)
{
    (void)state;
    free(wanted);
    return folder_remove(cache);
}

static void start_all(pid_t children[PROCESSES])
{
    folder_empty(cache);
    common->tokenizer.n_bytes = 0;
    common->go = 0;
    for (int i = 0; i < PROCESSES; i++)
        children[i] = start_child();
    common->go = 1;
}

/* Every child must exit with 0; with `may_die` it may also have been killed. */
static void join_all(const pid_t children[PROCESSES], bool may_die)
{
    for (int i = 0; i < PROCESSES; i++) {
        int end = 0;
        assert_int_equal(waitpid(children[i], &end, 0), children[i]);
        if (WIFSIGNALED(end) && may_die && WTERMSIG(end) == SIGKILL)
            continue;
        assert_true(WIFEXITED(end));
        assert_int_equal(WEXITSTATUS(end), 0);
    }
}

/* Only one of them tokenizes. */
static void test_locks(void **state)
{
    (void)state;
    pid_t children[PROCESSES];
    common->locks_lie = false;
    for (int round = 0; round < 5; round++) {
        start_all(children);
        join_all(children, false);
        check_folder(false);
        unsigned long probes = PROCESSES * 2000;
        assert_true(common->tokenizer.n_bytes < sizeof text + probes);
        assert_true(load_is_right());
    }
}

static void test_lying_locks(void **state)
{
    (void)state;
    pid_t children[PROCESSES];
    common->locks_lie = true;
    for (int round = 0; round < 5; round++) {
        start_all(children);
        join_all(children, false);
        check_folder(false);
        assert_true(load_is_right());
    }
    common->locks_lie = false;
}

/* Some are killed at any moment, which does not harm the others. */
static void test_kills(void **state)
{
    (void)state;
    pid_t children[PROCESSES];
    unsigned seed = 1;
    for (int round = 0; round < 20; round++) {
        common->locks_lie = round % 2;
        start_all(children);
        for (int i = 0; i < PROCESSES - 4; i++) {
            seed = seed * 1103515245u + 12345u;
            usleep((seed >> 16) % 1500);
            kill(children[i], SIGKILL);
        }
        join_all(children, true);
        assert_true(load_is_right());
        check_folder(true);
    }
    common->locks_lie = false;
}

static void *load_often(void *unused)
{
    for (int i = 0; i < LOADS; i++)
        if (!load_is_right())
            return common;
    return unused;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    folder_empty(cache);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, load_often, NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
    check_folder(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locks),
        cmocka_unit_test(test_lying_locks),
        cmocka_unit_test(test_kills),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
