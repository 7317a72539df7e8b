// metra for C++17: Apache Flink's metric system. SPDX-License-Identifier: Apache-2.0
//
// Header only, over metra.h, whose comments hold here too: who may outlive whom, what a call waits for, what a value of
// a configuration looks like. This side adds:
//
//   Handles   are moved, not copied, and free themselves. That ends no metric: groups own their metrics.
//   Metrics   that are default-constructed or moved from do nothing and read zero; updates are noexcept.
//   Errors    are exceptions: metra::error, with a status and metra's text. Updates, destructors and moves throw none.
//   Text in   is metra::text: whatever std::string_view is made from, NUL-terminated or not. U+0000 in it is refused.
//   Callbacks are any callable, moved in, destroyed once. An exception never crosses metra: from a gauge it means that
//             there is no value now, from a visitor it reaches whoever asked for the visit, elsewhere it is dropped.
//
// Any thread may use a handle; moving or assigning one while another thread uses it is a race, as with any object.
#ifndef METRA_HPP
#define METRA_HPP

#include "metra/version.hpp"

#include "metra/error.hpp"

#include "metra/text.hpp"
#include "metra/value.hpp"

#include "metra/clock.hpp"
#include "metra/config.hpp"
#include "metra/reporter.hpp"

#include "metra/registry.hpp"

#include "metra/group.hpp"
#include "metra/identity.hpp"

#include "metra/counter.hpp"
#include "metra/distribution.hpp"
#include "metra/gauge.hpp"
#include "metra/histogram.hpp"
#include "metra/meter.hpp"
#include "metra/monotonic_counter.hpp"

#include "metra/cell.hpp"

#include "metra/reading.hpp"

#endif
