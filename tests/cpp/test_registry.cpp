// Configurations, clocks, logs and registries: what they take, what they refuse, and how they end.
#include "check.hpp"

#include <cstdio>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

const settings served = {{"metrics.reporter.page.factory.class", "prometheus"}, {"metrics.reporter.page.port", "0"}};

void config__refuses_what_it_cannot_take()
{
    metra::config config;
    CHECK_THROWS(METRA_ERROR_CONFIG, config.set("metrics.limit", "many"));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, config.set("metrics.limit", std::string("1\0", 2)));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, config.set(std::string("a\0", 2), "1"));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.set(nullptr, "1"));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.set("metrics.limit", nullptr));
    CHECK_THROWS(METRA_ERROR_INVALID_UTF8, config.set("metrics.limit", "\xff"));
    CHECK_THROWS(METRA_ERROR_IO, config.load("/nowhere/config.yaml"));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.load(nullptr));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, config.load(std::string("/\0", 2)));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.add_reporter("class", nullptr));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.add_reporter(nullptr, std::make_shared<metra::reporter>()));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT,
                 config.set_log(static_cast<void (*)(metra_log_level, std::string_view)>(nullptr)));
    config.set("metrics.reporter.page.factory.class", "prometheus").set("metrics.reporter.page.port", "no port");
    CHECK_THROWS(METRA_ERROR_CONFIG, metra::registry(config));
}

void config__that_was_moved_from_is_refused()
{
    metra::config config;
    metra::config target = std::move(config);
    metra::clock clock;
    metra::clock other = std::move(clock);
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.set("metrics.limit", "1"));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.load("file"));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.set_clock(other));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.set_log([](metra_log_level, std::string_view) {}));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, config.add_reporter("class", std::make_shared<metra::reporter>()));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, target.set_clock(clock));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, clock.advance(tick));
    CHECK_THROWS(METRA_ERROR_INVALID_ARGUMENT, other.advance(-tick));
}

void config__loads_a_file()
{
    const std::string path = "test_registry_" + std::to_string(getpid()) + ".yaml";
    std::ofstream(path) << "metrics:\n  scope:\n    delimiter: '/'\n";
    metra::config config;
    metra::registry registry(config.load(path));
    std::remove(path.c_str());
    CHECK(registry.root("app").metric_identifier("x") == "app/x");
}

void log__hears_what_was_survived_and_is_let_go_of()
{
    struct journal {
        std::mutex lock;
        std::vector<std::string> lines;
    };
    const auto heard = std::make_shared<journal>();
    {
        metra::config config;
        config.set_log([heard](metra_log_level level, std::string_view line) {
            const std::lock_guard guard(heard->lock);
            heard->lines.push_back(std::to_string(level) + " " + std::string(line));
            throw std::runtime_error("the disk is full");
        });
        config.set("metrics.reporter.gone.factory.class", "com.example.Unknown");
        metra::registry registry(config);
        CHECK_INT(heard.use_count(), 2);
        CHECK_INT(registry.reporters().size(), 0);
    }
    CHECK_INT(heard.use_count(), 1);
    CHECK_INT(heard->lines.size(), 1);
    CHECK_CONTAINS(heard->lines.at(0).c_str(), "com.example.Unknown");
    CHECK_CONTAINS(heard->lines.at(0).c_str(), "1 ");
}

void registry__tells_its_reporters_and_losses()
{
    fixture f(served);
    const auto reporters = f.registry.reporters();
    CHECK_INT(reporters.size(), 1);
    CHECK(reporters.at(0).name == "page" && reporters.at(0).factory_class == "prometheus");
    CHECK(reporters.at(0).delimiter == "." && reporters.at(0).interval == std::chrono::seconds(10));
    CHECK(reporters.at(0).address.substr(0, 10) == "127.0.0.1:");
    f.root.counter("orders");
    CHECK_THROWS(METRA_ERROR_NAME_COLLISION, f.root.meter("orders"));
    CHECK_INT(f.registry.losses().name_collisions, 1);
}

void registry__has_limits()
{
    fixture f({{"metrics.limit", "2"}});
    f.root.counter("a");
    f.root.counter("b");
    CHECK_THROWS(METRA_ERROR_LIMIT, f.root.counter("c"));
    CHECK_INT(f.registry.losses().limits, 1);
}

void registry__that_is_closed_refuses_and_stays_readable()
{
    metra::registry registry;
    auto root = registry.root("app");
    auto counter = root.counter("orders");
    registry.close(std::chrono::milliseconds(-1));
    registry.close(std::chrono::hours(24 * 365));
    counter.inc();
    CHECK_INT(counter.count(), 1);
    CHECK(root.is_closed());
    CHECK_THROWS(METRA_ERROR_CLOSED, root.counter("orders"));
    CHECK_THROWS(METRA_ERROR_CLOSED, registry.root("app"));
    CHECK_THROWS(METRA_ERROR_CLOSED, registry.jobmanager({"host"}));
    CHECK_THROWS(METRA_ERROR_CLOSED, registry.taskmanager({"host", "tm"}));
    CHECK_THROWS(METRA_ERROR_CLOSED, registry.after_fork(METRA_FORK_KEEP));
    CHECK(registry.write(METRA_FORMAT_PROMETHEUS).empty());
}

void registry__that_was_moved_from_is_refused()
{
    metra::registry registry;
    metra::registry target = std::move(registry);
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.root("app"));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.jobmanager({}));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.taskmanager({}));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.close(close_deadline));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.set_default());
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.after_fork(METRA_FORK_KEEP));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.losses());
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.read_gauge(metra::gauge()));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.collect([](const metra::reading &) {}));
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, registry.write(METRA_FORMAT_PROMETHEUS));
    CHECK(registry.reporters().empty());
    metra::config config;
    const metra::config other = std::move(config);
    CHECK_THROWS(METRA_ERROR_NULL_ARGUMENT, metra::registry{config});
}

void library__says_what_it_is()
{
    const std::string header = std::to_string(METRA_VERSION_MAJOR) + "." + std::to_string(METRA_VERSION_MINOR) + "." +
                               std::to_string(METRA_VERSION_PATCH);
    CHECK(metra::version() == header);
    CHECK(!metra::hot_path().empty());
    CHECK(metra::status_name(METRA_OK) == "METRA_OK");
}

} // namespace

int main()
{
    RUN(config__refuses_what_it_cannot_take);
    RUN(config__that_was_moved_from_is_refused);
    RUN(config__loads_a_file);
    RUN(log__hears_what_was_survived_and_is_let_go_of);
    RUN(registry__tells_its_reporters_and_losses);
    RUN(registry__has_limits);
    RUN(registry__that_is_closed_refuses_and_stays_readable);
    RUN(registry__that_was_moved_from_is_refused);
    RUN(library__says_what_it_is);
    return check_result();
}
