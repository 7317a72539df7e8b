/*
 * Runs the word count over text, shows its metrics while it runs, and at the end the page that Prometheus would scrape.
 *
 *     demo [--seconds N] [--serve] FILE...
 *
 * The text is read at a pace that takes N seconds (3 unless told otherwise). With --serve it is read again and again,
 * and the page stays where it is, until the program is interrupted.
 */
#include "scrape.h"
#include "table.h"
#include "word_count.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* How often the table is shown: at once for the eye on a terminal, sparsely in a log. */
enum { TABLE_MS_TERMINAL = 100, TABLE_MS_LOG = 1000 };

/* How long a registry may take to close. */
enum { CLOSE_MS = 5000 };

typedef struct options {
    double seconds;
    int serve;
    char **files;
    int files_len;
} options;

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

/* Ends the program unless the call succeeded. */
static void must(metra_status status, const char *what)
{
    if (status == METRA_OK)
        return;
    fprintf(stderr, "%s: %s (%s)\n", what, metra_last_error(), metra_status_name(status));
    exit(EXIT_FAILURE);
}

/* A registry whose metrics are on a page on this machine. */
static metra_registry *start_registry(int serve)
{
    metra_config *config = NULL;
    metra_registry *registry = NULL;
    must(metra_config_new(&config), "configuration");
    must(metra_config_set(config, "metrics.reporter.page.factory.class", "prometheus"), "configuration");
    must(metra_config_set(config, "metrics.reporter.page.port", serve ? "9249-9349" : "0"), "configuration");
    must(metra_registry_new(config, &registry), "registry");
    metra_config_free(config);
    return registry;
}

/* Where the page is; borrowed from the registry. */
static const char *page_address(metra_registry *registry)
{
    metra_reporter_info info = {.size = sizeof info};
    must(metra_registry_reporter(registry, 0, &info), "reporter");
    return info.address;
}

/* The group that Flink would give to an operator: its scope names host, job, task, operator and subtask. */
static metra_group *operator_group(metra_registry *registry)
{
    metra_taskmanager_info taskmanager_info = {
        .size = sizeof taskmanager_info, .host = "localhost", .tm_id = "demo"};
    metra_job_info job_info = {.size = sizeof job_info, .job_id = "1", .job_name = "text"};
    metra_task_info task_info = {
        .size = sizeof task_info, .task_id = "2", .task_name = "read", .task_attempt_id = "1_2_0_0"};
    metra_operator_info operator_info = {
        .size = sizeof operator_info, .operator_id = "3", .operator_name = "count"};

    metra_group *taskmanager = NULL, *job = NULL, *task = NULL, *operator = NULL;
    must(metra_registry_taskmanager(registry, &taskmanager_info, &taskmanager), "task manager");
    must(metra_group_job(taskmanager, &job_info, &job), "job");
    must(metra_group_task(job, &task_info, &task), "task");
    must(metra_group_operator(task, &operator_info, &operator), "operator");
    metra_group_free(taskmanager);
    metra_group_free(job);
    metra_group_free(task);
    return operator;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Reads slowly enough to watch: shows the table when it is time to, and waits when it is ahead of its pace. */
typedef struct pace {
    metra_registry *registry;
    double start;
    double bytes_per_second;
    double bytes;
    double next_table;
} pace;

static void show_if_due(pace *p)
{
    if (now() < p->next_table)
        return;
    table_show(p->registry);
    p->next_table = now() + (isatty(STDOUT_FILENO) ? TABLE_MS_TERMINAL : TABLE_MS_LOG) / 1000.0;
}

static void keep_pace(pace *p, size_t bytes)
{
    const struct timespec moment = {0, 5000000};
    p->bytes += (double)bytes;
    show_if_due(p);
    while (!interrupted && now() < p->start + p->bytes / p->bytes_per_second) {
        nanosleep(&moment, NULL);
        show_if_due(p);
    }
}

static void read_file(word_count *udf, const char *path, pace *p)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return;
    }
    while (!interrupted && (length = getline(&line, &room, file)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        word_count_eval(udf, line);
        keep_pace(p, (size_t)length);
    }
    free(line);
    fclose(file);
}

/* How much text there is; ends the program if that is none. */
static double size_of_files(const options *o)
{
    double bytes = 0;
    for (int i = 0; i < o->files_len; i++) {
        struct stat file;
        if (stat(o->files[i], &file) == 0)
            bytes += (double)file.st_size;
        else
            perror(o->files[i]);
    }
    if (bytes == 0) {
        fprintf(stderr, "there is no text to count\n");
        exit(EXIT_FAILURE);
    }
    return bytes;
}

static void read_files(word_count *udf, metra_registry *registry, const options *o, double bytes)
{
    pace p = {.registry = registry, .start = now(), .bytes_per_second = bytes / o->seconds};
    for (int i = 0; i < o->files_len && !interrupted; i++)
        read_file(udf, o->files[i], &p);
    table_show(registry);
}

static options parse(int argc, char **argv)
{
    options o = {.seconds = 3};
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--serve") == 0)
            o.serve = 1;
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            o.seconds = atof(argv[++i]);
    }
    o.files = argv + i;
    o.files_len = argc - i;
    if (o.files_len == 0 || o.seconds <= 0) {
        fprintf(stderr, "usage: %s [--seconds N] [--serve] FILE...\n", argv[0]);
        exit(EXIT_FAILURE);
    }
    return o;
}

int main(int argc, char **argv)
{
    options o = parse(argc, argv);
    double bytes = size_of_files(&o);
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);

    metra_registry *registry = start_registry(o.serve);
    metra_group *group = operator_group(registry);
    word_count udf;
    must(word_count_open(&udf, group), "word count");

    printf("word count of %d files; the page is at http://%s/metrics\n\n", o.files_len, page_address(registry));
    do
        read_files(&udf, registry, &o, bytes);
    while (o.serve && !interrupted);
    if (!o.serve) {
        printf("\nGET http://%s/metrics\n\n", page_address(registry));
        if (scrape(page_address(registry), stdout) != 0)
            perror("scrape");
    }

    metra_status closed = metra_registry_close(registry, CLOSE_MS);
    word_count_close(&udf);
    metra_group_free(group);
    metra_registry_free(registry);
    return closed == METRA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
