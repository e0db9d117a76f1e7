/* SPDX-License-Identifier: MIT */
/* lib/documents/: text to documents, with the input split at every place. */
#include "documents.h"

#define FORMAT(name) .struct_size = sizeof(struct calib_documents), .format = CALIB_DOCUMENTS_##name
#define DOCUMENTS(...) (&(struct calib_documents){__VA_ARGS__})

static void expect(const struct calib_documents *documents, const char *text, size_t len,
                   const char *expected)
{
    test_documents out = {0};
    assert_ok(test_split_all(documents, text, len, &out));
    assert_ok(calib_buffer_append(&out.text, "", 1));
    assert_string_equal(out.text.data, expected);
    test_documents_clear(&out);
}

static void refuse(const struct calib_documents *documents, const char *text, const char *message)
{
    test_documents out = {0};
    assert_status(test_split_all(documents, text, strlen(text), &out), CALIB_E_RECORD);
    assert_message(message);
    test_documents_clear(&out);
}

typedef struct test_case {
    const char *text, *expected;
} test_case;

static void expect_each(const struct calib_documents *documents, const test_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        expect(documents, cases[i].text, strlen(cases[i].text), cases[i].expected);
}

#define EXPECT_EACH(documents, cases) expect_each(documents, cases, sizeof cases / sizeof *cases)

static void lines(void **unused)
{
    (void)unused;
    static const test_case cases[] = {
        {"", ""},           {"a", "[a]"},         {"a\n", "[a]"},
        {"a\n\n", "[a][]"}, {"\n", "[]"},         {"\n\na", "[][][a]"},
        {" ", "[ ]"},       {"a\rb\n", "[a\rb]"}, {"é\nü", "[é][ü]"},
    };
    EXPECT_EACH(DOCUMENTS(FORMAT(LINES)), cases);
    expect(DOCUMENTS(FORMAT(LINES)), "a\0b\n\0", 5, "[a");
}

static void blank(void **unused)
{
    (void)unused;
    static const test_case cases[] = {
        {"", ""},
        {"a", "[a]"},
        {"a\n", "[a\n]"},
        {"a\n\n", "[a]"},
        {"a\nb\n\nc\n", "[a\nb][c\n]"},
        {"\n\na\n\n\n\nb\n\n", "[a][b]"},
        {"\n \t\n", ""},
        {" \na\n \t\nb\n  ", "[a][b]"},
        {"a\n\n b\n", "[a][ b\n]"},
        {"a\n\r\nb", "[a\n\r\nb]"},
    };
    EXPECT_EACH(DOCUMENTS(FORMAT(BLANK)), cases);
}

static void separator(void **unused)
{
    (void)unused;
    static const test_case cases[] = {
        {"", ""},
        {"a", "[a]"},
        {"a\n--\nb\n", "[a][b\n]"},
        {"a\n--\n", "[a]"},
        {"a\n--", "[a]"},
        {"a\n--\n--\nb", "[a][][b]"},
        {"a\n\n--\n\nb", "[a\n][\nb]"},
        {"--\na", "[][a]"},
        {"--", "[]"},
        {"--\n--\n", "[][]"},
        {"a\n---\n-- \n --\n-\nb", "[a\n---\n-- \n --\n-\nb]"},
        {"a--\n--b", "[a--\n--b]"},
        {"a\n--\n\n", "[a][\n]"},
    };
    EXPECT_EACH(DOCUMENTS(FORMAT(SEPARATOR), .separator = "--"), cases);
}

static void jsonl(void **unused)
{
    (void)unused;
    static const test_case cases[] = {
        {"", ""},
        {"\xef\xbb\xbf", ""},
        {"\n \r\n\t", ""},
        {"{\"text\":\"a\"}", "[a]"},
        {"{\"text\":\"a\"}\r\n{\"text\":\"\"}\n", "[a][]"},
        {"\xef\xbb\xbf{\"text\":\"a\"}\n\n {\"x\":1, \"text\" : \"b\\nc\\u00e9\\ud83d\\ude00\" "
         "}\t\n",
         "[a][b\ncé\xf0\x9f\x98\x80]"},
        {"{\"text\":\"a\",\"text\":\"b\"}", "[b]"},
        {"{\"te\\u0078t\":\"a\"}", "[a]"},
        {"{\"Text\":\"a\",\"text\":\"b\",\"tex\":\"c\",\"texts\":{\"text\":\"d\"}}", "[b]"},
    };
    EXPECT_EACH(DOCUMENTS(FORMAT(JSONL)), cases);
}

static void json(void **unused)
{
    (void)unused;
    static const test_case cases[] = {
        {"[]", ""},
        {"\xef\xbb\xbf \n[ \r\n\t] \n", ""},
        {"[{\"text\":\"a\"}]", "[a]"},
        {" [{\"text\":\"a\"} , \n{\"x\":[1,{\"text\":2},\"]\"],\"text\":\"b\"}\n]\n", "[a][b]"},
        {"[{\"text\":\"],[\\\"\\\\\"},{\"text\":\"\\\\\",\"}\":\"{[\"}]", "[],[\"\\][\\]"},
    };
    EXPECT_EACH(DOCUMENTS(FORMAT(JSON)), cases);
}

static void fields(void **unused)
{
    (void)unused;
    static const struct {
        const char *field, *text, *expected;
    } cases[] = {
        {"content", "{\"text\":\"a\",\"content\":\"b\"}", "[b]"},
        {"a/b", "{\"a/b\":\"x\"}", "[x]"},
        {"", "{\"\":\"x\"}", "[x]"},
        {"/", "{\"\":\"x\"}", "[x]"},
        {"//", "{\"\":{\"\":\"x\"}}", "[x]"},
        {"/a/b", "{\"a\":{\"b\":\"x\"}}", "[x]"},
        {"/a~1b/~0/~01", "{\"a/b\":{\"~\":{\"~1\":\"x\"}}}", "[x]"},
        {"/m/0/c", "{\"m\":[{\"c\":\"x\"},{\"c\":\"y\"}]}", "[x]"},
        {"/m/10", "{\"m\":[0,1,2,3,4,5,6,7,8,9,\"x\"]}", "[x]"},
        {"/0/1", "[[{},\"x\"]]", "[x]"},
        {"/m/01", "{\"m\":{\"01\":\"x\"}}", "[x]"},
        {"/m/a", "{\"m\":{\"a\":1},\"m\":{\"a\":\"x\"}}", "[x]"},
        {"/\xc3\xa9", "{\"\\u00e9\":\"x\"}", "[x]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(DOCUMENTS(FORMAT(JSONL), .field = cases[i].field), cases[i].text,
               strlen(cases[i].text), cases[i].expected);
}

static void malformed(void **unused)
{
    (void)unused;
    static const struct {
        const char *field, *text, *why;
    } cases[] = {
        {NULL, "\n{\"text\":\"a\"}\n\n{\"tex\":\"a\"}",
         "line 4: the record is malformed: it has no \"text\""},
        {NULL, "{\"text\":null}", "line 1: the record is malformed: \"text\" is null"},
        {NULL, "{\"text\":1}", "\"text\" is not a string"},
        {NULL, "{\"text\":\"a\",\"text\":[\"a\"]}", "\"text\" is not a string"},
        {NULL, "\"text\"", "it is not an object, so it has no \"text\""},
        {NULL, "{\"messages\":[]}", "it has no \"text\", but \"messages\": set a renderer"},
        {NULL, "{\"text\":\"a\"",
         "a comma or the end of the object is expected, at byte 11 of the record"},
        {NULL, "{\"text\":\"a\"} x", "something stands behind the value"},
        {NULL, "{\"text\":\"\\ud800\"}", "half of a surrogate pair"},
        {NULL, "{\"text\":\"a\",\"x\":NaN}", "a value is expected"},
        {NULL, "{\"text\":\"a\",\"x\":-Infinity}", "a number lacks a digit"},
        {NULL, "{\"text\":\"\xff\"}", "a string is not UTF-8"},
        {NULL, "{\"text\":\"a\"}\n\xef\xbb\xbf{\"text\":\"a\"}",
         "line 2: the record is malformed: a byte order mark"},
        {NULL, "{'text':'a'}", "the name of a member is expected"},
        {"/m/01", "{\"m\":[\"x\",\"y\"]}", "it has no \"/m/01\""},
        {"/m/-", "{\"m\":[\"x\",\"y\"]}", "it has no \"/m/-\""},
        {"/m/2", "{\"m\":[\"x\",\"y\"]}", "it has no \"/m/2\""},
        {"/m/", "{\"m\":[\"x\",\"y\"]}", "it has no \"/m/\""},
        {"/m/18446744073709551616", "{\"m\":[\"x\",\"y\"]}", "it has no"},
        {"/m/a", "{\"m\":{\"a\":\"x\"},\"m\":{}}", "it has no \"/m/a\""},
        {"/m/a", "{\"m\":\"a\"}", "it has no \"/m/a\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse(DOCUMENTS(FORMAT(JSONL), .field = cases[i].field), cases[i].text, cases[i].why);
}

static void bad_arrays(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *why;
        bool skipped;
    } cases[] = {
        {"", "a.jsonl has no JSON array", false},
        {" \n", "has no JSON array", false},
        {"{\"text\":\"a\"}", "'[' is expected at byte 0; for one record a line the format is JSONL",
         false},
        {"\xef\xbb[]", "'[' is expected at byte 2", false},
        {"x[]", "'[' is expected at byte 0", false},
        {"[", "ends before its JSON array is closed", false},
        {"[{\"text\":\"a\"}", "ends before", false},
        {"[{\"text\":\"a]\"", "ends before", false},
        {"[] x", "something stands behind the array, at byte 3", false},
        {"[]]", "something stands behind the array, at byte 2", false},
        {"[][]", "something stands behind the array", false},
        {"[,]", "record 0: the record is malformed: the text ends too early", true},
        {"[{\"text\":\"a\"},]", "record 1: the record is malformed: the text ends too early", true},
        {"[{\"text\":\"a\"} {\"text\":\"a\"}]", "something stands behind the value", true},
        {"[{\"text\":\"a\"}}]", "something stands behind the value", true},
        {"[{]]", "the name of a member is expected", true},
        {"[{\"text\":\"a\"},{\"text\":2}]",
         "record 1: the record is malformed: \"text\" is not a string", true},
        {"[NaN]", "a value is expected", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_documents out = {0};
        refuse(DOCUMENTS(FORMAT(JSON)), cases[i].text, cases[i].why);
        int status =
            test_split_all(DOCUMENTS(FORMAT(JSON), .flags = CALIB_DOCUMENTS_SKIP_MALFORMED),
                           cases[i].text, strlen(cases[i].text), &out);
        assert_int_equal(status, cases[i].skipped ? CALIB_OK : CALIB_E_RECORD);
        test_documents_clear(&out);
    }
}

static void counts(void **unused)
{
    (void)unused;
    static const char text[] = "{\"text\":\" \"}\nnull\n{\"text\":\"abc\"}\n{\"text\":\"é\"}\n"
                               "{\"text\":\"éé\"}\n{\"text\":\" \xf0\x9f\x98\x80.\"}\n{}\n";
    test_documents out = {0};
    struct calib_documents documents = {FORMAT(JSONL), .strip = CALIB_STRIP_PYTHON, .min_chars = 2,
                                        .max_chars = 2, .flags = CALIB_DOCUMENTS_SKIP_MALFORMED};
    assert_ok(test_split_all(&documents, text, sizeof text - 1, &out));
    assert_int_equal(out.counts.records, 7);
    assert_int_equal(out.counts.kept, 2);
    assert_int_equal(out.counts.empty, 1);
    assert_int_equal(out.counts.too_short, 1);
    assert_int_equal(out.counts.too_long, 1);
    assert_int_equal(out.counts.malformed, 2);
    const uint64_t *spans = out.spans.data;
    assert_int_equal(spans[0], 4);
    assert_int_equal(spans[3], 5);
    documents.min_chars = 0;
    documents.max_chars = 0;
    assert_ok(test_split_all(&documents, text, sizeof text - 1, &out));
    assert_int_equal(out.counts.kept, 5);
    assert_int_equal(out.counts.empty, 0);
    test_documents_clear(&out);
}

static void strips(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t strip;
        const char *text, *expected;
    } cases[] = {
        {CALIB_STRIP_NONE, "\" a\\n\"", "[ a\n]"},
        {CALIB_STRIP_PYTHON, "\" \\t\\u00a0\\u3000a b\\u2028\\u0085\\n\"", "[a b]"},
        {CALIB_STRIP_PYTHON, "\" \\u2009\"", "[]"},
        {CALIB_STRIP_PYTHON, "\"\\u200ba\\ufeff\"",
         "[\xe2\x80\x8b"
         "a\xef\xbb\xbf]"},
        {CALIB_STRIP_RIGHT, "\" a \\u205f\\u001c\"", "[ a]"},
        {CALIB_STRIP_RIGHT, "\" \"", "[]"},
        {CALIB_STRIP_NEWLINE, "\"a\\n\\n\"", "[a\n]"},
        {CALIB_STRIP_NEWLINE, "\"\\n\"", "[]"},
        {CALIB_STRIP_NEWLINE, "\"a\\n \"", "[a\n ]"},
        {CALIB_STRIP_NEWLINE, "\"\"", "[]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[100];
        int n = snprintf(text, sizeof text, "{\"text\":%s}", cases[i].text);
        expect(DOCUMENTS(FORMAT(JSONL), .strip = cases[i].strip), text, (size_t)n,
               cases[i].expected);
    }
}

static void chatml(void **unused)
{
    (void)unused;
    static const char text[] =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\\\"<|im_end|>\"},"
        "{\"name\":1,\"content\":\"b\",\"role\":\"x\\n\"}]}\n{\"messages\":[]}\n";
#define RENDERED(flag) DOCUMENTS(FORMAT(JSONL), .renderer = CALIB_RENDERER_CHATML, .flags = (flag))
    expect(RENDERED(0), text, sizeof text - 1,
           "[s:<|im_start|>user\na\"<|im_end|><|im_end|>\n<|im_start|>x\n\nb<|im_end|>\n][]");
    expect(RENDERED(CALIB_DOCUMENTS_PLAIN), text, sizeof text - 1,
           "[p:<|im_start|>user\na\"<|im_end|><|im_end|>\n<|im_start|>x\n\nb<|im_end|>\n][]");
    expect(RENDERED(CALIB_DOCUMENTS_PARTS), text, sizeof text - 1,
           "[s:<|im_start|>|p:user\na\"<|im_end|>|s:<|im_end|>|p:\n|s:<|im_start|>|p:x\n\nb|s:<|im_"
           "end|>|p:\n][]");
    expect(DOCUMENTS(FORMAT(JSONL), .renderer = CALIB_RENDERER_CHATML,
                     .flags = CALIB_DOCUMENTS_PARTS, .strip = CALIB_STRIP_NEWLINE),
           text, sizeof text - 1,
           "[s:<|im_start|>|p:user\na\"<|im_end|>|s:<|im_end|>|p:\n|s:<|im_start|>|p:x\n\nb|s:<|im_"
           "end|>][]");
    refuse(RENDERED(0), "{\"text\":\"a\"}",
           "line 1: the record is malformed: it has no array \"messages\"");
    refuse(RENDERED(0), "{\"messages\":{}}", "it has no array \"messages\"");
    refuse(RENDERED(0), "[]", "it has no array \"messages\"");
    refuse(RENDERED(0), "{\"messages\":[{\"role\":\"a\"}]}", "a message has no \"content\"");
    refuse(RENDERED(0), "{\"messages\":[{\"content\":\"a\",\"role\":null}]}", "no \"role\"");
    refuse(RENDERED(0), "{\"messages\":[1]}", "a message has no \"role\"");
    expect(RENDERED(CALIB_DOCUMENTS_SKIP_MALFORMED), "{\"messages\":[1]}\n{}\n", 20, "");
}

/* A renderer that puts what `plan` says, call by call: text, '\1' puts with PLAIN. */
typedef struct test_renderer {
    const char *puts[4];
    uint32_t flags[4];
    int result;
    bool goes_on; /* after a put that failed */
    int put_result;
} test_renderer;

static int render(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    test_renderer *self = ctx;
    assert_true(len > 0 && record[0] == '{' && record[len - 1] == '}');
    for (size_t i = 0; i < 4 && self->puts[i]; i++) {
        self->put_result = put(put_ctx, self->puts[i], strlen(self->puts[i]), self->flags[i]);
        if (self->put_result && !self->goes_on)
            return 99;
    }
    return self->result;
}

static const char one_record[] = "\n {\"text\": 1} \n";

static struct calib_documents rendered_by(test_renderer *renderer)
{
    return (struct calib_documents){FORMAT(JSONL), .render = render, .render_ctx = renderer};
}

static void renders(void **unused)
{
    (void)unused;
    static const struct {
        test_renderer renderer;
        const char *expected;
    } cases[] = {
        {{.result = 0}, "[]"},
        {{.puts = {""}}, "[]"},
        {{.puts = {"a", "b"}}, "[ab]"},
        {{.puts = {"\xc3", "\xa9"}}, "[é]"},
        {{.puts = {"a", "b", "c"}, .flags = {8, 16, 16}}, "[s:a|p:bc]"},
        {{.puts = {"a", "", "c"}, .flags = {0, 16, 0}}, "[ac]"},
        {{.puts = {"a", "b", "c", "d"}, .flags = {0, 8, 0, 8}}, "[a|s:b|c|s:d]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_renderer renderer = cases[i].renderer;
        struct calib_documents documents = rendered_by(&renderer);
        expect(&documents, one_record, sizeof one_record - 1, cases[i].expected);
    }
}

static void renderers_fail(void **unused)
{
    (void)unused;
    static const struct {
        test_renderer renderer;
        int status;
        const char *message;
    } cases[] = {
        {{.result = 5}, CALIB_E_CALLBACK, "a.jsonl, line 2: render failed with 5"},
        {{.puts = {"a"}, .result = 1}, CALIB_E_CALLBACK, "render failed with 1"},
        {{.puts = {"a"}, .flags = {1}}, CALIB_E_ARGUMENT, "text_flags is 0x1"},
        {{.puts = {"a"}, .flags = {24}}, CALIB_E_ARGUMENT, "text_flags is 0x18"},
        {{.puts = {"a", "b"}, .flags = {24}, .goes_on = true}, CALIB_E_ARGUMENT, "text_flags"},
        {{.puts = {"a", "\xff"}},
         CALIB_E_UTF8,
         "line 2: the text that render gave is not UTF-8 at its byte 1"},
        {{.puts = {"\xc3"}}, CALIB_E_UTF8, "is not UTF-8 at its byte 0"},
        {{.puts = {"ab\xc3", "\xa9"}, .flags = {0, 16}},
         CALIB_E_UTF8,
         "is not UTF-8 at its byte 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_renderer renderer = cases[i].renderer;
        struct calib_documents documents = rendered_by(&renderer);
        test_documents out = {0};
        assert_status(test_split_all(&documents, one_record, sizeof one_record - 1, &out),
                      cases[i].status);
        assert_message(cases[i].message);
        calib_error error = {.struct_size = sizeof error};
        assert_ok(calib_last_error(&error));
        assert_int_equal(error.callback_result,
                         cases[i].status == CALIB_E_CALLBACK ? renderer.result : 0);
        test_documents_clear(&out);
    }
}

/* The place of every document in the text is enough to make it again. */
static void again(void **unused)
{
    (void)unused;
    static const struct {
        struct calib_documents documents;
        const char *text;
    } cases[] = {
        {{FORMAT(LINES)}, "ab\n\nc\n"},
        {{FORMAT(BLANK)}, "\n\nab\nc\n\n\nd\n"},
        {{FORMAT(SEPARATOR), .separator = "--"}, "--\nab\nc\n--\n--\nd\n"},
        {{FORMAT(JSONL)}, "\xef\xbb\xbf {\"text\":\"a\"}\r\n\n{\"text\":\"b\\n\"}\n"},
        {{FORMAT(JSON)}, "\n[ {\"text\":\"a\"}\r\n,{\"text\":\"b\\n\"}\n]"},
        {{FORMAT(JSONL), .renderer = CALIB_RENDERER_CHATML},
         "{\"messages\":[{\"role\":\"a\",\"content\":\"b\"}]}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_documents out = {0}, second = {0};
        const char *text = cases[i].text;
        assert_ok(test_split(&cases[i].documents, text, strlen(text), &out));
        calib_documents_settings settings;
        calib_splitting *run;
        assert_ok(calib_documents_settings_read(&cases[i].documents, &settings));
        assert_ok(calib_splitting_begin(&settings, "a.jsonl",
                                        (calib_document_sink){test_put_document, &second}, &run));
        const uint64_t *spans = out.spans.data;
        assert_true(out.spans.len > 0);
        for (size_t k = 0; k < out.spans.len / sizeof *spans; k += 3)
            assert_ok(calib_splitting_again(run, text + spans[k + 1], spans[k + 2], spans[k + 1],
                                            spans[k]));
        assert_int_equal(out.text.len, second.text.len);
        assert_memory_equal(out.text.data, second.text.data, out.text.len);
        calib_splitting_free(run);
        calib_documents_settings_free(&settings);
        test_documents_clear(&out);
        test_documents_clear(&second);
    }
}

/* Whatever the place, a failure of the sink ends the run with its status. */
static void sink_fails(void **unused)
{
    (void)unused;
    static const char text[] = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"text\":\"c\"}";
    for (size_t k = 1; k <= 4; k++) {
        test_documents out = {.fail_at = k};
        int status = test_split(DOCUMENTS(FORMAT(JSONL)), text, sizeof text - 1, &out);
        assert_int_equal(status, k <= 3 ? CALIB_E_NOSPACE : CALIB_OK);
        assert_int_equal(out.n_calls, k <= 3 ? k : 3);
        test_documents_clear(&out);
    }
}

/* ---- memory ---- */

static size_t n_allocations, failing_allocation;

static bool may_allocate(void)
{
    return ++n_allocations != failing_allocation;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *data, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *data, size_t n);

void *__wrap_malloc(size_t n)
{
    return may_allocate() ? __real_malloc(n) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return may_allocate() ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *data, size_t n)
{
    return may_allocate() ? __real_realloc(data, n) : NULL;
}

static void memory_fails(void **unused)
{
    (void)unused;
    static const struct {
        struct calib_documents documents;
        const char *text;
    } cases[] = {
        {{FORMAT(LINES)}, "ab\n\nc\n"},
        {{FORMAT(SEPARATOR), .separator = "--", .join = "\n"}, "ab\nc\n--\n--\nd\n"},
        {{FORMAT(JSONL), .field = "/a/b"}, "{\"a\":{\"b\":\"\\n\"}}\n"},
        {{FORMAT(JSON), .renderer = CALIB_RENDERER_CHATML, .flags = CALIB_DOCUMENTS_PARTS},
         "[{\"messages\":[{\"role\":\"a\\n\",\"content\":\"b\"}]}]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = CALIB_E_NOMEM;
        for (size_t k = 1; status; k++) {
            test_documents out = {0};
            n_allocations = 0;
            failing_allocation = k;
            status = test_split_at(&cases[i].documents, cases[i].text, strlen(cases[i].text), 2,
                                   100, &out);
            assert_true(status == CALIB_OK ? n_allocations < k && k > 4 : status == CALIB_E_NOMEM);
            test_documents_clear(&out);
        }
        failing_allocation = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),      cmocka_unit_test(blank),
        cmocka_unit_test(separator),  cmocka_unit_test(jsonl),
        cmocka_unit_test(json),       cmocka_unit_test(fields),
        cmocka_unit_test(malformed),  cmocka_unit_test(bad_arrays),
        cmocka_unit_test(counts),     cmocka_unit_test(strips),
        cmocka_unit_test(chatml),     cmocka_unit_test(renders),
        cmocka_unit_test(again),      cmocka_unit_test(renderers_fail),
        cmocka_unit_test(sink_fails), cmocka_unit_test(memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
