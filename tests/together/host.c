/*
 * One process, three languages. The host has no metra of its own: each language brings one, and the first one's serves
 * all.
 *
 * It reads commands, a line each, and answers each with one line:
 *
 *     <language> start <place>     c: a module, python: the interpreter's file, java: a class path
 *     <language> <verb> [<token>]  what the language's part does
 *     <language> end
 *     copies                       metra_version as each object of the process sees it, `<address> <file>` each
 *     handlers                     the handler of every signal
 */
#include "language.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* After so many seconds the process counts as stuck. */
enum { STUCK_S = 120 };

static void *metra_version_in(const char *object)
{
    void *handle = dlopen(object, RTLD_LAZY | RTLD_NOLOAD);
    void *function = handle == NULL ? NULL : dlsym(handle, "metra_version");
    if (handle != NULL)
        dlclose(handle);
    return function;
}

/* Every object of the process is asked: C's part and Java's answer with the copy that they are linked to, a copy with
 * itself, be it the one that Python has opened. */
static void print_copies(void)
{
    for (struct link_map *object = _r_debug.r_map; object != NULL; object = object->l_next) {
        void *function = object->l_name[0] == '\0' ? NULL : metra_version_in(object->l_name);
        Dl_info info;
        if (function != NULL && dladdr(function, &info) != 0)
            printf("%p %s ", function, info.dli_fname);
    }
    printf("\n");
}

static void print_handlers(void)
{
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction action;
        if (sigaction(signal, NULL, &action) == 0)
            printf("%p ", (void *)(uintptr_t)action.sa_handler);
    }
    printf("\n");
}

static const language *language_named(const char *name)
{
    static const language *const languages[] = {&c_language, &python_language, &java_language};
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        if (strcmp(languages[i]->name, name) == 0)
            return languages[i];
    }
    return NULL;
}

static const char *answer(const language *asked, const char *verb, const char *argument)
{
    if (strcmp(verb, "start") == 0)
        return asked->start(argument);
    if (strcmp(verb, "end") == 0)
        return asked->end();
    return asked->play(verb, strtoull(argument, NULL, 10));
}

static void obey(const char *command)
{
    char name[LINE] = "", verb[LINE] = "", argument[LINE] = "";
    sscanf(command, "%s %s %[^\n]", name, verb, argument);
    const language *asked = language_named(name);
    if (asked != NULL)
        puts(answer(asked, verb, argument));
    else if (strcmp(name, "copies") == 0)
        print_copies();
    else if (strcmp(name, "handlers") == 0)
        print_handlers();
    else
        puts("error: who?");
    fflush(stdout);
}

int main(void)
{
    char command[LINE];
    alarm(STUCK_S);
    while (fgets(command, sizeof command, stdin) != NULL)
        obey(command);
    return 0;
}
