/* Instructions of updates, counted one by one from the entry to the return as the processor executes them.
 *
 * A restartable sequence never gets through single steps, as each of them aborts it: this is for the portable path. */
#include "metrics.h"

#include <dlfcn.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

namespace {

/* A process that makes one call and is executed step by step. */
class Stepped {
public:
    explicit Stepped(const std::function<void()> &call) : child_(fork())
    {
        if (child_ == 0) {
            ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
            raise(SIGSTOP);
            call();
            _exit(0);
        }
        wait_for_stop();
    }

    ~Stepped()
    {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }

    /* How many instructions it executes from the entry of a function until that returns. */
    size_t instructions_of(uint64_t entry)
    {
        while (registers().rip != entry)
            step();
        const uint64_t stack = registers().rsp;
        size_t count = 0;
        for (; registers().rsp <= stack; count++)
            step();
        return count;
    }

private:
    pid_t child_;

    void wait_for_stop() const
    {
        int status = 0;
        if (waitpid(child_, &status, 0) != child_ || !WIFSTOPPED(status))
            bench::fail("the process that is stepped through has ended");
    }

    void step() const
    {
        if (ptrace(PTRACE_SINGLESTEP, child_, nullptr, nullptr) != 0)
            bench::fail("this system does not let a process be stepped through");
        wait_for_stop();
    }

    user_regs_struct registers() const
    {
        user_regs_struct registers{};
        ptrace(PTRACE_GETREGS, child_, nullptr, &registers);
        return registers;
    }
};

/* Counts a call of the function of that name; one before it has brought whatever the first call brings. */
void measure(const char *function, const std::function<void()> &call)
{
    call();
    const auto entry = reinterpret_cast<uint64_t>(dlsym(RTLD_DEFAULT, function));
    bench::row(function, "metra", 0, "steps", static_cast<double>(Stepped(call).instructions_of(entry)));
}

} // namespace

int main()
{
    if (std::string(metra_hot_path()) != "portable")
        bench::fail("restartable sequences cannot be stepped through; GLIBC_TUNABLES switches them off");
    bench::report_path();
    metrics::Group group;
    auto counter = group.counter();
    measure("metra_counter_inc", [=] { metra_counter_inc(counter, 1); });
    auto monotonic = group.monotonic_counter();
    measure("metra_monotonic_counter_inc", [=] { metra_monotonic_counter_inc(monotonic, 1); });
    auto meter = group.meter();
    measure("metra_meter_mark_event", [=] { metra_meter_mark_event(meter, 1); });
    auto distribution = group.distribution();
    measure("metra_distribution_update", [=] { metra_distribution_update(distribution, 1); });
    auto histogram = group.histogram();
    measure("metra_histogram_update", [=] { metra_histogram_update(histogram, 1); });
    return 0;
}
