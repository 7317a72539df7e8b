/* Updates inside other work: what they add to a loop that has something else to do.
 *
 * A lock prefix waits until all earlier stores are done, which a loop of updates alone does not show. */
#ifndef WORK_H
#define WORK_H

#include "metrics.h"

#include <array>

namespace work {

/* Four steps of a linear congruential generator (Knuth's MMIX) and four stores to random places of a small table. */
class Work {
public:
    void operator()()
    {
        for (int step = 0; step < 4; step++) {
            state_ = state_ * 6364136223846793005U + 1442695040888963407U;
            table[state_ >> (64 - BITS)] = state_;
        }
    }

private:
    static constexpr int BITS = 12;
    static inline std::array<uint64_t, 1 << BITS> table;
    uint64_t state_ = 1;
};

/* The operations, each the same work with another update in it. */
class Comparison {
public:
    Comparison(bench::Rounds &rounds, metrics::Group &group) : rounds_(rounds)
    {
        add("nothing", [](uint64_t) {}, bench::nothing_to_check);
        static bench::Word word;
        add("lock xadd", [](uint64_t) { word.add(); },
            [](uint64_t updates) { metrics::expect_count(word.value, updates, "the word inside other work"); });
        auto counter = group.counter();
        add("metra counter", [counter](uint64_t) { metra_counter_inc(counter, 1); }, metrics::check(counter));
        auto distribution = group.distribution();
        add("metra distribution",
            [distribution](uint64_t number) { metra_distribution_update(distribution, bench::value_of(number)); },
            metrics::check(distribution));
    }

    /* Prints what each update added, once everything is measured. */
    void report() const
    {
        const bench::Operation &nothing = *operations_.front();
        for (const bench::Operation *with : operations_) {
            if (with == &nothing)
                continue;
            auto added = [&](auto statistic) { return statistic(with->alone) - statistic(nothing.alone); };
            bench::row("added to work", with->subject, 0, "1 thread min", added(bench::least));
            bench::row("added to work", with->subject, 0, "1 thread median", added(bench::median));
        }
    }

private:
    bench::Rounds &rounds_;
    std::vector<const bench::Operation *> operations_;

    template <typename Update>
    void add(const char *subject, Update update, std::function<void(uint64_t)> check)
    {
        auto make = [update](size_t) {
            return [update, work = Work()](uint64_t number) mutable {
                work();
                update(number);
            };
        };
        bench::Operation &operation = rounds_.add_for_threads<1>("work with", subject, make, std::move(check));
        operation.on_two_threads = false;
        operations_.push_back(&operation);
    }
};

} // namespace work

#endif
