/* SPDX-License-Identifier: MIT */
/* Locks: what they hold, and every change that they refuse. */
#include "recipes.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FOLDER(a_lock_that_could_not_be_read_is_not_made),
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
    return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}
