// Handles in many threads at once: nothing is lost, no callable is destroyed twice. Under thread sanitizer it also
// shows that this side shares nothing without order; what metra orders inside itself the sanitizer cannot see.
#include "check.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int threads = 4;

/// Runs `body(number)` in several threads at once, and waits for them.
template <typename Body>
void at_once(Body body)
{
    std::vector<std::thread> started;
    for (int number = 0; number < threads; ++number)
        started.emplace_back(body, number);
    for (auto &thread : started)
        thread.join();
}

void metric__is_updated_by_all_threads()
{
    constexpr int updates = 20000;
    fixture f;
    auto counter = f.root.counter("counter");
    auto monotonic = f.root.monotonic_counter("monotonic");
    auto distribution = f.root.distribution("distribution");
    auto histogram = f.root.histogram("histogram");
    auto meter = f.root.meter("meter");
    auto gauge = f.root.settable_gauge<std::int64_t>("gauge");
    at_once([&](int) {
        for (int i = 0; i < updates; ++i) {
            counter.inc(3);
            counter.dec();
            monotonic.inc();
            distribution.update(i);
            histogram.update(i);
            meter.mark_event();
            gauge.set(i);
        }
    });
    CHECK_INT(counter.count(), 2 * threads * updates);
    CHECK_INT(monotonic.count(), threads * updates);
    CHECK_INT(distribution.read().count, threads * updates);
    CHECK_INT(histogram.read().count, threads * updates);
    CHECK_INT(meter.count(), threads * updates);
    CHECK(f.registry.read_gauge(gauge) == metra::gauge_value(std::int64_t{updates - 1}));
}

void group__is_used_by_all_threads()
{
    constexpr int rounds = 200;
    fixture f;
    std::atomic<int> refused{0};
    at_once([&](int number) {
        for (int i = 0; i < rounds; ++i) {
            f.root.counter("shared").inc();
            auto own = f.root.add_group("thread", std::to_string(number));
            own.counter("orders").inc();
            try {
                own.counter(std::string("a\0b", 3));
            } catch (const metra::error &) {
                ++refused;
            }
            own.close();
        }
    });
    CHECK_INT(f.root.counter("shared").count(), threads * rounds);
    CHECK_INT(refused, threads * rounds);
}

/// What the callables of gauges share. Its order is visible to a sanitizer: each change is one step of one atomic.
struct census {
    std::atomic<int> born{0};
    std::atomic<int> gone{0};
};

class citizen {
public:
    explicit citizen(census &all) : all_(&all) { all_->born.fetch_add(1); }
    citizen(citizen &&other) noexcept : all_(std::exchange(other.all_, nullptr)) {}
    citizen(const citizen &) = delete;
    citizen &operator=(const citizen &) = delete;
    ~citizen()
    {
        if (all_ != nullptr)
            all_->gone.fetch_add(1);
    }

    int operator()() const { return 1; }

private:
    census *all_;
};

void gauge__is_replaced_by_all_threads_while_it_is_read()
{
    constexpr int rounds = 100;
    census all;
    {
        fixture f;
        at_once([&](int number) {
            for (int i = 0; i < rounds; ++i) {
                f.root.gauge("shared", citizen(all));
                f.root.gauge("own-" + std::to_string(number), citizen(all));
                if (i % 10 == 0)
                    f.registry.collect([](const metra::reading &) {});
            }
        });
    }
    CHECK_INT(all.born, 2 * threads * rounds);
    CHECK_INT(all.gone, 2 * threads * rounds);
}

} // namespace

int main()
{
    RUN(metric__is_updated_by_all_threads);
    RUN(group__is_used_by_all_threads);
    RUN(gauge__is_replaced_by_all_threads_while_it_is_read);
    return check_result();
}
