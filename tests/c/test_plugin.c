/* Plugins that bring a static copy of metra along and are opened and closed at run time. The arguments are such a
   plugin and the shared library. */
#include "plugin.h"

#include <dlfcn.h>
#include <metra.h>
#include <pthread.h>
#include <signal.h>

/* check.h asks the linked library why a call failed; no library is linked here. */
static const char *no_last_error(void)
{
    return "";
}

static const char *no_status_name(int32_t status)
{
    (void)status;
    return "";
}

#define metra_last_error no_last_error
#define metra_status_name no_status_name
#include "http.h"
#include "process.h"

static const char *plugin_path, *library_path;

static const plugin *open_plugin(void **module_out)
{
    *module_out = dlopen(plugin_path, RTLD_NOW | RTLD_LOCAL);
    CHECK(*module_out != NULL);
    const plugin *functions = *module_out == NULL ? NULL : dlsym(*module_out, "plugin_functions");
    CHECK(functions != NULL);
    return functions;
}

static int is_loaded(void)
{
    void *module = dlopen(plugin_path, RTLD_NOW | RTLD_NOLOAD);
    if (module != NULL)
        dlclose(module);
    return module != NULL;
}

static void load_and_unload(void)
{
    for (int i = 0; i < 50; i++) {
        void *module;
        const plugin *functions = open_plugin(&module);
        CHECK_INT(functions->count(), 7);
        CHECK_INT(dlclose(module), 0);
        CHECK_INT(process_threads(), 1);
    }
}

static void ignore(int number)
{
    (void)number;
}

static void *begin(void *functions)
{
    return ((const plugin *)functions)->begin() ? functions : NULL;
}

static void *end(void *functions)
{
    return ((const plugin *)functions)->end() == 1 ? functions : NULL;
}

/* On a thread that ends, because the C library keeps a module for as long as something local to a thread needs it. */
static void on_a_thread(void *(*body)(void *), const plugin *functions)
{
    void *outcome = NULL;
    pthread_t thread;
    CHECK_INT(pthread_create(&thread, NULL, body, (void *)functions), 0);
    pthread_join(thread, &outcome);
    CHECK(outcome == functions);
}

/* With a signal the kernel looks at the last restartable sequence of this thread, which the plugin brought. */
static void interrupt_after_unloading(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ignore;
    CHECK_INT(sigaction(SIGUSR1, &action, NULL), 0);
    void *module;
    const plugin *functions = open_plugin(&module);
    on_a_thread(begin, functions);
    functions->update();
    CHECK_INT(dlclose(module), 0);
    CHECK_INT(raise(SIGUSR1), 0);
    CHECK(open_plugin(&module) == functions);
    on_a_thread(end, functions);
    CHECK_INT(dlclose(module), 0);
}

static void plugin__may_be_closed_right_after_an_update(void)
{
    IN_A_CHILD(interrupt_after_unloading);
}

static void plugin__is_loaded_and_unloaded_over_and_over(void)
{
    IN_A_CHILD(load_and_unload);
}

static void start_and_stop(void)
{
    int descriptors = 0;
    for (int i = 0; i < 50; i++) {
        void *module;
        const plugin *functions = open_plugin(&module);
        char *page = http_get(functions->start(), "/");
        CHECK_CONTAINS(page, "plugin_gauge 5\n");
        free(page);
        CHECK(functions->stop());
        CHECK_INT(dlclose(module), 0);
        CHECK_INT(process_threads_down_to(1), 1);
        descriptors = i == 0 ? process_descriptors() : descriptors;
        CHECK_INT(process_descriptors(), descriptors);
    }
}

static void plugin__starts_and_stops_threads_over_and_over(void)
{
    IN_A_CHILD(start_and_stop);
}

static void *start_and_stop_once(void *functions)
{
    const plugin *p = functions;
    return p->start() != NULL && p->stop() ? functions : NULL;
}

/* What a thread of metra runs on its way out is the plugin's code, so it stays once there was such a thread. */
static void stay_loaded(void)
{
    void *module;
    const plugin *functions = open_plugin(&module);
    on_a_thread(start_and_stop_once, functions);
    CHECK_INT(dlclose(module), 0);
    CHECK(is_loaded());
    CHECK(open_plugin(&module) == functions);
    CHECK_INT(dlclose(module), 0);
}

static void plugin__that_had_threads_stays_loaded(void)
{
    IN_A_CHILD(stay_loaded);
}

/* The threads' code stays, and with it the plugin's data: opened again it is where it was. */
static void close_while_threads_run(void)
{
    void *module;
    char address[64];
    const plugin *functions = open_plugin(&module);
    snprintf(address, sizeof address, "%s", functions->start());
    CHECK(process_threads() > 1);
    CHECK_INT(dlclose(module), 0);
    CHECK(is_loaded());
    for (int i = 0; i < 3; i++) {
        char *page = http_get(address, "/");
        CHECK_CONTAINS(page, "plugin_gauge 5\n");
        free(page);
    }
    CHECK(open_plugin(&module) == functions);
    CHECK(functions->stop());
    CHECK_INT(dlclose(module), 0);
    CHECK_INT(process_threads_down_to(1), 1);
}

static void plugin__may_be_closed_while_its_threads_run(void)
{
    IN_A_CHILD(close_while_threads_run);
}

static void exit_while_closed(void)
{
    void *module;
    const plugin *functions = open_plugin(&module);
    CHECK(functions->start() != NULL);
    CHECK_INT(dlclose(module), 0);
    exit(check_failures != 0);
}

static void plugin__may_still_run_threads_at_exit(void)
{
    IN_A_CHILD(exit_while_closed);
}

/* A shared copy beside the plugin's: each has its own threads, and neither minds when the other ends. */
static void live_beside_another_copy(void)
{
    void *module;
    void *library = dlopen(library_path, RTLD_NOW | RTLD_GLOBAL);
    CHECK(library != NULL);
    const plugin *functions = open_plugin(&module);
    char *page = http_get(functions->start(), "/");
    CHECK_CONTAINS(page, "plugin_gauge 5\n");
    free(page);
    CHECK_INT(functions->count(), 7);
    CHECK_INT(dlclose(library), 0);
    CHECK(functions->stop());
    CHECK_INT(dlclose(module), 0);
    CHECK_INT(process_threads_down_to(1), 1);
}

static void plugin__lives_beside_another_copy(void)
{
    IN_A_CHILD(live_beside_another_copy);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        printf("the arguments are a plugin and the shared library\n");
        return 1;
    }
    plugin_path = argv[1];
    library_path = argv[2];
    RUN(plugin__may_be_closed_right_after_an_update);
    RUN(plugin__is_loaded_and_unloaded_over_and_over);
    RUN(plugin__starts_and_stops_threads_over_and_over);
    RUN(plugin__that_had_threads_stays_loaded);
    RUN(plugin__may_be_closed_while_its_threads_run);
    RUN(plugin__may_still_run_threads_at_exit);
    RUN(plugin__lives_beside_another_copy);
    return check_result();
}
