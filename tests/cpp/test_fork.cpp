// A forked child goes on with its parent's registry.
#include "check.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace {

/// What a forked child does, and says by its status.
int child_of(metra::registry &registry, metra::counter &counter)
{
    registry.after_fork(METRA_FORK_ZERO);
    counter.inc();
    try {
        registry.after_fork(METRA_FORK_KEEP);
    } catch (const metra::error &error) {
        const bool is_busy = error.status() == METRA_ERROR_BUSY;
        return is_busy && counter.count() == 1 && registry.reporters().size() == 1 ? 0 : 1;
    }
    return 2;
}

void registry__lives_on_in_a_forked_child()
{
    fixture f({{"metrics.reporter.page.factory.class", "prometheus"}, {"metrics.reporter.page.port", "0"}});
    auto counter = f.root.counter("orders");
    counter.inc(5);
    CHECK_THROWS(METRA_ERROR_BUSY, f.registry.after_fork(METRA_FORK_KEEP));
    const pid_t child = fork();
    if (child == 0)
        _exit(child_of(f.registry, counter));
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    CHECK_INT(counter.count(), 5);
}

} // namespace

int main()
{
    RUN(registry__lives_on_in_a_forked_child);
    return check_result();
}
