// Callbacks that throw: nothing may unwind into metra, so each one is wrapped where C ends and C++ begins. What the
// wrappers here do is what a C++ host does: catch, and return what the header says for "it did not work".
#include <metra.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

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

// Runs `body`; an exception ends here and gives `otherwise`.
template <typename Body, typename Result>
Result guarded(Result otherwise, Body body) noexcept
{
    try {
        return body();
    } catch (...) {
        return otherwise;
    }
}

// A gauge that is an object: `ask` may throw anything, and so may what its destructor does.
struct Gauge {
    static int alive;
    Gauge() { ++alive; }
    Gauge(const Gauge &) = delete;
    Gauge &operator=(const Gauge &) = delete;
    virtual ~Gauge() noexcept(false) { --alive; }
    virtual std::int64_t ask() = 0;

    // Hands the object over: metra deletes it, also if this fails.
    static metra_status add(metra_group *group, const char *name, Gauge *gauge)
    {
        return metra_group_gauge(group, name, &Gauge::call, gauge, &Gauge::remove, nullptr);
    }

private:
    static int call(void *userdata, metra_value *value)
    {
        return guarded(0, [&] {
            value->as.int64 = static_cast<Gauge *>(userdata)->ask();
            return 1;
        });
    }

    static void remove(void *userdata)
    {
        guarded(0, [&] {
            delete static_cast<Gauge *>(userdata);
            return 0;
        });
    }
};

int Gauge::alive = 0;

// Counts those that were destroyed, by a return or by unwinding.
struct Local {
    static int destroyed;
    ~Local() { ++destroyed; }
};

int Local::destroyed = 0;

struct Answers : Gauge {
    std::int64_t ask() override { return 4; }
};

struct ThrowsError : Gauge {
    std::int64_t ask() override
    {
        Local local;
        throw std::runtime_error("the queue is gone");
    }
};

struct ThrowsNumber : Gauge {
    std::int64_t ask() override { throw 42; }
};

struct ThrowsForWantOfMemory : Gauge {
    std::int64_t ask() override
    {
        std::vector<std::string> names(3, std::string(100, 'x'));
        throw std::bad_alloc();
    }
};

struct ThrowsInTheEnd : Gauge {
    std::int64_t ask() override { return 5; }
    ~ThrowsInTheEnd() noexcept(false) override { throw std::runtime_error("from a destructor"); }
};

// A registry on a manual clock, with a reporter of the host if there is one.
struct Fixture {
    metra_clock *clock = nullptr;
    metra_registry *registry = nullptr;
    metra_group *root = nullptr;

    explicit Fixture(const metra_reporter *reporter = nullptr)
    {
        metra_config *config = nullptr;
        CHECK_OK(metra_clock_new(&clock));
        CHECK_OK(metra_config_new(&config));
        CHECK_OK(metra_config_set_clock(config, clock));
        if (reporter != nullptr) {
            CHECK_OK(metra_config_add_reporter(config, "test.Reporter", reporter));
            CHECK_OK(metra_config_set(config, "metrics.reporter.host.factory.class", "test.Reporter"));
        }
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

    metra_losses losses() const
    {
        metra_losses losses{};
        losses.size = sizeof losses;
        CHECK_OK(metra_registry_losses(registry, &losses));
        return losses;
    }
};

void gauge__that_throws_loses_its_own_value_only()
{
    {
        Fixture f;
        CHECK_OK(Gauge::add(f.root, "error", new ThrowsError));
        CHECK_OK(Gauge::add(f.root, "number", new ThrowsNumber));
        CHECK_OK(Gauge::add(f.root, "memory", new ThrowsForWantOfMemory));
        CHECK_OK(Gauge::add(f.root, "fine", new Answers));
        std::vector<std::string> values;
        auto note = [](void *userdata, const metra_reading *reading) {
            if (reading->has_value != 0)
                static_cast<std::vector<std::string> *>(userdata)->emplace_back(reading->metric->name);
        };
        for (int i = 0; i < 3; ++i)
            CHECK_OK(metra_registry_collect(f.registry, note, &values));
        CHECK(values == std::vector<std::string>(3, "fine"));
        CHECK(Local::destroyed == 3);
        CHECK(f.losses().gauge_failures == 9);
        CHECK(f.losses().gauge_timeouts == 0 && f.losses().panics == 0);
        CHECK(Gauge::alive == 4);
    }
    CHECK(Gauge::alive == 0);
}

void gauge__whose_destructor_throws_is_gone_all_the_same()
{
    Fixture f;
    CHECK_OK(Gauge::add(f.root, "end", new ThrowsInTheEnd));
    CHECK_OK(metra_group_unregister(f.root, "end"));
    CHECK(Gauge::alive == 0);
    CHECK(Gauge::add(f.root, "", new ThrowsInTheEnd) == METRA_ERROR_INVALID_ARGUMENT);
    CHECK(Gauge::alive == 0);
}

// An exception that passes a reading: kept on the way through metra, thrown again behind it.
void collect__carries_an_exception_past_metra()
{
    Fixture f;
    CHECK_OK(Gauge::add(f.root, "first", new Answers));
    CHECK_OK(Gauge::add(f.root, "second", new Answers));
    struct Passage {
        std::exception_ptr exception;
        int visits = 0;
    } passage;
    auto visit = [](void *userdata, const metra_reading *) {
        auto &p = *static_cast<Passage *>(userdata);
        ++p.visits;
        if (p.exception != nullptr)
            return;
        try {
            throw std::runtime_error("the socket is gone");
        } catch (...) {
            p.exception = std::current_exception();
        }
    };
    CHECK_OK(metra_registry_collect(f.registry, visit, &passage));
    CHECK(passage.visits == 2);
    bool caught = false;
    try {
        std::rethrow_exception(passage.exception);
    } catch (const std::runtime_error &error) {
        caught = std::string(error.what()) == "the socket is gone";
    }
    CHECK(caught);
}

// All functions of the reporter throw; each call is counted before.
struct Reporter {
    int calls = 0;
    int drops = 0;

    int fail()
    {
        ++calls;
        throw std::runtime_error("nobody listens");
    }
};

void reporter__that_throws_is_called_again()
{
    Reporter reporter;
    metra_reporter functions{};
    functions.size = sizeof functions;
    functions.userdata = &reporter;
    auto fail = [](void *userdata, const metra_reporter_info *, const metra_metric_info *) {
        guarded(0, [&] { return static_cast<Reporter *>(userdata)->fail(); });
    };
    functions.added = fail;
    functions.removed = fail;
    functions.report = [](void *userdata, const metra_reporter_info *, const metra_report *) {
        guarded(0, [&] { return static_cast<Reporter *>(userdata)->fail(); });
    };
    functions.close = [](void *userdata, const metra_reporter_info *) {
        guarded(0, [&] { return static_cast<Reporter *>(userdata)->fail(); });
    };
    functions.drop = [](void *userdata) { ++static_cast<Reporter *>(userdata)->drops; };
    {
        Fixture f(&functions);
        CHECK_OK(Gauge::add(f.root, "gauge", new Answers));
        CHECK_OK(metra_clock_advance(f.clock, 20000));
        CHECK(reporter.calls == 3);
        CHECK_OK(metra_group_unregister(f.root, "gauge"));
        CHECK_OK(metra_clock_advance(f.clock, 0));
        CHECK(reporter.calls == 4);
        CHECK(f.losses().panics == 0);
    }
    CHECK(reporter.calls == 6);
    CHECK(reporter.drops == 1);
}

} // namespace

int main()
{
    gauge__that_throws_loses_its_own_value_only();
    gauge__whose_destructor_throws_is_gone_all_the_same();
    collect__carries_an_exception_past_metra();
    reporter__that_throws_is_called_again();
    return failures == 0 ? 0 : 1;
}
