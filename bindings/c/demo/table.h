/* The live values of a registry as a table in the terminal. */
#ifndef TABLE_H
#define TABLE_H

#include <metra.h>

/* Prints identifier and value of every metric. On a terminal a later table is drawn over an earlier one. */
void table_show(metra_registry *registry);

#endif
