/* SPDX-License-Identifier: MIT */
/* The system layer: kinds of errors, handles, processors that may be used, forks. */
#define _GNU_SOURCE
#include "test.h"

#include "base/error.h"
#include "system/cgroup.h"
#include "system/system.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void every_kind_has_a_number(void **unused)
{
    (void)unused;
    for (int kind = CALIB_SYSTEM_OK; kind <= CALIB_SYSTEM_OTHER; kind++)
        assert_int_equal(calib_system_kind_of(calib_system_error_of((calib_system_kind)kind)),
                         kind);
}

/* open() gives EINVAL for other reasons than the kind of file. */
static void not_a_regular_file(void **unused)
{
    (void)unused;
    char text[64];
    int number = calib_system_error_of(CALIB_SYSTEM_NOT_FILE);
    assert_int_equal(calib_system_kind_of(EINVAL), CALIB_SYSTEM_OTHER);
    assert_int_not_equal(number, EINVAL);
    calib_system_text(number, text, sizeof text);
    assert_string_equal(text, "Not a regular file");
}

static void temporary_files_are_private(void **unused)
{
    (void)unused;
    calib_file *file;
    int before = dup(STDOUT_FILENO); /* the next number is that of the file */
    assert_true(before >= 0);
    close(before);
    assert_int_equal(calib_temporary_open(&file), 0);
    assert_true(fcntl(before, F_GETFD) & FD_CLOEXEC);
    calib_file_close(file);
}

static void kinds_give_statuses(void **unused)
{
    (void)unused;
    static const struct {
        calib_system_kind kind;
        int status;
    } cases[] = {
        {CALIB_SYSTEM_NOT_FOUND, CALIB_E_NOT_FOUND},
        {CALIB_SYSTEM_NOT_DIRECTORY, CALIB_E_NOT_FOUND},
        {CALIB_SYSTEM_NOT_FILE, CALIB_E_SYSTEM},
        {CALIB_SYSTEM_IS_DIRECTORY, CALIB_E_ARGUMENT},
        {CALIB_SYSTEM_EXISTS, CALIB_E_SYSTEM},
        {CALIB_SYSTEM_ACCESS, CALIB_E_ACCESS},
        {CALIB_SYSTEM_NO_SPACE, CALIB_E_NOSPACE},
        {CALIB_SYSTEM_NO_MEMORY, CALIB_E_NOMEM},
        {CALIB_SYSTEM_BUSY, CALIB_E_SYSTEM},
        {CALIB_SYSTEM_IO, CALIB_E_SYSTEM},
        {CALIB_SYSTEM_OTHER, CALIB_E_SYSTEM},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int number = calib_system_error_of(cases[i].kind);
        assert_int_equal(calib_fail_system(number, "it"), cases[i].status);
        assert_int_equal(calib_error_record()->system_error, number);
    }
}

/* A limit of the process or of the file system, as a disk that is full. */
static void too_large_is_no_space(void **unused)
{
    (void)unused;
    assert_int_equal(calib_system_kind_of(EFBIG), CALIB_SYSTEM_NO_SPACE);
    assert_int_equal(calib_system_kind_of(EDQUOT), CALIB_SYSTEM_NO_SPACE);
    assert_status(calib_fail_system(EFBIG, "it"), CALIB_E_NOSPACE);
    assert_message("it: File too large");
}

/* Each handle and each name, as the cache uses them. */
static void files_and_directories(void **unused)
{
    (void)unused;
    char path[64] = "/tmp/calib-system-XXXXXX", text[8] = "";
    size_t n;
    calib_directory *folder, *inner;
    calib_file *file, *copy;
    assert_non_null(mkdtemp(path));
    assert_int_equal(calib_directory_open(path, &folder), 0);
    assert_int_equal(calib_directory_make_at(folder, "inner"), 0);
    assert_int_equal(calib_directory_make_at(folder, "inner"), 0);
    assert_int_equal(calib_directory_open_at(folder, "inner", &inner), 0);
    assert_int_equal(calib_file_create_at(inner, "a", &file), 0);
    assert_int_equal(calib_file_write(file, "text", 4), 0);
    assert_int_equal(calib_file_duplicate(file, &copy), 0);
    calib_file_close(file);
    assert_int_equal(calib_file_read_at(copy, text, sizeof text, 1, &n), 0);
    assert_int_equal(n, 3);
    assert_memory_equal(text, "ext", 3);
    calib_file_close(copy);
    assert_int_equal(calib_system_kind_of(calib_file_create_at(inner, "a", &file)),
                     CALIB_SYSTEM_EXISTS);
    assert_int_equal(calib_system_kind_of(calib_file_open_at(inner, "b", &file)),
                     CALIB_SYSTEM_NOT_FOUND);
    assert_int_equal(calib_system_kind_of(calib_file_open_at(folder, "inner", &file)),
                     CALIB_SYSTEM_NOT_FILE);
    assert_int_equal(calib_system_kind_of(calib_directory_open_at(inner, "a", &folder)),
                     CALIB_SYSTEM_NOT_DIRECTORY);
    assert_int_equal(calib_system_kind_of(calib_file_open(path, &file)), CALIB_SYSTEM_IS_DIRECTORY);
    assert_int_equal(calib_file_link_at(inner, "a", "b"), 0);
    assert_int_equal(calib_system_kind_of(calib_file_reopen_at(inner, "a", &file)),
                     CALIB_SYSTEM_NOT_FILE);
    assert_int_equal(calib_system_kind_of(calib_file_link_at(inner, "a", "b")),
                     CALIB_SYSTEM_EXISTS);
    assert_int_equal(calib_file_remove_at(inner, "a"), 0);
    assert_int_equal(calib_file_remove_at(inner, "b"), 0);
    calib_directory_close(inner);
    calib_directory_close(folder);
    char name[80];
    snprintf(name, sizeof name, "%s/inner", path);
    assert_int_equal(rmdir(name), 0);
    assert_int_equal(rmdir(path), 0);
}

static void locks(void **unused)
{
    (void)unused;
    char path[64] = "/tmp/calib-system-XXXXXX";
    calib_directory *folder;
    calib_lock *first, *second;
    assert_non_null(mkdtemp(path));
    assert_int_equal(calib_directory_open(path, &folder), 0);
    assert_int_equal(calib_lock_open_at(folder, "lock", &first), 0);
    assert_int_equal(calib_lock_open_at(folder, "lock", &second), 0);
    assert_int_equal(calib_lock_try(first), 0);
    assert_int_equal(calib_system_kind_of(calib_lock_try(second)), CALIB_SYSTEM_BUSY);
    assert_true(calib_lock_has_name(second));
    assert_int_equal(calib_file_remove_at(folder, "lock"), 0);
    assert_false(calib_lock_has_name(second));
    calib_lock_release(first);
    assert_int_equal(calib_lock_try(second), 0);
    calib_lock_release(second);
    calib_lock_release(NULL);
    calib_directory_close(folder);
    assert_int_equal(rmdir(path), 0);
}

static void standard_input_stays_open(void **unused)
{
    (void)unused;
    calib_file *input;
    bool was_open = fcntl(STDIN_FILENO, F_GETFD) >= 0;
    assert_int_equal(calib_standard_input_open(&input), 0);
    calib_file_close(input);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD) >= 0, was_open);
}

/* ---- processors ---- */

static void affinity_bounds_the_count(void **unused)
{
    (void)unused;
    cpu_set_t before, one;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    size_t cpu = 0;
    while (!CPU_ISSET(cpu, &before))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    unsigned n = calib_cpu_count();
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(n, 1);
    assert_true(calib_cpu_count() >= 1);
}

typedef struct group_file {
    const char *path, *text; /* a path that ends in '/' is a directory */
} group_file;

/* The processors that a made-up hierarchy of groups allows. */
static unsigned cpus_in(const group_file *files, size_t n, const char *membership)
{
    char folder[64] = "/tmp/calib-cgroup-XXXXXX", path[256], list[128], command[128];
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i].path);
        if (!files[i].text) {
            assert_int_equal(mkdir(path, 0700), 0);
            continue;
        }
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_true(fputs(files[i].text, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    snprintf(list, sizeof list, "%s/membership", folder);
    FILE *file = fopen(list, "wb");
    assert_non_null(file);
    assert_true(fputs(membership, file) >= 0);
    assert_int_equal(fclose(file), 0);
    unsigned cpus = calib_cgroup_cpus(list, folder);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    return cpus;
}

#define CPUS_IN(files, membership) cpus_in(files, sizeof(files) / sizeof *(files), membership)

static void quotas_of_version_2(void **unused)
{
    (void)unused;
    static const group_file none[] = {{"cpu.max", "max 100000\n"}};
    static const group_file half[] = {{"cpu.max", "50000 100000\n"}};
    static const group_file outer[] = {{"a", NULL},     {"a/cpu.max", "250000 100000\n"},
                                       {"a/b", NULL},   {"a/b/cpu.max", "800000 100000\n"},
                                       {"a/b/c", NULL}, {"a/b/c/cpu.max", "max 100000\n"}};
    assert_int_equal(CPUS_IN(none, "0::/\n"), 0);
    assert_int_equal(CPUS_IN(half, "0::/\n"), 1);
    assert_int_equal(CPUS_IN(outer, "0::/a\n"), 3);
    assert_int_equal(CPUS_IN(outer, "0::/a/b/c\n"), 3);
    assert_int_equal(CPUS_IN(outer, "0::/elsewhere\n"), 0);
    /* In a container the path is that of the host, and the mount begins at the group. */
    assert_int_equal(CPUS_IN(half, "0::/docker/0123\n"), 1);
}

static void quotas_of_version_1(void **unused)
{
    (void)unused;
    static const group_file files[] = {{"cpu", NULL},
                                       {"cpu/cpu.cfs_quota_us", "-1\n"},
                                       {"cpu/cpu.cfs_period_us", "100000\n"},
                                       {"cpu/a", NULL},
                                       {"cpu/a/cpu.cfs_quota_us", "150000\n"},
                                       {"cpu/a/cpu.cfs_period_us", "100000\n"}};
    assert_int_equal(CPUS_IN(files, "4:memory:/a\n3:cpu,cpuacct:/a\n"), 2);
    assert_int_equal(CPUS_IN(files, "3:cpuacct,cpu:/a\n0::/\n"), 2);
    assert_int_equal(CPUS_IN(files, "3:cpu,cpuacct:/\n"), 0);
    assert_int_equal(CPUS_IN(files, "3:cpuset,cpuacct:/a\n"), 0);
}

static void unreadable_quotas(void **unused)
{
    (void)unused;
    static const group_file files[] = {{"cpu.max", "nonsense\n"}};
    assert_int_equal(CPUS_IN(files, "0::/\n"), 0);
    assert_int_equal(CPUS_IN(files, "no line of its kind\n\n:\n::\n"), 0);
    assert_int_equal(calib_cgroup_cpus("/nonexistent", "/nonexistent"), 0);
}

/* ---- forks ---- */

static atomic_int is_locked;

static void *hold_lock(void *unused)
{
    enum { HELD_MS = 300 };
    calib_process_lock();
    is_locked = 1;
    calib_sleep_ms(HELD_MS);
    calib_process_unlock();
    return unused;
}

/* Another thread holds the lock of the process: the child can take it all the same. The thread is
 * detached, as the child, which cannot join it, would leak it. */
static void fork_while_locked(void **unused)
{
    (void)unused;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, hold_lock, NULL), 0);
    assert_int_equal(pthread_detach(thread), 0);
    while (!is_locked)
        calib_sleep_ms(1);
    pid_t child = fork();
    if (child == 0) {
        alarm(5);
        calib_process_lock();
        calib_process_unlock();
        _exit(0);
    }
    int how = -1;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    calib_process_lock();
    calib_process_unlock();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_number),
        cmocka_unit_test(kinds_give_statuses),
        cmocka_unit_test(too_large_is_no_space),
        cmocka_unit_test(files_and_directories),
        cmocka_unit_test(locks),
        cmocka_unit_test(standard_input_stays_open),
        cmocka_unit_test(affinity_bounds_the_count),
        cmocka_unit_test(quotas_of_version_2),
        cmocka_unit_test(quotas_of_version_1),
        cmocka_unit_test(unreadable_quotas),
        cmocka_unit_test(fork_while_locked),
        cmocka_unit_test(not_a_regular_file),
        cmocka_unit_test(temporary_files_are_private),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
