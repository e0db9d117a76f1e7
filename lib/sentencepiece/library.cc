/* SPDX-License-Identifier: MIT */
#include "library.h"

#include "error.h"

#include <sentencepiece_processor.h>

#include <string_view>

namespace calib_sp
{

namespace
{

using Processor = sentencepiece::SentencePieceProcessor;

constexpr std::string_view SPACE = "\xe2\x96\x81"; /* U+2581 */

int load_processor(std::string_view bytes, std::unique_ptr<Processor> &out)
{
    auto processor = std::make_unique<Processor>();
    const auto status = processor->LoadFromSerializedProto(bytes);
    if (!status.ok())
        return fail(CALIB_E_MODEL, "this is no SentencePiece model, or a damaged one: %.200s",
                    status.error_message());
    out = std::move(processor);
    return CALIB_OK;
}

/* Protobuf merges a message that comes again: a NormalizerSpec with add_dummy_prefix and
 * remove_extra_whitespaces behind the model overrides these two. */
std::string with_dummy(const std::string &bytes, bool dummy, bool trims)
{
    const char override[] = {0x1a, 4, 0x18, static_cast<char>(dummy), 0x20,
                             static_cast<char>(trims)};
    return bytes + std::string(override, sizeof override);
}

/* Value of "<0x4F>", written by the library with upper-case digits. */
int byte_of(const std::string &piece)
{
    static const std::string_view digits = "0123456789ABCDEF";
    if (piece.size() != 6 || piece.compare(0, 3, "<0x") != 0 || piece[5] != '>')
        return -1;
    std::size_t high = digits.find(piece[3]);
    std::size_t low = digits.find(piece[4]);
    bool good = high != std::string_view::npos && low != std::string_view::npos;
    return good ? static_cast<int>(high << 4 | low) : -1;
}

} // namespace

Library::Library() = default;
Library::~Library() = default;

int Library::load(const std::string &bytes)
{
    int status = load_processor(bytes, processors_[0]);
    if (status)
        return status;
    const Processor &model = *processors_[0];
    special_ = {model.bos_id(), model.eos_id(), model.pad_id(), model.unk_id()};
    size_ = static_cast<std::size_t>(model.GetPieceSize());
    return CALIB_OK;
}

int Library::load_segments(const std::string &bytes, bool trims)
{
    int status = load_processor(with_dummy(bytes, false, trims), processors_[1]);
    return status ? status : load_processor(with_dummy(bytes, true, trims), processors_[2]);
}

int Library::encode(Dummy dummy, const char *text, std::size_t len, std::vector<int> &ids) const
{
    const Processor &model = *processors_[static_cast<int>(dummy)];
    const auto status = model.Encode(std::string_view(text, len), &ids);
    if (status.ok())
        return CALIB_OK;
    return fail(CALIB_E_ENCODE, "SentencePiece cannot encode %zu bytes of text: %.200s", len,
                status.error_message());
}

std::string Library::text_of(int id) const
{
    const Processor &model = *processors_[0];
    std::string piece = model.IdToPiece(id);
    if (model.IsByte(id)) {
        int byte = byte_of(piece);
        return byte < 0 ? piece : std::string(1, static_cast<char>(byte));
    }
    for (std::size_t at = piece.find(SPACE); at != piece.npos; at = piece.find(SPACE, at + 1))
        piece.replace(at, SPACE.size(), " ");
    return piece;
}

} // namespace calib_sp
