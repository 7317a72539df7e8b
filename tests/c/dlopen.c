/* The library as a plug-in or a language runtime takes it: opened at run time, not linked. Its path is the argument. */
#include <dlfcn.h>
#include <metra.h>
#include <stdio.h>
#include <string.h>

static int failures;

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            failures++;                                                        \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);     \
        }                                                                      \
    } while (0)

/* POSIX's way from an object pointer to a function pointer that ISO C takes without complaint. */
#define LOOK_UP(library, name)                                                 \
    do {                                                                       \
        void *symbol = dlsym((library), #name);                                \
        CHECK(symbol != NULL);                                                 \
        memcpy(&opened.name, &symbol, sizeof symbol);                          \
    } while (0)

/* The functions that this program uses, as they were found. */
static struct {
    const char *(*metra_version)(void);
    metra_status (*metra_registry_new)(const metra_config *, metra_registry **);
    metra_status (*metra_registry_root)(metra_registry *, const metra_root_info *, metra_group **);
    metra_status (*metra_registry_close)(metra_registry *, uint32_t);
    void (*metra_registry_free)(metra_registry *);
    metra_status (*metra_group_meter)(metra_group *, const char *, int64_t, metra_meter **);
    void (*metra_group_free)(metra_group *);
    void (*metra_meter_mark_event)(metra_meter *, int64_t);
    int64_t (*metra_meter_count)(const metra_meter *);
    void (*metra_meter_free)(metra_meter *);
} opened;

static void use(void)
{
    metra_registry *registry = NULL;
    metra_group *group = NULL;
    metra_meter *meter = NULL;
    metra_root_info info = {sizeof info, "plugin", NULL, 0};
    CHECK(opened.metra_registry_new(NULL, &registry) == METRA_OK);
    CHECK(opened.metra_registry_root(registry, &info, &group) == METRA_OK);
    CHECK(opened.metra_group_meter(group, "events", METRA_METER_DEFAULT_TIME_SPAN, &meter) == METRA_OK);
    opened.metra_meter_mark_event(meter, 3);
    CHECK(opened.metra_meter_count(meter) == 3);
    opened.metra_meter_free(meter);
    opened.metra_group_free(group);
    CHECK(opened.metra_registry_close(registry, 10000) == METRA_OK);
    opened.metra_registry_free(registry);
}

int main(int argc, char **argv)
{
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (library == NULL) {
        printf("not opened: %s\n", argc == 2 ? dlerror() : "the argument is the library's path");
        return 1;
    }
    LOOK_UP(library, metra_version);
    LOOK_UP(library, metra_registry_new);
    LOOK_UP(library, metra_registry_root);
    LOOK_UP(library, metra_registry_close);
    LOOK_UP(library, metra_registry_free);
    LOOK_UP(library, metra_group_meter);
    LOOK_UP(library, metra_group_free);
    LOOK_UP(library, metra_meter_mark_event);
    LOOK_UP(library, metra_meter_count);
    LOOK_UP(library, metra_meter_free);
    if (failures == 0)
        use();

    /* A second taker finds the loaded copy by its SONAME, and closing unloads nothing: its threads may still end. */
    void *again = dlopen("libmetra.so.0", RTLD_NOW | RTLD_NOLOAD);
    CHECK(again == library);
    CHECK(dlclose(library) == 0);
    CHECK(again == NULL || dlclose(again) == 0);
    CHECK(dlopen("libmetra.so.0", RTLD_NOW | RTLD_NOLOAD) == library);
    CHECK(strcmp(opened.metra_version(), "") != 0);
    return failures == 0 ? 0 : 1;
}
