/*
 * Another user of restartable sequences in the same threads, as memory allocators are: both count per processor, each with
 * sequences of its own, and neither loses anything.
 */
#include "fixture.h"

#include <pthread.h>
#include <stdint.h>

enum { THREADS = 4, ROUNDS = 1000 * 1000 };

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)

/* Since glibc 2.35: where the area of a thread lies, seen from its thread pointer. */
extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

enum { PROCESSORS = 1024, LINE = 64 };

/* A count for each processor, on a cache line of its own. */
static struct {
    int64_t count;
    char padding[LINE - sizeof(int64_t)];
} neighbours[PROCESSORS];

static int has_sequences(void)
{
    return &__rseq_size != NULL && __rseq_size != 0;
}

static void count_as_a_neighbour(void)
{
    uint64_t at;
    __asm__ volatile(".pushsection __rseq_cs, \"aw\"\n"
                     ".balign 32\n"
                     "3: .long 0, 0\n .quad 4f, 5f - 4f, 6f\n"
                     ".popsection\n"
                     "2: leaq 3b(%%rip), %[at]\n"
                     "movq %[at], %%fs:8(%[area])\n"
                     "4: movl %%fs:4(%[area]), %k[at]\n"
                     "shlq $6, %[at]\n"
                     "addq $1, (%[counts], %[at])\n"
                     "5:\n"
                     ".pushsection __rseq_failure, \"ax\"\n"
                     ".byte 0x0f, 0xb9, 0x3d\n .long 0x53053053\n"
                     "6: jmp 2b\n"
                     ".popsection"
                     : [at] "=&r"(at)
                     : [area] "r"(__rseq_offset), [counts] "r"(neighbours)
                     : "memory", "cc");
}

static int64_t counted_by_neighbours(void)
{
    int64_t sum = 0;
    for (int i = 0; i < PROCESSORS; i++)
        sum += neighbours[i].count;
    return sum;
}

#else

static int64_t neighbours;

static int has_sequences(void)
{
    return 0;
}

static void count_as_a_neighbour(void)
{
    __atomic_fetch_add(&neighbours, 1, __ATOMIC_RELAXED);
}

static int64_t counted_by_neighbours(void)
{
    return neighbours;
}

#endif

static metra_counter *counter;
static metra_distribution *distribution;

static void *count_in_turns(void *argument)
{
    for (int i = 0; i < ROUNDS; i++) {
        metra_counter_inc(counter, 1);
        count_as_a_neighbour();
        metra_distribution_update(distribution, 5);
    }
    return argument;
}

static void neighbour__and_metra_lose_nothing(void)
{
    fixture f = open_fixture();
    pthread_t threads[THREADS];
    metra_distribution_reading reading = {.size = sizeof reading};
    CHECK_OK(metra_group_counter(f.group, "counter", &counter));
    CHECK_OK(metra_group_distribution(f.group, "distribution", &distribution));
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, count_in_turns, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    const int64_t all = (int64_t)THREADS * ROUNDS;
    CHECK_INT(metra_counter_count(counter), all);
    CHECK_INT(counted_by_neighbours(), all);
    CHECK_OK(metra_distribution_read(distribution, &reading));
    CHECK_INT(reading.count, all);
    CHECK_INT(reading.sum, 5 * all);
    metra_counter_free(counter);
    metra_distribution_free(distribution);
    close_fixture(&f);
}

int main(void)
{
    printf("%s, %s\n", metra_hot_path(), has_sequences() ? "and a neighbour" : "no sequences here");
    if (has_sequences())
        RUN(neighbour__and_metra_lose_nothing);
    return check_result();
}
