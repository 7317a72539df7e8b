/* Two gauges: one that is asked for its value, one that is told it. */
#include <metra.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* A queue that other threads work on: whoever looks at it takes its lock. */
typedef struct queue {
    pthread_mutex_t lock;
    int64_t length;
} queue;

/* Runs on a thread of metra's whenever somebody reads. */
static int queue_length(void *userdata, metra_value *value)
{
    queue *q = userdata;
    pthread_mutex_lock(&q->lock);
    value->as.int64 = q->length;
    pthread_mutex_unlock(&q->lock);
    return 1;
}

/* Called once, when the gauge is gone and nobody asks any more. */
static void free_queue(void *userdata)
{
    queue *q = userdata;
    pthread_mutex_destroy(&q->lock);
    free(q);
}

static queue *new_queue(int64_t length)
{
    queue *q = malloc(sizeof *q);
    if (q == NULL)
        exit(EXIT_FAILURE);
    pthread_mutex_init(&q->lock, NULL);
    q->length = length;
    return q;
}

static void print_gauge(void *userdata, const metra_reading *reading)
{
    (void)userdata;
    const metra_value *value = &reading->as.gauge;
    if (value->type == METRA_VALUE_TEXT)
        printf("%s = %s\n", reading->metric->identifier, value->as.text);
    else
        printf("%s = %lld\n", reading->metric->identifier, (long long)value->as.int64);
}

int main(void)
{
    metra_registry *registry = NULL;
    metra_group *app = NULL;
    metra_gauge *state = NULL;
    metra_root_info info = {.size = sizeof info, .name = "app"};

    /* The queue is free_queue's from here on, also if the registration fails. */
    if (metra_registry_new(NULL, &registry) != METRA_OK || metra_registry_root(registry, &info, &app) != METRA_OK ||
        metra_group_gauge(app, "queueLength", queue_length, new_queue(17), free_queue, NULL) != METRA_OK ||
        metra_group_settable_gauge(app, "state", METRA_VALUE_TEXT, &state) != METRA_OK)
        fprintf(stderr, "going on without metrics: %s\n", metra_last_error());

    metra_gauge_set_text(state, "running");
    if (metra_registry_collect(registry, print_gauge, NULL) != METRA_OK)
        fprintf(stderr, "not read: %s\n", metra_last_error());

    /* Returns when the queue is freed. */
    if (metra_group_unregister(app, "queueLength") != METRA_OK)
        fprintf(stderr, "not unregistered: %s\n", metra_last_error());
    metra_gauge_free(state);
    metra_group_free(app);
    metra_registry_free(registry);
    return 0;
}
