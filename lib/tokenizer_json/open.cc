/* SPDX-License-Identifier: MIT */
/* The public functions. */
#include "adapter/error.h"
#include "adapter/file.h"
#include "adapter/sha256.h"
#include "handle.h"
#include "options.h"
#include "parse.h"
#include "parse_tekken.h"

#include <memory>
#include <string_view>
#include <utility>

namespace calib_tj
{

namespace
{

/* A tekken.json has no use for the config of a tokenizer.json: it names its special tokens. */
int read_file(std::string_view json, std::string_view config_json, Spec &spec, Config &config)
{
    if (is_tekken(json))
        return parse_tekken(json, spec, config);
    int status = parse(json, spec);
    return status ? status : parse_config(config_json, spec, config);
}

int open_file(const calib_tokenizer_json_options &options, calib_tokenizer_json **out)
{
    auto handle = std::make_unique<calib_tokenizer_json>();
    handle->flags = options.flags;
    handle->name = options.path ? shown_path(options.path) : "tokenizer.json in memory";
    if (options.cuts == CALIB_TOKENIZER_JSON_CUTS_NONE)
        handle->why_whole = "the file was opened with CALIB_TOKENIZER_JSON_CUTS_NONE";
    Bytes json, config;
    int status = read_bytes(options, json, config);
    if (!status)
        status = read_file(json.view, config.view, handle->spec, handle->config);
    if (!status)
        status = handle->encoder.open(handle->spec);
    if (!status)
        status = sha256({json.view}, handle->digest.data());
    if (status)
        return with_remedy(status);
    make_vtable(*handle);
    *out = handle.release();
    return CALIB_OK;
}

/* The handle is const to its user, but the tables are built when they are first needed. */
const char *why_whole(const calib_tokenizer_json *file)
{
    if (file->why_whole)
        return file->why_whole;
    auto &handle = *static_cast<calib_tokenizer_json *>(file->vtable.ctx);
    int status = guarded(CALIB_E_MODEL, [&] { return build_tables(handle); });
    return status ? "the tables of the file could not be built" : handle.encoder.cuts().why_not();
}

/* How texts are cut, or why they are not. 0, E_NOMEM. */
int describe_cuts(calib_tokenizer_json &handle, std::string &line)
{
    const char *why = handle.why_whole;
    if (!why) {
        int status = build_tables(handle);
        if (status == CALIB_E_NOMEM)
            return status;
        if (status) {
            line = std::string("no text can be encoded: ") + last_error().message;
            return CALIB_OK;
        }
        why = handle.encoder.cuts().why_not();
    }
    line = why ? std::string("texts are encoded whole: ") + why
               : std::string("texts are cut ") + handle.encoder.cuts().describe();
    return CALIB_OK;
}

/* How texts are cut, and what of the files is ignored. 0, E_NOMEM. */
int describe(calib_tokenizer_json &file)
{
    std::string line;
    int status = describe_cuts(file, line);
    if (status)
        return status;
    const char *behind = "; ignored: ";
    auto add = [&](const std::string &what) {
        line += behind + what;
        behind = ", ";
    };
    for (const char *part : file.spec.ignored)
        add(part);
    for (const std::string &token : file.config.ignored_tokens)
        add("the token " + token + " of tokenizer_config.json");
    file.description = std::move(line);
    return CALIB_OK;
}

} // namespace

} // namespace calib_tj

extern "C" int calib_tokenizer_json_open(const calib_tokenizer_json_options *options,
                                         calib_tokenizer_json **out)
{
    calib_tj::clear_error();
    if (!out)
        return calib_tj::fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = nullptr;
    calib_tokenizer_json_options read = {};
    int status = calib_tj::read_options(options, read);
    if (status)
        return status;
    return calib_tj::guarded(CALIB_E_MODEL, [&] { return calib_tj::open_file(read, out); });
}

extern "C" void calib_tokenizer_json_close(calib_tokenizer_json *file)
{
    delete file;
}

extern "C" const calib_tokenizer_vtable *calib_tokenizer_json_vtable(
    const calib_tokenizer_json *file)
{
    return file ? &file->vtable : nullptr;
}

extern "C" const char *calib_tokenizer_json_why_whole(const calib_tokenizer_json *file)
{
    return file ? calib_tj::why_whole(file) : nullptr;
}

extern "C" const char *calib_tokenizer_json_describe(const calib_tokenizer_json *file)
{
    if (!file)
        return nullptr;
    auto &handle = *static_cast<calib_tokenizer_json *>(file->vtable.ctx);
    int status = calib_tj::guarded(CALIB_E_NOMEM, [&] {
        return handle.described.run([&] { return calib_tj::describe(handle); });
    });
    return status ? "out of memory" : handle.description.c_str();
}

extern "C" int calib_tokenizer_json_last_error(calib_error *out)
{
    return calib_tj::copy_last_error(out);
}
