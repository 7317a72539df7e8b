// A million registrations and closes: memory is at the end what it was after the first hundred thousand, within a
// twentieth, and every callable is gone. METRA_TEST_REGISTRATIONS=<n> takes n instead.
#include "check.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

constexpr int registrations = 1000000;
constexpr int warm_up_part = 10;

std::atomic<int> alive{0};

/// A callable with memory of its own.
class answer {
public:
    explicit answer(int number) : words_(40, static_cast<char>('a' + number % 26)) { ++alive; }
    answer(answer &&other) noexcept : words_(std::move(other.words_)) { ++alive; }
    answer(const answer &) = delete;
    answer &operator=(const answer &) = delete;
    ~answer() { --alive; }

    const std::string &operator()() const { return words_; }

private:
    std::string words_;
};

/// Resident memory.
long resident_kib()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmRSS:") {
            long kib = 0;
            status >> kib;
            return kib;
        }
    }
    return 0;
}

/// A group of a name that was never there, with a gauge and a metric of each kind, one after the other; all are used,
/// read, and closed, by the group or by their handle.
void come_and_go(fixture &f, int number)
{
    const std::string name = "group-" + std::to_string(number);
    auto group = f.root.add_group(number % 2 == 0 ? "key" : name, name);
    auto gauge = group.gauge("gauge", answer(number));
    group.gauge("gauge", answer(number));
    switch (number % 5) {
    case 0:
        group.counter(name).cell().inc();
        break;
    case 1:
        group.monotonic_counter(name).inc();
        break;
    case 2:
        group.distribution(name).update(number);
        break;
    case 3:
        group.meter(name).mark_event();
        break;
    default:
        group.histogram(name).update(number);
    }
    try {
        group.gauge(name, answer(number)).unregister();
    } catch (const metra::error &error) {
        CHECK_STATUS(error.status(), METRA_ERROR_NAME_COLLISION);
    }
    if (number % 1000 == 0)
        f.registry.collect([](const metra::reading &) {});
    group.close();
}

int wanted()
{
    const char *number = std::getenv("METRA_TEST_REGISTRATIONS");
    return number == nullptr ? registrations : std::atoi(number);
}

void registrations__come_and_go_without_a_trace()
{
    fixture f;
    const int count = wanted();
    long before = 0;
    for (int i = 0; i < count; ++i) {
        come_and_go(f, i);
        if (i == count / warm_up_part)
            before = resident_kib();
    }
    const long after = resident_kib();
    std::printf("%d rounds: %ld KiB, then %ld KiB\n", count, before, after);
    CHECK(before > 0);
    CHECK(after <= before + before / 20);
    f.registry.close(close_deadline);
    CHECK_INT(alive, 0);
}

} // namespace

int main()
{
    RUN(registrations__come_and_go_without_a_trace);
    return check_result();
}
