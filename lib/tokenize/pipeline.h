/* SPDX-License-Identifier: MIT */
/* Stretches of text tokenized side by side while more text comes in, their ids handed on in order.
 */
#ifndef CALIB_TOKENIZE_PIPELINE_H
#define CALIB_TOKENIZE_PIPELINE_H

#include "tokenize/tokenize.h"

typedef struct calib_pipeline calib_pipeline;

/** 0, E_NOMEM or E_SYSTEM. `request` outlives the pipeline. */
int calib_pipeline_new(const calib_tokenize_request *request, calib_pipeline **out);

/**
 * Takes a stretch that begins and ends at exact cuts; its text is copied. Ids go to the sink here
 * and in calib_pipeline_end(), in order. The failure of the first stretch that fails is the one
 * reported, whichever thread was faster; after it nothing may be put any more.
 */
int calib_pipeline_put(calib_pipeline *pipeline, const calib_piece *stretch);

/** Something behind all that was put has failed with `status`, whose error is set: whether
 * something before it has failed as well, which comes first. Not when it was cancelled. */
int calib_pipeline_settle(calib_pipeline *pipeline, int status);

/** Hands on what is left. Status as above. */
int calib_pipeline_end(calib_pipeline *pipeline);

/** NULL is fine. */
void calib_pipeline_free(calib_pipeline *pipeline);

#endif
