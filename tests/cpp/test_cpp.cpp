// The C header as C++ uses it, from C++11 on: every room once, callbacks that are lambdas, no wrapper of ours.
#include <metra.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

namespace {

int failures = 0;

void check(bool holds, const char *what, int line)
{
    if (!holds) {
        ++failures;
        std::printf("%s:%d: not so: %s (%s)\n", __FILE__, line, what, metra_last_error());
    }
}

#define CHECK(condition) check((condition), #condition, __LINE__)
#define CHECK_OK(call) CHECK((call) == METRA_OK)

// A registry on a manual clock, and its root.
struct Fixture {
    metra_clock *clock = nullptr;
    metra_registry *registry = nullptr;
    metra_group *root = nullptr;

    Fixture()
    {
        metra_config *config = nullptr;
        CHECK_OK(metra_clock_new(&clock));
        CHECK_OK(metra_config_new(&config));
        CHECK_OK(metra_config_set_clock(config, clock));
        CHECK_OK(metra_config_set(config, "metrics.scope.delimiter", "/"));
        CHECK_OK(metra_registry_new(config, &registry));
        metra_config_free(config);
        metra_root_info info = {sizeof info, "app", nullptr, 0};
        CHECK_OK(metra_registry_root(registry, &info, &root));
    }

    Fixture(const Fixture &) = delete;
    Fixture &operator=(const Fixture &) = delete;

    ~Fixture()
    {
        CHECK_OK(metra_registry_close(registry, 10000));
        metra_group_free(root);
        metra_registry_free(registry);
        metra_clock_free(clock);
    }
};

void metrics__count_and_measure()
{
    Fixture f;
    metra_counter *counter = nullptr;
    metra_monotonic_counter *monotonic = nullptr;
    metra_distribution *distribution = nullptr;
    metra_meter *meter = nullptr;
    metra_histogram *histogram = nullptr;
    CHECK_OK(metra_group_counter(f.root, "counter", &counter));
    CHECK_OK(metra_group_monotonic_counter(f.root, "monotonic", &monotonic));
    CHECK_OK(metra_group_distribution(f.root, "distribution", &distribution));
    CHECK_OK(metra_group_meter(f.root, "meter", METRA_METER_DEFAULT_TIME_SPAN, &meter));
    CHECK_OK(metra_group_histogram(f.root, "histogram", &histogram));

    metra_counter_inc(counter, 5);
    metra_counter_dec(counter, 7);
    metra_monotonic_counter_inc(monotonic, 2);
    metra_distribution_update(distribution, 4);
    metra_meter_mark_event(meter, 60);
    metra_histogram_update(histogram, 9);
    CHECK_OK(metra_clock_advance(f.clock, 10000));

    CHECK(metra_counter_count(counter) == -2);
    CHECK(metra_monotonic_counter_count(monotonic) == 2);
    CHECK(metra_meter_count(meter) == 60);
    CHECK(metra_meter_rate(meter) == 1.0);
    metra_distribution_reading values{};
    values.size = sizeof values;
    CHECK_OK(metra_distribution_read(distribution, &values));
    CHECK(values.count == 1 && values.sum == 4 && values.mean == 4.0);
    metra_histogram_reading latencies{};
    latencies.size = sizeof latencies;
    CHECK_OK(metra_histogram_read(histogram, &latencies));
    CHECK(latencies.p50 == 9.0);

    metra_counter_free(counter);
    metra_monotonic_counter_free(monotonic);
    metra_distribution_free(distribution);
    metra_meter_free(meter);
    metra_histogram_free(histogram);
}

void gauge__asks_an_object_and_deletes_it()
{
    static int alive = 0;
    struct Queue {
        std::int64_t length = 17;
        Queue() { ++alive; }
        ~Queue() { --alive; }
    };
    {
        Fixture f;
        metra_gauge *gauge = nullptr;
        auto ask = [](void *queue, metra_value *value) {
            value->as.int64 = static_cast<Queue *>(queue)->length;
            return 1;
        };
        auto drop = [](void *queue) { delete static_cast<Queue *>(queue); };
        CHECK_OK(metra_group_gauge(f.root, "queue", ask, new Queue, drop, &gauge));
        metra_value value{};
        CHECK_OK(metra_registry_read_gauge(f.registry, gauge, &value));
        CHECK(value.type == METRA_VALUE_INT64 && value.as.int64 == 17);
        CHECK(alive == 1);
        metra_gauge_free(gauge);
    }
    CHECK(alive == 0);
}

void collect__fills_a_map()
{
    Fixture f;
    metra_group *region = nullptr;
    metra_counter *counter = nullptr;
    CHECK_OK(metra_group_add_group(f.root, "region", "eu", &region));
    CHECK_OK(metra_group_counter(region, "orders", &counter));
    metra_counter_inc(counter, 3);
    std::map<std::string, std::int64_t> counts;
    auto insert = [](void *userdata, const metra_reading *reading) {
        auto &map = *static_cast<std::map<std::string, std::int64_t> *>(userdata);
        map[reading->metric->identifier] = reading->as.count;
    };
    CHECK_OK(metra_registry_collect(f.registry, insert, &counts));
    CHECK(counts.size() == 1 && counts["app/region/eu/orders"] == 3);

    std::string page;
    auto append = [](void *userdata, const char *bytes, std::size_t len) {
        static_cast<std::string *>(userdata)->append(bytes, len);
        return 0;
    };
    CHECK_OK(metra_registry_write(f.registry, METRA_FORMAT_PROMETHEUS, append, &page));
    CHECK(page.find("app_region_orders{region=\"eu\"") != std::string::npos);
    metra_counter_free(counter);
    metra_group_free(region);
}

void failure__is_a_status_with_a_text()
{
    Fixture f;
    metra_counter *counter = nullptr;
    CHECK(metra_group_counter(f.root, "", &counter) == METRA_ERROR_INVALID_ARGUMENT);
    CHECK(counter == nullptr);
    CHECK(std::string(metra_last_error()).find("empty") != std::string::npos);
    CHECK(std::string(metra_status_name(METRA_ERROR_CLOSED)) == "METRA_ERROR_CLOSED");
}

} // namespace

int main()
{
    metrics__count_and_measure();
    gauge__asks_an_object_and_deletes_it();
    collect__fills_a_map();
    failure__is_a_status_with_a_text();
    return failures == 0 ? 0 : 1;
}
