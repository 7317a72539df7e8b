/* The registries that are measured: counters with 4 labels, 100 in each of many groups, alike in both libraries. */
#ifndef SHAPE_H
#define SHAPE_H

#include "bench.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cstring>
#include <memory>

namespace shape {

constexpr size_t COUNTERS_PER_GROUP = 100;

/* Names and numbers of one size. Whatever a program would have at hand is made before the time is taken. */
struct Shape {
    size_t series;
    std::vector<std::string> tasks, counters;

    explicit Shape(size_t wanted) : series(wanted)
    {
        if (series == 0 || series % COUNTERS_PER_GROUP != 0)
            bench::fail("a number of series has to be a multiple of " + std::to_string(COUNTERS_PER_GROUP));
        for (size_t group = 0; group < series / COUNTERS_PER_GROUP; group++)
            tasks.push_back("task_" + std::to_string(group));
        for (size_t counter = 0; counter < COUNTERS_PER_GROUP; counter++)
            counters.push_back("records_" + std::to_string(counter));
    }

    /* The sum of all counters: each of them counts its own number, from zero. */
    double total() const { return static_cast<double>(series) * static_cast<double>(series - 1) / 2; }

    /* Ends the program unless a page in Prometheus' text format has all series with their values. */
    void check(const std::string &page, const std::string &whose) const
    {
        double count = 0, sum = 0;
        for (const char *line = page.c_str(); line != nullptr && *line != '\0';) {
            const char *end = std::strchr(line, '\n');
            const char *value = std::strstr(line, "\"} ");
            if (std::strncmp(line, "bench_task_records_", 19) == 0 && value != nullptr && value < end) {
                count += 1;
                sum += std::strtod(value + 3, nullptr);
            }
            line = end == nullptr ? nullptr : end + 1;
        }
        bench::expect(count, static_cast<double>(series), "the number of series on the page of " + whose);
        bench::expect(sum, total(), "the sum of the page of " + whose);
    }
};

/* A registry of metra with all series of a shape; a program keeps the handle of every counter. */
class Metra {
public:
    static constexpr const char *NAME = "metra";

    explicit Metra(const Shape &shape, const metra_config *config = nullptr)
    {
        bench::require(metra_registry_new(config, &registry_));
        counters_.reserve(shape.series);
        metra_group *root = root_group();
        for (const std::string &task : shape.tasks) {
            metra_group *group = nullptr;
            bench::require(metra_group_add_group(root, "task", task.c_str(), &group));
            add_counters(group, shape);
            metra_group_free(group);
        }
        metra_group_free(root);
    }

    /* Closes and frees everything. */
    ~Metra()
    {
        bench::require(metra_registry_close(registry_, 10000));
        for (metra_counter *counter : counters_)
            metra_counter_free(counter);
        metra_registry_free(registry_);
    }

    Metra(const Metra &) = delete;
    Metra &operator=(const Metra &) = delete;

    /* Renders the page into memory of the library's own; how many bytes that were. */
    size_t render()
    {
        size_t length = 0;
        auto count = [](void *userdata, const char *, size_t len) {
            *static_cast<size_t *>(userdata) += len;
            return 0;
        };
        bench::require(metra_registry_write(registry_, METRA_FORMAT_PROMETHEUS, count, &length));
        return length;
    }

    std::string page()
    {
        std::string page;
        auto append = [](void *userdata, const char *bytes, size_t len) {
            static_cast<std::string *>(userdata)->append(bytes, len);
            return 0;
        };
        bench::require(metra_registry_write(registry_, METRA_FORMAT_PROMETHEUS, append, &page));
        return page;
    }

    /* Reads all counters, with their names and variables; the sum of their values. */
    double collect()
    {
        int64_t sum = 0;
        auto add = [](void *userdata, const metra_reading *reading) {
            *static_cast<int64_t *>(userdata) += reading->as.count;
        };
        bench::require(metra_registry_collect(registry_, add, &sum));
        return static_cast<double>(sum);
    }

    /* Updates every counter once. */
    void update_all()
    {
        for (metra_counter *counter : counters_)
            metra_counter_inc(counter, 1);
    }

    metra_registry *registry() { return registry_; }
    metra_counter *last_counter() { return counters_.back(); }

private:
    metra_registry *registry_ = nullptr;
    std::vector<metra_counter *> counters_;

    metra_group *root_group()
    {
        const metra_variable variables[] = {{"host", "localhost"}, {"job", "wordcount"}, {"zone", "eu-west-1"}};
        metra_root_info info{};
        info.size = sizeof info;
        info.name = "bench";
        info.variables = variables;
        info.variables_len = 3;
        metra_group *root = nullptr;
        bench::require(metra_registry_root(registry_, &info, &root));
        return root;
    }

    void add_counters(metra_group *group, const Shape &shape)
    {
        for (const std::string &name : shape.counters) {
            metra_counter *counter = nullptr;
            bench::require(metra_group_counter(group, name.c_str(), &counter));
            metra_counter_inc(counter, static_cast<int64_t>(counters_.size()));
            counters_.push_back(counter);
        }
    }
};

/* The same with prometheus-cpp; the labels of a group are put together once. */
class PrometheusCpp {
public:
    static constexpr const char *NAME = "prometheus-cpp";

    explicit PrometheusCpp(const Shape &shape) : registry_(std::make_shared<prometheus::Registry>())
    {
        counters_.reserve(shape.series);
        std::vector<prometheus::Family<prometheus::Counter> *> families;
        for (const std::string &name : shape.counters)
            families.push_back(&prometheus::BuildCounter().Name("bench_task_" + name).Help(name).Register(*registry_));
        for (const std::string &task : shape.tasks) {
            const prometheus::Labels labels{
                {"host", "localhost"}, {"job", "wordcount"}, {"task", task}, {"zone", "eu-west-1"}};
            for (auto *family : families) {
                prometheus::Counter &counter = family->Add(labels);
                counter.Increment(static_cast<double>(counters_.size()));
                counters_.push_back(&counter);
            }
        }
    }

    size_t render() { return page().size(); }

    std::string page() { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

    double collect()
    {
        double sum = 0;
        for (const auto &family : registry_->Collect())
            for (const auto &metric : family.metric)
                sum += metric.counter.value;
        return sum;
    }

    void update_all()
    {
        for (prometheus::Counter *counter : counters_)
            counter->Increment();
    }

    const std::shared_ptr<prometheus::Registry> &registry() { return registry_; }

private:
    std::shared_ptr<prometheus::Registry> registry_;
    std::vector<prometheus::Counter *> counters_;
};

} // namespace shape

#endif
