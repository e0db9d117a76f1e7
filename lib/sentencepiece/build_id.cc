/* SPDX-License-Identifier: MIT */
#include "build_id.h"

#ifdef HAVE_DL_ITERATE_PHDR

#include <link.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace calib_sp
{

namespace
{

/* A note is three numbers, the name of its owner and its content, both padded. */
struct NoteHeader {
    std::uint32_t name_len, len, type;
};

constexpr std::uint32_t BUILD_ID = 3; /* a type of note of the owner "GNU" */

struct Search {
    std::uintptr_t wanted, own;
    BuildId found;
};

/* Padding follows the alignment of the ELF segment: 4 or 8 bytes. */
std::size_t padded(std::size_t len, std::size_t alignment)
{
    std::size_t step = alignment == 8 ? 8 : 4;
    return (len + step - 1) / step * step;
}

void read_notes(const unsigned char *notes, std::size_t len, std::size_t alignment, BuildId &found)
{
    NoteHeader header;
    while (len >= sizeof header) {
        std::memcpy(&header, notes, sizeof header);
        std::size_t content = sizeof header + padded(header.name_len, alignment);
        if (content > len || header.len > len - content)
            return;
        if (header.type == BUILD_ID && header.name_len == 4 &&
            std::memcmp(notes + sizeof header, "GNU", 4) == 0) {
            found.len = std::min<std::size_t>(header.len, sizeof found.bytes);
            std::memcpy(found.bytes, notes + content, found.len);
            return;
        }
        std::size_t whole = std::min(len, content + padded(header.len, alignment));
        notes += whole;
        len -= whole;
    }
}

bool lies_in(const dl_phdr_info &object, std::uintptr_t address)
{
    return std::any_of(object.dlpi_phdr, object.dlpi_phdr + object.dlpi_phnum, [&](auto &segment) {
        std::uintptr_t first = object.dlpi_addr + segment.p_vaddr;
        return segment.p_type == PT_LOAD && address - first < segment.p_memsz;
    });
}

/* Must not throw: its caller is C. */
int visit(dl_phdr_info *object, std::size_t, void *ctx)
{
    Search &search = *static_cast<Search *>(ctx);
    if (!lies_in(*object, search.wanted))
        return 0;
    if (lies_in(*object, search.own))
        return 1;
    for (int i = 0; i < object->dlpi_phnum && search.found.len == 0; i++) {
        const auto &segment = object->dlpi_phdr[i];
        if (segment.p_type == PT_NOTE)
            read_notes(reinterpret_cast<const unsigned char *>(object->dlpi_addr + segment.p_vaddr),
                       segment.p_memsz, segment.p_align, search.found);
    }
    return 1;
}

} // namespace

BuildId build_id_at(const void *address)
{
    Search search = {
        reinterpret_cast<std::uintptr_t>(address), reinterpret_cast<std::uintptr_t>(&visit), {}};
    dl_iterate_phdr(visit, &search);
    return search.found;
}

} // namespace calib_sp

#else

calib_sp::BuildId calib_sp::build_id_at(const void *)
{
    return {};
}

#endif
