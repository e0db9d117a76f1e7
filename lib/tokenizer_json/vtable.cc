/* SPDX-License-Identifier: MIT */
/* The callbacks that calib calls. Each may run in several threads at the same time. */
#include "adapter/error.h"
#include "handle.h"
#include "identity.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace calib_tj
{

namespace
{

constexpr std::uint32_t BOTH = CALIB_TEXT_PARSE_SPECIAL | CALIB_TEXT_PLAIN;

calib_tokenizer_json &handle_of(void *ctx)
{
    return *static_cast<calib_tokenizer_json *>(ctx);
}

Window window_of(const char *text, std::size_t len, std::uint32_t flags)
{
    return {{len ? text : "", len}, (flags & CALIB_TEXT_BEGIN) != 0, (flags & CALIB_TEXT_END) != 0};
}

/* What a text's own flags say comes first. */
bool is_plain(const calib_tokenizer_json &handle, std::uint32_t flags)
{
    return flags & BOTH ? (flags & CALIB_TEXT_PLAIN) != 0
                        : (handle.flags & CALIB_TOKENIZER_JSON_PLAIN) != 0;
}

int emit_ids(const calib_tokenizer_json &handle, const IdList &ids, std::uint32_t flags,
             calib_emit_fn emit, void *emit_ctx)
{
    auto put = [&](const auto &list) {
        return list.size() == 0 ? CALIB_OK : emit(emit_ctx, list.data(), list.size());
    };
    bool special =
        !(flags & CALIB_TEXT_NO_SPECIAL) && !(handle.flags & CALIB_TOKENIZER_JSON_NO_SPECIAL);
    int status = special && (flags & CALIB_TEXT_BEGIN) ? put(handle.spec.before) : CALIB_OK;
    if (!status)
        status = put(ids);
    if (!status && special && (flags & CALIB_TEXT_END))
        status = put(handle.spec.behind);
    return status;
}

/* Calls with the handle once its tables are built. */
template <typename Call> int with_tables(void *ctx, Call &&call)
{
    return guarded(CALIB_E_ENCODE, [&] {
        calib_tokenizer_json &handle = handle_of(ctx);
        int status = build_tables(handle);
        return status ? status : call(handle);
    });
}

int encode(void *ctx, const char *text, std::size_t len, std::uint32_t flags, calib_emit_fn emit,
           void *emit_ctx)
{
    clear_error();
    if ((flags & BOTH) == BOTH)
        return fail(CALIB_E_ARGUMENT,
                    "flags has both CALIB_TEXT_PARSE_SPECIAL and CALIB_TEXT_PLAIN: give one");
    if ((flags & CALIB_TEXT_PARSE_SPECIAL) && !handle_of(ctx).spec.slots.empty())
        return fail(CALIB_E_UNSUPPORTED, "flags has CALIB_TEXT_PARSE_SPECIAL, but mistral-common "
                                         "reads no special tokens from a text");
    return with_tables(ctx, [&](calib_tokenizer_json &handle) {
        IdList ids;
        int status =
            handle.encoder.encode(window_of(text, len, flags), is_plain(handle, flags), ids);
        return status ? status : emit_ids(handle, ids, flags, emit, emit_ctx);
    });
}

int cuts(void *ctx, const char *text, std::size_t len, std::uint32_t flags, std::size_t *offsets,
         std::size_t cap, std::size_t *n)
{
    clear_error();
    *n = 0;
    return with_tables(ctx, [&](calib_tokenizer_json &handle) {
        *n = handle.encoder.cuts().find(window_of(text, len, flags), offsets, cap);
        return CALIB_OK;
    });
}

int fingerprint(void *ctx, std::uint8_t out[32])
{
    clear_error();
    return hash_fingerprint(handle_of(ctx).digest, handle_of(ctx).flags, out);
}

int identity(void *ctx, std::uint8_t out[32])
{
    clear_error();
    return hash_identity(handle_of(ctx).digest, handle_of(ctx).flags, out);
}

std::int32_t special_id(void *ctx, std::uint32_t which)
{
    const calib_tokenizer_json &handle = handle_of(ctx);
    const std::vector<std::int32_t> &before = handle.spec.before;
    switch (which) {
    case CALIB_SPECIAL_BOS: return before.size() == 1 ? before[0] : -1;
    case CALIB_SPECIAL_EOS: return handle.config.eos;
    case CALIB_SPECIAL_PAD: return handle.config.pad;
    case CALIB_SPECIAL_UNK: return handle.config.unk;
    default: return -1;
    }
}

int text_of(void *ctx, std::int32_t id, calib_text_fn put, void *put_ctx)
{
    clear_error();
    return with_tables(ctx, [&](calib_tokenizer_json &handle) {
        std::string text;
        if (!handle.encoder.text_of(id, text))
            return fail(CALIB_E_ARGUMENT, "the file has no token with the id %ld",
                        static_cast<long>(id));
        return put(put_ctx, text.data(), text.size());
    });
}

int kind_of(void *ctx, std::int32_t id, std::uint32_t *kind)
{
    clear_error();
    return with_tables(ctx, [&](calib_tokenizer_json &handle) {
        *kind = handle.encoder.kind_of(id);
        return CALIB_OK;
    });
}

/* The caller of calib may know of a load only: the message names the file. */
int name_file(const calib_tokenizer_json &handle, int status)
{
    std::string message = last_error().message;
    return fail(status, "%s%s (%s)", message.c_str(),
                status == CALIB_E_MODEL ? ": the file is damaged, get it again" : "",
                handle.name.c_str());
}

} // namespace

int build_tables(calib_tokenizer_json &handle)
{
    return handle.built.run([&handle] {
        Texts none; /* nothing may fail after the tables are built */
        int status = with_remedy(handle.encoder.build(handle.spec));
        if (!status)
            std::swap(handle.spec.model.merges, none);
        return status ? name_file(handle, status) : status;
    });
}

int with_remedy(int status)
{
    if (status != CALIB_E_UNSUPPORTED)
        return status;
    std::string message = last_error().message;
    return fail(status, "%s: use the tokenizer itself from Python", message.c_str());
}

void make_vtable(calib_tokenizer_json &handle)
{
    calib_tokenizer_vtable &vtable = handle.vtable;
    vtable.struct_size = sizeof vtable;
    vtable.ctx = &handle;
    vtable.encode = encode;
    vtable.last_error = last_message;
    vtable.fingerprint = fingerprint;
    vtable.identity = identity;
    vtable.special_id = special_id;
    vtable.cuts = handle.why_whole ? nullptr : cuts;
    vtable.text_of = text_of;
    vtable.kind_of = kind_of;
    vtable.vocab_size = static_cast<std::uint32_t>(handle.spec.largest_id) + 1;
    vtable.capabilities =
        CALIB_TOKENIZER_THREADS | CALIB_TOKENIZER_SELF_IDENTIFYING | CALIB_TOKENIZER_PARTS;
}

} // namespace calib_tj
