/* SPDX-License-Identifier: MIT */
/* Recipes and locks: the rows that they give, and everything that they refuse. */
#include "refuse.h"

#include <calib_recipe.h>
#include <stdbool.h>
#include <unistd.h>

enum { CAP = 8192 };

/* ---- a folder with a recipe ---- */

static char folder[64];

static void name_file(const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", folder, name);
}

static void put_bytes(const char *name, const void *bytes, size_t len)
{
    char path[128];
    name_file(name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void put_file(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

static const char CORPUS[] = "one line\nand another one\n\nthe fourth line of this text\nend\n";
static const char DOCUMENTS[] =
    "{\"calib\": 1,\n"
    " \"sources\": [{\"path\": \"corpus.txt\", \"documents\": \"lines\", \"max_chars\": 25}],\n"
    " \"sampler\": \"documents\", \"samples\": 3, \"seq_len\": 12, \"pad\": 7}\n";
static const char PLAIN[] = "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}],\n"
                            " \"samples\": 4, \"seq_len\": 8, \"seed\": 123}\n";

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/calib-recipe-XXXXXX");
    assert_non_null(mkdtemp(folder));
    put_file("corpus.txt", CORPUS);
    put_file("recipe.json", DOCUMENTS);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"corpus.txt",  "other.txt", "records.jsonl",
                                        "recipe.json", "lock.json", "changed.json"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        name_file(names[i], path);
        unlink(path);
    }
    return rmdir(folder);
}

/* ---- calls ---- */

static const calib_options plain_options = {.struct_size = sizeof plain_options,
                                            .flags = CALIB_NO_TOKEN_STORE};

static calib_recipe_options options_of(void)
{
    return (calib_recipe_options){.struct_size = sizeof(calib_recipe_options),
                                  .options = &plain_options};
}

static int load_with(const calib_tokenizer_vtable *tok, const char *name,
                     const calib_recipe_options *options, calib_samples **out)
{
    char path[128];
    name_file(name, path);
    *out = (calib_samples *)(uintptr_t)1;
    int status = calib_recipe_load(tok, path, options, out);
    if (status)
        assert_null(*out);
    return status;
}

static int load(const char *name, calib_samples **out)
{
    calib_recipe_options options = options_of();
    return load_with(calib_bytes_tokenizer(), name, &options, out);
}

/* Loads and frees. */
static int try_load(const char *name)
{
    calib_samples *samples;
    int status = load(name, &samples);
    calib_samples_free(samples);
    return status;
}

typedef struct text {
    char bytes[CAP];
    size_t len;
} text;

static int take(void *ctx, const char *bytes, size_t len)
{
    text *out = ctx;
    assert_true(len < CAP - out->len);
    memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
    out->bytes[out->len] = '\0';
    return 0;
}

static int lock_with(const calib_tokenizer_vtable *tok, const char *name,
                     const calib_recipe_options *options, text *out)
{
    char path[128];
    name_file(name, path);
    out->len = 0;
    return calib_recipe_lock(tok, path, options, take, out, NULL);
}

/* Locks recipe.json into lock.json. */
static void lock(text *out)
{
    calib_recipe_options options = options_of();
    assert_ok(lock_with(calib_bytes_tokenizer(), "recipe.json", &options, out));
    put_bytes("lock.json", out->bytes, out->len);
}

static int verify(const calib_samples *samples)
{
    char path[128];
    name_file("lock.json", path);
    return calib_recipe_verify(path, samples);
}

/* ---- rows ---- */

static void same_rows(const calib_samples *a, const calib_samples *b)
{
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->seq_len, b->seq_len);
    assert_memory_equal(a->tokens, b->tokens, a->n_rows * a->seq_len * sizeof *a->tokens);
    assert_memory_equal(a->documents, b->documents, a->n_rows * sizeof *a->documents);
    assert_memory_equal(a->sources, b->sources, a->n_rows * sizeof *a->sources);
}

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
    refuse_text("", "recipe.json, line 1: the text ends too early");
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

/* A recipe may be as large as is read, but its lock is larger. */
static void a_lock_that_could_not_be_read_is_not_made(void **state)
{
    enum { MOST = 16 << 20 };
    static const char recipe[] = "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}], "
                                 "\"samples\": 1, \"seq_len\": 4}";
    char *bytes = malloc(MOST);
    calib_recipe_options options = options_of();
    text out;
    (void)state;
    assert_non_null(bytes);
    memset(bytes, ' ', MOST);
    memcpy(bytes + MOST - strlen(recipe), recipe, strlen(recipe));
    put_bytes("recipe.json", bytes, MOST);
    free(bytes);
    assert_ok(try_load("recipe.json"));
    assert_status(lock_with(calib_bytes_tokenizer(), "recipe.json", &options, &out), CALIB_E_SIZE);
    check_message(CALIB_E_SIZE, "the lock of");
    assert_int_equal(out.len, 0);
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

static void a_lock_is_the_recipe_with_one_member_more(void **state)
{
    (void)state;
    text locked, again;
    char id[80], path[128];
    calib_recipe_options options = options_of();
    lock(&locked);
    size_t begin = strlen(DOCUMENTS) - 2; /* without the brace and the LF */
    assert_memory_equal(locked.bytes, DOCUMENTS, begin);
    assert_memory_equal(locked.bytes + begin, ",\n  \"lock\": {\n    \"id\": \"calib1:sha256:", 39);
    lock(&again);
    assert_string_equal(again.bytes, locked.bytes);
    assert_ok(lock_with(calib_bytes_tokenizer(), "lock.json", &options, &again));
    assert_string_equal(again.bytes, locked.bytes);
    name_file("lock.json", path);
    assert_ok(calib_recipe_id(path, id));
    assert_non_null(strstr(locked.bytes, id));
    name_file("recipe.json", path);
    memset(id, 'x', sizeof id);
    assert_status(calib_recipe_id(path, id), CALIB_E_LOCK);
    check_message(CALIB_E_LOCK, "recipe.json has no lock");
    assert_int_equal(id[0], 'x');
}

/* Every machine and every build gives this one. */
static void locking_also_gives_the_rows(void **state)
{
    (void)state;
    text locked;
    char path[128];
    calib_samples *samples, *wanted;
    calib_recipe_options options = options_of();
    name_file("recipe.json", path);
    locked.len = 0;
    assert_ok(calib_recipe_lock(calib_bytes_tokenizer(), path, &options, take, &locked, &samples));
    put_bytes("lock.json", locked.bytes, locked.len);
    assert_ok(load("lock.json", &wanted));
    same_rows(samples, wanted);
    calib_samples_free(samples);
    calib_samples_free(wanted);
}

static void the_id_is_always_the_same(void **state)
{
    (void)state;
    text locked;
    char id[80], path[128];
    lock(&locked);
    name_file("lock.json", path);
    assert_ok(calib_recipe_id(path, id));
    assert_string_equal(
        id, "calib1:sha256:9106ad007a6600fabcd679a24bdc436268288465ebc4cb8942740004d44b54d6");
}

static void information_is_not_part_of_the_id(void **state)
{
    (void)state;
    text locked, named;
    calib_recipe_options options = options_of();
    lock(&locked);
    options.tokenizer_name = "a \"name\"\n";
    assert_ok(lock_with(calib_bytes_tokenizer(), "recipe.json", &options, &named));
    assert_non_null(strstr(named.bytes, "\"name\": \"a \\\"name\\\"\\n\""));
    const char *id = strstr(locked.bytes, "calib1:");
    assert_memory_equal(strstr(named.bytes, "calib1:"), id, 78);
    options.tokenizer_name = "a name of Latin-1: \xe9"; /* as a file may have */
    assert_ok(lock_with(calib_bytes_tokenizer(), "recipe.json", &options, &named));
    assert_null(strstr(named.bytes, "Latin-1"));
    assert_memory_equal(strstr(named.bytes, "calib1:"), id, 78);
}

static void a_lock_survives_moving_its_folder(void **state)
{
    (void)state;
    text locked;
    char old[sizeof folder], here[512];
    calib_samples *samples = NULL;
    lock(&locked);
    memcpy(old, folder, sizeof old);
    memcpy(strstr(folder, "recipe"), "moved-", 6);
    assert_int_equal(rename(old, folder), 0);
    assert_ok(try_load("lock.json"));
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    int status = calib_recipe_load(calib_bytes_tokenizer(), "lock.json", NULL, &samples);
    assert_int_equal(chdir(here), 0);
    assert_ok(status);
    calib_samples_free(samples);
}

static const unsigned char masks[] = {0x01, 0x20};

/* Returns true if `at` is in the value of a member that is information. */
static bool is_information(const text *locked, size_t at)
{
    static const char *const keys[] = {"\"calib_version\": \"", "\"fingerprint\": \""};
    for (size_t i = 0; i < 2; i++) {
        const char *begin = strstr(locked->bytes, keys[i]) + strlen(keys[i]);
        size_t from = (size_t)(begin - locked->bytes);
        if (at >= from && at < from + strcspn(begin, "\""))
            return true;
    }
    return false;
}

static void a_changed_byte_of_a_lock_is_refused(void **state)
{
    (void)state;
    text locked;
    calib_samples *samples;
    size_t n_accepted = 0;
    lock(&locked);
    assert_ok(load("lock.json", &samples));
    for (size_t i = 0; i < locked.len; i++)
        for (size_t m = 0; m < sizeof masks; m++) {
            text changed = locked;
            changed.bytes[i] = (char)(changed.bytes[i] ^ masks[m]);
            put_bytes("lock.json", changed.bytes, changed.len);
            int loaded = try_load("lock.json");
            if (!loaded || m == 0)
                assert_int_equal(loaded == CALIB_OK, verify(samples) == CALIB_OK);
            if (loaded && loaded != CALIB_E_RECIPE && loaded != CALIB_E_LOCK)
                fail_msg("byte %zu gave %s", i, calib_status_name(loaded));
            if (!loaded && !is_information(&locked, i))
                fail_msg("byte %zu of the lock may change: %.20s", i, locked.bytes + i);
            n_accepted += !loaded;
        }
    assert_in_range(n_accepted, 1, 200); /* the digits of version and fingerprint */
    calib_samples_free(samples);
}

static void a_changed_byte_of_a_recipe_under_a_lock_is_refused(void **state)
{
    (void)state;
    text locked;
    put_file("recipe.json", "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}],"
                            " \"samples\": 1, \"seq_len\": 4, \"seed\": 1}");
    lock(&locked);
    char *seed = strstr(locked.bytes, "\"seed\": 1") + 8;
    for (char digit = '0'; digit <= '9'; digit++) {
        *seed = digit;
        put_bytes("lock.json", locked.bytes, locked.len);
        assert_status(try_load("lock.json"), digit == '1' ? CALIB_OK : CALIB_E_LOCK);
        if (digit != '1')
            check_message(CALIB_E_LOCK, "it was changed after it was locked");
    }
}

static void a_changed_byte_of_a_corpus_is_refused(void **state)
{
    (void)state;
    text locked;
    char changed[sizeof CORPUS];
    lock(&locked);
    for (size_t i = 0; i < strlen(CORPUS); i++)
        for (size_t m = 0; m < sizeof masks; m++) {
            memcpy(changed, CORPUS, sizeof changed);
            changed[i] = (char)(changed[i] ^ masks[m]);
            put_bytes("corpus.txt", changed, strlen(CORPUS));
            int status = try_load("lock.json");
            if (status != CALIB_E_HASH)
                fail_msg("byte %zu gave %s", i, calib_status_name(status));
        }
    put_bytes("corpus.txt", CORPUS, strlen(CORPUS) - 1);
    assert_status(try_load("lock.json"), CALIB_E_SIZE);
    put_file("corpus.txt", CORPUS);
    assert_ok(try_load("lock.json"));
}

/* ---- rows of a lock ---- */

typedef struct copy {
    calib_samples samples;
    int32_t tokens[64], lengths[8];
    int64_t documents[8], sources[8];
} copy;

static void copy_rows(const calib_samples *from, copy *to)
{
    size_t n = from->n_rows;
    assert_true(n <= 8 && n * from->seq_len <= 64);
    to->samples = (calib_samples){.struct_size = sizeof to->samples,
                                  .n_rows = n,
                                  .seq_len = from->seq_len,
                                  .tokens = to->tokens,
                                  .documents = to->documents,
                                  .sources = to->sources,
                                  .lengths = from->lengths ? to->lengths : NULL};
    memcpy(to->tokens, from->tokens, n * from->seq_len * sizeof *to->tokens);
    memcpy(to->documents, from->documents, n * sizeof *to->documents);
    memcpy(to->sources, from->sources, n * sizeof *to->sources);
    if (from->lengths)
        memcpy(to->lengths, from->lengths, n * sizeof *to->lengths);
}

/* Every bit of the numbers changes the verdict. */
static void check_bits(const calib_samples *samples, void *numbers, size_t n_bytes)
{
    unsigned char *bytes = numbers;
    for (size_t bit = 0; bit < 8 * n_bytes; bit++) {
        bytes[bit / 8] = (unsigned char)(bytes[bit / 8] ^ 1u << bit % 8);
        assert_status(verify(samples), CALIB_E_LOCK);
        bytes[bit / 8] = (unsigned char)(bytes[bit / 8] ^ 1u << bit % 8);
    }
    assert_ok(verify(samples));
}

static void a_changed_bit_of_the_rows_is_refused(void **state)
{
    (void)state;
    text locked;
    calib_samples *samples;
    copy rows;
    lock(&locked);
    assert_ok(load("lock.json", &samples));
    assert_non_null(samples->lengths);
    copy_rows(samples, &rows);
    size_t n = samples->n_rows;
    check_bits(&rows.samples, rows.tokens, n * samples->seq_len * sizeof *rows.tokens);
    check_bits(&rows.samples, rows.documents, n * sizeof *rows.documents);
    check_bits(&rows.samples, rows.sources, n * sizeof *rows.sources);
    check_bits(&rows.samples, rows.lengths, n * sizeof *rows.lengths);
    rows.samples.lengths = NULL;
    assert_status(verify(&rows.samples), CALIB_E_LOCK);
    check_message(CALIB_E_LOCK, "lock.json locks rows_sha256 as \"");
    rows.samples.n_rows--;
    assert_status(verify(&rows.samples), CALIB_E_LOCK);
    check_message(CALIB_E_LOCK, "locks rows as 3, but it is 2");
    rows.samples.tokens = NULL;
    assert_status(verify(&rows.samples), CALIB_E_ARGUMENT);
    assert_status(verify(NULL), CALIB_E_ARGUMENT);
    calib_samples_free(samples);
}

static void full_rows_have_no_lengths_in_their_hash(void **state)
{
    (void)state;
    text locked;
    calib_samples *samples;
    copy rows;
    put_file("recipe.json", PLAIN);
    lock(&locked);
    assert_ok(load("lock.json", &samples));
    assert_null(samples->lengths);
    copy_rows(samples, &rows);
    for (size_t i = 0; i < samples->n_rows; i++)
        rows.lengths[i] = (int32_t)samples->seq_len;
    rows.samples.lengths = rows.lengths;
    assert_ok(verify(&rows.samples));
    calib_samples_free(samples);
}

/* ---- tokenizers ---- */

static uint8_t number;

static int identify(void *ctx, uint8_t out[32])
{
    (void)ctx;
    memset(out, number, 32);
    return 0;
}

static int identify_not(void *ctx, uint8_t out[32])
{
    (void)ctx, (void)out;
    return 42;
}

static const char *reason(void *ctx)
{
    (void)ctx;
    return "it has no file";
}

static void another_tokenizer_is_refused(void **state)
{
    (void)state;
    text locked;
    calib_samples *samples;
    calib_recipe_options options = options_of();
    calib_tokenizer_vtable tok = *calib_bytes_tokenizer();
    lock(&locked);
    number = 1;
    tok.fingerprint = identify;
    assert_ok(load_with(&tok, "lock.json", &options, &samples));
    calib_samples_free(samples);
    tok.identity = identify;
    assert_status(load_with(&tok, "lock.json", &options, &samples), CALIB_E_LOCK);
    check_message(CALIB_E_LOCK, "locks the tokenizer's identity as \"");
    tok.identity = NULL;
    assert_status(load_with(&tok, "lock.json", &options, &samples), CALIB_E_UNSUPPORTED);
    assert_status(lock_with(&tok, "recipe.json", &options, &locked), CALIB_E_UNSUPPORTED);
    check_message(CALIB_E_UNSUPPORTED, "has no identity, which a lock pins: set `identity`");
    tok.identity = identify_not;
    tok.last_error = NULL;
    assert_status(load_with(&tok, "lock.json", &options, &samples), CALIB_E_UNSUPPORTED);
    check_message(CALIB_E_UNSUPPORTED, "identity, which a lock pins, failed with 42");
    tok.last_error = reason;
    assert_status(load_with(&tok, "lock.json", &options, &samples), CALIB_E_UNSUPPORTED);
    check_message(CALIB_E_UNSUPPORTED, "failed with 42: it has no file");
    assert_ok(load_with(&tok, "recipe.json", &options, &samples));
    calib_samples_free(samples);
}

/* ---- rendering ---- */

static int render(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    (void)ctx;
    return put(put_ctx, record, len, 0);
}

static void a_lock_pins_what_renders(void **state)
{
    (void)state;
    text locked;
    calib_samples *samples;
    calib_recipe_options options = options_of();
    uint8_t sha256[32] = {1, 2, 3};
    put_file("records.jsonl", "{\"a\": 1}\n[2, 3]\n");
    put_file(
        "recipe.json",
        "{\"calib\": 1, \"sources\": [{\"path\": \"records.jsonl\", \"documents\": \"jsonl\"}],"
        " \"samples\": 2, \"seq_len\": 4}");
    options.render = render;
    assert_status(lock_with(calib_bytes_tokenizer(), "recipe.json", &options, &locked),
                  CALIB_E_UNSUPPORTED);
    check_message(CALIB_E_UNSUPPORTED, "render_sha256 is NULL");
    options.render_sha256 = sha256;
    assert_ok(lock_with(calib_bytes_tokenizer(), "recipe.json", &options, &locked));
    assert_non_null(strstr(locked.bytes, "\"render_sha256\": \"010203"));
    put_bytes("lock.json", locked.bytes, locked.len);
    assert_ok(load_with(calib_bytes_tokenizer(), "lock.json", &options, &samples));
    calib_samples_free(samples);
    sha256[0] = 2;
    assert_status(load_with(calib_bytes_tokenizer(), "lock.json", &options, &samples),
                  CALIB_E_LOCK);
    check_message(CALIB_E_LOCK, "locks render_sha256 as \"010203");
    assert_status(try_load("lock.json"), CALIB_E_LOCK);
    check_message(CALIB_E_LOCK, "lock.json locks a render, but none was given");
}

static int stop(void *ctx, const char *bytes, size_t len)
{
    (void)ctx, (void)bytes, (void)len;
    return 42;
}

static void put_may_stop(void **state)
{
    (void)state;
    char path[128];
    calib_error error = {.struct_size = sizeof error};
    calib_recipe_options options = options_of();
    name_file("recipe.json", path);
    calib_samples *samples = (calib_samples *)(uintptr_t)1;
    assert_status(calib_recipe_lock(calib_bytes_tokenizer(), path, &options, stop, NULL, &samples),
                  CALIB_E_CANCELLED);
    assert_null(samples);
    assert_ok(calib_last_error(&error));
    assert_int_equal(error.callback_result, 42);
    assert_status(calib_recipe_lock(calib_bytes_tokenizer(), path, &options, NULL, NULL, NULL),
                  CALIB_E_ARGUMENT);
}

#define ON_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

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
        ON_FOLDER(a_lock_that_could_not_be_read_is_not_made),
        ON_FOLDER(what_is_no_source_is_refused),
        ON_FOLDER(other_faults_are_those_of_the_library),
        ON_FOLDER(a_lock_is_the_recipe_with_one_member_more),
        ON_FOLDER(locking_also_gives_the_rows),
        ON_FOLDER(the_id_is_always_the_same),
        ON_FOLDER(information_is_not_part_of_the_id),
        ON_FOLDER(a_lock_survives_moving_its_folder),
        ON_FOLDER(a_changed_byte_of_a_lock_is_refused),
        ON_FOLDER(a_changed_byte_of_a_recipe_under_a_lock_is_refused),
        ON_FOLDER(a_changed_byte_of_a_corpus_is_refused),
        ON_FOLDER(a_changed_bit_of_the_rows_is_refused),
        ON_FOLDER(full_rows_have_no_lengths_in_their_hash),
        ON_FOLDER(another_tokenizer_is_refused),
        ON_FOLDER(a_lock_pins_what_renders),
        ON_FOLDER(put_may_stop),
    };
    return cmocka_run_group_tests_name("recipes", tests, NULL, NULL);
}
