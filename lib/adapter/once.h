/* SPDX-License-Identifier: MIT */
/* Work that is done once by whichever thread needs it first. */
#ifndef CALIB_ADAPTER_ONCE_H
#define CALIB_ADAPTER_ONCE_H

#include "adapter.h"

#include <atomic>
#include <mutex>

namespace CALIB_ADAPTER
{

/** Replaces std::call_once: with some C libraries, callers that follow one whose body threw wait
 *  forever. */
class Once
{
public:
    /** Runs `body`, unless a call has succeeded. Other callers wait until it returns. If it returns
     *  a status that is not 0 or throws, so does this call, and the next one runs `body` again. */
    template <typename Body> int run(Body &&body)
    {
        if (done_.load(std::memory_order_acquire))
            return 0;
        std::lock_guard<std::mutex> lock(mutex_);
        if (done_.load(std::memory_order_relaxed))
            return 0;
        int status = body();
        done_.store(status == 0, std::memory_order_release);
        return status;
    }

private:
    std::mutex mutex_;
    std::atomic<bool> done_{false};
};

} // namespace CALIB_ADAPTER

#endif
