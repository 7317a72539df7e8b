/* Updates: metra beside prometheus-cpp and bare instructions. */
#include "cells.h"
#include "metrics.h"
#include "work.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

extern "C" void bench_empty(void *anything);

namespace {

void add_instructions(bench::Rounds &rounds)
{
    rounds.add("baseline", "lock xadd", [](uint64_t) { bench::baseline.add(); }, [](uint64_t updates) {
        metrics::expect_count(bench::baseline.value, updates, "the baseline's word");
    });
    static bench::Word words[2];
    auto of_thread = [](size_t thread) { return [word = &words[thread]](uint64_t) { word->add(); }; };
    rounds.add_for_threads<1>("bare", "lock xadd on two lines", of_thread, [](uint64_t updates) {
        metrics::expect_count(words[0].value + words[1].value, updates, "the sum of two words");
    });
    /* Two threads would lose counts. */
    static bench::Word word;
    rounds.add("bare", "plain add", [](uint64_t) { word.value += 1; }, [](uint64_t updates) {
        metrics::expect_count(word.value, updates, "the plain word");
    }).on_two_threads = false;
    rounds.add("bare", "empty call (PLT)", [](uint64_t) { bench_empty(&word); }, bench::nothing_to_check);
}

void add_calls(bench::Rounds &rounds, metrics::Group &group)
{
    auto counter = group.counter();
    rounds.add("counter", "metra", [counter](uint64_t) { metra_counter_inc(counter, 1); }, metrics::check(counter));
    auto monotonic = group.monotonic_counter();
    rounds.add("monotonic counter", "metra", [monotonic](uint64_t) { metra_monotonic_counter_inc(monotonic, 1); },
               metrics::check(monotonic));
    auto meter = group.meter();
    rounds.add("meter", "metra", [meter](uint64_t) { metra_meter_mark_event(meter, 1); }, metrics::check(meter));
    auto distribution = group.distribution();
    rounds.add(
        "distribution", "metra",
        [distribution](uint64_t number) { metra_distribution_update(distribution, bench::value_of(number)); },
        metrics::check(distribution));
    auto histogram = group.histogram();
    rounds.add(
        "histogram", "metra",
        [histogram](uint64_t number) { metra_histogram_update(histogram, bench::value_of(number)); },
        metrics::check(histogram));
    rounds.add("NULL", "metra counter", [](uint64_t) { metra_counter_inc(nullptr, 1); }, bench::nothing_to_check);
}

/* How many values a batch has. */
constexpr uint64_t BATCH = 64;

void add_batches(bench::Rounds &rounds, metrics::Group &group)
{
    static int64_t values[bench::BLOCK];
    for (uint64_t number = 0; number < bench::BLOCK; number++)
        values[number] = bench::value_of(number);
    auto batch = [](uint64_t number) { return &values[number % bench::BLOCK]; };
    auto distribution = group.distribution();
    auto update = [distribution, batch](uint64_t number) {
        metra_distribution_update_many(distribution, batch(number), BATCH);
    };
    rounds.add_for_threads<BATCH>("distribution in batches", "metra", [update](size_t) { return update; },
                                  metrics::check(distribution));
    auto histogram = group.histogram();
    auto record = [histogram, batch](uint64_t number) {
        metra_histogram_update_many(histogram, batch(number), BATCH);
    };
    rounds.add_for_threads<BATCH>("histogram in batches", "metra", [record](size_t) { return record; },
                                  metrics::check(histogram));
}

void add_prometheus_cpp(bench::Rounds &rounds)
{
    static prometheus::Counter counter;
    rounds.add("counter", "prometheus-cpp", [](uint64_t) { counter.Increment(); }, [](uint64_t updates) {
        bench::expect(counter.Value(), static_cast<double>(updates), "prometheus-cpp's counter");
    });
    static prometheus::Histogram histogram(
        prometheus::Histogram::BucketBoundaries{1, 2, 4, 8, 16, 32, 64, 128, 256, 512});
    auto observe = [](uint64_t number) { histogram.Observe(static_cast<double>(bench::value_of(number))); };
    rounds.add("histogram", "prometheus-cpp (10 buckets)", observe, [](uint64_t updates) {
        auto reading = histogram.Collect().histogram;
        bench::expect(static_cast<double>(reading.sample_count), static_cast<double>(updates),
                      "prometheus-cpp's histogram's count");
        bench::expect(reading.sample_sum, bench::sum_of(updates), "prometheus-cpp's histogram's sum");
    });
}

} // namespace

int main()
{
    bench::Rounds rounds;
    metrics::Group group;
    bench::report_path();
    add_instructions(rounds);
    add_calls(rounds, group);
    add_batches(rounds, group);
    cells::add_owned_cells(rounds, group);
    cells::add_shared_cells(rounds, group);
    add_prometheus_cpp(rounds);
    const work::Comparison comparison(rounds, group);
    rounds.measure();
    comparison.report();
    return 0;
}
