#include "journal.h"

void journal_open(journal *j)
{
    pthread_mutex_init(&j->lock, NULL);
    j->lines = json_object();
}

void journal_close(journal *j)
{
    json_decref(j->lines);
    pthread_mutex_destroy(&j->lock);
}

json_t *journal_take(journal *j, const char *reporter)
{
    pthread_mutex_lock(&j->lock);
    json_t *lines = json_incref(json_object_get(j->lines, reporter));
    json_object_del(j->lines, reporter);
    pthread_mutex_unlock(&j->lock);
    return lines != NULL ? lines : json_array();
}

/* Takes over the line. */
static void write_down(journal *j, const metra_reporter_info *self, json_t *line)
{
    pthread_mutex_lock(&j->lock);
    if (json_object_get(j->lines, self->name) == NULL)
        json_object_set_new(j->lines, self->name, json_array());
    json_array_append_new(json_object_get(j->lines, self->name), line);
    pthread_mutex_unlock(&j->lock);
}

/* The line with more at its end; takes over the line. */
static json_t *longer(json_t *line, const char *part, const char *more, const char *last)
{
    json_t *both = json_sprintf("%s%s%s%s", json_string_value(line), part, more, last);
    json_decref(line);
    return both;
}

static json_t *describe(const char *call, const metra_metric_info *metric)
{
    json_t *line = json_sprintf("%s %s in %s", call, metric->identifier, metric->logical_scope);
    for (size_t i = 0; i < metric->variables_len; i++) {
        line = longer(line, " ", metric->variables[i].key, "=");
        line = longer(line, metric->variables[i].value, "", "");
    }
    return line;
}

static void added(void *userdata, const metra_reporter_info *self, const metra_metric_info *metric)
{
    write_down(userdata, self, describe("added", metric));
}

static void removed(void *userdata, const metra_reporter_info *self, const metra_metric_info *metric)
{
    write_down(userdata, self, describe("removed", metric));
}

static void visit(void *userdata, const metra_reading *reading)
{
    json_t **line = userdata;
    *line = longer(*line, " ", reading->metric->identifier, "");
}

static void report(void *userdata, const metra_reporter_info *self, const metra_report *report)
{
    json_t *line = json_string("report");
    metra_report_collect(report, visit, &line);
    write_down(userdata, self, line);
}

static void closed(void *userdata, const metra_reporter_info *self)
{
    write_down(userdata, self, json_string("close"));
}

metra_reporter journal_reporter(journal *j)
{
    metra_reporter reporter = {.size = sizeof reporter,
                               .userdata = j,
                               .added = added,
                               .removed = removed,
                               .report = report,
                               .close = closed};
    return reporter;
}
