/* What Prometheus does: one GET of the page. */
#ifndef SCRAPE_H
#define SCRAPE_H

#include <stdio.h>

/* Copies the page that is served at `address` ("127.0.0.1:9249") to `out`. 0, or -1 if there is none. */
int scrape(const char *address, FILE *out);

#endif
