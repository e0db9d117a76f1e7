/* SPDX-License-Identifier: MIT */
#include "documents/arrow_array.h"

#include "base/error.h"
#include "base/numbers.h"

#include <string.h>

/* ---- types ---- */

calib_arrow_type calib_arrow_type_of(const char *format)
{
    static const struct {
        const char *format;
        calib_arrow_type type;
    } types[] = {
        {"n", {CALIB_ARROW_NULL, 0}},          {"b", {CALIB_ARROW_BOOL, 0}},
        {"c", {CALIB_ARROW_SIGNED, 1}},        {"C", {CALIB_ARROW_UNSIGNED, 1}},
        {"s", {CALIB_ARROW_SIGNED, 2}},        {"S", {CALIB_ARROW_UNSIGNED, 2}},
        {"i", {CALIB_ARROW_SIGNED, 4}},        {"I", {CALIB_ARROW_UNSIGNED, 4}},
        {"l", {CALIB_ARROW_SIGNED, 8}},        {"L", {CALIB_ARROW_UNSIGNED, 8}},
        {"f", {CALIB_ARROW_FLOAT, 4}},         {"g", {CALIB_ARROW_FLOAT, 8}},
        {"u", {CALIB_ARROW_STRING, 4}},        {"U", {CALIB_ARROW_STRING, 8}},
        {"vu", {CALIB_ARROW_STRING_VIEW, 16}}, {"+l", {CALIB_ARROW_LIST, 4}},
        {"+L", {CALIB_ARROW_LIST, 8}},         {"+s", {CALIB_ARROW_STRUCT, 0}},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(format, types[i].format) == 0)
            return types[i].type;
    uint64_t n;
    bool fixed = strncmp(format, "+w:", 3) == 0;
    size_t digits = fixed ? calib_decimal_read(format + 3, strlen(format + 3), &n) : 0;
    if (digits > 0 && format[3 + digits] == '\0' && n <= INT32_MAX)
        return (calib_arrow_type){CALIB_ARROW_FIXED_LIST, (int64_t)n};
    return (calib_arrow_type){CALIB_ARROW_OTHER, 0};
}

static bool is_integer(calib_arrow_type type)
{
    return type.kind == CALIB_ARROW_SIGNED || type.kind == CALIB_ARROW_UNSIGNED;
}

static const char *name_of(const struct ArrowSchema *schema)
{
    return calib_shown(schema->name ? schema->name : "");
}

static int fail_schema(const char *source, const struct ArrowSchema *schema, const char *why)
{
    return calib_fail(CALIB_E_RECORD, "%s: the Arrow schema of \"%s\" is invalid: %s",
                      calib_shown(source), name_of(schema), why);
}

static int check_children(const char *source, const struct ArrowSchema *schema, bool others,
                          int depth)
{
    calib_arrow_type type = calib_arrow_type_of(schema->format);
    bool is_list = type.kind == CALIB_ARROW_LIST || type.kind == CALIB_ARROW_FIXED_LIST;
    int64_t n = schema->n_children;
    bool good = is_list ? n == 1 : type.kind == CALIB_ARROW_STRUCT ? n >= 0 : n == 0;
    if (!good || (n > 0 && !schema->children))
        return fail_schema(source, schema, "it has a wrong number of children");
    int status = CALIB_OK;
    for (int64_t i = 0; i < n && !status; i++)
        status = schema->children[i]
                     ? calib_arrow_check_schema(source, schema->children[i], others, depth + 1)
                     : fail_schema(source, schema, "a child is NULL");
    return status;
}

int calib_arrow_check_schema(const char *source, const struct ArrowSchema *schema, bool others,
                             int depth)
{
    if (!schema->format)
        return fail_schema(source, schema, "it has no format");
    calib_arrow_type type = calib_arrow_type_of(schema->format);
    if (type.kind == CALIB_ARROW_OTHER && others)
        return CALIB_OK;
    if (type.kind == CALIB_ARROW_OTHER)
        return calib_fail(
            CALIB_E_UNSUPPORTED,
            "%s: the Arrow column \"%s\" has the type \"%.40s\", which has no form in "
            "JSON: leave it out of the stream, or cast it to a string",
            calib_shown(source), name_of(schema), schema->format);
    if (depth == CALIB_ARROW_DEPTH)
        return calib_fail(CALIB_E_UNSUPPORTED,
                          "%s: the Arrow column \"%s\" is nested deeper than %d",
                          calib_shown(source), name_of(schema), CALIB_ARROW_DEPTH);
    if (schema->dictionary && !is_integer(type))
        return fail_schema(source, schema, "the indices of a dictionary are not integers");
    if (schema->dictionary)
        return calib_arrow_check_schema(source, schema->dictionary, others, depth + 1);
    return check_children(source, schema, others, depth);
}

/* ---- arrays ---- */

static int64_t least_buffers(calib_arrow_kind kind)
{
    switch (kind) {
    case CALIB_ARROW_NULL: return 0;
    case CALIB_ARROW_STRUCT:
    case CALIB_ARROW_FIXED_LIST: return 1;
    case CALIB_ARROW_STRING:
    case CALIB_ARROW_STRING_VIEW: return 3;
    default: return 2;
    }
}

/* Rows so many that no offset into a buffer overflows. */
#define MAX_ROWS ((int64_t)(PTRDIFF_MAX / 32))

static const char *check_numbers(const struct ArrowArray *array, calib_arrow_type type)
{
    int64_t least = least_buffers(type.kind);
    bool views = type.kind == CALIB_ARROW_STRING_VIEW;
    if (array->length < 0 || array->offset < 0)
        return "a length or an offset is negative";
    if (array->length > MAX_ROWS || array->offset > MAX_ROWS - array->length)
        return "a length or an offset is too large";
    if (views ? array->n_buffers < least : array->n_buffers != least)
        return "it has a wrong number of buffers";
    if (least > 0 && !array->buffers)
        return "its buffers are NULL";
    if (least > 1 && array->length > 0 && !array->buffers[1])
        return "a buffer is NULL";
    if (views && array->n_buffers > 3 && !array->buffers[array->n_buffers - 1])
        return "the lengths of its buffers are NULL";
    return NULL;
}

/* Rows that a child must have. What a list with offsets refers to is checked for each list. */
static int64_t rows_of_child(const struct ArrowArray *array, calib_arrow_type type)
{
    int64_t rows = array->offset + array->length;
    if (type.kind == CALIB_ARROW_STRUCT)
        return rows;
    if (type.kind != CALIB_ARROW_FIXED_LIST || type.width == 0)
        return 0;
    return rows > MAX_ROWS / type.width ? INT64_MAX : rows * type.width;
}

const char *calib_arrow_check_array(const struct ArrowSchema *schema,
                                    const struct ArrowArray *array)
{
    if (!array || !array->release)
        return "an array is missing or released";
    calib_arrow_type type = calib_arrow_type_of(schema->format);
    if (type.kind == CALIB_ARROW_OTHER) /* nothing but its length is read */
        return array->length < 0 || array->length > MAX_ROWS ? "a length is out of range" : NULL;
    const char *why = check_numbers(array, type);
    if (why)
        return why;
    if (schema->dictionary)
        return calib_arrow_check_array(schema->dictionary, array->dictionary);
    if (array->n_children != schema->n_children || (array->n_children > 0 && !array->children))
        return "it has a wrong number of children";
    for (int64_t i = 0; i < array->n_children && !why; i++) {
        why = calib_arrow_check_array(schema->children[i], array->children[i]);
        if (!why && array->children[i]->length < rows_of_child(array, type))
            why = "a child is too short";
    }
    return why;
}

calib_arrow_column calib_arrow_child(const calib_arrow_column *column, int64_t i)
{
    return (calib_arrow_column){column->schema->children[i], column->array->children[i],
                                column->source};
}

/* ---- values ---- */

/* Reads `width` bytes of buffer `i` as a number; producers may not align their buffers. */
static uint64_t load(const struct ArrowArray *array, int64_t i, int64_t row, int64_t width)
{
    const char *at = (const char *)array->buffers[i] + row * width;
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (width) {
    case 1: memcpy(&one, at, sizeof one); return one;
    case 2: memcpy(&two, at, sizeof two); return two;
    case 4: memcpy(&four, at, sizeof four); return four;
    default: memcpy(&eight, at, sizeof eight); return eight;
    }
}

static int64_t to_signed(uint64_t value, int64_t width)
{
    uint64_t sign = UINT64_C(1) << (8 * width - 1);
    uint64_t magnitude = value & (sign - 1);
    return value & sign ? (int64_t)magnitude - (int64_t)(sign - 1) - 1 : (int64_t)magnitude;
}

static bool bit(const struct ArrowArray *array, int64_t i, int64_t row)
{
    const uint8_t *bits = (const uint8_t *)array->buffers[i];
    return bits[(array->offset + row) / 8] >> (array->offset + row) % 8 & 1;
}

bool calib_arrow_is_null(const calib_arrow_column *column, int64_t row)
{
    if (column->array->n_buffers == 0)
        return true;
    return column->array->buffers[0] && !bit(column->array, 0, row);
}

bool calib_arrow_bool(const calib_arrow_column *column, int64_t row)
{
    return bit(column->array, 1, row);
}

uint64_t calib_arrow_unsigned(const calib_arrow_column *column, int64_t row)
{
    int64_t width = calib_arrow_type_of(column->schema->format).width;
    return load(column->array, 1, column->array->offset + row, width);
}

int64_t calib_arrow_signed(const calib_arrow_column *column, int64_t row)
{
    int64_t width = calib_arrow_type_of(column->schema->format).width;
    return to_signed(calib_arrow_unsigned(column, row), width);
}

double calib_arrow_float(const calib_arrow_column *column, int64_t row)
{
    const struct ArrowArray *array = column->array;
    float single;
    double value;
    const char *values = array->buffers[1];
    if (calib_arrow_type_of(column->schema->format).width == sizeof value) {
        memcpy(&value, values + (array->offset + row) * (int64_t)sizeof value, sizeof value);
        return value;
    }
    memcpy(&single, values + (array->offset + row) * (int64_t)sizeof single, sizeof single);
    return (double)single;
}

bool calib_arrow_resolve(calib_arrow_column *column, int64_t *row)
{
    while (column->schema->dictionary && *row >= 0) {
        calib_arrow_type type = calib_arrow_type_of(column->schema->format);
        if (calib_arrow_is_null(column, *row)) {
            *row = -1;
            break;
        }
        uint64_t index = type.kind == CALIB_ARROW_SIGNED
                             ? (uint64_t)calib_arrow_signed(column, *row)
                             : calib_arrow_unsigned(column, *row);
        *column = (calib_arrow_column){column->schema->dictionary, column->array->dictionary,
                                       column->source};
        if (index >= (uint64_t)column->array->length) /* a negative one is larger than any */
            return false;
        *row = (int64_t)index;
    }
    bool other = calib_arrow_type_of(column->schema->format).kind == CALIB_ARROW_OTHER;
    if (*row >= 0 && (other || calib_arrow_is_null(column, *row)))
        *row = -1;
    return true;
}

/* Reads the range between two offsets of a string or a list. */
static bool read_range(const calib_arrow_column *column, int64_t row, int64_t *first, int64_t *end)
{
    const struct ArrowArray *array = column->array;
    int64_t width = calib_arrow_type_of(column->schema->format).width;
    int64_t at = array->offset + row, last = array->offset + array->length;
    *first = to_signed(load(array, 1, at, width), width);
    *end = to_signed(load(array, 1, at + 1, width), width);
    return *first >= 0 && *first <= *end && *end <= to_signed(load(array, 1, last, width), width);
}

/* A view: its length as int32, then up to 12 bytes; of a longer string four bytes, then the number
 * of its buffer and the offset there. */
static bool read_view(const struct ArrowArray *array, int64_t row, const char **text, size_t *len)
{
    const char *view = (const char *)array->buffers[1] + (array->offset + row) * 16;
    int32_t length, buffer, offset;
    memcpy(&length, view, sizeof length);
    memcpy(&buffer, view + 8, sizeof buffer);
    memcpy(&offset, view + 12, sizeof offset);
    *text = view + 4;
    *len = length < 0 ? 0 : (size_t)length;
    if (length <= 12)
        return length >= 0;
    if (buffer < 0 || buffer >= array->n_buffers - 3 || offset < 0)
        return false;
    int64_t size = to_signed(load(array, array->n_buffers - 1, buffer, 8), 8);
    *text = array->buffers[2 + buffer];
    if (!*text || offset > size || length > size - offset)
        return false;
    *text += offset;
    return true;
}

bool calib_arrow_string(const calib_arrow_column *column, int64_t row, const char **text,
                        size_t *len)
{
    int64_t first, end;
    if (calib_arrow_type_of(column->schema->format).kind == CALIB_ARROW_STRING_VIEW)
        return read_view(column->array, row, text, len);
    if (!read_range(column, row, &first, &end))
        return false;
    *text = column->array->buffers[2];
    *len = (size_t)(end - first);
    if (*len > 0 && (!*text || end > PTRDIFF_MAX))
        return false;
    *text = *len > 0 ? *text + first : "";
    return true;
}

bool calib_arrow_list(const calib_arrow_column *column, int64_t row, int64_t *first, int64_t *end)
{
    calib_arrow_type type = calib_arrow_type_of(column->schema->format);
    const struct ArrowArray *array = column->array;
    if (type.kind == CALIB_ARROW_FIXED_LIST) {
        *first = (array->offset + row) * type.width;
        *end = *first + type.width;
        return true;
    }
    return read_range(column, row, first, end) && *end <= array->children[0]->length;
}
