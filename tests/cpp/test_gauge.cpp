// Gauges from callables: what they may give, what their exceptions become, and when they are destroyed.
#include "check.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <variant>
#include <vector>

namespace {

/// Counts the callables that are alive, by a capture that is moved with them and counts once.
class tracked {
public:
    explicit tracked(std::atomic<int> &alive) : alive_(&alive) { ++*alive_; }
    tracked(tracked &&other) noexcept : alive_(std::exchange(other.alive_, nullptr)) {}
    tracked(const tracked &) = delete;
    tracked &operator=(const tracked &) = delete;
    ~tracked()
    {
        if (alive_ != nullptr)
            --*alive_;
    }

private:
    std::atomic<int> *alive_;
};

/// What a gauge with this callable says.
template <typename Callable>
std::optional<metra::gauge_value> said_by(Callable &&callable)
{
    fixture f;
    const auto gauge = f.root.gauge("gauge", std::forward<Callable>(callable));
    return f.registry.read_gauge(gauge);
}

std::int64_t seventeen()
{
    return 17;
}

struct queue {
    std::vector<int> items{1, 2, 3};
    std::size_t operator()() const { return items.size(); }
};

using value = metra::gauge_value;

void gauge__gives_numbers_truth_values_and_text()
{
    CHECK(said_by([] { return 5; }) == value(std::int64_t{5}));
    CHECK(said_by([] { return std::int8_t{-5}; }) == value(std::int64_t{-5}));
    CHECK(said_by([] { return std::numeric_limits<std::int64_t>::min(); }) ==
          value(std::numeric_limits<std::int64_t>::min()));
    CHECK(said_by([] { return 0.5; }) == value(0.5));
    CHECK(said_by([] { return 0.5F; }) == value(0.5));
    CHECK(said_by([] { return true; }) == value(true));
    CHECK(said_by([] { return "running"; }) == value(std::string("running")));
    CHECK(said_by([] { return std::string("läuft"); }) == value(std::string("läuft")));
    CHECK(said_by([] { return std::string_view("running").substr(0, 3); }) == value(std::string("run")));
    CHECK(said_by([] { return std::string(); }) == value(std::string()));
}

void gauge__gives_optionals_and_variants()
{
    CHECK(said_by([] { return std::optional<int>(5); }) == value(std::int64_t{5}));
    CHECK(said_by([] { return std::optional<int>(); }) == std::nullopt);
    CHECK(said_by([] { return std::optional<std::string>("text"); }) == value(std::string("text")));
    CHECK(said_by([] { return std::variant<int, double>(0.5); }) == value(0.5));
    CHECK(said_by([] { return std::optional<value>(true); }) == value(true));
}

void gauge__is_any_callable()
{
    CHECK(said_by(seventeen) == value(std::int64_t{17}));
    CHECK(said_by(&seventeen) == value(std::int64_t{17}));
    CHECK(said_by(queue()) == value(std::int64_t{3}));
    CHECK(said_by(std::function<double()>([] { return 1.5; })) == value(1.5));
    CHECK(said_by([owned = std::make_unique<int>(4)] { return *owned; }) == value(std::int64_t{4}));
    CHECK(said_by([n = 0]() mutable { return ++n; }) == value(std::int64_t{1}));
    const queue constant;
    CHECK(said_by(constant) == value(std::int64_t{3}));
    CHECK(said_by([]() -> const int & {
              static const int number = 6;
              return number;
          }) == value(std::int64_t{6}));
}

void gauge__has_no_value_where_it_cannot_say_it()
{
    CHECK(said_by([] { return std::numeric_limits<std::uint64_t>::max(); }) == std::nullopt);
    CHECK(said_by([] { return std::uint64_t{1} << 63U; }) == std::nullopt);
    CHECK(said_by([] { return (std::uint64_t{1} << 63U) - 1; }) == value(std::numeric_limits<std::int64_t>::max()));
    CHECK(said_by([] { return std::string("a\0b", 3); }) == std::nullopt);
    CHECK(said_by([] { return static_cast<const char *>(nullptr); }) == std::nullopt);
    CHECK(said_by([] { return "\xff"; }) == value(std::string()));
    CHECK(said_by(std::function<int()>()) == std::nullopt);
}

template <typename Callable>
constexpr bool may_be_a_gauge = metra::detail::is_value<std::decay_t<std::invoke_result_t<Callable &>>>;

// What is no value does not compile.
enum class colour { red };
static_assert(may_be_a_gauge<int (*)()> && may_be_a_gauge<std::optional<std::variant<bool, std::string>> (*)()>);
static_assert(!may_be_a_gauge<void (*)()> && !may_be_a_gauge<colour (*)()> && !may_be_a_gauge<std::vector<int> (*)()>);
static_assert(!may_be_a_gauge<int *(*)()> && !may_be_a_gauge<std::optional<colour> (*)()>);

void gauge__that_throws_loses_its_own_value_only()
{
    fixture f;
    f.root.gauge("error", []() -> int { throw std::runtime_error("the queue is gone"); });
    f.root.gauge("number", []() -> double { throw 42; });
    f.root.gauge("memory", []() -> std::string { throw std::bad_alloc(); });
    f.root.gauge("fine", [] { return 4; });
    std::vector<std::string> with_value;
    for (int i = 0; i < 3; ++i) {
        f.registry.collect([&](const metra::reading &reading) {
            if (reading.gauge())
                with_value.emplace_back(reading.metric().name());
        });
    }
    CHECK(with_value == std::vector<std::string>(3, "fine"));
    CHECK_INT(f.registry.losses().gauge_failures, 9);
    CHECK_INT(f.registry.losses().panics, 0);
}

void gauge__is_destroyed_once_however_it_ends()
{
    std::atomic<int> alive{0};
    const auto answer = [&alive] { return [held = tracked(alive)] { return 1; }; };
    metra::group outliving;
    metra::gauge handle;
    {
        fixture f;
        f.root.gauge("unregistered", answer());
        f.root.gauge("replaced", answer());
        auto asked = f.root.gauge("asked", answer());
        handle = f.root.gauge("outlived", answer());
        outliving = f.root.add_group("closed");
        outliving.gauge("closed", answer());
        f.root.gauge("registry", answer());
        CHECK_INT(alive, 6);

        f.root.unregister("unregistered");
        CHECK_INT(alive, 5);
        f.root.gauge("replaced", [] { return 2; });
        CHECK_INT(alive, 4);
        CHECK(f.registry.read_gauge(asked).has_value());
        asked.unregister();
        asked.unregister();
        CHECK_INT(alive, 3);
        outliving.close();
        outliving.close();
        CHECK_INT(alive, 2);
    }
    CHECK_INT(alive, 0);
    handle.unregister();
    CHECK_THROWS(METRA_ERROR_CLOSED, outliving.gauge("late", answer()));
    CHECK_INT(alive, 0);
}

void gauge__is_destroyed_when_its_registration_fails()
{
    std::atomic<int> alive{0};
    const auto answer = [&alive] { return [held = tracked(alive)] { return 1; }; };
    fixture f;
    const auto taken = f.root.counter("taken");
    CHECK_THROWS(METRA_ERROR_NAME_COLLISION, f.root.gauge("taken", answer()));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, f.root.gauge("", answer()));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, f.root.gauge(std::string("a\0b", 3), answer()));
    CHECK_THROWS(METRA_ERROR_INVALID_UTF8, f.root.gauge("\xff", answer()));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, f.root.gauge(nullptr, answer()));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, metra::group().gauge("gauge", answer()));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, f.root.gauge("function", static_cast<int (*)()>(nullptr)));
    CHECK_INT(alive, 0);
}

void gauge__may_close_its_own_group_and_register_others()
{
    std::atomic<int> alive{0};
    fixture f;
    auto group = std::make_shared<metra::group>(f.root.add_group("stage"));
    const auto gauge = group->gauge("actor", [group, &f, held = tracked(alive)] {
        group->close();
        f.root.counter("made inside").inc(7);
        return 8;
    });
    CHECK(f.registry.read_gauge(gauge) == value(std::int64_t{8}));
    CHECK(group->is_closed());
    CHECK_INT(f.root.counter("made inside").count(), 7);
    f.registry.close(close_deadline);
    CHECK_INT(alive, 0);
}

void gauge__that_reads_is_told_that_it_may_not()
{
    fixture f;
    metra_status statuses[3] = {};
    const auto status_of = [](auto &&body) {
        try {
            body();
            return METRA_OK;
        } catch (const metra::error &error) {
            return error.status();
        }
    };
    metra::gauge gauge = f.root.gauge("reader", [&] {
        statuses[0] = status_of([&] { f.registry.collect([](const metra::reading &) {}); });
        statuses[1] = status_of([&] { f.registry.write(METRA_FORMAT_PROMETHEUS); });
        statuses[2] = status_of([&] { f.registry.read_gauge(gauge); });
        return 1;
    });
    CHECK(f.registry.read_gauge(gauge).has_value());
    for (const metra_status status : statuses)
        CHECK_STATUS(status, METRA_ERROR_BUSY);
}

void gauge__that_blocks_is_left_out_until_it_returns()
{
    std::atomic<int> alive{0};
    fixture f({{"metrics.gauge.timeout", "50 ms"}});
    std::promise<void> release;
    auto released = release.get_future().share();
    auto gauge = f.root.gauge("stuck", [released, held = tracked(alive)] {
        released.wait();
        return 1;
    });
    auto fine = f.root.gauge("fine", [] { return 2; });
    CHECK(f.registry.read_gauge(gauge) == std::nullopt);
    CHECK(f.registry.read_gauge(fine) == value(std::int64_t{2}));
    CHECK_THROWS(METRA_ERROR_TIMEOUT, gauge.unregister());
    CHECK_INT(alive, 1);
    release.set_value();
    for (bool over = false; !over;) {
        try {
            gauge.unregister();
            over = true;
        } catch (const metra::error &error) {
            CHECK_STATUS(error.status(), METRA_ERROR_TIMEOUT);
        }
    }
    f.registry.close(close_deadline);
    CHECK_INT(alive, 0);
}

void settable_gauge__holds_what_is_set()
{
    fixture f;
    auto whole = f.root.settable_gauge<std::int64_t>("whole");
    auto part = f.root.settable_gauge<double>("part");
    auto truth = f.root.settable_gauge<bool>("truth");
    auto words = f.root.settable_gauge<std::string>("words");
    CHECK(f.registry.read_gauge(whole) == value(std::int64_t{0}));
    CHECK(f.registry.read_gauge(words) == value(std::string()));
    whole.set(5U);
    part.set(0.25F);
    truth.set(true);
    words.set(std::string("läuft"));
    CHECK(f.registry.read_gauge(whole) == value(std::int64_t{5}));
    CHECK(f.registry.read_gauge(part) == value(0.25));
    CHECK(f.registry.read_gauge(truth) == value(true));
    CHECK(f.registry.read_gauge(words) == value(std::string("läuft")));

    whole.set(2.9);
    part.set(3);
    truth.set(2);
    CHECK(f.registry.read_gauge(whole) == value(std::int64_t{2}));
    CHECK(f.registry.read_gauge(part) == value(3.0));
    CHECK(f.registry.read_gauge(truth) == value(true));
}

void settable_gauge__ignores_what_it_cannot_hold()
{
    fixture f;
    auto whole = f.root.settable_gauge<int>("whole");
    auto words = f.root.settable_gauge<const char *>("words");
    whole.set(5);
    whole.set(std::numeric_limits<std::uint64_t>::max());
    whole.set("text");
    words.set("running");
    words.set(4);
    words.set(nullptr);
    words.set("\xff");
    words.set(std::string("a\0b", 3));
    CHECK(f.registry.read_gauge(whole) == value(std::int64_t{5}));
    CHECK(f.registry.read_gauge(words) == value(std::string("running")));
    auto asked = f.root.gauge("asked", [] { return 6; });
    asked.set(7);
    CHECK(f.registry.read_gauge(asked) == value(std::int64_t{6}));
}

} // namespace

int main()
{
    RUN(gauge__gives_numbers_truth_values_and_text);
    RUN(gauge__gives_optionals_and_variants);
    RUN(gauge__is_any_callable);
    RUN(gauge__has_no_value_where_it_cannot_say_it);
    RUN(gauge__that_throws_loses_its_own_value_only);
    RUN(gauge__is_destroyed_once_however_it_ends);
    RUN(gauge__is_destroyed_when_its_registration_fails);
    RUN(gauge__may_close_its_own_group_and_register_others);
    RUN(gauge__that_reads_is_told_that_it_may_not);
    RUN(gauge__that_blocks_is_left_out_until_it_returns);
    RUN(settable_gauge__holds_what_is_set);
    RUN(settable_gauge__ignores_what_it_cannot_hold);
    return check_result();
}
