/* SPDX-License-Identifier: MIT */
/* The SentencePiece library itself; nothing else includes its header. A model is loaded up to three
 * times: as it is, and with the dummy prefix forced off and on for segments inside a text. */
#ifndef CALIB_SENTENCEPIECE_LIBRARY_H
#define CALIB_SENTENCEPIECE_LIBRARY_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sentencepiece
{
class SentencePieceProcessor;
}

namespace calib_sp
{

/** How the dummy prefix is treated. */
enum class Dummy { as_model = 0, off = 1, on = 2 };

struct Special {
    std::int32_t bos, eos, pad, unk; /* -1: none */
};

class Library
{
  public:
    Library();
    ~Library();

    /** Loads the model. 0, or E_MODEL. */
    int load(const std::string &bytes);

    /** Ids of a text, replacing what is in `ids`. 0, or E_ENCODE. Safe in threads. */
    int encode(Dummy dummy, const char *text, std::size_t len, std::vector<int> &ids) const;

    const Special &special() const
    {
        return special_;
    }
    std::size_t size() const
    {
        return size_;
    }
    /** Bytes of a piece as they stand in a text: U+2581 is a space, a byte piece its byte. */
    std::string text_of(int id) const;

    /** Loads the other two, of which `trims` tells remove_extra_whitespaces. As load(). */
    int load_segments(const std::string &bytes, bool trims);

  private:
    std::unique_ptr<sentencepiece::SentencePieceProcessor> processors_[3];
    Special special_ = {-1, -1, -1, -1};
    std::size_t size_ = 0;
};

} // namespace calib_sp

#endif
