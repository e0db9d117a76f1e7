/* SPDX-License-Identifier: MIT */
/**
 * @file calib_functions.hpp
 * The part of calib.hpp that takes C++ functions and exceptions through C. calib.hpp includes it.
 */
#ifndef CALIB_FUNCTIONS_HPP
#define CALIB_FUNCTIONS_HPP

#if !(__cplusplus >= 201703L || (defined _MSVC_LANG && _MSVC_LANG >= 201703L))
#error "calib.hpp needs C++17: compile with -std=c++17, or use calib.h"
#endif
#if defined __GNUC__ && !defined __cpp_exceptions
#error "calib.hpp needs exceptions: compile without -fno-exceptions, or use calib.h"
#endif

#include <calib.h>
#include <calib_documents.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace calib
{

/** The failure of a calib function. what() is the message, with the remedy. */
class error : public std::runtime_error
{
public:
    explicit error(const calib_error &detail) : std::runtime_error(detail.message), detail_(detail)
    {
    }

    /** A calib_status, e.g. CALIB_E_UTF8. */
    int status() const noexcept
    {
        return detail_.status;
    }

    /** All that calib_last_error() tells: errno, the HTTP status, the offset. */
    const calib_error &detail() const noexcept
    {
        return detail_;
    }

private:
    calib_error detail_;
};

/** Values that follow each other in memory, borrowed; std::span of C++20 takes it. */
template <class T> class span
{
public:
    constexpr span() noexcept = default;
    constexpr span(T *first, std::size_t n) noexcept : first_(first), n_(n)
    {
    }
    /** Of a vector, an array, a string. */
    template <class C, class = decltype(static_cast<T *>(std::declval<const C &>().data()))>
    constexpr span(const C &values) noexcept : first_(values.data()), n_(values.size())
    {
    }

    constexpr T *data() const noexcept
    {
        return first_;
    }
    constexpr std::size_t size() const noexcept
    {
        return n_;
    }
    constexpr bool empty() const noexcept
    {
        return n_ == 0;
    }
    constexpr T *begin() const noexcept
    {
        return first_;
    }
    constexpr T *end() const noexcept
    {
        return first_ + n_;
    }
    constexpr T &operator[](std::size_t i) const noexcept
    {
        return first_[i];
    }

private:
    T *first_ = nullptr;
    std::size_t n_ = 0;
};

namespace detail
{

/* A struct of C with its size set and all other fields zero. It adds nothing. */
template <class T> struct sized : T {
    sized() noexcept : T{}
    {
        this->struct_size = sizeof(T);
    }
};

inline calib_error last_error() noexcept
{
    calib_error why = sized<calib_error>();
    calib_last_error(&why);
    return why;
}

/* A function of calib's that a callback calls. When it wants no more it is not called again. */
template <class... Arguments> class sink
{
public:
    using function = int (*)(void *ctx, Arguments...);

    sink(function call, void *ctx) noexcept : call_(call), ctx_(ctx)
    {
    }
    /** What the callback has to return. */
    int stopped() const noexcept
    {
        return stopped_;
    }

protected:
    bool pass(Arguments... arguments)
    {
        if (stopped_ == 0)
            stopped_ = call_(ctx_, arguments...);
        return stopped_ == 0;
    }

private:
    function call_;
    void *ctx_;
    int stopped_ = 0;
};

} // namespace detail

/** Takes ids from a tokenizer. Returns false if there is no use for more: return then. */
class id_sink : public detail::sink<const std::int32_t *, std::size_t>
{
public:
    using sink::sink;
    bool operator()(span<const std::int32_t> ids)
    {
        return pass(ids.data(), ids.size());
    }
};

/** Takes the text of a document, part by part. Returns false if there is no use for more. */
class text_sink : public detail::sink<const char *, std::size_t, std::uint32_t>
{
public:
    using sink::sink;
    /** @param text_flags  0, CALIB_TEXT_PARSE_SPECIAL or CALIB_TEXT_PLAIN */
    bool operator()(std::string_view text, std::uint32_t text_flags = 0)
    {
        return pass(text.data(), text.size(), text_flags);
    }
};

namespace detail
{

/* Exceptions on their way through C. Each has a number of its own, which the callback returns and
 * calib_error.callback_result brings back: with many threads, too, a call throws what it met. */
class thrown
{
public:
    template <class F> int guard(F &&call) noexcept
    {
        try {
            return call();
        } catch (...) {
            return keep();
        }
    }

    /* Runs a function of calib and throws what made it fail. */
    template <class F> void run(F &&call)
    {
        start();
        const int status = call();
        const calib_error why = last_error();
        const std::exception_ptr first = take(why.callback_result);
        if (status != CALIB_OK && first)
            std::rethrow_exception(first);
        if (status != CALIB_OK)
            throw error(why);
    }

private:
    void start()
    {
        std::lock_guard<std::mutex> hold(lock_);
        running_++;
    }

    int keep() noexcept
    {
        try {
            std::lock_guard<std::mutex> hold(lock_);
            kept_.emplace_back(next_, std::current_exception());
            return next_++;
        } catch (...) {
            return -1; /* no memory to note it down: the call fails with calib::error */
        }
    }

    /* Ends a call. Several threads may have thrown in it, and one of them was reported. */
    std::exception_ptr take(std::int32_t number)
    {
        std::lock_guard<std::mutex> hold(lock_);
        std::exception_ptr found;
        for (auto &each : kept_)
            if (each.first == number)
                found = std::exchange(each.second, nullptr);
        if (--running_ == 0)
            kept_.clear();
        return found;
    }

    std::mutex lock_;
    std::vector<std::pair<int, std::exception_ptr>> kept_;
    int next_ = -2000000000;
    int running_ = 0;
};

/* The forms of functions. A function is kept by pointer: it may be one that cannot be copied, and
 * copies of its holder share it. */
template <class F>
inline constexpr bool encodes =
    std::is_invocable_v<F &, std::string_view> ||
    std::is_invocable_v<F &, std::string_view, std::uint32_t> ||
    std::is_invocable_v<F &, std::string_view, id_sink &> ||
    std::is_invocable_v<F &, std::string_view, std::uint32_t, id_sink &>;

template <class F> auto encoder(F f)
{
    return [kept = std::make_shared<F>(std::move(f))](std::string_view text, std::uint32_t flags,
                                                      id_sink &out) {
        if constexpr (std::is_invocable_v<F &, std::string_view, std::uint32_t, id_sink &>)
            (*kept)(text, flags, out);
        else if constexpr (std::is_invocable_v<F &, std::string_view, id_sink &>)
            (*kept)(text, out);
        else if constexpr (std::is_invocable_v<F &, std::string_view, std::uint32_t>)
            out((*kept)(text, flags));
        else
            out((*kept)(text));
    };
}

template <class F> auto document_source(F f)
{
    return [kept = std::make_shared<F>(std::move(f))](text_sink &out) -> bool {
        if constexpr (std::is_invocable_v<F &, text_sink &>) {
            return (*kept)(out);
        } else {
            auto document = (*kept)();
            if (document)
                out(*document);
            return static_cast<bool>(document);
        }
    };
}

template <class F> auto renderer(F f)
{
    return [kept = std::make_shared<F>(std::move(f))](std::string_view record, text_sink &out) {
        if constexpr (std::is_invocable_v<F &, std::string_view, text_sink &>)
            (*kept)(record, out);
        else
            out((*kept)(record));
    };
}

} // namespace detail

/** Throws the calling thread's last failure if `status`, which a function of C returned, is one. */
inline void check(int status)
{
    if (status != CALIB_OK)
        throw error(detail::last_error());
}

} // namespace calib

#endif
