/* SPDX-License-Identifier: MIT */
/**
 * @file calib_recipe.hpp
 * calib_recipe.h for C++17: the rows of a recipe, and locks.
 */
#ifndef CALIB_RECIPE_HPP
#define CALIB_RECIPE_HPP

#include <calib.hpp>
#include <calib_recipe.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace calib
{

/** The fields of calib_recipe_options, and what they point to. */
struct recipe_options : detail::sized<calib_recipe_options> {
    /** Makes documents of records, as documents::rendered_by(). A lock needs `render_sha256`. */
    template <class F> recipe_options &rendered_by(F f)
    {
        make = detail::renderer(std::move(f));
        return *this;
    }

    calib::options with;
    std::function<void(std::string_view, text_sink &)> make;
};

/** A lock and the rows that it holds. */
struct locked {
    std::string lock;
    samples rows;
};

namespace detail
{

/* One call of a recipe, and what it borrows. */
class recipe_call
{
public:
    recipe_call(tokenizer tok, recipe_options how)
        : how_(std::move(how)), lent_(std::move(tok), {}, how_.with)
    {
        plain_ = how_;
        if (!plain_.options)
            plain_.options = lent_.options();
        if (how_.make) {
            plain_.render = render;
            plain_.render_ctx = this;
        }
    }

    samples load(const std::string &path)
    {
        calib_samples *made = nullptr;
        lent_.caught.run(
            [&] { return calib_recipe_load(lent_.vtable(), path.c_str(), &plain_, &made); });
        return samples(made);
    }

    locked lock(const std::string &path)
    {
        calib_samples *made = nullptr;
        lent_.caught.run([&] {
            return calib_recipe_lock(lent_.vtable(), path.c_str(), &plain_, append, this, &made);
        });
        return {std::move(lock_), samples(made)};
    }

private:
    static int render(void *ctx, const char *record, std::size_t len, calib_put_fn fn,
                      void *fn_ctx) noexcept
    {
        auto *self = static_cast<recipe_call *>(ctx);
        return self->lent_.caught.guard([&] {
            text_sink out(fn, fn_ctx);
            self->how_.make(std::string_view(record, len), out);
            return out.stopped();
        });
    }

    static int append(void *ctx, const char *text, std::size_t len) noexcept
    {
        auto *self = static_cast<recipe_call *>(ctx);
        return self->lent_.caught.guard([&] {
            self->lock_.append(text, len);
            return 0;
        });
    }

    recipe_options how_;
    borrowed lent_;
    calib_recipe_options plain_;
    std::string lock_;
};

} // namespace detail

/** See calib_recipe_load(). */
inline samples load_recipe(tokenizer tok, const std::string &path, recipe_options how = {})
{
    return detail::recipe_call(std::move(tok), std::move(how)).load(path);
}

/** See calib_recipe_lock(). */
inline locked lock_recipe(tokenizer tok, const std::string &path, recipe_options how = {})
{
    return detail::recipe_call(std::move(tok), std::move(how)).lock(path);
}

/** Throws unless these are the rows of the lock, see calib_recipe_verify(). */
inline void verify_recipe(const std::string &path, const samples &rows)
{
    check(calib_recipe_verify(path.c_str(), rows.get()));
}

/** The id of a lock, see calib_recipe_id(). */
inline std::string recipe_id(const std::string &path)
{
    char id[80];
    check(calib_recipe_id(path.c_str(), id));
    return id;
}

} // namespace calib

#endif
