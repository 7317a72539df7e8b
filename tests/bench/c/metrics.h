/* metra's metrics as the programs here use them: each operation has one of its own, and its total is exact. */
#ifndef METRICS_H
#define METRICS_H

#include "bench.h"

namespace metrics {

/* Gives metrics of one registry; both live as long as the program. */
class Group {
public:
    Group()
    {
        metra_registry *registry = nullptr;
        metra_root_info info{};
        info.size = sizeof info;
        info.name = "bench";
        bench::require(metra_registry_new(nullptr, &registry));
        bench::require(metra_registry_root(registry, &info, &group_));
    }

    metra_counter *counter() { return made(metra_group_counter); }
    metra_monotonic_counter *monotonic_counter() { return made(metra_group_monotonic_counter); }
    metra_distribution *distribution() { return made(metra_group_distribution); }
    metra_histogram *histogram() { return made(metra_group_histogram); }

    metra_meter *meter()
    {
        metra_meter *meter = nullptr;
        bench::require(metra_group_meter(group_, name().c_str(), METRA_METER_DEFAULT_TIME_SPAN, &meter));
        return meter;
    }

private:
    metra_group *group_ = nullptr;
    int metrics_ = 0;

    std::string name() { return "metric_" + std::to_string(metrics_++); }

    template <typename Metric>
    Metric *made(metra_status (*give)(metra_group *, const char *, Metric **))
    {
        Metric *metric = nullptr;
        bench::require(give(group_, name().c_str(), &metric));
        return metric;
    }
};

/* Checks that a metric was updated exactly so often, with the values of bench::value_of. */

inline void expect_count(int64_t count, uint64_t updates, const char *what)
{
    bench::expect(static_cast<double>(count), static_cast<double>(updates), what);
}

inline std::function<void(uint64_t)> check(metra_counter *counter)
{
    return [counter](uint64_t updates) { expect_count(metra_counter_count(counter), updates, "metra's counter"); };
}

inline std::function<void(uint64_t)> check(metra_monotonic_counter *counter)
{
    return [counter](uint64_t updates) {
        expect_count(metra_monotonic_counter_count(counter), updates, "metra's monotonic counter");
    };
}

inline std::function<void(uint64_t)> check(metra_meter *meter)
{
    return [meter](uint64_t updates) { expect_count(metra_meter_count(meter), updates, "metra's meter"); };
}

inline std::function<void(uint64_t)> check(metra_distribution *distribution)
{
    return [distribution](uint64_t updates) {
        metra_distribution_reading reading{};
        reading.size = sizeof reading;
        bench::require(metra_distribution_read(distribution, &reading));
        expect_count(reading.count, updates, "metra's distribution's count");
        bench::expect(static_cast<double>(reading.sum), bench::sum_of(updates), "metra's distribution's sum");
        bench::expect(static_cast<double>(reading.min), 0, "metra's distribution's minimum");
        bench::expect(static_cast<double>(reading.max), bench::BLOCK - 1, "metra's distribution's maximum");
    };
}

inline std::function<void(uint64_t)> check(metra_histogram *histogram)
{
    return [histogram](uint64_t updates) {
        metra_histogram_reading reading{};
        reading.size = sizeof reading;
        bench::require(metra_histogram_read(histogram, &reading));
        expect_count(reading.count, updates, "metra's histogram's count");
        bench::expect(static_cast<double>(reading.sum), bench::sum_of(updates), "metra's histogram's sum");
    };
}

} // namespace metrics

#endif
