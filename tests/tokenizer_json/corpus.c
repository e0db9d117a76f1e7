/* SPDX-License-Identifier: MIT */
/* A tokenizer.json under calib itself: slices, tokens that are stored, and locks. */
#include "file.h"

#include <calib_recipe.h>
#include <calib_tokenizer_json.h>
#include <slices.h>
#include <stdbool.h>
#include <unistd.h>

enum { N_WORDS = 3000 };

static calib_tokenizer_json *open_small(void)
{
    calib_tokenizer_json_options options = {
        .struct_size = sizeof options, .json = SMALL_FILE, .json_len = sizeof SMALL_FILE - 1};
    calib_tokenizer_json *file = NULL;
    assert_int_equal(calib_tokenizer_json_open(&options, &file), 0);
    return file;
}

/* Words, runs of white space, and added tokens, one of which takes the white space before it. */
static char *make_text(size_t *len)
{
    static const char *const words[] = {"ab", " a",  " ab", "c",    ".", "\n", "\n\n",
                                        "  ", "<s>", "<t>", " <m>", "<", "a",  "  \n ab"};
    char *text = malloc(8 * N_WORDS);
    uint32_t seed = 1;
    *len = 0;
    for (size_t i = 0; i < N_WORDS; i++) {
        seed = seed * 1664525 + 1013904223;
        const char *word = words[(seed >> 16) % (sizeof words / sizeof *words)];
        memcpy(text + *len, word, strlen(word));
        *len += strlen(word);
    }
    return text;
}

static void slices_are_the_whole(void **state)
{
    (void)state;
    size_t len;
    char *text = make_text(&len);
    calib_tokenizer_json *file = open_small();
    assert_int_equal(check_slices(calib_tokenizer_json_vtable(file), text, len), MOST_SLICES + 1);
    calib_tokenizer_json_close(file);
    free(text);
}

static uint32_t load(const test_setup *setup, int32_t **ids, size_t *n)
{
    calib_tokenizer_json *file = open_small();
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    assert_int_equal(test_open(calib_tokenizer_json_vtable(file), setup, &corpus), 0);
    assert_int_equal(calib_corpus_info(corpus, &info), 0);
    uint32_t found = info.token_store;
    *n = (size_t)info.n_tokens;
    *ids = malloc(*n * sizeof **ids);
    assert_int_equal(calib_corpus_tokens(corpus, 0, *n, *ids), 0);
    calib_corpus_close(corpus);
    calib_tokenizer_json_close(file);
    return found;
}

static void tokens_are_found_again(void **state)
{
    (void)state;
    char folder[] = "/tmp/calib-tokenizer-json-XXXXXX", command[64];
    assert_non_null(mkdtemp(folder));
    size_t len, n_made, n_found;
    int32_t *made, *found;
    char *text = make_text(&len);
    test_setup setup = text_setup(text, len);
    setup.options.cache_dir = folder;
    assert_int_equal(load(&setup, &made, &n_made), CALIB_CACHE_MISS);
    assert_int_equal(load(&setup, &found, &n_found), CALIB_CACHE_HIT);
    assert_int_equal(n_made, n_found);
    assert_memory_equal(made, found, n_made * sizeof *made);
    free(made);
    free(found);
    free(text);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

/* ---- under a lock ---- */

static FILE *create(const char *folder, const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static int put(void *file, const char *text, size_t len)
{
    return fwrite(text, 1, len, file) != len;
}

static const calib_options plain = {.struct_size = sizeof plain, .flags = CALIB_NO_TOKEN_STORE};
static const calib_recipe_options recipe_options = {.struct_size = sizeof recipe_options,
                                                    .options = &plain};

static int load_lock(const calib_tokenizer_json *file, const char *path)
{
    calib_samples *samples;
    int status =
        calib_recipe_load(calib_tokenizer_json_vtable(file), path, &recipe_options, &samples);
    calib_samples_free(samples);
    return status;
}

/* Locks a recipe with the small file. */
static void make_lock(const char *folder, char path[64])
{
    char text[64], recipe[64];
    calib_tokenizer_json *tokenizer = open_small();
    FILE *file = create(folder, "a.txt", text);
    fputs("a ab c. ab\n", file);
    assert_int_equal(fclose(file), 0);
    file = create(folder, "recipe.json", recipe);
    fputs("{\"calib\": 1, \"sources\": [{\"path\": \"a.txt\"}], \"samples\": 2, \"seq_len\": 4}",
          file);
    assert_int_equal(fclose(file), 0);
    file = create(folder, "lock.json", path);
    assert_int_equal(calib_recipe_lock(calib_tokenizer_json_vtable(tokenizer), recipe,
                                       &recipe_options, put, file, NULL),
                     0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(load_lock(tokenizer, path), 0);
    calib_tokenizer_json_close(tokenizer);
}

/* Returns true if a tokenizer opens, which the lock must refuse then. */
static bool is_refused_late(const char *json, const char *lock)
{
    calib_tokenizer_json_options options = {
        .struct_size = sizeof options, .json = json, .json_len = sizeof SMALL_FILE - 1};
    calib_tokenizer_json *file = NULL;
    calib_error error = {.struct_size = sizeof error};
    if (calib_tokenizer_json_open(&options, &file))
        return false;
    assert_int_equal(load_lock(file, lock), CALIB_E_LOCK);
    assert_int_equal(calib_last_error(&error), 0);
    assert_non_null(strstr(error.message, "the tokenizer's identity"));
    calib_tokenizer_json_close(file);
    return true;
}

static void a_changed_byte_of_the_file_is_refused_by_a_lock(void **state)
{
    (void)state;
    char folder[] = "/tmp/calib-tokenizer-json-XXXXXX", command[64], lock[64];
    static const char masks[] = {0x01, 0x20};
    char json[sizeof SMALL_FILE];
    size_t n_late = 0, n_changes = sizeof masks * (sizeof SMALL_FILE - 1);
    assert_non_null(mkdtemp(folder));
    make_lock(folder, lock);
    for (size_t i = 0; i < n_changes; i++) {
        memcpy(json, SMALL_FILE, sizeof json);
        json[i / sizeof masks] = (char)(json[i / sizeof masks] ^ masks[i % sizeof masks]);
        n_late += is_refused_late(json, lock) ? 1 : 0;
    }
    assert_in_range(n_late, 1, n_changes - 1);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_the_whole),
        cmocka_unit_test(tokens_are_found_again),
        cmocka_unit_test(a_changed_byte_of_the_file_is_refused_by_a_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
