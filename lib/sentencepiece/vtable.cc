/* SPDX-License-Identifier: MIT */
/* The callbacks that calib calls. Each may run in several threads at the same time. */
#include "adapter/error.h"
#include "handle.h"
#include "identity.h"

#include <limits>
#include <string_view>
#include <utility>

namespace calib_sp
{

namespace
{

/* The library counts in int, and a space becomes three bytes in it. */
constexpr std::size_t LARGEST_TEXT = std::size_t{256} << 20;

static_assert(std::numeric_limits<int>::max() == INT32_MAX, "ids are int");

calib_sentencepiece &handle_of(void *ctx)
{
    return *static_cast<calib_sentencepiece *>(ctx);
}

int encode(void *ctx, const char *text, std::size_t len, std::uint32_t flags, calib_emit_fn emit,
           void *emit_ctx)
{
    clear_error();
    if (flags & CALIB_TEXT_PARSE_SPECIAL)
        return fail(CALIB_E_UNSUPPORTED, "flags has CALIB_TEXT_PARSE_SPECIAL, but SentencePiece "
                                         "reads no special tokens from a text");
    if (len > LARGEST_TEXT)
        return fail(CALIB_E_ARGUMENT,
                    "len is %zu, but SentencePiece takes at most %zu bytes of text in one call",
                    len, LARGEST_TEXT);
    return guarded(CALIB_E_ENCODE, [&] {
        calib_sentencepiece &handle = handle_of(ctx);
        std::string_view shown(len ? text : "", len);
        bool begins = flags & CALIB_TEXT_BEGIN, ends = flags & CALIB_TEXT_END;
        std::vector<int> ids;
        int status = CALIB_OK;
        /* A whole text goes to the library; only a model with cuts is asked for other pieces. */
        if (handle.why_whole || (begins && ends)) {
            status = handle.library.encode(Library::AS_MODEL, shown.data(), shown.size(), ids);
        } else {
            status = build_segments(handle);
            const char *why = handle.segments.why_whole();
            if (!status && why)
                status = fail(CALIB_E_UNSUPPORTED, "a part of a text cannot be encoded: %s", why);
            if (!status)
                status = handle.segments.encode(handle.library, shown, begins, ends, ids);
        }

        bool special = !(flags & CALIB_TEXT_NO_SPECIAL);
        const Special &id = handle.library.special();
        if (!status && special && begins && (handle.flags & CALIB_SENTENCEPIECE_BOS))
            status = emit(emit_ctx, &id.bos, 1);
        if (!status && !ids.empty())
            status = emit(emit_ctx, ids.data(), ids.size());
        if (!status && special && ends && (handle.flags & CALIB_SENTENCEPIECE_EOS))
            status = emit(emit_ctx, &id.eos, 1);
        return status;
    });
}

int cuts(void *ctx, const char *text, std::size_t len, std::uint32_t, std::size_t *offsets,
         std::size_t cap, std::size_t *n)
{
    clear_error();
    *n = 0;
    return guarded(CALIB_E_ENCODE, [&] {
        calib_sentencepiece &handle = handle_of(ctx);
        int status = build_segments(handle);
        if (!status)
            *n = handle.segments.cuts(std::string_view(len ? text : "", len), offsets, cap);
        return status;
    });
}

int fingerprint(void *ctx, std::uint8_t out[32])
{
    clear_error();
    return hash_fingerprint(handle_of(ctx).bytes, handle_of(ctx).flags, out);
}

int identity(void *ctx, std::uint8_t out[32])
{
    clear_error();
    return hash_identity(handle_of(ctx).bytes, handle_of(ctx).flags, out);
}

std::int32_t special_id(void *ctx, std::uint32_t which)
{
    const Special &special = handle_of(ctx).library.special();
    switch (which) {
    case CALIB_SPECIAL_BOS: return special.bos;
    case CALIB_SPECIAL_EOS: return special.eos;
    case CALIB_SPECIAL_PAD: return special.pad;
    case CALIB_SPECIAL_UNK: return special.unk;
    default: return -1;
    }
}

int text_of(void *ctx, std::int32_t id, calib_text_fn put, void *put_ctx)
{
    clear_error();
    const Library &library = handle_of(ctx).library;
    if (id < 0 || static_cast<std::size_t>(id) >= library.size())
        return fail(CALIB_E_ARGUMENT, "id is %ld, but the model's ids are 0 to %zu",
                    static_cast<long>(id), library.size() - 1);
    return guarded(CALIB_E_ENCODE, [&] {
        std::string text = library.text_of(id);
        return put(put_ctx, text.data(), text.size());
    });
}

int kind_of(void *ctx, std::int32_t id, std::uint32_t *kind)
{
    clear_error();
    const std::vector<Piece> &pieces = handle_of(ctx).model.pieces;
    *kind = CALIB_KIND_NONE;
    if (id < 0 || static_cast<std::size_t>(id) >= pieces.size())
        return CALIB_OK;
    switch (pieces[static_cast<std::size_t>(id)].kind) {
    case Kind::control: *kind = CALIB_KIND_SPECIAL; break;
    case Kind::user_defined: *kind = CALIB_KIND_ADDED; break;
    case Kind::byte: *kind = CALIB_KIND_BYTE; break;
    case Kind::unknown: *kind = CALIB_KIND_UNKNOWN; break;
    default: *kind = CALIB_KIND_NORMAL;
    }
    return CALIB_OK;
}

} // namespace

int build_segments(calib_sentencepiece &handle)
{
    return handle.built.run([&handle] {
        Segments segments;
        int status = segments.build(handle.model, handle.bytes, handle.library);
        if (status)
            return status;
        handle.segments = std::move(segments);
        clear_error(); /* the check of the tables may have recorded a text that was refused */
        return status;
    });
}

void make_vtable(calib_sentencepiece &handle)
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
    vtable.vocab_size = static_cast<std::uint32_t>(handle.library.size());
    vtable.kind_of = kind_of;
    vtable.capabilities = CALIB_TOKENIZER_THREADS;
    /* The library trims and prefixes all that it is given. */
    if (!handle.why_whole)
        vtable.capabilities |= CALIB_TOKENIZER_PARTS;
    if (is_self_identifying())
        vtable.capabilities |= CALIB_TOKENIZER_SELF_IDENTIFYING;
}

} // namespace calib_sp
