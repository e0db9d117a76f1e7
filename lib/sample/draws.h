/* SPDX-License-Identifier: MIT */
/* Rows that are drawn one after another, with replacement. */
#ifndef CALIB_SAMPLE_DRAWS_H
#define CALIB_SAMPLE_DRAWS_H

#include "random/mt19937.h"
#include "sample/sampler.h"

/** Draws one of `n` numbers, from 0. */
typedef uint64_t (*calib_number_fn)(calib_mt19937 *generator, uint64_t n);

/** Draws documents until one has at least `least` tokens, and gets it whole. Returns 0, E_TOO_SHORT
 *  if none has, E_CANCELLED or a status of the view. */
int calib_draw_document(const calib_sampler_input *input, calib_number_fn draw,
                        calib_mt19937 *generator, uint64_t least, calib_span *document);

/** Draws the next row. Returns 0, or a status with its error set. */
typedef int (*calib_row_fn)(void *ctx, calib_span *row);

/** Plans `n_samples` rows. All are drawn before the sink's begin(), whatever range it wants: all
 *  ranks fail alike. Returns as calib_sampler.plan(). */
int calib_plan_draws(const calib_sampler_input *input, const calib_row_sink *sink,
                     calib_row_fn next, void *ctx);

#endif
