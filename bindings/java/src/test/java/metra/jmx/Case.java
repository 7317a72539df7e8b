package metra.jmx;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import metra.Clock;
import metra.Config;
import metra.JobInfo;
import metra.MetraException;
import metra.MetricGroup;
import metra.OperatorInfo;
import metra.Registry;
import metra.Scene;
import metra.TaskInfo;

/** One vector under way: its groups and metrics in a registry with a reporter to an MBean server of their own. */
final class Case implements AutoCloseable {
    /** Two ticks of the meters at least, and with the reporter's interval of a second a report after the last. */
    private static final Duration STRIDE = Duration.ofMillis(11_500);

    private final JsonObject vector;
    private final Verdict verdict;
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final Clock clock = new Clock();
    private final Registry registry;
    private final Map<String, MetricGroup> groups = new HashMap<>();
    private final Map<String, JsonObject> described = new HashMap<>();
    /** By index in the vector. */
    private final Map<Integer, Member> members = new LinkedHashMap<>();

    Case(JsonObject vector, Verdict verdict) {
        this.vector = vector;
        this.verdict = verdict;
        try (Config config = new Config().setClock(clock)) {
            config.addReporter(JmxReporter.FACTORY_CLASS, new JmxReporter(server));
            config.set("metrics.gauge.timeout", Scene.PATIENCE);
            settings().forEach(config::set);
            config.set("metrics.reporter.r.interval", "1 s");
            registry = new Registry(config);
        }
    }

    @Override
    public void close() {
        registry.close();
        verdict.equal("MBeans that outlive the registry", 0, own().size());
        clock.close();
    }

    void play() throws JMException {
        vector.getAsJsonArray("groups").forEach(group -> make(group.getAsJsonObject()));
        List<JsonElement> metrics = vector.getAsJsonArray("metrics").asList();
        for (int index = 0; index < metrics.size(); index++) {
            if (!metrics.get(index).getAsJsonObject().has("deferred")) {
                register(index);
            }
        }
        for (JsonElement output : vector.getAsJsonArray("outputs")) {
            step(output.getAsJsonObject());
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        vector.getAsJsonObject("config").asMap().forEach((key, value) -> settings.put(key, value.getAsString()));
        return settings;
    }

    private void make(JsonObject group) {
        String id = group.get("id").getAsString();
        described.put(id, group);
        MetricGroup parent = group.has("parent") ? groups.get(text(group, "parent")) : null;
        groups.put(id, switch (text(group, "type")) {
            case "taskmanager" -> registry.taskManager(text(group, "host"), text(group, "tm_id"));
            case "jobmanager" -> registry.jobManager(text(group, "host"));
            case "tm_job", "jm_job" -> parent.job(new JobInfo(text(group, "job_id"), text(group, "job_name")));
            case "task" -> parent.task(task(group));
            case "operator" -> parent.operator(new OperatorInfo(text(group, "operator_id"), text(group, "name")));
            case "jm_operator" -> parent.operator(coordinator(group));
            case "group" -> parent.addGroup(text(group, "name"));
            case "kv" -> parent.addGroup(text(group, "key"), text(group, "value"));
            default -> throw new AssertionError("unknown group " + group);
        });
    }

    private static TaskInfo task(JsonObject group) {
        int subtask = group.get("subtask_index").getAsInt();
        int attempt = group.get("attempt").getAsInt();
        String vertex = text(group, "vertex_id");
        String id = text(group, "execution_graph_id") + "_" + vertex + "_" + subtask + "_" + attempt;
        return new TaskInfo(vertex, text(group, "task_name"), id, subtask, attempt);
    }

    private static OperatorInfo coordinator(JsonObject group) {
        return new OperatorInfo(
                text(group, "operator_id"), text(group, "name"), text(group, "vertex_id"), text(group, "task_name"),
                Map.of());
    }

    private static String text(JsonObject object, String field) {
        return object.get(field).getAsString();
    }

    private void register(int index) {
        JsonObject metric = vector.getAsJsonArray("metrics").get(index).getAsJsonObject();
        String group = text(metric, "group");
        try {
            members.put(index, new Member(groups.get(group), group, metric));
        } catch (MetraException refusal) {
            verdict.equal("a refused name", "", text(metric, "name"));
            verdict.deviates(Verdict.Rule.ABSENT);
        }
    }

    private void step(JsonObject output) throws JMException {
        JsonObject step = output.getAsJsonObject("step");
        switch (text(step, "op")) {
            case "mbeans" -> judge(output);
            case "set" -> members.get(step.get("metric").getAsInt()).set(step);
            case "register" -> register(step.get("metric").getAsInt());
            case "close_group" -> {
                groups.get(text(step, "group")).close();
                members.values().removeIf(member -> member.isBelow(text(step, "group"), described));
            }
            default -> throw new AssertionError("unknown step " + step);
        }
    }

    private void judge(JsonObject output) throws JMException {
        clock.advance(STRIDE);
        Map<String, JsonObject> flinks = new HashMap<>();
        output.getAsJsonArray("mbeans").forEach(bean ->
                flinks.put(text(bean.getAsJsonObject(), "canonical_name"), bean.getAsJsonObject()));
        Map<String, Member> wanted = wanted(flinks.keySet());
        verdict.equal("MBeans", new TreeSet<>(wanted.keySet()), new TreeSet<>(own().keySet()));
        for (Map.Entry<String, ObjectName> bean : own().entrySet()) {
            Member member = wanted.get(bean.getKey());
            if (member != null) {
                member.judge(verdict, server, bean.getValue(), flinks.get(bean.getKey()));
            }
        }
    }

    /** What is to be there: what Flink shows, and what it drops by a rule. */
    private Map<String, Member> wanted(Set<String> flinks) throws JMException {
        Map<String, Member> wanted = new LinkedHashMap<>();
        Wanted spelling = new Wanted(settings());
        boolean isFiltered = settings().keySet().stream().anyMatch(key -> key.contains(".filter."));
        for (Member member : members.values()) {
            JsonObject resolved = described.get(member.group()).getAsJsonObject("resolved");
            String name = spelling.of(resolved, member.name()).getCanonicalName();
            if (flinks.contains(name)) {
                wanted.putIfAbsent(name, member);
            } else if (spelling.overrides(resolved)) {
                verdict.deviates(Verdict.Rule.ADDITIONAL);
                wanted.put(name, member);
            } else if (spelling.isDropped(resolved, member.name())) {
                verdict.deviates(Verdict.Rule.NAMES);
                wanted.put(name, member);
            } else {
                verdict.equal("dropped by the filter, " + name, true, isFiltered);
            }
        }
        List<String> missing = new ArrayList<>(flinks);
        missing.removeAll(wanted.keySet());
        missing.removeIf(name -> name.contains(".:"));
        verdict.equal("what only Flink shows", List.of(), missing);
        return wanted;
    }

    /** The beans of the server but its own. */
    private Map<String, ObjectName> own() {
        Map<String, ObjectName> own = new LinkedHashMap<>();
        for (ObjectName name : server.queryNames(null, null)) {
            if (!name.getDomain().equals("JMImplementation")) {
                own.put(name.getCanonicalName(), name);
            }
        }
        return own;
    }
}
