/* SPDX-License-Identifier: MIT */
/* The callbacks that calib calls. All may run in several threads at the same time. */
#include "error.h"
#include "handle.h"
#include "identity.h"

#include <openssl/evp.h>

#include <limits>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace calib_sp
{

namespace
{

/* The library counts in int, and a space grows to three bytes in it. */
constexpr std::size_t LARGEST_TEXT = std::size_t{256} << 20;

static_assert(std::numeric_limits<int>::max() == INT32_MAX, "ids are int");

calib_sentencepiece &handle_of(void *ctx)
{
    return *static_cast<calib_sentencepiece *>(ctx);
}

int emit_special(bool wanted, std::int32_t id, calib_emit_fn emit, void *emit_ctx)
{
    return wanted ? emit(emit_ctx, &id, 1) : 0;
}

int check_call(std::size_t len, std::uint32_t flags)
{
    if (flags & CALIB_TEXT_PARSE_SPECIAL)
        return fail(CALIB_E_UNSUPPORTED, "SentencePiece reads no special tokens from a text");
    if (len > LARGEST_TEXT)
        return fail(CALIB_E_ARGUMENT,
                    "SentencePiece takes at most %zu bytes of text in one call, this has %zu",
                    LARGEST_TEXT, len);
    return CALIB_OK;
}

/* A whole text goes to the library; parts exist only where cuts are offered. */
int find_ids(calib_sentencepiece &handle, std::string_view text, std::uint32_t flags,
             std::vector<int> &ids)
{
    bool begins = flags & CALIB_TEXT_BEGIN, ends = flags & CALIB_TEXT_END;
    if (handle.why_whole || (begins && ends))
        return handle.library.encode(Library::AS_MODEL, text.data(), text.size(), ids);
    build_segments(handle);
    return handle.segments.encode(handle.library, text, begins, ends, ids);
}

int encode_text(calib_sentencepiece &handle, std::string_view text, std::uint32_t flags,
                calib_emit_fn emit, void *emit_ctx)
{
    bool special = !(flags & CALIB_TEXT_NO_SPECIAL);
    bool bos = special && (flags & CALIB_TEXT_BEGIN) && (handle.flags & CALIB_SENTENCEPIECE_BOS);
    bool eos = special && (flags & CALIB_TEXT_END) && (handle.flags & CALIB_SENTENCEPIECE_EOS);
    std::vector<int> ids;
    int status = find_ids(handle, text, flags, ids);
    if (!status)
        status = emit_special(bos, handle.library.special().bos, emit, emit_ctx);
    if (!status && !ids.empty())
        status = emit(emit_ctx, ids.data(), ids.size());
    if (!status)
        status = emit_special(eos, handle.library.special().eos, emit, emit_ctx);
    return status;
}

int encode(void *ctx, const char *text, std::size_t len, std::uint32_t flags, calib_emit_fn emit,
           void *emit_ctx)
{
    clear_error();
    int status = check_call(len, flags);
    if (status)
        return status;
    return border(CALIB_E_ENCODE, [&] {
        return encode_text(handle_of(ctx), std::string_view(len ? text : "", len), flags, emit,
                           emit_ctx);
    });
}

int cuts(void *ctx, const char *text, std::size_t len, std::uint32_t, std::size_t *offsets,
         std::size_t cap, std::size_t *n)
{
    clear_error();
    *n = 0;
    return border(CALIB_E_ENCODE, [&] {
        calib_sentencepiece &handle = handle_of(ctx);
        build_segments(handle);
        *n = handle.segments.cuts(std::string_view(len ? text : "", len), offsets, cap);
        return CALIB_OK;
    });
}

const char *last_message(void *)
{
    return last_error().status ? last_error().message : nullptr;
}

struct digest_free {
    void operator()(EVP_MD_CTX *digest) const
    {
        EVP_MD_CTX_free(digest);
    }
};

/* Moves when the adapter itself gives other ids than before. */
constexpr std::string_view ADAPTER = "calib-sentencepiece 2";

/* The library that encodes: by its build, else by the version that was there to build with. */
BuildId library_identity()
{
    constexpr std::string_view version = SENTENCEPIECE_VERSION;
    BuildId id = build_id_at(Library::code());
    if (id.len == 0)
        id.len = version.copy(reinterpret_cast<char *>(id.bytes), sizeof id.bytes);
    return id;
}

int fingerprint(void *ctx, std::uint8_t out[32])
{
    clear_error();
    const calib_sentencepiece &handle = handle_of(ctx);
    const BuildId library = library_identity();
    const unsigned char numbers[] = {static_cast<unsigned char>(handle.flags),
                                     static_cast<unsigned char>(library.len)};
    std::unique_ptr<EVP_MD_CTX, digest_free> digest(EVP_MD_CTX_new());
    if (digest && EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) == 1 &&
        EVP_DigestUpdate(digest.get(), ADAPTER.data(), ADAPTER.size()) == 1 &&
        EVP_DigestUpdate(digest.get(), numbers, sizeof numbers) == 1 &&
        EVP_DigestUpdate(digest.get(), library.bytes, library.len) == 1 &&
        EVP_DigestUpdate(digest.get(), handle.bytes.data(), handle.bytes.size()) == 1 &&
        EVP_DigestFinal_ex(digest.get(), out, nullptr) == 1)
        return CALIB_OK;
    return fail(CALIB_E_NOMEM, "out of memory while hashing");
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
        return fail(CALIB_E_ARGUMENT, "the model has no id %ld, only 0 to %zu",
                    static_cast<long>(id), library.size() - 1);
    return border(CALIB_E_ENCODE, [&] {
        std::string text = library.text_of(id);
        return put(put_ctx, text.data(), text.size());
    });
}

} // namespace

void build_segments(calib_sentencepiece &handle)
{
    /* What throws is done again by the next call, from the beginning. */
    std::call_once(handle.built, [&handle] {
        Segments segments;
        if (segments.build(handle.model, handle.bytes, handle.library))
            throw std::runtime_error(last_error().message);
        handle.segments = std::move(segments);
    });
    /* The check of the tables may have left an error behind that means nothing. */
    clear_error();
}

void make_vtable(calib_sentencepiece &handle)
{
    calib_tokenizer_vtable &vtable = handle.vtable;
    vtable.struct_size = sizeof vtable;
    vtable.ctx = &handle;
    vtable.encode = encode;
    vtable.last_error = last_message;
    vtable.fingerprint = fingerprint;
    vtable.special_id = special_id;
    vtable.cuts = handle.why_whole ? nullptr : cuts;
    vtable.text_of = text_of;
    vtable.vocab_size = static_cast<std::uint32_t>(handle.library.size());
    vtable.capabilities = CALIB_TOKENIZER_THREADS;
}

} // namespace calib_sp
