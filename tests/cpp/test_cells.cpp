// Owned and shared cells, and many values at once.
#include "check.hpp"

#include <array>
#include <limits>
#include <thread>
#include <vector>

namespace {

void owned_cell__counts_into_its_metric_and_leaves_it_there()
{
    fixture f;
    auto counter = f.root.counter("counter");
    auto monotonic = f.root.monotonic_counter("monotonic");
    auto meter = f.root.meter("meter");
    auto distribution = f.root.distribution("distribution");
    {
        auto of_counter = counter.cell();
        auto of_monotonic = monotonic.cell();
        auto of_meter = meter.cell();
        auto of_distribution = distribution.cell();
        of_counter.inc();
        of_counter.inc(-4);
        of_monotonic.inc();
        of_monotonic.inc(5);
        of_monotonic.inc(-1);
        of_meter.mark_event();
        of_meter.mark_event(7);
        of_distribution.update(-2);
        of_distribution.update(9);
        counter.inc(10);
        CHECK_INT(counter.count(), 7);
    }
    auto again = counter.cell();
    again.inc(100);
    CHECK_INT(counter.count(), 107);
    CHECK_INT(monotonic.count(), 6);
    CHECK_INT(meter.count(), 8);
    const auto said = distribution.read();
    CHECK(said.count == 2 && said.sum == 7 && said.min == -2 && said.max == 9);
}

void owned_cell__outlives_its_handle_group_and_registry()
{
    metra::counter_cell cell;
    metra::counter counter;
    {
        fixture f;
        cell = f.root.counter("orders").cell();
        counter = f.root.counter("orders");
    }
    cell.inc(3);
    CHECK_INT(counter.count(), 3);
    counter = metra::counter();
    cell.inc(3);
}

void owned_cell__that_is_not_there_does_nothing()
{
    fixture f;
    metra::counter_cell never;
    metra::monotonic_counter_cell monotonic;
    metra::meter_cell meter;
    metra::distribution_cell distribution;
    never.inc();
    monotonic.inc();
    meter.mark_event();
    distribution.update(1);
    auto counter = f.root.counter("orders");
    auto cell = counter.cell();
    auto moved = std::move(cell);
    cell.inc(5);
    moved.inc();
    CHECK(!cell && static_cast<bool>(moved));
    CHECK_INT(counter.count(), 1);
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, metra::counter().cell());
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, metra::monotonic_counter().cell());
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, metra::meter().cell());
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, metra::distribution().cell());
}

void shared_cell__is_written_by_all_threads()
{
    constexpr int threads = 4;
    constexpr int rounds = 10000;
    fixture f;
    auto counter = f.root.counter("counter");
    auto monotonic = f.root.monotonic_counter("monotonic");
    auto meter = f.root.meter("meter");
    auto distribution = f.root.distribution("distribution");
    std::vector<std::thread> started;
    for (int number = 0; number < threads; ++number) {
        started.emplace_back([&] {
            auto of_counter = counter.shared_cell();
            auto of_monotonic = monotonic.shared_cell();
            auto of_meter = meter.shared_cell();
            auto of_distribution = distribution.shared_cell();
            auto owned = counter.cell();
            for (int i = 0; i < rounds; ++i) {
                of_counter.add(-1);
                owned.inc(3);
                of_monotonic.add(2);
                of_meter.add(1);
                of_distribution.update(i);
            }
        });
    }
    for (auto &thread : started)
        thread.join();
    CHECK_INT(counter.count(), 2 * threads * rounds);
    CHECK_INT(monotonic.count(), 2 * threads * rounds);
    CHECK_INT(meter.count(), threads * rounds);
    CHECK_INT(distribution.read().count, threads * rounds);
    CHECK_INT(distribution.read().max, rounds - 1);
}

void shared_cell__that_is_not_there_does_nothing()
{
    metra::counter counter;
    metra::distribution distribution;
    counter.shared_cell().add(1);
    distribution.shared_cell().update(1);
    metra::shared_cell().add(1);
    metra::distribution_shared_cell().update(1);
}

void distribution__takes_many_values_at_once()
{
    fixture f;
    auto distribution = f.root.distribution("distribution");
    auto histogram = f.root.histogram("histogram");
    const std::vector<std::int64_t> values{4, 2, 6};
    distribution.update_many(values);
    distribution.update_many(std::array<std::int64_t, 2>{-8, 8});
    distribution.update_many(values.data(), 1);
    distribution.update_many(nullptr, 0);
    distribution.update_many(std::vector<std::int64_t>());
    histogram.update_many(values);
    histogram.update_many(values.data(), 2);
    const auto said = distribution.read();
    CHECK(said.count == 6 && said.sum == 16 && said.min == -8 && said.max == 8);
    CHECK(histogram.read().count == 5 && histogram.read().sum == 18);
    metra::distribution().update_many(values);
    metra::histogram().update_many(values);
}

} // namespace

int main()
{
    RUN(owned_cell__counts_into_its_metric_and_leaves_it_there);
    RUN(owned_cell__outlives_its_handle_group_and_registry);
    RUN(owned_cell__that_is_not_there_does_nothing);
    RUN(shared_cell__is_written_by_all_threads);
    RUN(shared_cell__that_is_not_there_does_nothing);
    RUN(distribution__takes_many_values_at_once);
    return check_result();
}
