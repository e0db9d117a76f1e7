/* SPDX-License-Identifier: MIT */
#include "recipe/recipe.h"

#include "base/error.h"
#include "recipe/keys.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SOURCES = 65536 };

/* ---- the keys ---- */

static const char *const readers[] = {"auto", "plain", "gzip", "zstd", NULL};
static const char *const formats[] = {"lines", "blank", "separator", "jsonl", "json", NULL};
static const char *const strips[] = {"none", "python", "right", "newline", NULL};
static const char *const specials[] = {"default", "none", "once", NULL};
static const char *const chats[] = {"chatml", NULL};
static const char *const row_bos[] = {"as-tokenized", "overwrite", "prepend", NULL};

/* The keys of a source stand first: the whole may have them too, since `each` stands first there.
 * Of these the first are locations, and those from OF_DOCUMENTS on say something about documents.
 */
enum { PATH, URL, BUILTIN, N_LOCATIONS, OF_DOCUMENTS = 9, N_OF_SOURCE = 24, N_KEYS = 36 };

#define EACH(field) offsetof(calib_recipe_source, field)
#define OF(field) offsetof(calib_recipe, field)

_Static_assert(OF(each) == 0, "a source's offsets are those in the whole");

static const calib_key keys[N_KEYS] = {
    [PATH] = {"path", CALIB_KEY_TEXT, EACH(path), 0, NULL, false},
    [URL] = {"url", CALIB_KEY_TEXT, EACH(url), 0, NULL, false},
    [BUILTIN] = {"builtin", CALIB_KEY_FLAG, EACH(builtin), 1, NULL, false},
    {"sha256", CALIB_KEY_TEXT, EACH(source.sha256), 0, NULL, false},
    {"size", CALIB_KEY_NUMBER, EACH(source.size_bytes), UINT64_MAX, NULL, false},
    {"weight", CALIB_KEY_NUMBER, EACH(source.weight), UINT64_MAX, NULL, false},
    {"raw", CALIB_KEY_FLAG, EACH(source.flags), CALIB_RAW_BYTES, NULL, false},
    {"reader", CALIB_KEY_CHOICE, EACH(source.reader), CALIB_READER_AUTO, readers, false},
    {"documents", CALIB_KEY_CHOICE, EACH(documents.format), CALIB_DOCUMENTS_LINES, formats, false},
    [OF_DOCUMENTS] = {"field", CALIB_KEY_TEXT, EACH(documents.field), 0, NULL, false},
    {"separator", CALIB_KEY_TEXT, EACH(documents.separator), 0, NULL, false},
    {"join", CALIB_KEY_TEXT, EACH(documents.join), 0, NULL, false},
    {"strip", CALIB_KEY_CHOICE, EACH(documents.strip), CALIB_STRIP_NONE, strips, false},
    {"specials", CALIB_KEY_CHOICE, EACH(documents.specials), CALIB_SPECIALS_DEFAULT, specials,
     false},
    {"chat", CALIB_KEY_CHOICE, EACH(documents.renderer), CALIB_RENDERER_CHATML, chats, false},
    {"plain", CALIB_KEY_FLAG, EACH(documents.flags), CALIB_DOCUMENTS_PLAIN, NULL, false},
    {"parts", CALIB_KEY_FLAG, EACH(documents.flags), CALIB_DOCUMENTS_PARTS, NULL, false},
    {"append_id", CALIB_KEY_NUMBER, EACH(append_id), INT32_MAX, NULL, false},
    {"append_missing", CALIB_KEY_FLAG, EACH(documents.flags), CALIB_DOCUMENTS_APPEND_MISSING, NULL,
     false},
    {"min_chars", CALIB_KEY_NUMBER, EACH(documents.min_chars), UINT64_MAX, NULL, false},
    {"max_chars", CALIB_KEY_NUMBER, EACH(documents.max_chars), UINT64_MAX, NULL, false},
    {"min_tokens", CALIB_KEY_NUMBER, EACH(documents.min_tokens), UINT64_MAX, NULL, false},
    {"max_tokens", CALIB_KEY_NUMBER, EACH(documents.max_tokens), UINT64_MAX, NULL, false},
    {"skip_malformed", CALIB_KEY_FLAG, EACH(documents.flags), CALIB_DOCUMENTS_SKIP_MALFORMED, NULL,
     false},

    [N_OF_SOURCE] = {"calib", CALIB_KEY_NUMBER, OF(format), 1, NULL, true},
    {"sources", CALIB_KEY_ARRAY, OF(source_list), 0, NULL, true},
    {"sampler", CALIB_KEY_TEXT, OF(sampling.sampler), 0, NULL, false},
    {"samples", CALIB_KEY_NUMBER, OF(n_samples), INT64_MAX, NULL, true},
    {"seq_len", CALIB_KEY_NUMBER, OF(seq_len), SIZE_MAX, NULL, true},
    {"seed", CALIB_KEY_NUMBER, OF(seed), UINT64_MAX, NULL, false},
    {"row_bos", CALIB_KEY_CHOICE, OF(sampling.bos), CALIB_BOS_AS_TOKENIZED, row_bos, false},
    {"pad", CALIB_KEY_NUMBER, OF(pad), INT32_MAX, NULL, false},
    {"skip", CALIB_KEY_NUMBER, OF(sampling.skip), UINT64_MAX, NULL, false},
    {"first_row", CALIB_KEY_NUMBER, OF(sampling.first_row), UINT64_MAX, NULL, false},
    {"numbers", CALIB_KEY_ARRAY, OF(number_list), 0, NULL, false},
    {"lock", CALIB_KEY_OBJECT, OF(lock), 0, NULL, false},
};

/* ---- sources ---- */

static int fail(const calib_values *values, const calib_value *value, const char *what)
{
    return calib_fail(CALIB_E_RECIPE, "%s, line %zu: %s", calib_shown(values->name), value->line,
                      what);
}

/* A path begins in the folder of the recipe, or at the root. It never looks like another kind of
 * location: "./" is put in front if the recipe's own path has no folder. */
static int join_path(const char *recipe, const char *path, char **out)
{
    const char *slash = strrchr(recipe, '/');
    const char *folder = slash ? recipe : "./";
    size_t n = slash ? (size_t)(slash - recipe) + 1 : 2, len = strlen(path);
    if (*path == '/')
        n = 0;
    *out = malloc(n + len + 1);
    if (!*out)
        return calib_fail_memory(n + len + 1);
    memcpy(*out, folder, n);
    memcpy(*out + n, path, len + 1);
    return CALIB_OK;
}

/* A source's own location replaces the default, whatever its kind. */
static void drop_default_location(uint64_t given, calib_recipe_source *part)
{
    if (!(given & ((1 << N_LOCATIONS) - 1)))
        return;
    if (!(given & 1 << PATH))
        part->path = NULL;
    if (!(given & 1 << URL))
        part->url = NULL;
    if (!(given & 1 << BUILTIN))
        part->builtin = 0;
}

static int locate(const calib_values *values, const calib_value *value, calib_recipe_source *part)
{
    int n = (part->path != NULL) + (part->url != NULL) + (part->builtin != 0);
    if (n != 1)
        return fail(values, value, "a source has one of the keys \"path\", \"url\", \"builtin\"");
    if (part->url && strncmp(part->url, "https://", 8) != 0)
        return fail(values, value, "\"url\" does not begin with https://");
    if (part->path && (!*part->path || strcmp(part->path, "-") == 0))
        return fail(values, value, "\"path\" is not the path of a file");
    part->source.location = part->url ? part->url : "builtin";
    if (!part->path)
        return CALIB_OK;
    int status = join_path(values->name, part->path, &part->location);
    part->source.location = part->location;
    return status;
}

/* `given` has the source's own keys: defaults say nothing about a source without documents. */
static int complete_documents(const calib_values *values, const calib_value *value, uint64_t given,
                              calib_recipe_source *part)
{
    struct calib_documents *documents = &part->documents;
    bool appends = part->append_id != UINT64_MAX;
    for (size_t i = OF_DOCUMENTS; i < N_OF_SOURCE; i++)
        if (given >> i & 1 && !documents->format)
            return calib_fail(CALIB_E_RECIPE, "%s, line %zu: \"%s\" needs \"documents\"",
                              calib_shown(values->name), value->line, keys[i].name);
    if (!documents->format)
        return CALIB_OK;
    if (!appends && documents->flags & CALIB_DOCUMENTS_APPEND_MISSING)
        return fail(values, value, "\"append_missing\" needs \"append_id\"");
    documents->append_id = appends ? (int32_t)part->append_id : 0;
    if (appends && !(documents->flags & CALIB_DOCUMENTS_APPEND_MISSING))
        documents->flags |= CALIB_DOCUMENTS_APPEND;
    part->source.documents = documents;
    return CALIB_OK;
}

static int read_source(const calib_recipe *recipe, size_t at, calib_recipe_source *part)
{
    const calib_values *values = &recipe->values;
    const calib_value *value = &values->all[at];
    uint64_t given;
    if (value->kind != CALIB_JSON_OBJECT)
        return fail(values, value, "a source is an object");
    *part = recipe->each;
    int status = calib_keys_read(values, at, keys, N_OF_SOURCE, part, &given);
    drop_default_location(given, part);
    if (!status)
        status = locate(values, value, part);
    return status ? status : complete_documents(values, value, given, part);
}

static int read_sources(calib_recipe *recipe)
{
    const calib_values *values = &recipe->values;
    const calib_value *list = &values->all[recipe->source_list];
    size_t n = 0;
    int status = CALIB_OK;
    for (size_t at = recipe->source_list + 1; at < list->end; at = values->all[at].end)
        n++;
    if (n == 0 || n > MOST_SOURCES)
        return fail(values, list, "\"sources\" has 1 to 65536 elements");
    recipe->parts = calloc(n, sizeof *recipe->parts);
    recipe->sources = calloc(n, sizeof *recipe->sources);
    if (!recipe->parts || !recipe->sources)
        return calib_fail_memory(n * (sizeof *recipe->parts + sizeof *recipe->sources));
    for (size_t at = recipe->source_list + 1; !status && at < list->end; at = values->all[at].end) {
        calib_recipe_source *part = &recipe->parts[recipe->n_sources];
        status = read_source(recipe, at, part);
        recipe->sources[recipe->n_sources++] = part->source;
    }
    return status;
}

/* ---- the whole ---- */

static int read_numbers(calib_recipe *recipe)
{
    const calib_values *values = &recipe->values;
    const calib_value *list = &values->all[recipe->number_list];
    size_t first = recipe->number_list + 1, n = list->end - first; /* nothing is nested */
    int status = CALIB_OK;
    recipe->numbers = calloc(n ? n : 1, sizeof *recipe->numbers);
    if (!recipe->numbers)
        return calib_fail_memory(n * sizeof *recipe->numbers);
    for (size_t i = 0; !status && i < n; i++)
        status = calib_key_number(values, &values->all[first + i], UINT64_MAX, &recipe->numbers[i]);
    recipe->sampling.numbers = recipe->numbers;
    recipe->sampling.n_numbers = n;
    return status;
}

/* Another text is then refused before it is tokenized. */
static void pin(calib_recipe *recipe)
{
    for (size_t i = 0; i < recipe->n_sources; i++) {
        calib_sha256_to_hex(recipe->locked.sources[i].sha256, recipe->parts[i].pin);
        recipe->sources[i].sha256 = recipe->parts[i].pin;
        recipe->sources[i].size_bytes = recipe->locked.sources[i].size;
    }
}

/* The whole file of a lock is what was locked, so its id is checked before anything is used. */
static int read_lock(calib_recipe *recipe)
{
    const calib_values *values = &recipe->values;
    char id[CALIB_LOCKED_ID_SIZE];
    int status = calib_locked_read(values, recipe->lock, &recipe->locked);
    if (!status)
        status = calib_locked_id(values, id);
    if (status)
        return status;
    recipe->is_locked = true;
    if (strcmp(id, recipe->locked.id) != 0)
        return calib_fail(CALIB_E_LOCK,
                          "%s has the id %.80s, but its members give %s: it was changed after it "
                          "was locked",
                          calib_shown(values->name), recipe->locked.id, id);
    if (recipe->locked.n_sources != recipe->n_sources)
        return fail(values, &values->all[recipe->lock], "the lock has another number of sources");
    pin(recipe);
    return CALIB_OK;
}

/* Another format may have other keys, so it is named first. Values of other kinds are refused as
 * those of any key. */
static int check_format(const calib_values *values)
{
    for (size_t at = 1; at < values->n; at = values->all[at].end) {
        const calib_value *value = &values->all[at];
        bool has_digits = value->kind == CALIB_JSON_NUMBER || value->kind == CALIB_JSON_STRING;
        if (strcmp(value->key, "calib") == 0 && has_digits && strcmp(value->text, "1") != 0)
            return calib_fail(CALIB_E_RECIPE,
                              "%s, line %zu: \"calib\" is %.80s, but this version reads the "
                              "format 1",
                              calib_shown(values->name), value->line, value->text);
    }
    return CALIB_OK;
}

int calib_recipe_read(const char *path, const char *text, size_t len, calib_recipe *out)
{
    *out = (calib_recipe){
        .each = {.source = {.struct_size = sizeof(calib_source)},
                 .documents = {.struct_size = sizeof(struct calib_documents)},
                 .append_id = UINT64_MAX},
        .sampling = {.struct_size = sizeof(calib_sampling)},
        .pad = UINT64_MAX,
    };
    uint64_t given;
    int status = calib_values_read(path, text, len, &out->values);
    if (!status)
        status = check_format(&out->values);
    if (!status)
        status = calib_keys_read(&out->values, 0, keys, N_KEYS, out, &given);
    if (!status)
        status = read_sources(out);
    if (!status && out->number_list)
        status = read_numbers(out);
    if (!status && out->lock)
        status = read_lock(out);
    if (out->pad != UINT64_MAX) {
        out->sampling.short_rows = CALIB_SHORT_PAD;
        out->sampling.pad_id = (int32_t)out->pad;
    }
    return status;
}

bool calib_recipe_render(calib_recipe *recipe, calib_render_fn render, void *ctx,
                         const uint8_t *sha256)
{
    bool used = false;
    for (size_t i = 0; i < recipe->n_sources; i++) {
        struct calib_documents *documents = &recipe->parts[i].documents;
        bool has_records =
            documents->format == CALIB_DOCUMENTS_JSONL || documents->format == CALIB_DOCUMENTS_JSON;
        if (!has_records || documents->field || documents->renderer)
            continue;
        documents->render = render;
        documents->render_ctx = ctx;
        documents->render_sha256 = sha256;
        used = true;
    }
    return used;
}

void calib_recipe_free(calib_recipe *recipe)
{
    for (size_t i = 0; i < recipe->n_sources; i++)
        free(recipe->parts[i].location);
    free(recipe->parts);
    free(recipe->sources);
    free(recipe->numbers);
    calib_locked_free(&recipe->locked);
    calib_values_free(&recipe->values);
    *recipe = (calib_recipe){0};
}
