/* SPDX-License-Identifier: MIT */
/* Every header of lib/adapter/ includes this one: each adapter library compiles its own copy of the
 * code, in its own namespace, with its own error record. */
#ifndef CALIB_ADAPTER_ADAPTER_H
#define CALIB_ADAPTER_ADAPTER_H

#ifndef CALIB_ADAPTER
#error "define CALIB_ADAPTER as the namespace of the adapter library; it begins with calib_"
#endif

#endif
