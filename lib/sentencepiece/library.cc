/* SPDX-License-Identifier: MIT */
#include "library.h"

#include "adapter/error.h"
#include "model.h"

#include <sentencepiece_processor.h>

#include <string_view>

namespace calib_sp
{

namespace
{

using Loaded = sentencepiece::SentencePieceProcessor;

int load_processor(std::string_view bytes, std::unique_ptr<Loaded> &out)
{
    auto processor = std::make_unique<Loaded>();
    const auto status = processor->LoadFromSerializedProto(bytes);
    if (!status.ok())
        return fail(CALIB_E_MODEL, "not a SentencePiece model, or a damaged one: %.200s",
                    status.error_message());
    out = std::move(processor);
    return CALIB_OK;
}

} // namespace

Library::Library() = default;
Library::~Library() = default;

int Library::load(const std::string &bytes)
{
    int status = load_processor(bytes, processors_[AS_MODEL]);
    if (status)
        return status;
    const Loaded &model = *processors_[AS_MODEL];
    special_ = {model.bos_id(), model.eos_id(), model.pad_id(), model.unk_id()};
    size_ = static_cast<std::size_t>(model.GetPieceSize());
    return CALIB_OK;
}

/* Protobuf merges a message that is repeated: a second NormalizerSpec after the model overrides the
 * first. This one has an empty precompiled_charsmap, add_dummy_prefix and remove_extra_whitespaces
 * false. */
int Library::load_plain(const std::string &bytes)
{
    static const char override[] = {0x1a, 6, 0x12, 0, 0x18, 0, 0x20, 0};
    return load_processor(bytes + std::string(override, sizeof override), processors_[PLAIN]);
}

int Library::encode(Processor processor, const char *text, std::size_t len,
                    std::vector<int> &ids) const
{
    const Loaded &model = *processors_[processor];
    const auto status = model.Encode(std::string_view(text, len), &ids);
    if (status.ok())
        return CALIB_OK;
    return fail(CALIB_E_ENCODE, "SentencePiece cannot encode %zu bytes of text: %.200s", len,
                status.error_message());
}

/* Asks it with a model of two pieces: <unk>, which is UNKNOWN, and "x", which is UNUSED. The model
 * is a char model without a dummy prefix. */
bool Library::drops_unused()
{
    static const char bytes[] = "\x0a\x09\x0a\x05<unk>\x18\x02" /* pieces */
                                "\x0a\x05\x0a\x01x\x18\x05"
                                "\x12\x02\x18\x04" /* trainer_spec: model_type */
                                "\x1a\x02\x18";    /* normalizer_spec: add_dummy_prefix, false */
    std::unique_ptr<Loaded> model;
    std::vector<int> ids;
    return !load_processor({bytes, sizeof bytes}, model) && model->Encode("x", &ids).ok() &&
           ids == std::vector<int>{model->unk_id()};
}

const void *Library::code()
{
    return reinterpret_cast<const void *>(&sentencepiece::io::LoadModelProto);
}

std::string Library::text_of(int id) const
{
    const Loaded &model = *processors_[AS_MODEL];
    std::string piece = model.IdToPiece(id);
    if (model.IsByte(id)) {
        int byte = byte_value(piece);
        return byte < 0 ? piece : std::string(1, static_cast<char>(byte));
    }
    for (std::size_t at = piece.find(SPACE_UTF8); at != piece.npos;
         at = piece.find(SPACE_UTF8, at + 1))
        piece.replace(at, SPACE_UTF8.size(), " ");
    return piece;
}

} // namespace calib_sp
