/* SPDX-License-Identifier: MIT */
/* Opening a model: refused arguments and files, and their messages. */
#include "models.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_options(calib_sentencepiece_options options)
{
    calib_sentencepiece *model = (calib_sentencepiece *)&options;
    int status = calib_sentencepiece_open(&options, &model);
    assert_null(model);
    return status;
}

static void bad_arguments_are_told(void **state)
{
    (void)state;
    calib_sentencepiece *model;
    assert_sp_status(calib_sentencepiece_open(NULL, &model), CALIB_E_ARGUMENT, "options is NULL");
    assert_sp_status(calib_sentencepiece_open(&OPTIONS(.path = "x"), NULL), CALIB_E_ARGUMENT,
                     "out is NULL");
    assert_sp_status(open_options(OPTIONS(.flags = 0)), CALIB_E_ARGUMENT, "neither");
    assert_sp_status(open_options(OPTIONS(.path = "x", .model = "y", .model_len = 1)),
                     CALIB_E_ARGUMENT, "both");
    assert_sp_status(open_options(OPTIONS(.path = "x", .model_len = 1)), CALIB_E_ARGUMENT,
                     "model_len");
    assert_sp_status(open_options(OPTIONS(.path = "x", .flags = 4)), CALIB_E_ARGUMENT, "0x4");
    assert_sp_status(open_options(OPTIONS(.path = "x", .cuts = 2)), CALIB_E_ARGUMENT, "cuts is 2");
    assert_int_equal(calib_sentencepiece_last_error(NULL), CALIB_E_ARGUMENT);
    calib_error small = {.struct_size = 8};
    assert_int_equal(calib_sentencepiece_last_error(&small), CALIB_E_ARGUMENT);
}

static void struct_sizes_are_checked(void **state)
{
    (void)state;
    struct {
        calib_sentencepiece_options options;
        uint64_t newer;
    } wide = {.options = OPTIONS(.path = environment("BPE"))};
    calib_sentencepiece *model = NULL;
    wide.options.struct_size = 0;
    assert_sp_status(calib_sentencepiece_open(&wide.options, &model), CALIB_E_ARGUMENT, "is 0");
    wide.options.struct_size = sizeof wide.options - 1;
    assert_sp_status(calib_sentencepiece_open(&wide.options, &model), CALIB_E_ARGUMENT, "needed");
    wide.options.struct_size = 5000;
    assert_sp_status(calib_sentencepiece_open(&wide.options, &model), CALIB_E_ARGUMENT, "5000");
    wide.options.struct_size = sizeof wide;
    wide.newer = 1;
    assert_sp_status(calib_sentencepiece_open(&wide.options, &model), CALIB_E_STRUCT_NEWER,
                     "update");
    assert_null(model);
    wide.newer = 0;
    assert_int_equal(calib_sentencepiece_open(&wide.options, &model), 0);
    assert_string_equal(sp_message(), "");
    calib_sentencepiece_close(model);
}

static void bad_files_are_told(void **state)
{
    (void)state;
    assert_sp_status(open_options(OPTIONS(.path = "/nowhere/x.model")), CALIB_E_NOT_FOUND,
                     "/nowhere/x.model");
    assert_sp_status(open_options(OPTIONS(.path = "/")), CALIB_E_ARGUMENT, "directory");
    assert_sp_status(open_options(OPTIONS(.path = "/dev/null")), CALIB_E_MODEL,
                     "not a SentencePiece");
    assert_sp_status(open_options(OPTIONS(.path = environment("TEXT"))), CALIB_E_MODEL,
                     "not a SentencePiece");
    assert_sp_status(open_options(OPTIONS(.model = "", .model_len = 0)), CALIB_E_MODEL,
                     "not a SentencePiece");
}

/* Root may read every file, so the process becomes another user first. */
static void open_as_nobody(const char *path)
{
    calib_sentencepiece *model = NULL;
    if (geteuid() == 0 && setuid(65534) != 0)
        _exit(2);
    int status = calib_sentencepiece_open(&OPTIONS(.path = path), &model);
    _exit(status == CALIB_E_ACCESS && !model && strstr(sp_message(), path) ? 0 : 1);
}

static void an_unreadable_file_is_told(void **state)
{
    (void)state;
    char path[] = "/tmp/calib-model-XXXXXX";
    int fd = mkstemp(path), status;
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(chmod(path, 0), 0);
    pid_t child = fork();
    if (child == 0)
        open_as_nobody(path);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(unlink(path), 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A name of 5,000 bytes does not cut the reason off. */
static void a_long_name_keeps_the_reason(void **state)
{
    (void)state;
    static char path[5001];
    memset(path, 'n', sizeof path - 1);
    assert_sp_status(open_options(OPTIONS(.path = path)), CALIB_E_SYSTEM,
                     "nn: the name is too long");
}

/* The unigram model has neither BOS nor EOS. */
static void missing_special_tokens_are_told(void **state)
{
    (void)state;
    const char *path = environment("UNIGRAM");
    assert_sp_status(open_options(OPTIONS(.path = path, .flags = CALIB_SENTENCEPIECE_BOS)),
                     CALIB_E_ARGUMENT, "no BOS");
    assert_sp_status(open_options(OPTIONS(.path = path, .flags = CALIB_SENTENCEPIECE_EOS)),
                     CALIB_E_ARGUMENT, "no EOS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_arguments_are_told),
        cmocka_unit_test(struct_sizes_are_checked),
        cmocka_unit_test(bad_files_are_told),
        cmocka_unit_test(an_unreadable_file_is_told),
        cmocka_unit_test(a_long_name_keeps_the_reason),
        cmocka_unit_test(missing_special_tokens_are_told),
    };
    return cmocka_run_group_tests_name("sentencepiece-open", tests, NULL, NULL);
}
