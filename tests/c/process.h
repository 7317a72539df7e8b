/* Looks at this process from outside, and runs behaviours in processes of their own. */
#ifndef PROCESS_H
#define PROCESS_H

#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* After so many seconds a process of its own counts as stuck. */
enum { STUCK_S = 200 };

/* How many entries a directory has. */
static inline int process_entries(const char *path)
{
    int count = 0;
    DIR *directory = opendir(path);
    CHECK(directory != NULL);
    while (directory != NULL && readdir(directory) != NULL)
        count++;
    if (directory != NULL)
        closedir(directory);
    return count - 2;
}

static inline int process_threads(void)
{
    return process_entries("/proc/self/task");
}

/* How many descriptors are open; the one that looks is counted, each time. */
static inline int process_descriptors(void)
{
    return process_entries("/proc/self/fd");
}

static inline void process_pause(void)
{
    const struct timespec moment = {0, 2000000};
    nanosleep(&moment, NULL);
}

/* Waits for threads that nobody joins until this many are left; how many are. */
static inline int process_threads_down_to(int expected)
{
    int threads = process_threads();
    for (int i = 0; i < 15000 && threads > expected; i++) {
        process_pause();
        threads = process_threads();
    }
    return threads;
}

/* What became of a behaviour that ran in a child: the status of waitpid. A child that is stuck is killed. */
static inline int process_status_of(void (*behaviour)(void))
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        check_failures = 0;
        alarm(STUCK_S);
        behaviour();
        fflush(stdout);
        _exit(check_failures == 0 ? 0 : 1);
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return status;
}

static inline void process_check_child(void (*behaviour)(void), const char *name, const char *file, int line)
{
    const int status = process_status_of(behaviour);
    if (WIFSIGNALED(status))
        printf("%s ended by signal %d\n", name, WTERMSIG(status));
    check_that(WIFEXITED(status), name, file, line);
    check_int(WEXITSTATUS(status), 0, name, file, line);
}

/* Runs a behaviour in a child, which must come to its end, or to `exit(0)`, without a failed check. */
#define IN_A_CHILD(behaviour) process_check_child((behaviour), #behaviour, __FILE__, __LINE__)

#endif
