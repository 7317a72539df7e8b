// Reporters of the host's own: what they are told, in which order, and what becomes of their exceptions.
#include "check.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace {

/// Writes down what it is told; read while the clock stands still.
class journal : public metra::reporter {
public:
    std::vector<std::string> lines;

    void added(const metra::reporter_info &self, const metra::metric_info &metric) override
    {
        note(self, "added " + std::string(metric.identifier()));
    }

    void removed(const metra::reporter_info &self, const metra::metric_info &metric) override
    {
        note(self, "removed " + std::string(metric.identifier()));
    }

    void report(const metra::reporter_info &self, const metra::report &report) override
    {
        std::string words = "reports";
        report.collect([&](const metra::reading &reading) {
            words += " " + std::string(reading.metric().name()) + "=" + std::to_string(reading.count().value_or(-1));
        });
        note(self, words);
    }

    void close(const metra::reporter_info &self) override { note(self, "closes"); }

private:
    void note(const metra::reporter_info &self, const std::string &words)
    {
        lines.push_back(std::string(self.name) + " " + words);
    }
};

const settings one_reporter = {{"metrics.reporter.host.factory.class", "test.Reporter"},
                               {"metrics.reporter.host.interval", "10 s"},
                               {"metrics.reporter.host.scope.delimiter", "/"}};

metra::config with(std::shared_ptr<metra::reporter> reporter)
{
    metra::config config;
    config.add_reporter("test.Reporter", std::move(reporter));
    return config;
}

void reporter__is_told_of_everything_in_order()
{
    const auto told = std::make_shared<journal>();
    {
        fixture f(with(told), one_reporter);
        const auto reporters = f.registry.reporters();
        CHECK(reporters.size() == 1 && reporters[0].name == "host" && reporters[0].address.is_absent());
        auto counter = f.root.counter("orders");
        counter.inc(3);
        f.clock.advance(std::chrono::seconds(10));
        f.root.unregister("orders");
        f.clock.advance(std::chrono::seconds(0));
    }
    CHECK((told->lines == std::vector<std::string>{"host added app/orders", "host reports orders=3",
                                                   "host removed app/orders", "host reports", "host closes"}));
}

void reporter__is_let_go_of_with_the_last_registry()
{
    const auto told = std::make_shared<journal>();
    {
        metra::config config = with(told);
        CHECK_INT(told.use_count(), 2);
        fixture f(std::move(config), one_reporter);
        CHECK_INT(told.use_count(), 2);
    }
    CHECK_INT(told.use_count(), 1);
}

void reporter__without_functions_of_its_own_is_harmless()
{
    fixture f(with(std::make_unique<metra::reporter>()), one_reporter);
    f.root.counter("orders");
    f.clock.advance(std::chrono::seconds(20));
    f.root.unregister("orders");
    CHECK_INT(f.registry.losses().panics, 0);
}

class thrower : public metra::reporter {
public:
    int calls = 0;
    int caught = 0;

    void added(const metra::reporter_info &, const metra::metric_info &) override { fail(); }
    void removed(const metra::reporter_info &, const metra::metric_info &) override { fail(); }
    void close(const metra::reporter_info &) override { fail(); }

    void report(const metra::reporter_info &, const metra::report &report) override
    {
        try {
            report.collect([](const metra::reading &) { throw 42; });
        } catch (int) {
            ++caught;
        }
        fail();
    }

private:
    void fail()
    {
        ++calls;
        throw std::runtime_error("nobody listens");
    }
};

void reporter__that_throws_is_called_again()
{
    const auto failing = std::make_shared<thrower>();
    {
        fixture f(with(failing), one_reporter);
        f.root.counter("orders");
        f.clock.advance(std::chrono::seconds(20));
        CHECK_INT(failing->calls, 3);
        f.root.unregister("orders");
        f.clock.advance(std::chrono::seconds(0));
        CHECK_INT(failing->calls, 4);
        CHECK_INT(f.registry.losses().panics, 0);
    }
    CHECK_INT(failing->calls, 6);
    CHECK_INT(failing->caught, 2);
}

} // namespace

int main()
{
    RUN(reporter__is_told_of_everything_in_order);
    RUN(reporter__is_let_go_of_with_the_last_registry);
    RUN(reporter__without_functions_of_its_own_is_harmless);
    RUN(reporter__that_throws_is_called_again);
    return check_result();
}
