/* Updates: metra beside prometheus-cpp and bare instructions. */
#include "bench.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

extern "C" void bench_empty(void *anything);

namespace {

/* Metrics of every type in one group; they live as long as the program. */
struct Metra {
    metra_counter *counter = nullptr;
    metra_meter *meter = nullptr;
    metra_distribution *distribution = nullptr;
    metra_histogram *histogram = nullptr;

    Metra()
    {
        metra_registry *registry = nullptr;
        metra_group *root = nullptr;
        metra_root_info info{};
        info.size = sizeof info;
        info.name = "bench";
        bench::require(metra_registry_new(nullptr, &registry));
        bench::require(metra_registry_root(registry, &info, &root));
        bench::require(metra_group_counter(root, "counter", &counter));
        bench::require(metra_group_meter(root, "meter", METRA_METER_DEFAULT_TIME_SPAN, &meter));
        bench::require(metra_group_distribution(root, "distribution", &distribution));
        bench::require(metra_group_histogram(root, "histogram", &histogram));
    }
};

/* The sum of what that many updates record. */
double sum_of(uint64_t updates) { return static_cast<double>(updates / bench::BLOCK) * bench::BLOCK_SUM; }

void check_distribution(metra_distribution *distribution, uint64_t updates)
{
    metra_distribution_reading reading{};
    reading.size = sizeof reading;
    bench::require(metra_distribution_read(distribution, &reading));
    bench::expect(static_cast<double>(reading.count), static_cast<double>(updates), "the distribution's count");
    bench::expect(static_cast<double>(reading.sum), sum_of(updates), "the distribution's sum");
    bench::expect(static_cast<double>(reading.min), 0, "the distribution's minimum");
    bench::expect(static_cast<double>(reading.max), bench::BLOCK - 1, "the distribution's maximum");
}

void check_histogram(metra_histogram *histogram, uint64_t updates)
{
    metra_histogram_reading reading{};
    reading.size = sizeof reading;
    bench::require(metra_histogram_read(histogram, &reading));
    bench::expect(static_cast<double>(reading.count), static_cast<double>(updates), "the histogram's count");
    bench::expect(static_cast<double>(reading.sum), sum_of(updates), "the histogram's sum");
}

void add_metra(bench::Rounds &rounds)
{
    static Metra metra;
    auto counter = metra.counter;
    rounds.add("counter", "metra", [counter](uint64_t) { metra_counter_inc(counter, 1); }, [counter](uint64_t updates) {
        bench::expect(static_cast<double>(metra_counter_count(counter)), static_cast<double>(updates), "the counter");
    });
    auto meter = metra.meter;
    rounds.add("meter", "metra", [meter](uint64_t) { metra_meter_mark_event(meter, 1); }, [meter](uint64_t updates) {
        bench::expect(static_cast<double>(metra_meter_count(meter)), static_cast<double>(updates), "the meter");
    });
    auto distribution = metra.distribution;
    rounds.add(
        "distribution", "metra",
        [distribution](uint64_t update) { metra_distribution_update(distribution, bench::value_of(update)); },
        [distribution](uint64_t updates) { check_distribution(distribution, updates); });
    auto histogram = metra.histogram;
    rounds.add(
        "histogram", "metra",
        [histogram](uint64_t update) { metra_histogram_update(histogram, bench::value_of(update)); },
        [histogram](uint64_t updates) { check_histogram(histogram, updates); });
}

void add_prometheus_cpp(bench::Rounds &rounds)
{
    static prometheus::Counter counter;
    rounds.add("counter", "prometheus-cpp", [](uint64_t) { counter.Increment(); }, [](uint64_t updates) {
        bench::expect(counter.Value(), static_cast<double>(updates), "prometheus-cpp's counter");
    });
    static prometheus::Histogram histogram(
        prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128, 256, 512});
    auto observe = [](uint64_t update) { histogram.Observe(static_cast<double>(bench::value_of(update))); };
    rounds.add("histogram", "prometheus-cpp (10 buckets)", observe, [](uint64_t updates) {
        auto reading = histogram.Collect().histogram;
        bench::expect(static_cast<double>(reading.sample_count), static_cast<double>(updates),
                      "prometheus-cpp's histogram's count");
        bench::expect(reading.sample_sum, sum_of(updates), "prometheus-cpp's histogram's sum");
    });
}

void add_instructions(bench::Rounds &rounds)
{
    rounds.add("baseline", "lock xadd", [](uint64_t) { bench::baseline_add(); }, [](uint64_t updates) {
        bench::expect(static_cast<double>(bench::baseline_word), static_cast<double>(updates), "the baseline's word");
    });
    auto anything = &bench::baseline_word;
    auto nothing_to_check = [](uint64_t) {};
    rounds.add("empty call", "PLT", [anything](uint64_t) { bench_empty(anything); }, nothing_to_check);
    /* Two threads would lose counts. */
    static int64_t word = 0;
    rounds.add("counter", "plain add", [](uint64_t) { word += 1; }, [](uint64_t updates) {
        bench::expect(static_cast<double>(word), static_cast<double>(updates), "the plain word");
    }).counts_on_two_threads = false;
}

} // namespace

int main()
{
    bench::Rounds rounds;
    add_instructions(rounds);
    add_metra(rounds);
    add_prometheus_cpp(rounds);
    rounds.measure();
    return 0;
}
