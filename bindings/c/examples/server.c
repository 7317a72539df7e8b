/*
 * A program with a server of its own: metra starts no thread and opens no port, metra_registry_write fills the answer.
 *
 *     server [ANSWERS]     serves on a free port; ends after that many answers, or never
 */
#include <arpa/inet.h>
#include <metra.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A text that grows. */
typedef struct text {
    char *bytes;
    size_t length;
} text;

static int append(void *userdata, const char *bytes, size_t len)
{
    text *t = userdata;
    char *longer = realloc(t->bytes, t->length + len);
    if (longer == NULL)
        return 1;
    memcpy(longer + t->length, bytes, len);
    t->bytes = longer;
    t->length += len;
    return 0;
}

/* Listens on a free port of this machine and says which. */
static int listen_anywhere(void)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof place;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&place, sizeof place) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&place, &length) != 0) {
        perror("listen");
        exit(EXIT_FAILURE);
    }
    printf("http://127.0.0.1:%d/\n", ntohs(place.sin_port));
    fflush(stdout);
    return listener;
}

static void answer(metra_registry *registry, int client)
{
    char request[4096], head[160];
    text page = {NULL, 0};
    if (read(client, request, sizeof request) > 0 &&
        metra_registry_write(registry, METRA_FORMAT_PROMETHEUS, append, &page) == METRA_OK) {
        int length = snprintf(head, sizeof head,
                              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                              "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                              page.length);
        send(client, head, (size_t)length, MSG_NOSIGNAL);
        send(client, page.bytes, page.length, MSG_NOSIGNAL);
    }
    free(page.bytes);
    close(client);
}

int main(int argc, char **argv)
{
    long answers = argc > 1 ? atol(argv[1]) : -1;
    metra_registry *registry = NULL;
    metra_group *server = NULL;
    metra_monotonic_counter *requests = NULL;
    metra_root_info info = {.size = sizeof info, .name = "server"};
    if (metra_registry_new(NULL, &registry) != METRA_OK || metra_registry_root(registry, &info, &server) != METRA_OK ||
        metra_group_monotonic_counter(server, "requests", &requests) != METRA_OK)
        fprintf(stderr, "going on without metrics: %s\n", metra_last_error());

    int listener = listen_anywhere();
    for (long i = 0; i != answers; i++) {
        int client = accept(listener, NULL, NULL);
        metra_monotonic_counter_inc(requests, 1);
        if (client >= 0)
            answer(registry, client);
    }
    close(listener);
    metra_monotonic_counter_free(requests);
    metra_group_free(server);
    metra_registry_free(registry);
    return 0;
}
