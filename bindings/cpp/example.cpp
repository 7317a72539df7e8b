// A shop that counts its orders and shows its queue, on a page for Prometheus.
#include <metra.hpp>

#include <deque>
#include <iostream>
#include <string>

int main()
try {
    const std::deque<std::string> queue{"tea", "bread", "salt"};

    metra::config config;
    config.set("metrics.reporter.page.factory.class", "prometheus").set("metrics.reporter.page.port", "9250-9299");
    metra::registry registry(config);
    metra::group shop = registry.root("shop", {{"env", "prod"}});
    metra::counter orders = shop.add_group("region", "eu").counter("orders");
    shop.gauge("queue", [&queue] { return queue.size(); });
    orders.inc(2);

    for (const metra::reporter_info &reporter : registry.reporters())
        std::cout << "http://" << reporter.address << "/metrics until Enter" << std::endl;
    std::cin.get();

    // From here on no gauge is asked, so what they refer to may go.
    registry.close(std::chrono::seconds(5));
} catch (const metra::error &error) {
    std::cerr << metra::status_name(error.status()) << ": " << error.what() << '\n';
    return 1;
}
