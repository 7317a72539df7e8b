#include "scrape.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection to "host:port", or -1. */
static int connect_to(const char *address)
{
    const char *colon = strrchr(address, ':');
    char host[256];
    if (colon == NULL || (size_t)(colon - address) >= sizeof host)
        return -1;
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = '\0';

    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *place = NULL;
    if (getaddrinfo(host, colon + 1, &hints, &place) != 0)
        return -1;
    int connection = socket(place->ai_family, place->ai_socktype, place->ai_protocol);
    if (connection >= 0 && connect(connection, place->ai_addr, place->ai_addrlen) != 0) {
        close(connection);
        connection = -1;
    }
    freeaddrinfo(place);
    return connection;
}

/* Copies lines after the empty one that ends the head of the answer. */
static void copy_body(FILE *answer, FILE *out)
{
    char line[4096];
    int in_body = 0;
    while (fgets(line, sizeof line, answer) != NULL) {
        if (in_body)
            fputs(line, out);
        in_body = in_body || strcmp(line, "\r\n") == 0;
    }
}

int scrape(const char *address, FILE *out)
{
    static const char request[] = "GET /metrics HTTP/1.1\r\nHost: metra\r\nConnection: close\r\n\r\n";
    int connection = connect_to(address);
    if (connection < 0)
        return -1;
    FILE *answer = NULL;
    if (send(connection, request, sizeof request - 1, MSG_NOSIGNAL) == (ssize_t)(sizeof request - 1))
        answer = fdopen(connection, "r");
    if (answer == NULL) {
        close(connection);
        return -1;
    }
    copy_body(answer, out);
    fclose(answer);
    return 0;
}
