/* One HTTP exchange over a plain socket, for tests of what metra serves. */
#ifndef HTTP_H
#define HTTP_H

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Splits "127.0.0.1:9249". */
static inline struct sockaddr_in http_place(const char *address)
{
    struct sockaddr_in place;
    char host[64] = "";
    memset(&place, 0, sizeof place);
    place.sin_family = AF_INET;
    const char *colon = address == NULL ? NULL : strrchr(address, ':');
    CHECK(colon != NULL && (size_t)(colon - address) < sizeof host);
    if (colon == NULL)
        return place;
    memcpy(host, address, (size_t)(colon - address));
    CHECK_INT(inet_pton(AF_INET, host, &place.sin_addr), 1);
    place.sin_port = htons((uint16_t)atoi(colon + 1));
    return place;
}

/* A connection to this address, or -1 if nobody listens there. */
static inline int http_connect(const char *address)
{
    struct sockaddr_in place = http_place(address);
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&place, sizeof place) != 0) {
        close(connection);
        return -1;
    }
    return connection;
}

/* Sends the bytes of a request and gives everything that comes back, head and body; to be freed. */
static inline char *http_exchange(const char *address, const char *request)
{
    size_t length = 0, room = 65536;
    char *answer = malloc(room);
    int connection = http_connect(address);
    CHECK(connection >= 0);
    CHECK(send(connection, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request));
    for (;;) {
        ssize_t got = recv(connection, answer + length, room - length - 1, 0);
        if (got <= 0)
            break;
        length += (size_t)got;
        if (room - length < 2)
            answer = realloc(answer, room *= 2);
    }
    close(connection);
    answer[length] = '\0';
    return answer;
}

/* The answer to a GET of this path; to be freed. */
static inline char *http_get(const char *address, const char *path)
{
    char request[1024];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", path);
    return http_exchange(address, request);
}

/* The body within an answer. */
static inline const char *http_body(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    CHECK(end != NULL);
    return end == NULL ? "" : end + 4;
}

#endif
