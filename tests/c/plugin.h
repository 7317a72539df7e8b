/* What a plugin of test_plugin.c can do: it has a copy of metra of its own, linked into it. */
#ifndef PLUGIN_H
#define PLUGIN_H

typedef struct plugin {
    /* Counts in a registry without threads that is made and closed on the way; what it counted. */
    int (*count)(void);
    /* Starts a registry with every kind of thread; where its page is, or NULL. */
    const char *(*start)(void);
    /* Closes what was started; whether that went well. */
    int (*stop)(void);
    /* Begins to count in a registry without threads; whether that went well. */
    int (*begin)(void);
    /* Counts once, and does nothing else. */
    void (*update)(void);
    /* Closes what was begun; how much was counted. */
    int (*end)(void);
} plugin;

#endif
