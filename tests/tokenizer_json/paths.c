/* SPDX-License-Identifier: MIT */
/* A file by its path, where the system fails: rights, descriptors, errors while reading, a file
 * that changes while it is read. */
#include "file.h"

#include <test.h>

#include <calib_tokenizer_json.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Longer than a block of the reader, by white space behind the value. */
enum { LONG = 300000, N_CHANGES = 300 };

static char folder[] = "/tmp/calib-paths-XXXXXX";
static char json_path[64], config_path[64];

static const char *message(void)
{
    static calib_error error;
    error.struct_size = sizeof error;
    return calib_tokenizer_json_last_error(&error) ? "" : error.message;
}

static int open_path(const char *path, calib_tokenizer_json **file)
{
    calib_tokenizer_json_options options = {.struct_size = sizeof options, .path = path};
    return calib_tokenizer_json_open(&options, file);
}

static bool fails(const char *path, int expected, const char *words)
{
    calib_tokenizer_json *file = NULL;
    int status = open_path(path, &file);
    if (status == expected && !file && strstr(message(), words))
        return true;
    print_error("%s: %d: %s\n", path, status, message());
    calib_tokenizer_json_close(file);
    return false;
}

static void assert_opens(const char *path)
{
    calib_tokenizer_json *file = NULL;
    if (open_path(path, &file))
        fail_msg("%s: %s", path, message());
    calib_tokenizer_json_close(file);
}

static void put(const char *path, const char *text, size_t len)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

static const char *long_file(void)
{
    static char text[LONG];
    memset(text, ' ', sizeof text);
    memcpy(text, SMALL_FILE, sizeof SMALL_FILE - 1);
    return text;
}

/* Runs `act` in another process, which may change what it may do. */
static void in_child(bool (*act)(void))
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(act() ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Root may read every file. */
static bool becomes_nobody(void)
{
    return geteuid() != 0 || (setgid(65534) == 0 && setuid(65534) == 0);
}

static bool json_is_closed(void)
{
    return becomes_nobody() && fails(json_path, CALIB_E_ACCESS, json_path) &&
           fails(folder, CALIB_E_ACCESS, "tokenizer.json");
}

static bool config_is_closed(void)
{
    return becomes_nobody() && fails(folder, CALIB_E_ACCESS, "tokenizer_config.json");
}

static void rights_are_needed(void **state)
{
    (void)state;
    assert_int_equal(chmod(folder, 0), 0);
    in_child(json_is_closed);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(json_path, 0), 0);
    in_child(json_is_closed);
    assert_int_equal(chmod(json_path, 0644), 0);
    put(config_path, "{}", 2);
    assert_int_equal(chmod(config_path, 0), 0);
    in_child(config_is_closed);
    assert_int_equal(unlink(config_path), 0);
    assert_opens(folder);
}

/* valgrind holds a program only to the limit that it began with, which may not be lowered: all are
 * used. */
static bool no_descriptor_is_left(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    limit.rlim_cur = 0;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    while (dup(STDERR_FILENO) >= 0)
        ;
    return fails(json_path, CALIB_E_SYSTEM, "too many open files");
}

static void descriptors_run_out(void **state)
{
    (void)state;
    in_child(no_descriptor_is_left);
}

/* The first page of a process is not mapped: this file opens and gives EIO. */
static void an_error_while_reading_is_told(void **state)
{
    (void)state;
    static const char path[] = "/proc/self/mem";
    if (access(path, R_OK) != 0) {
        fprintf(stderr, "# skipped: there is no %s to read\n", path);
        skip();
    }
    assert_true(fails(path, CALIB_E_SYSTEM, "cannot read /proc/self/mem: input/output error"));
}

/* A pipe has no size and gives less than was asked for. */
static void a_pipe_is_read(void **state)
{
    (void)state;
    char path[80];
    snprintf(path, sizeof path, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_WRONLY);
        for (size_t at = 0; at < LONG; at += 1000)
            if (write(fd, long_file() + at, 1000) != 1000)
                _exit(1);
        _exit(0);
    }
    assert_opens(path);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(unlink(path), 0);
}

/* Cuts the file short in its value, and writes the rest again. */
static void change_forever(void)
{
    enum { HALF = sizeof SMALL_FILE / 2 };
    int fd = open(json_path, O_WRONLY);
    while (ftruncate(fd, HALF) == 0 &&
           pwrite(fd, long_file() + HALF, LONG - HALF, HALF) == LONG - HALF)
        ;
    _exit(1);
}

/* What is read may be cut off anywhere: it is no JSON then, or whole. */
static void a_file_may_change_while_it_is_read(void **state)
{
    (void)state;
    put(json_path, long_file(), LONG);
    pid_t child = fork();
    if (child == 0)
        change_forever();
    int n_opened = 0;
    for (int i = 0; i < N_CHANGES; i++) {
        calib_tokenizer_json *file = NULL;
        int status = open_path(json_path, &file);
        if (status != 0 && status != CALIB_E_MODEL)
            fail_msg("%d: %s", status, message());
        assert_int_equal(status == 0, file != NULL);
        n_opened += status == 0;
        calib_tokenizer_json_close(file);
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    print_message("# %d of %d opened\n", n_opened, N_CHANGES);
    put(json_path, SMALL_FILE, sizeof SMALL_FILE - 1);
    assert_opens(json_path);
}

static void damaged_merges_name_the_file(void **state)
{
    (void)state;
    char damaged[sizeof SMALL_FILE];
    memcpy(damaged, SMALL_FILE, sizeof SMALL_FILE);
    char *merge = strstr(damaged, "[\"a b\"");
    assert_non_null(merge);
    merge[4] = 'x';
    put(json_path, damaged, sizeof damaged - 1);
    calib_tokenizer_json *file = NULL;
    assert_int_equal(open_path(json_path, &file), 0);
    const calib_tokenizer_vtable *tok = calib_tokenizer_json_vtable(file);
    size_t offset, n;
    assert_int_equal(tok->cuts(tok->ctx, "ab a", 4, 0, &offset, 1, &n), CALIB_E_MODEL);
    const char *why = tok->last_error(tok->ctx);
    if (!strstr(why, "\"a\" \"x\"") || !strstr(why, json_path) || !strstr(why, "get it again"))
        fail_msg("%s", why);
    calib_tokenizer_json_close(file);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || chmod(folder, 0755))
        return 1;
    snprintf(json_path, sizeof json_path, "%s/tokenizer.json", folder);
    snprintf(config_path, sizeof config_path, "%s/tokenizer_config.json", folder);
    put(json_path, SMALL_FILE, sizeof SMALL_FILE - 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(json_path) || rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_are_needed),
        cmocka_unit_test(descriptors_run_out),
        cmocka_unit_test(an_error_while_reading_is_told),
        cmocka_unit_test(a_pipe_is_read),
        cmocka_unit_test(a_file_may_change_while_it_is_read),
        cmocka_unit_test(damaged_merges_name_the_file),
    };
    return cmocka_run_group_tests_name("tokenizer-json-paths", tests, set_up, tear_down);
}
