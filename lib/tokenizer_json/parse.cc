/* SPDX-License-Identifier: MIT */
#include "parse.h"

#include "parse_parts.h"

namespace calib_tj
{

namespace
{

constexpr char FILE_NAME[] = "tokenizer.json";

void read_version(Reader &in)
{
    std::string version = in.read_string();
    if (!in.status() && version != "1.0")
        in.fail_unknown_value();
}

void read_file(Reader &in, Spec &spec)
{
    Object file(in);
    while (file.next()) {
        if (file.is("version"))
            read_version(in);
        else if (file.is("truncation")) /* as after no_truncation() and no_padding() */
            read_ignored(in, "truncation", spec);
        else if (file.is("padding"))
            read_ignored(in, "padding", spec);
        else if (file.is("added_tokens"))
            read_added_tokens(in, spec.added_tokens);
        else if (file.is("normalizer"))
            read_normalizer(in, spec.normalizer);
        else if (file.is("pre_tokenizer"))
            read_pre_tokenizer(in, spec.pre_tokenizer);
        else if (file.is("post_processor"))
            read_post_processor(in, spec);
        else if (file.is("decoder"))
            read_decoder(in);
        else if (file.is("model"))
            read_model(in, spec);
        else
            file.fail_unknown();
    }
    file.require("model");
    in.finish();
}

} // namespace

void read_ignored(Reader &in, const char *name, Spec &spec)
{
    if (in.is(CALIB_JSON_NULL))
        return;
    if (!in.is(CALIB_JSON_OBJECT))
        in.fail_unsupported("is neither null nor an object");
    in.skip();
    spec.ignored.push_back(name);
}

int parse(std::string_view bytes, Spec &spec)
{
    spec = Spec();
    Reader in(bytes, FILE_NAME);
    read_file(in, spec);
    if (in.status())
        return in.status();
    give_ids(spec);
    return 0;
}

} // namespace calib_tj
