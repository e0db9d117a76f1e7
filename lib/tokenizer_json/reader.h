/* SPDX-License-Identifier: MIT */
/* Reads values of a JSON file one after the other, knows the path to each for messages, and keeps
 * the first failure: after it, values read as empty and every array and object ends. */
#ifndef CALIB_TOKENIZER_JSON_READER_H
#define CALIB_TOKENIZER_JSON_READER_H

#include "adapter/error.h"
#include "json/json.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

class Reader
{
public:
    /** Stands at the value of the file that `bytes` are. `file` names it in messages; both must
     *  outlive the reader. */
    Reader(std::string_view bytes, const char *file);

    /** 0, or the status of the first failure, which is recorded. */
    int status() const
    {
        return status_;
    }

    /* The value that the reader stands at. */

    bool is(calib_json_kind kind) const
    {
        return token_.kind == kind;
    }

    /** The first token of the value. */
    const calib_json_token &token() const
    {
        return token_;
    }

    /** Each of these fails if the value has another type. */
    bool read_boolean();
    std::string read_string();
    std::uint32_t read_uint32();

    /** Like read_string(), for what is searched for at every place of a text or put into it: more
     *  than 1,024 bytes are unsupported, because texts would take that many times as long. */
    std::string read_short_string();

    /** From 0 to INT32_MAX; a larger one is unsupported. */
    std::int32_t read_id();

    /** Like read_boolean(), and null is `otherwise`. */
    bool read_boolean_or_null(bool otherwise);

    /** Like read_string(), and null is empty. */
    std::string read_string_or_null();

    /** Skips the value; a value that is not skipped or read must be a scalar. */
    void skip();

    /** Returns the string "type" of the object, wherever it stands in it; empty if there is none or
     *  it has escapes. */
    std::string_view peek_type() const;

    /** Returns true if the value is an object that has a member of this name. */
    bool has_member(const char *name) const;

    /** Ends the reading: only white space may follow. */
    void finish();

    /* Failures. Each message begins with the path of the value. */

    /** E_MODEL: "PATH `what` (byte N)". */
    void fail_damaged(const char *what);

    /** E_UNSUPPORTED: "PATH `what`". */
    void fail_unsupported(const char *what);

    /** E_UNSUPPORTED for a value, a string or number, that is not known. */
    void fail_unknown_value();

private:
    friend class Members;
    friend class Elements;

    /* A step of the path: a member's name, or, if that is NULL, an index. */
    struct Step {
        std::string_view key;
        std::size_t index;
    };

    void next();
    std::string path() const;
    void set_failed(int status);

    calib_json json_;
    calib_json_token token_ = {};
    const char *file_;
    int status_ = 0;
    std::vector<Step> path_;
};

/** The members of the object that the reader stands at; names may come twice. */
class Members
{
public:
    explicit Members(Reader &in);
    Members(const Members &) = delete;
    Members &operator=(const Members &) = delete;

    /** Goes to the next member, at whose value the reader then stands. Returns false at the end and
     *  after a failure. */
    bool next();

    /** Name of the member, as it stands in the file. */
    const calib_json_token &name() const
    {
        return name_;
    }

protected:
    Reader &in_;

private:
    calib_json_token name_ = {};
};

/** An object with fields that are known. A name that comes twice fails. */
class Object : public Members
{
public:
    using Members::Members;

    bool next();

    /** Returns true if this is the field `name`. A name with escapes is none. */
    bool is(std::string_view name) const;

    /** Fails: the field is not known. */
    void fail_unknown();

    /** Fails unless the object, which has been read, has the field. */
    void require(const char *name);

    bool has(std::string_view name) const;

private:
    std::vector<std::string_view> names_;
};

/** A field of an object, and what reads its value. */
struct Field {
    enum Need { REQUIRED, OPTIONAL };

    const char *name;
    Need need;
    std::function<void()> read;
};

/** Reads the object that the reader stands at, which has these fields and no others. */
void read_object(Reader &in, std::initializer_list<Field> fields);

/** Likewise, but the object may have a type, which peek_type() has told. */
void read_component(Reader &in, std::initializer_list<Field> fields);

/** The elements of the array that the reader stands at. */
class Elements
{
public:
    explicit Elements(Reader &in);
    Elements(const Elements &) = delete;
    Elements &operator=(const Elements &) = delete;

    /** Goes to the next element, like Members::next(). */
    bool next();

private:
    Reader &in_;
};

} // namespace calib_tj

#endif
