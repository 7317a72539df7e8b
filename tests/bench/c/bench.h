/* The measuring harness: interleaved rounds of short samples, on one thread and on two, and the rows of the result.
 *
 * A program adds its operations and runs them all; every round measures each of them once, so that what changes from
 * minute to minute on a machine changes for all of them. A wrong count or a call that fails ends the program. */
#ifndef BENCH_H
#define BENCH_H

#include <metra.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

namespace bench {

[[noreturn]] inline void fail(const std::string &why)
{
    std::fprintf(stderr, "bench: %s\n", why.c_str());
    std::exit(1);
}

inline void expect(double got, double wanted, const std::string &what)
{
    if (got != wanted)
        fail(what + " is " + std::to_string(got) + " and should be " + std::to_string(wanted));
}

inline void require(metra_status status)
{
    if (status != METRA_OK)
        fail(std::string(metra_status_name(status)) + ": " + metra_last_error());
}

/* Nanoseconds of a clock that never goes back. */
inline double now_ns()
{
    using namespace std::chrono;
    return static_cast<double>(duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count());
}

/* One row of the result; without a number of series where that makes no difference. */
inline void row(const std::string &operation, const std::string &subject, size_t series, const char *measure,
                double value)
{
    std::printf("%s,%s,%s,%s,%.4f\n", operation.c_str(), subject.c_str(),
                series == 0 ? "" : std::to_string(series).c_str(), measure, value);
    std::fflush(stdout);
}

/* Says on which path updates are in this process. */
inline void report_path() { row("path", metra_hot_path(), 0, "", 0); }

inline double least(const std::vector<double> &samples)
{
    return *std::min_element(samples.begin(), samples.end());
}

inline double median(std::vector<double> samples)
{
    std::sort(samples.begin(), samples.end());
    return samples[samples.size() / 2];
}

inline long setting(const char *variable, long otherwise)
{
    const char *text = std::getenv(variable);
    long value = text == nullptr ? otherwise : std::atol(text);
    if (value <= 0)
        fail(std::string(variable) + " is no positive number");
    return value;
}

constexpr long ROUNDS = 41;

/* How many rounds registries of a size get: as many as others up to some millions of series, but at least a few. */
inline size_t rounds_for(size_t series, size_t millions)
{
    const size_t least = series < 1000000 ? 5 : 2;
    return std::min(std::max(millions * 1000000 / series, least), static_cast<size_t>(setting("BENCH_ROUNDS", ROUNDS)));
}

/* The processors that this process may use. */
inline std::vector<int> processors()
{
    cpu_set_t allowed;
    std::vector<int> found;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        fail("the processors of this process are unknown");
    for (int number = 0; number < CPU_SETSIZE; number++)
        if (CPU_ISSET(number, &allowed))
            found.push_back(number);
    return found;
}

/* Binds the calling thread to one processor. */
inline void pin(int processor)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
}

/* libc leaves the atomic instructions out of its locks while a process has one thread; so it gets a second one. */
inline void become_threaded()
{
    std::thread([] {
        for (;;)
            pause();
    }).detach();
}

/* Values that updates record: 0 to 1023, each of them once in BLOCK updates. */
constexpr uint64_t BLOCK = 1024;
constexpr int64_t BLOCK_SUM = 1023 * 1024 / 2;
inline int64_t value_of(uint64_t update) { return static_cast<int64_t>(update * 37 % BLOCK); }

/* The sum of what that many updates record. */
inline double sum_of(uint64_t updates) { return static_cast<double>(updates / BLOCK) * BLOCK_SUM; }

/* Something that is done very often. */
struct Operation {
    std::string name, subject;
    /* Does it on the first or second thread that many times, always a multiple of BLOCK. */
    std::function<void(size_t, uint64_t)> run;
    /* Ends the program unless it was done exactly that often. */
    std::function<void(uint64_t)> check;
    bool on_two_threads = true;
    uint64_t batch = BLOCK, done = 0;
    std::vector<double> alone{}, shared{};
};

/* For operations that count nothing. */
inline void nothing_to_check(uint64_t) {}

/* All operations of a program, and how they are measured. */
class Rounds {
public:
    /* Adds an operation. `body` gets the number of the update; `check` gets how many updates there were in all. */
    template <typename Body>
    Operation &add(std::string name, std::string subject, Body body, std::function<void(uint64_t)> check)
    {
        auto same = [body](size_t) { return body; };
        return add_for_threads<1>(std::move(name), std::move(subject), same, std::move(check));
    }

    /* Adds one of which `make` makes a body for each thread, and whose body does so many updates at once. */
    template <uint64_t AtOnce, typename Make>
    Operation &add_for_threads(std::string name, std::string subject, Make make, std::function<void(uint64_t)> check)
    {
        static_assert(BLOCK % AtOnce == 0, "a block is some batches");
        auto run = [make](size_t thread, uint64_t times) {
            auto body = make(thread);
            for (uint64_t update = 0; update < times; update += AtOnce) {
                body(update);
                __asm__ volatile("" ::: "memory");
            }
        };
        operations_.push_back({std::move(name), std::move(subject), run, std::move(check)});
        return operations_.back();
    }

    /* Measures everything, checks all counts, prints the rows. */
    void measure()
    {
        become_threaded();
        for (Operation &operation : operations_)
            calibrate(operation);
        for (long round = 0; round < rounds_; round++)
            for (Operation &operation : operations_) {
                pin(processors_[static_cast<size_t>(round) % processors_.size()]);
                operation.alone.push_back(sample(operation));
            }
        for (long round = 0; processors_.size() > 1 && round < rounds_; round++)
            for (Operation &operation : operations_)
                if (operation.on_two_threads)
                    operation.shared.push_back(sample_two(operation));
        for (const Operation &operation : operations_)
            report(operation);
    }

private:
    /* Where operations stay in place when others come. */
    std::deque<Operation> operations_;
    std::vector<int> processors_ = processors();
    long rounds_ = setting("BENCH_ROUNDS", ROUNDS);
    double slice_ns_ = 1e3 * static_cast<double>(setting("BENCH_SLICE_US", 2000));

    /* Finds how many updates take about one slice. */
    void calibrate(Operation &operation) const
    {
        double taken = 0;
        for (; taken < slice_ns_ / 4; operation.batch *= 2)
            taken = sample(operation) * static_cast<double>(operation.batch);
        double blocks = static_cast<double>(operation.batch / 2) * slice_ns_ / taken / static_cast<double>(BLOCK);
        operation.batch = BLOCK * std::max<uint64_t>(1, static_cast<uint64_t>(blocks));
    }

    /* Nanoseconds per update of one batch. */
    static double sample(Operation &operation)
    {
        double begin = now_ns();
        operation.run(0, operation.batch);
        double taken = now_ns() - begin;
        operation.done += operation.batch;
        return taken / static_cast<double>(operation.batch);
    }

    /* The same for two threads that do a batch each at the same time: that of the slower one. */
    double sample_two(Operation &operation) const
    {
        std::atomic<int> ready{0};
        double taken[2];
        auto one = [&](size_t number) {
            pin(processors_[number]);
            ready.fetch_add(1);
            while (ready.load() < 2)
                __builtin_ia32_pause();
            double begin = now_ns();
            operation.run(number, operation.batch);
            taken[number] = now_ns() - begin;
        };
        std::thread first(one, 0), second(one, 1);
        first.join();
        second.join();
        operation.done += 2 * operation.batch;
        return std::max(taken[0], taken[1]) / static_cast<double>(operation.batch);
    }

    static void report(const Operation &operation)
    {
        operation.check(operation.done);
        row(operation.name, operation.subject, 0, "1 thread min", least(operation.alone));
        row(operation.name, operation.subject, 0, "1 thread median", median(operation.alone));
        if (!operation.shared.empty())
            row(operation.name, operation.subject, 0, "2 threads median", median(operation.shared));
    }
};

/* A word on a line of its own. */
struct alignas(64) Word {
    int64_t value = 0;
    void add() { __atomic_fetch_add(&value, 1, __ATOMIC_RELAXED); }
};

/* What `lock xadd` adds to: the baseline of every program. */
inline Word baseline;

/* Times of things done a few times: rounds of all of them, each with the baseline beside it. */
class Times {
public:
    /* Notes that `operation` on so many series took that long, in nanoseconds. */
    void note(const std::string &operation, const std::string &subject, size_t series, double ns)
    {
        samples_of(operation, subject).push_back(ns / static_cast<double>(series));
    }

    /* Does and notes it. */
    template <typename Work>
    auto timed(const std::string &operation, const std::string &subject, size_t series, Work work)
    {
        double begin = now_ns();
        auto result = work();
        note(operation, subject, series, now_ns() - begin);
        return result;
    }

    /* Takes one sample of the baseline. */
    void baseline()
    {
        constexpr size_t times = 200000;
        double begin = now_ns();
        for (size_t time = 0; time < times; time++)
            bench::baseline.add();
        note("baseline", "lock xadd", times, now_ns() - begin);
    }

    /* Prints the rows. */
    void report(size_t series) const
    {
        for (const Entry &entry : entries_) {
            row(entry.operation, entry.subject, series, "min", least(entry.samples));
            row(entry.operation, entry.subject, series, "median", median(entry.samples));
        }
    }

private:
    struct Entry {
        std::string operation, subject;
        std::vector<double> samples;
    };
    std::vector<Entry> entries_;

    std::vector<double> &samples_of(const std::string &operation, const std::string &subject)
    {
        for (Entry &entry : entries_)
            if (entry.operation == operation && entry.subject == subject)
                return entry.samples;
        entries_.push_back({operation, subject, {}});
        return entries_.back().samples;
    }
};

} // namespace bench

#endif
