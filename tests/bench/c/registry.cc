/* Registering, rendering, collecting and closing, for registries of several sizes: metra beside prometheus-cpp.
 *
 *   registry <series>...                  times, in rounds of both libraries
 *   registry memory <library> <series>    memory of one registry in a fresh process */
#include "shape.h"

#include <malloc.h>

namespace {

/* Builds, uses and frees one registry. */
template <typename Library>
void round_of(bench::Times &times, const shape::Shape &shape)
{
    const char *name = Library::NAME;
    auto library = times.timed("register", name, shape.series, [&] { return std::make_unique<Library>(shape); });
    size_t length = times.timed("first render", name, shape.series, [&] { return library->render(); });
    double warm = std::numeric_limits<double>::max();
    for (int repetition = 0; repetition < 3; repetition++) {
        double begin = bench::now_ns();
        bench::expect(static_cast<double>(library->render()), static_cast<double>(length), "the length of a page");
        warm = std::min(warm, bench::now_ns() - begin);
    }
    times.note("render", name, shape.series, warm);
    double sum = times.timed("collect", name, shape.series, [&] { return library->collect(); });
    bench::expect(sum, shape.total(), std::string("what is collected from ") + name);
    shape.check(library->page(), name);
    times.timed("close", name, shape.series, [&] {
        library.reset();
        return 0;
    });
}

void measure_times(size_t series)
{
    const shape::Shape shape(series);
    bench::Times times;
    const size_t rounds = bench::rounds_for(series, 1);
    for (size_t round = 0; round < rounds; round++) {
        times.baseline();
        round_of<shape::Metra>(times, shape);
        times.baseline();
        round_of<shape::PrometheusCpp>(times, shape);
    }
    times.report(series);
}

/* Bytes in use: of the heap, as malloc counts them, and of pages in memory. */
struct Memory {
    double heap, resident;

    static Memory now()
    {
        malloc_trim(0);
        auto info = mallinfo2();
        std::FILE *file = std::fopen("/proc/self/statm", "r");
        long total = 0, resident = 0;
        if (file == nullptr || std::fscanf(file, "%ld %ld", &total, &resident) != 2)
            bench::fail("/proc/self/statm is unreadable");
        std::fclose(file);
        return {static_cast<double>(info.uordblks + info.hblkhd),
                static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE))};
    }
};

/* Lets two threads, this one among them, each on a processor of its own, update every counter at the same time. */
template <typename Library>
void update_on_two_processors(Library &library, const std::vector<int> &processors)
{
    std::atomic<int> ready{0};
    auto update = [&](int processor) {
        bench::pin(processor);
        ready.fetch_add(1);
        while (ready.load() < 2)
            __builtin_ia32_pause();
        library.update_all();
    };
    std::thread second(update, processors[1]);
    update(processors[0]);
    second.join();
}

template <typename Library>
void measure_memory(size_t series)
{
    const shape::Shape shape(series);
    const auto processors = bench::processors();
    if (processors.size() < 2)
        bench::fail("two processors are needed to see what the second one adds");
    /* The stacks and allocators of two threads are there beforehand, too. */
    update_on_two_processors(*std::make_unique<Library>(shape::Shape(shape::COUNTERS_PER_GROUP)), processors);
    /* What a library needs whatever its size is there beforehand. */
    Library(shape::Shape(shape::COUNTERS_PER_GROUP)).render();
    auto report = [&](const char *what, double bytes) {
        bench::row(what, Library::NAME, series, "bytes", bytes / static_cast<double>(series));
    };
    const Memory before = Memory::now();
    double begin = bench::now_ns();
    Library library(shape);
    bench::row("register in a fresh process", Library::NAME, series, "min",
               (bench::now_ns() - begin) / static_cast<double>(series));
    const Memory registered = Memory::now();
    library.render();
    const Memory rendered = Memory::now();
    report("heap registered", registered.heap - before.heap);
    report("heap rendered", rendered.heap - before.heap);
    report("resident registered", registered.resident - before.resident);
    report("resident rendered", rendered.resident - before.resident);
    update_on_two_processors(library, processors);
    report("resident by a second processor", Memory::now().resident - rendered.resident);
}

} // namespace

int main(int count, char **arguments)
{
    const std::vector<std::string> words(arguments + 1, arguments + count);
    if (words.size() == 3 && words[0] == "memory") {
        const size_t series = std::strtoul(words[2].c_str(), nullptr, 10);
        if (words[1] == shape::Metra::NAME)
            measure_memory<shape::Metra>(series);
        else if (words[1] == shape::PrometheusCpp::NAME)
            measure_memory<shape::PrometheusCpp>(series);
        else
            bench::fail("there is no library " + words[1]);
        return 0;
    }
    bench::become_threaded();
    for (const std::string &word : words)
        measure_times(std::strtoul(word.c_str(), nullptr, 10));
    return 0;
}
