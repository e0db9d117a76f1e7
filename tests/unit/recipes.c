/* SPDX-License-Identifier: MIT */
/* Recipes: the rows that they give, and everything that they refuse. */
#include "recipes.h"

static void a_recipe_gives_the_rows_of_its_settings(void **state)
{
    (void)state;
    calib_samples *samples, *wanted;
    calib_documents documents = {
        .struct_size = sizeof documents, .format = CALIB_DOCUMENTS_LINES, .max_chars = 25};
    calib_source source = text_setup(CORPUS, strlen(CORPUS)).source;
    calib_sampling sampling = {.struct_size = sizeof sampling,
                               .sampler = "documents",
                               .short_rows = CALIB_SHORT_PAD,
                               .pad_id = 7};
    assert_ok(load("recipe.json", &samples));
    source.documents = &documents;
    assert_ok(calib_load_from(calib_bytes_tokenizer(), 3, 12, 0, &source, &plain_options, &sampling,
                              &wanted));
    same_rows(samples, wanted);
    calib_samples_free(samples);
    calib_samples_free(wanted);
    put_file("recipe.json", PLAIN);
    source.documents = NULL;
    assert_ok(load("recipe.json", &samples));
    assert_ok(calib_load_from(calib_bytes_tokenizer(), 4, 8, 123, &source, &plain_options, NULL,
                              &wanted));
    same_rows(samples, wanted);
    calib_samples_free(samples);
    calib_samples_free(wanted);
}

static void a_key_of_the_whole_is_the_default_of_its_sources(void **state)
{
    (void)state;
    calib_samples *a, *b;
    put_file("other.txt", "first\nsecond\n");
    put_file("recipe.json", "{\"calib\": 1, \"documents\": \"lines\", \"weight\": 2,"
                            " \"append_id\": 9, \"sampler\": \"documents\", \"samples\": 3,"
                            " \"seq_len\": 4, \"pad\": 0, \"sources\": [{\"path\": \"corpus.txt\"},"
                            " {\"path\": \"other.txt\", \"weight\": 1}]}");
    assert_ok(load("recipe.json", &a));
    put_file("recipe.json",
             "{\"calib\": 1, \"sampler\": \"documents\", \"samples\": 3, \"seq_len\": 4,"
             " \"pad\": 0, \"sources\": [{\"path\": \"corpus.txt\", \"documents\": \"lines\","
             " \"weight\": 2, \"append_id\": 9}, {\"path\": \"other.txt\", \"weight\": 1,"
             " \"documents\": \"lines\", \"append_id\": \"9\"}]}");
    assert_ok(load("recipe.json", &b));
    same_rows(a, b);
    assert_int_equal(a->sources[2], 1);
    assert_int_equal(a->source_asked[0], 2);
    calib_samples_free(a);
    calib_samples_free(b);
}

static void check_default(const char *defaults, const char *source)
{
    char recipe[1024];
    snprintf(recipe, sizeof recipe,
             "{\"calib\": \"1\", %s, \"sources\": [%s], \"samples\": 1, \"seq_len\": 4}", defaults,
             source);
    put_file("recipe.json", recipe);
    assert_ok(try_load("recipe.json"));
}

static void a_source_replaces_the_default_location(void **state)
{
    (void)state;
    check_default("\"path\": \"missing.txt\"", "{\"path\": \"corpus.txt\"}");
    check_default("\"url\": \"https://localhost/\"", "{\"path\": \"corpus.txt\"}");
    check_default("\"builtin\": true", "{\"path\": \"corpus.txt\"}");
    check_default("\"path\": \"corpus.txt\"", "{\"raw\": true}");
}

static void defaults_of_documents_say_nothing_about_a_plain_text(void **state)
{
    (void)state;
    check_default(
        "\"strip\": \"python\", \"append_missing\": true, \"append_id\": 1",
        "{\"path\": \"corpus.txt\"}, {\"path\": \"corpus.txt\", \"documents\": \"lines\"}");
    check_default("\"append_missing\": true", "{\"path\": \"corpus.txt\"}");
}

static void a_number_may_be_a_string_of_digits(void **state)
{
    (void)state;
    calib_samples *samples, *wanted;
    calib_source source = text_setup(CORPUS, strlen(CORPUS)).source;
    put_file("recipe.json",
             "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}], \"samples\": \"4\","
             " \"seq_len\": 8, \"seed\": \"18446744073709551615\"}");
    assert_ok(load("recipe.json", &samples));
    assert_ok(calib_load_from(calib_bytes_tokenizer(), 4, 8, UINT64_MAX, &source, &plain_options,
                              NULL, &wanted));
    same_rows(samples, wanted);
    calib_samples_free(samples);
    calib_samples_free(wanted);
}

static void numbers_and_the_first_row_are_passed_on(void **state)
{
    (void)state;
    calib_samples *samples;
    put_file("recipe.json", "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}],"
                            " \"sampler\": \"rows\", \"samples\": 0, \"seq_len\": 8,"
                            " \"numbers\": [3, \"0\", 3]}");
    assert_ok(load("recipe.json", &samples));
    assert_int_equal(samples->n_rows, 3);
    assert_int_equal(samples->offsets[0], 24);
    assert_int_equal(samples->offsets[1], 0);
    calib_samples_free(samples);
    put_file("recipe.json", "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}],"
                            " \"sampler\": \"sequential\", \"samples\": 1, \"seq_len\": 8,"
                            " \"first_row\": 2}");
    assert_ok(load("recipe.json", &samples));
    assert_int_equal(samples->offsets[0], 16);
    calib_samples_free(samples);
}

/* ---- what is no recipe ---- */

/* A recipe with `members` beside those that are required. */
static void refuse_members(const char *members, const char *names)
{
    char recipe[1024];
    snprintf(recipe, sizeof recipe,
             "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}], \"samples\": 1,\n"
             " \"seq_len\": 4,\n %s}",
             members);
    put_file("recipe.json", recipe);
    assert_status(try_load("recipe.json"), CALIB_E_RECIPE);
    check_message(CALIB_E_RECIPE, names);
}

static void refuse_source(const char *source, const char *names)
{
    char recipe[1024];
    snprintf(recipe, sizeof recipe,
             "{\"calib\": 1, \"samples\": 1, \"seq_len\": 4, \"sources\": [%s]}", source);
    put_file("recipe.json", recipe);
    assert_status(try_load("recipe.json"), CALIB_E_RECIPE);
    check_message(CALIB_E_RECIPE, names);
}

static void refuse_text(const char *bytes, const char *names)
{
    put_file("recipe.json", bytes);
    assert_status(try_load("recipe.json"), CALIB_E_RECIPE);
    check_message(CALIB_E_RECIPE, names);
}

static void what_is_no_recipe_is_refused(void **state)
{
    (void)state;
    refuse_text("", "recipe.json is empty; if it is a pipe, write it to a file first");
    refuse_text("[1]", "a recipe is a JSON object");
    refuse_text("{\n\n\"calib\": 1,}", "line 3: the name of a member is expected");
    refuse_text("{\"calib\": 1} x", "something stands behind");
    refuse_text("\xef\xbb\xbf{}", "byte order mark");
    refuse_text("{\"a\": \"\xff\"}", "not UTF-8");
    refuse_text("{\n\"a\": \"\\u0000\"}", "line 2: a string holds U+0000");
    refuse_text("{\"calib\\u0000\": 1}", "a string holds U+0000");
    refuse_text("{\"calib\": 2, \"new\": 1}", "line 1: \"calib\" is 2");
    refuse_text("{\"calib\": \"2\"}", "\"calib\" is 2, but this version reads the format 1");
    refuse_text("{\"calib\": \"0\"}", "\"calib\" is 0, but this version reads the format 1");
    refuse_text("{\"calib\": 0}", "\"calib\" is 0, but this version reads the format 1");
    refuse_text("{\"calib\": true}", "\"calib\" is true or false, expected a whole number");
    refuse_text("{}", "the key \"calib\" is missing");
    refuse_text("{\"calib\": 1, \"samples\": 1, \"seq_len\": 1}", "\"sources\" is missing");
    refuse_members("\"sede\": 1", "line 3: the key \"sede\" is unknown");
    refuse_members("\"seed\": 1, \"s\\u0065ed\": 1", "\"seed\" is given twice");
    refuse_members("\"seed\": -1", "\"seed\" is no whole number");
    refuse_members("\"seed\": 1.0", "\"seed\" is no whole number");
    refuse_members("\"seed\": 1e3", "\"seed\" is no whole number");
    refuse_members("\"seed\": 9007199254740992", "\"seed\" is a number above 2^53 - 1");
    refuse_members("\"seed\": \"18446744073709551616\"", "\"seed\" is no whole number");
    refuse_members("\"seed\": \"\"", "\"seed\" is no whole number");
    refuse_members("\"seed\": \"01\"", "\"seed\" is no whole number");
    refuse_members("\"seed\": null", "\"seed\" is null, expected a whole number");
    refuse_members("\"sampler\": 1", "\"sampler\" is a number, expected a string");
    refuse_members("\"pad\": 2147483648", "the maximum is 2147483647");
    refuse_members("\"row_bos\": \"maybe\"", "\"maybe\", it must be one of: as-tokenized");
    refuse_members("\"numbers\": [1, [2]]", "\"numbers[1]\" is an array, expected a whole number");
    refuse_members("\"numbers\": [-1]", "\"numbers[0]\" is no whole number");
    refuse_members("\"numbers\": 1", "\"numbers\" is a number, expected an array");
    refuse_members("\"lock\": []", "\"lock\" is an array, expected an object");
    refuse_members("\"lock\": {}", "\"id\" is missing");
    for (size_t i = 0; i < 4; i++) {
        static const char *const no_sources[] = {"[\"sha256\"]", "[]", "\"sha256\"", "1"};
        char members[512], zeros[65] = "";
        memset(zeros, '0', 64);
        snprintf(members, sizeof members,
                 "\"lock\": {\"id\": \"\", \"calib_version\": \"\", \"rows\": 1, \"seq_len\": 4, "
                 "\"rows_sha256\": \"%s\", \"origin_sha256\": \"%s\", "
                 "\"tokenizer\": {\"identity\": \"%s\"}, \"sources\": [%s]}",
                 zeros, zeros, zeros, no_sources[i]);
        refuse_members(members, "expected an object");
    }
}

static void what_is_no_source_is_refused(void **state)
{
    (void)state;
    refuse_source("", "\"sources\" has 1 to 65536 elements");
    refuse_source("\"corpus.txt\"", "a source is an object");
    refuse_source("{}", "one of the keys \"path\", \"url\", \"builtin\"");
    refuse_source("{\"builtin\": false}", "one of the keys");
    refuse_source("{\"path\": \"corpus.txt\", \"builtin\": true}", "one of the keys");
    refuse_source("{\"path\": \"-\"}", "\"path\" is not the path of a file");
    refuse_source("{\"path\": \"\"}", "\"path\" is not the path of a file");
    refuse_source("{\"url\": \"http://localhost/\"}", "\"url\" does not begin with https://");
    refuse_source("{\"url\": \"-\"}", "\"url\" does not begin with https://");
    refuse_source("{\"path\": \"corpus.txt\", \"samples\": 1}", "the key \"samples\" is unknown");
    refuse_source("{\"path\": \"corpus.txt\", \"strip\": \"none\"}",
                  "\"strip\" needs \"documents\"");
    refuse_source("{\"path\": \"corpus.txt\", \"documents\": \"xml\"}", "one of: lines, blank");
    refuse_source("{\"path\": \"corpus.txt\", \"raw\": 1}", "expected true or false");
    refuse_source("{\"path\": \"corpus.txt\", \"documents\": \"lines\", \"append_missing\": true}",
                  "\"append_missing\" needs \"append_id\"");
}

/* These are written as a recipe may have them; the library refuses them as it does everywhere. */
static void other_faults_are_those_of_the_library(void **state)
{
    (void)state;
    calib_samples *samples;
    calib_options slices = {.struct_size = sizeof slices, .n_slices = 2};
    calib_recipe_options options = options_of();
    char long_name[200];
    assert_status(calib_recipe_load(calib_bytes_tokenizer(), NULL, NULL, &samples),
                  CALIB_E_ARGUMENT);
    assert_status(load_with(NULL, "recipe.json", NULL, &samples), CALIB_E_ARGUMENT);
    options.options = &slices;
    assert_status(load_with(calib_bytes_tokenizer(), "recipe.json", &options, &samples),
                  CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "n_slices is 2");
    options.struct_size = 4;
    assert_status(load_with(calib_bytes_tokenizer(), "recipe.json", &options, &samples),
                  CALIB_E_ARGUMENT);
    assert_status(try_load("missing.json"), CALIB_E_NOT_FOUND);
    snprintf(long_name, sizeof long_name,
             "{\"calib\": 1, \"sources\": [{\"path\": \"https://x\"}],"
             " \"samples\": 1, \"seq_len\": 1}");
    put_file("recipe.json", long_name);
    assert_status(try_load("recipe.json"), CALIB_E_NOT_FOUND);
    check_message(CALIB_E_NOT_FOUND, "/https://x");
    refuse_members("\"x\": 1", "\"x\"");
    put_file("recipe.json", "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}],"
                            " \"samples\": 1, \"seq_len\": 4, \"sampler\": \"none\"}");
    assert_status(try_load("recipe.json"), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "/recipe.json: sampler \"none\" is unknown");
    put_file("recipe.json", "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"},"
                            " {\"path\": \"corpus.txt\", \"sha256\": \"x\"}],"
                            " \"samples\": 1, \"seq_len\": 4}");
    assert_status(try_load("recipe.json"), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "/recipe.json: sources[1]: sha256 is \"x\"");
}

/* ---- locks ---- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FOLDER(a_recipe_gives_the_rows_of_its_settings),
        ON_FOLDER(a_key_of_the_whole_is_the_default_of_its_sources),
        ON_FOLDER(a_source_replaces_the_default_location),
        ON_FOLDER(defaults_of_documents_say_nothing_about_a_plain_text),
        ON_FOLDER(a_number_may_be_a_string_of_digits),
        ON_FOLDER(numbers_and_the_first_row_are_passed_on),
        ON_FOLDER(what_is_no_recipe_is_refused),
        ON_FOLDER(what_is_no_source_is_refused),
        ON_FOLDER(other_faults_are_those_of_the_library),
    };
    return cmocka_run_group_tests_name("recipes", tests, NULL, NULL);
}
