/* SPDX-License-Identifier: MIT */
#include "reader.h"

#include <algorithm>

namespace calib_tj
{

namespace
{

/* What a message shows of a name or a value. */
constexpr std::size_t LONGEST_SHOWN = 60;

constexpr std::size_t LONGEST_SHORT = 1024;

std::string shown(std::string_view text)
{
    return text.size() <= LONGEST_SHOWN ? std::string(text)
                                        : std::string(text.substr(0, LONGEST_SHOWN)) + "...";
}

std::string_view text_of(const calib_json_token &token)
{
    return {token.text, token.len};
}

} // namespace

Reader::Reader(std::string_view bytes, const char *file) : file_(file)
{
    calib_json_begin(&json_, bytes.data(), bytes.size());
    next();
}

void Reader::next()
{
    if (status_)
        return;
    if (calib_json_next(&json_, &token_) == CALIB_JSON_ERROR)
        set_failed(
            fail(CALIB_E_MODEL, "%s is not JSON: %s (byte %zu)", file_, json_.why, json_.at));
}

void Reader::set_failed(int status)
{
    status_ = status;
    token_ = {};
}

std::string Reader::path() const
{
    std::string path;
    for (const Step &step : path_) {
        if (step.key.data())
            path.append(path.empty() ? "" : ".").append(shown(step.key));
        else
            path.append("[").append(std::to_string(step.index)).append("]");
    }
    return path.empty() ? file_ : path;
}

void Reader::fail_damaged(const char *what)
{
    if (!status_)
        set_failed(
            fail(CALIB_E_MODEL, "%s %s (byte %zu of %s)", path().c_str(), what, token_.at, file_));
}

void Reader::fail_unsupported(const char *what)
{
    if (!status_)
        set_failed(fail(CALIB_E_UNSUPPORTED, "%s %s", path().c_str(), what));
}

void Reader::fail_unknown_value()
{
    std::string value = shown(text_of(token_));
    const char *quote = is(CALIB_JSON_STRING) ? "\"" : "";
    fail_unsupported(
        ("is " + (quote + value + quote) + ", which this version does not know").c_str());
}

bool Reader::read_boolean()
{
    if (!is(CALIB_JSON_TRUE) && !is(CALIB_JSON_FALSE))
        fail_damaged("is neither true nor false");
    return is(CALIB_JSON_TRUE);
}

std::string Reader::read_string()
{
    if (!is(CALIB_JSON_STRING)) {
        fail_damaged("is no string");
        return {};
    }
    std::string text(token_.len, '\0');
    text.resize(calib_json_unescape(&token_, text.data()));
    return text;
}

std::string Reader::read_short_string()
{
    std::string text = read_string();
    if (text.size() > LONGEST_SHORT)
        fail_unsupported("has more than 1,024 bytes");
    return text;
}

std::uint32_t Reader::read_uint32()
{
    std::int64_t value = -1;
    if (!is(CALIB_JSON_NUMBER) || token_.text[0] == '-' || !calib_json_integer(&token_, &value) ||
        value > UINT32_MAX) {
        fail_damaged("is no integer from 0 to 4294967295");
        return 0;
    }
    return static_cast<std::uint32_t>(value);
}

std::int32_t Reader::read_id()
{
    std::uint32_t id = read_uint32();
    if (id > INT32_MAX) {
        fail_unsupported("is an id beyond 2147483647");
        return 0;
    }
    return static_cast<std::int32_t>(id);
}

bool Reader::read_boolean_or_null(bool otherwise)
{
    return is(CALIB_JSON_NULL) ? otherwise : read_boolean();
}

std::string Reader::read_string_or_null()
{
    return is(CALIB_JSON_NULL) ? std::string() : read_string();
}

void Reader::skip()
{
    if (!status_ && !calib_json_skip(&json_, &token_))
        next(); /* reports the same failure */
}

bool Reader::has_member(const char *name) const
{
    calib_json ahead = json_;
    calib_json_token key, value;
    bool found = false;
    while (is(CALIB_JSON_OBJECT) && !found && calib_json_next(&ahead, &key) == CALIB_JSON_KEY) {
        found = calib_json_equals(&key, name);
        calib_json_next(&ahead, &value);
        if (!calib_json_skip(&ahead, &value))
            break;
    }
    return found;
}

std::string_view Reader::peek_type() const
{
    calib_json ahead = json_;
    calib_json_token key, value;
    if (!is(CALIB_JSON_OBJECT))
        return {};
    while (calib_json_next(&ahead, &key) == CALIB_JSON_KEY) {
        calib_json_next(&ahead, &value);
        if (text_of(key) == "type" && value.kind == CALIB_JSON_STRING && !value.escaped)
            return text_of(value);
        if (!calib_json_skip(&ahead, &value))
            break;
    }
    return {};
}

void Reader::finish()
{
    next();
}

Members::Members(Reader &in) : in_(in)
{
    if (in_.is(CALIB_JSON_ARRAY)) /* the reference reads some objects from arrays of their values */
        in_.fail_unsupported("is an array instead of an object");
    if (!in_.is(CALIB_JSON_OBJECT))
        in_.fail_damaged("is no object");
    in_.path_.push_back({"", 0});
}

bool Members::next()
{
    if (in_.status_)
        return false;
    in_.next();
    if (!in_.is(CALIB_JSON_KEY)) {
        in_.path_.pop_back();
        return false;
    }
    name_ = in_.token_;
    in_.path_.back().key = text_of(name_);
    in_.next();
    return !in_.status_;
}

bool Object::next()
{
    if (!Members::next())
        return false;
    std::string_view text = text_of(name());
    if (has(text))
        in_.fail_damaged("is given twice");
    names_.push_back(text);
    return !in_.status();
}

bool Object::is(std::string_view known) const
{
    return text_of(name()) == known && !name().escaped;
}

void Object::fail_unknown()
{
    in_.fail_unsupported("is a field that this version does not know");
}

bool Object::has(std::string_view known) const
{
    return std::find(names_.begin(), names_.end(), known) != names_.end();
}

void Object::require(const char *known)
{
    if (!has(known))
        in_.fail_damaged((std::string("has no ") + known).c_str());
}

namespace
{

void read_fields(Object &object, std::initializer_list<Field> fields, bool has_type)
{
    while (object.next()) {
        auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field &field) { return object.is(field.name); });
        if (found != fields.end())
            found->read();
        else if (!has_type || !object.is("type"))
            object.fail_unknown();
    }
    for (const Field &field : fields)
        if (field.need == Field::REQUIRED)
            object.require(field.name);
}

} // namespace

void read_object(Reader &in, std::initializer_list<Field> fields)
{
    Object object(in);
    read_fields(object, fields, false);
}

void read_component(Reader &in, std::initializer_list<Field> fields)
{
    Object object(in);
    read_fields(object, fields, true);
}

Elements::Elements(Reader &in) : in_(in)
{
    if (!in_.is(CALIB_JSON_ARRAY))
        in_.fail_damaged("is no array");
    in_.path_.push_back({{}, static_cast<std::size_t>(-1)});
}

bool Elements::next()
{
    if (in_.status_)
        return false;
    in_.next();
    if (in_.is(CALIB_JSON_ARRAY_END)) {
        in_.path_.pop_back();
        return false;
    }
    in_.path_.back().index++;
    return !in_.status_;
}

} // namespace calib_tj
