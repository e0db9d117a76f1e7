/* SPDX-License-Identifier: MIT */
#include "documents/chatml.h"

#include <string.h>

/* Flags of the marks and of what stands between them. */
typedef struct rendering {
    calib_draft *draft;
    uint32_t marks;
    uint32_t words;
} rendering;

static int put(const rendering *to, const char *text, uint32_t flags)
{
    return calib_draft_put(to->draft, text, strlen(text), flags);
}

static int put_string(const rendering *to, const calib_json_token *token)
{
    if (!token->escaped)
        return calib_draft_put(to->draft, token->text, token->len, to->words);
    calib_buffer text = {0};
    int status = calib_buffer_reserve(&text, token->len);
    if (!status)
        status =
            calib_draft_put(to->draft, text.data, calib_json_unescape(token, text.data), to->words);
    calib_buffer_free(&text);
    return status;
}

static int put_message(const rendering *to, const calib_json_value *message, const char **why)
{
    calib_json_value role = calib_json_member(message, "role");
    calib_json_value content = calib_json_member(message, "content");
    if (role.token.kind != CALIB_JSON_STRING)
        *why = "a message has no \"role\" that is a string";
    else if (content.token.kind != CALIB_JSON_STRING)
        *why = "a message has no \"content\" that is a string";
    if (*why)
        return CALIB_OK;
    int status = put(to, "<|im_start|>", to->marks);
    if (!status)
        status = put_string(to, &role.token);
    if (!status)
        status = put(to, "\n", to->words);
    if (!status)
        status = put_string(to, &content.token);
    if (!status)
        status = put(to, "<|im_end|>", to->marks);
    return status ? status : put(to, "\n", to->words);
}

int calib_chatml_render(const calib_json_value *record, uint32_t flags, calib_draft *draft,
                        const char **why)
{
    rendering to = {draft, CALIB_TEXT_PARSE_SPECIAL, CALIB_TEXT_PARSE_SPECIAL};
    if (flags & CALIB_DOCUMENTS_PLAIN)
        to.marks = to.words = CALIB_TEXT_PLAIN;
    if (flags & CALIB_DOCUMENTS_PARTS)
        to.words = CALIB_TEXT_PLAIN;
    calib_json_value messages = calib_json_member(record, "messages");
    *why = messages.token.kind == CALIB_JSON_ARRAY ? NULL : "it has no array \"messages\"";
    if (*why)
        return CALIB_OK;
    calib_json json;
    calib_json_token bracket;
    calib_json_begin(&json, messages.text, messages.len);
    calib_json_next(&json, &bracket);
    int status = CALIB_OK;
    while (!status && !*why) {
        calib_json_value message = calib_json_read(&json);
        if (message.token.kind == CALIB_JSON_ARRAY_END)
            break;
        status = put_message(&to, &message, why);
    }
    return status;
}
