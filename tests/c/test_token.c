/* Tokens: numbers by which one language hands a group to another. */
#include "fixture.h"

#include <stdint.h>

static void token__brings_the_same_group_back(void)
{
    fixture f = open_fixture();
    const uint64_t token = metra_group_token(f.group);
    CHECK(token != 0);
    CHECK(metra_group_token(f.group) == token);
    metra_group *same = NULL;
    CHECK_OK(metra_group_from_token(token, &same));
    CHECK(metra_group_token(same) == token);

    metra_counter *here = NULL, *there = NULL;
    CHECK_OK(metra_group_counter(f.group, "events", &here));
    CHECK_OK(metra_group_counter(same, "events", &there));
    metra_counter_inc(here, 1);
    CHECK_INT(metra_counter_count(there), 1);
    metra_counter_free(here);
    metra_counter_free(there);
    metra_group_free(same);
    close_fixture(&f);
}

static void token__differs_from_group_to_group(void)
{
    fixture f = open_fixture();
    metra_group *child = NULL;
    CHECK_OK(metra_group_add_group(f.group, "child", NULL, &child));
    CHECK(metra_group_token(child) != metra_group_token(f.group));
    metra_group_free(child);
    close_fixture(&f);
}

static void token__needs_no_handle_but_an_open_group(void)
{
    fixture f = open_fixture();
    metra_group *group = NULL;
    CHECK_OK(metra_group_add_group(f.group, "child", NULL, &group));
    const uint64_t token = metra_group_token(group);
    metra_group_free(group);
    CHECK_OK(metra_group_from_token(token, &group));
    CHECK_OK(metra_group_close(group));
    CHECK_INT(metra_group_token(group), 0);
    metra_group_free(group);

    metra_group *stale = f.group;
    CHECK_STATUS(metra_group_from_token(token, &stale), METRA_ERROR_NOT_FOUND);
    CHECK(stale == NULL);
    CHECK_OK(metra_group_add_group(f.group, "child", NULL, &group));
    CHECK(metra_group_token(group) != token);
    metra_group_free(group);
    close_fixture(&f);
}

static void token__goes_stale_with_its_registry(void)
{
    fixture f = open_fixture();
    const uint64_t token = metra_group_token(f.group);
    close_fixture(&f);
    metra_group *group = NULL;
    CHECK_STATUS(metra_group_from_token(token, &group), METRA_ERROR_NOT_FOUND);
}

static void token__that_nobody_gave_is_an_error(void)
{
    const uint64_t never[] = {0, 123456789, UINT64_MAX};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        metra_group *group = NULL;
        CHECK_STATUS(metra_group_from_token(never[i], &group), METRA_ERROR_NOT_FOUND);
        CHECK(group == NULL);
    }
    CHECK_CONTAINS(metra_last_error(), "18446744073709551615");
}

int main(void)
{
    RUN(token__brings_the_same_group_back);
    RUN(token__differs_from_group_to_group);
    RUN(token__needs_no_handle_but_an_open_group);
    RUN(token__goes_stale_with_its_registry);
    RUN(token__that_nobody_gave_is_an_error);
    return check_result();
}
