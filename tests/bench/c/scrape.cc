/* Scraping over loopback: metra's Prometheus reporter beside prometheus-cpp's Exposer, read by one client.
 *
 *   scrape <series>...          times of pages
 *   scrape counter <series>     what a counter costs while its page is read without pause */
#include "shape.h"

#include <prometheus/exposer.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace {

/* Reads pages from one port of this machine, each over a connection of its own. */
class Client {
public:
    explicit Client(int port)
    {
        place_.sin_family = AF_INET;
        place_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        place_.sin_port = htons(static_cast<uint16_t>(port));
    }

    /* Reads a page and keeps it; how many bytes came. */
    size_t read()
    {
        const char request[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        int connection = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(connection, reinterpret_cast<sockaddr *>(&place_), sizeof place_) != 0)
            bench::fail("nobody listens");
        if (send(connection, request, sizeof request - 1, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof request - 1))
            bench::fail("the request cannot be sent");
        size_t length = 0;
        for (ssize_t got = 1; got > 0; length += static_cast<size_t>(std::max<ssize_t>(got, 0))) {
            if (page_.size() - length < CHUNK)
                page_.resize(2 * page_.size() + CHUNK);
            got = recv(connection, &page_[length], CHUNK, 0);
            if (got < 0)
                bench::fail("the answer breaks off");
        }
        close(connection);
        length_ = length;
        return length;
    }

    std::string page() const { return page_.substr(0, length_); }

private:
    static constexpr size_t CHUNK = 256 * 1024;
    sockaddr_in place_{};
    std::string page_;
    size_t length_ = 0;
};

/* metra with a reporter on a port of its own. */
class ScrapedMetra {
public:
    static constexpr const char *NAME = "metra";
    explicit ScrapedMetra(const shape::Shape &shape) : metra_(shape, config()) {}

    int port()
    {
        metra_reporter_info info{};
        info.size = sizeof info;
        bench::require(metra_registry_reporter(metra_.registry(), 0, &info));
        return std::atoi(std::strrchr(info.address, ':') + 1);
    }

    metra_counter *counter() { return metra_.last_counter(); }

private:
    shape::Metra metra_;

    static const metra_config *config()
    {
        static metra_config *config = [] {
            metra_config *made = nullptr;
            bench::require(metra_config_new(&made));
            bench::require(metra_config_set(made, "metrics.reporters", "page"));
            bench::require(metra_config_set(made, "metrics.reporter.page.factory.class", "prometheus"));
            bench::require(metra_config_set(made, "metrics.reporter.page.port", "0"));
            return made;
        }();
        return config;
    }
};

/* prometheus-cpp with its server, on one thread as metra's. */
class ScrapedPrometheusCpp {
public:
    static constexpr const char *NAME = "prometheus-cpp";
    explicit ScrapedPrometheusCpp(const shape::Shape &shape) : exposer_("127.0.0.1:0", 1), library_(shape)
    {
        exposer_.RegisterCollectable(library_.registry());
    }

    int port() const { return exposer_.GetListeningPorts().at(0); }

private:
    prometheus::Exposer exposer_;
    shape::PrometheusCpp library_;
};

/* One registry with its server and its client. */
template <typename Scraped>
class Subject {
public:
    Subject(bench::Times &times, const shape::Shape &shape)
        : times_(times), series_(shape.series), scraped_(times.timed("register with a reporter", Scraped::NAME, series_,
                                                                     [&] { return std::make_unique<Scraped>(shape); })),
          client_(scraped_->port())
    {
        times_.timed("first scrape", Scraped::NAME, series_, [&] { return client_.read(); });
        shape.check(client_.page(), Scraped::NAME);
    }

    void scrape()
    {
        times_.timed("scrape", Scraped::NAME, series_, [&] { return client_.read(); });
    }

private:
    bench::Times &times_;
    size_t series_;
    std::unique_ptr<Scraped> scraped_;
    Client client_;
};

/* Reads pages on a thread of its own, bound to a processor, from the end of the first until it is gone. */
class Reader {
public:
    Reader(Client &client, int processor)
        : thread_([this, &client, processor] {
              bench::pin(processor);
              for (; !is_over_; pages_++)
                  client.read();
          })
    {
        while (pages_ == 0)
            sched_yield();
    }

    ~Reader()
    {
        is_over_ = true;
        thread_.join();
    }

private:
    std::atomic<bool> is_over_{false};
    std::atomic<size_t> pages_{0};
    std::thread thread_;
};

/* One counter of many, updated on one processor; on the other one its page is made, served and read, or nothing. */
void measure_counter(size_t series)
{
    const auto processors = bench::processors();
    if (processors.size() < 2)
        bench::fail("a processor is needed to update, and one to scrape");
    const shape::Shape shape(series);
    /* The server's thread stays on the processor on which it was started. */
    bench::pin(processors[1]);
    ScrapedMetra scraped(shape);
    Client client(scraped.port());
    bench::pin(processors[0]);
    constexpr size_t UPDATES = 500000;
    const long rounds = bench::setting("BENCH_ROUNDS", bench::ROUNDS);
    std::vector<double> idle, while_scraped;
    auto sample = [&](std::vector<double> &samples) {
        const double begin = bench::now_ns();
        for (size_t update = 0; update < UPDATES; update++)
            metra_counter_inc(scraped.counter(), 1);
        samples.push_back((bench::now_ns() - begin) / static_cast<double>(UPDATES));
    };
    for (long round = 0; round < rounds; round++) {
        sample(idle);
        const Reader reader(client, processors[1]);
        sample(while_scraped);
    }
    const double total = static_cast<double>(series - 1) + 2 * static_cast<double>(rounds) * UPDATES;
    bench::expect(static_cast<double>(metra_counter_count(scraped.counter())), total, "the counter that was scraped");
    auto report = [](const char *operation, const std::vector<double> &samples) {
        bench::row(operation, "metra", 0, "1 thread min", bench::least(samples));
        bench::row(operation, "metra", 0, "1 thread median", bench::median(samples));
    };
    bench::report_path();
    report("counter idle", idle);
    report("counter while scraped", while_scraped);
}

void measure(size_t series)
{
    const shape::Shape shape(series);
    bench::Times times;
    Subject<ScrapedMetra> metra(times, shape);
    Subject<ScrapedPrometheusCpp> prometheus_cpp(times, shape);
    const size_t rounds = bench::rounds_for(series, 3);
    for (size_t round = 0; round < rounds; round++) {
        times.baseline();
        metra.scrape();
        prometheus_cpp.scrape();
    }
    times.report(series);
}

} // namespace

int main(int count, char **arguments)
{
    const std::vector<std::string> words(arguments + 1, arguments + count);
    if (words.size() == 2 && words[0] == "counter") {
        measure_counter(std::strtoul(words[1].c_str(), nullptr, 10));
        return 0;
    }
    for (const std::string &word : words)
        measure(std::strtoul(word.c_str(), nullptr, 10));
    return 0;
}
