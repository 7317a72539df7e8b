// Every metric counts; one that is not there does nothing; all of them are moved and never copied.
#include "check.hpp"

#include <type_traits>
#include <vector>

namespace {

template <typename Handle>
constexpr bool is_a_handle =
    !std::is_copy_constructible_v<Handle> && !std::is_copy_assignable_v<Handle> &&
    std::is_nothrow_move_constructible_v<Handle> && std::is_nothrow_move_assignable_v<Handle> &&
    std::is_nothrow_destructible_v<Handle> && sizeof(Handle) == sizeof(void *);

template <typename Metric>
constexpr bool is_a_metric = is_a_handle<Metric> && std::is_nothrow_default_constructible_v<Metric>;

static_assert(is_a_metric<metra::counter> && is_a_metric<metra::monotonic_counter> && is_a_metric<metra::gauge>);
static_assert(is_a_metric<metra::distribution> && is_a_metric<metra::meter> && is_a_metric<metra::histogram>);
static_assert(is_a_metric<metra::group>);
static_assert(is_a_handle<metra::registry> && is_a_handle<metra::config> && is_a_handle<metra::clock>);

static_assert(noexcept(metra::counter().inc()) && noexcept(metra::counter().dec(1)));
static_assert(noexcept(metra::monotonic_counter().inc(1)) && noexcept(metra::meter().mark_event()));
static_assert(noexcept(metra::distribution().update(1)) && noexcept(metra::histogram().update(1)));
static_assert(noexcept(metra::gauge().set(1)) && noexcept(metra::gauge().set("text")));

void metrics__count_and_measure()
{
    fixture f;
    auto counter = f.root.counter("counter");
    auto monotonic = f.root.monotonic_counter("monotonic");
    auto distribution = f.root.distribution("distribution");
    auto meter = f.root.meter("meter");
    auto histogram = f.root.histogram("histogram");

    counter.inc();
    counter.inc(5);
    counter.dec();
    counter.dec(7);
    monotonic.inc();
    monotonic.inc(2);
    monotonic.inc(-9);
    for (const int value : {4, 8}) {
        distribution.update(value);
        histogram.update(value);
    }
    meter.mark_event();
    meter.mark_event(59);
    f.clock.advance(2 * tick);

    CHECK_INT(counter.count(), -2);
    CHECK_INT(monotonic.count(), 3);
    CHECK_INT(meter.count(), 60);
    CHECK_DOUBLE(meter.rate(), 1.0);
    const auto values = distribution.read();
    CHECK(values.count == 2 && values.sum == 12 && values.min == 4 && values.max == 8 && values.mean == 6.0);
    const auto sizes = histogram.read();
    CHECK(sizes.count == 2 && sizes.sum == 12 && sizes.window_count == 2 && sizes.mean == 6.0);
    CHECK_DOUBLE(histogram.quantile(1.0), 8.0);
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, histogram.quantile(1.5));
}

void meter__counts_over_a_counter_and_a_time_span()
{
    fixture f;
    auto counter = f.root.counter("counter");
    auto over = f.root.meter_over("over", counter, std::chrono::minutes(1));
    auto quick = f.root.meter("quick", std::chrono::seconds(10));
    over.mark_event(120);
    quick.mark_event(20);
    CHECK_INT(counter.count(), 120);
    f.clock.advance(2 * tick);
    CHECK_DOUBLE(over.rate(), 2.0);
    CHECK_DOUBLE(quick.rate(), 2.0);
    CHECK_THROWS(METRA_ERROR_NAME_COLLISION, f.root.meter("quick"));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, f.root.meter_over("nothing", metra::counter()));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, f.root.meter("long", std::chrono::hours(1000000)));
}

template <typename Metric>
void check_reads_zero(Metric &metric)
{
    CHECK(!metric);
    if constexpr (std::is_same_v<Metric, metra::counter> || std::is_same_v<Metric, metra::monotonic_counter>) {
        metric.inc(3);
        CHECK_INT(metric.count(), 0);
    } else if constexpr (std::is_same_v<Metric, metra::meter>) {
        metric.mark_event(3);
        CHECK_INT(metric.count(), 0);
        CHECK_DOUBLE(metric.rate(), 0.0);
    } else {
        metric.update(3);
        CHECK_INT(metric.read().count, 0);
        CHECK_DOUBLE(metric.read().mean, 0.0);
    }
}

template <typename Metric>
void check_is_nothing_without_an_object(Metric metric)
{
    Metric never;
    check_reads_zero(never);
    CHECK(static_cast<bool>(metric));
    Metric moved = std::move(metric);
    CHECK(static_cast<bool>(moved));
    check_reads_zero(metric);
    moved = Metric();
    check_reads_zero(moved);
}

void metric__that_is_not_there_does_nothing_and_reads_zero()
{
    fixture f;
    check_is_nothing_without_an_object(f.root.counter("counter"));
    check_is_nothing_without_an_object(f.root.monotonic_counter("monotonic"));
    check_is_nothing_without_an_object(f.root.meter("meter"));
    check_is_nothing_without_an_object(f.root.distribution("distribution"));
    check_is_nothing_without_an_object(f.root.histogram("histogram"));
    metra::counter().dec();
    CHECK_DOUBLE(metra::histogram().quantile(0.5), 0.0);
    metra::gauge gauge;
    gauge.set(1);
    gauge.set(1.0);
    gauge.set(true);
    gauge.set("text");
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, gauge.unregister());
}

void metric__counts_on_in_another_handle()
{
    fixture f;
    auto first = f.root.counter("orders");
    auto second = f.root.counter("orders");
    first.inc();
    std::vector<metra::counter> counters;
    counters.push_back(std::move(first));
    counters.push_back(std::move(second));
    counters.reserve(100);
    for (auto &counter : counters)
        counter.inc();
    CHECK_INT(counters[0].count(), 3);
    auto &itself = counters[0];
    counters[0] = std::move(itself);
    CHECK_INT(counters[1].count(), 3);
}

void metric__outlives_its_group_and_registry()
{
    metra::counter counter;
    metra::distribution distribution;
    {
        fixture f;
        counter = f.root.counter("counter");
        distribution = f.root.distribution("distribution");
    }
    counter.inc(4);
    distribution.update(5);
    CHECK_INT(counter.count(), 4);
    CHECK_INT(distribution.read().sum, 5);
}

} // namespace

int main()
{
    RUN(metrics__count_and_measure);
    RUN(meter__counts_over_a_counter_and_a_time_span);
    RUN(metric__that_is_not_there_does_nothing_and_reads_zero);
    RUN(metric__counts_on_in_another_handle);
    RUN(metric__outlives_its_group_and_registry);
    return check_result();
}
