package metra;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MetricGroupTest {
    private final Scene scene = new Scene();
    private final MetricGroup shop = scene.registry.root("shop", Map.of("zone", "ä😀"));

    @Test
    void flinks_groups_say_what_flinks_say() {
        MetricGroup operator = scene.registry
                .taskManager("host-1", "tm-1")
                .job(new JobInfo("00ff", "Word Count"))
                .task(new TaskInfo("abcd", "Map", "attempt", 3, 1))
                .operator(new OperatorInfo("ef01", "upper"));
        assertArrayEquals(
                new String[] {"host-1", "taskmanager", "tm-1", "Word Count", "upper", "3"},
                operator.getScopeComponents());
        assertEquals("host-1.taskmanager.tm-1.Word Count.upper.3.in", operator.getMetricIdentifier("in"));
        assertEquals("1", operator.getAllVariables().get("<task_attempt_num>"));
        assertEquals("upper", operator.getAllVariables().get("<operator_name>"));
    }

    @Test
    void a_coordinator_stands_below_a_job_managers_job() {
        OperatorInfo info = new OperatorInfo("ef01", "source", "abcd", "Source", Map.of("<own>", "x"));
        MetricGroup coordinator = scene.registry.jobManager("host-1").job(new JobInfo("00ff", null)).operator(info);
        assertEquals("00ff", coordinator.getAllVariables().get("<job_name>"));
        assertEquals("abcd", coordinator.getAllVariables().get("<task_id>"));
        assertEquals("x", coordinator.getAllVariables().get("<own>"));
    }

    @Test
    void a_job_below_a_plain_root_is_refused() {
        Refusal.of(Status.INVALID_ARGUMENT, () -> shop.job(new JobInfo("00ff", "x")));
    }

    @Test
    void a_variable_is_not_two_groups() {
        assertEquals("orders", shop.addGroup("topic", "orders").getAllVariables().get("<topic>"));
        assertFalse(shop.addGroup("topic").addGroup("orders").getAllVariables().containsKey("<topic>"));
        assertEquals(Map.of("<zone>", "ä😀"), shop.getAllVariables());
    }

    @Test
    void identifiers_are_spelled_as_asked() {
        MetricGroup group = shop.addGroup("a.b").addGroup("k", "v");
        IdentityOptions plain = new IdentityOptions(null, null, null);
        IdentityOptions dashed = new IdentityOptions("-", "/", text -> text.toUpperCase() + "x".repeat(300));
        String long1 = "x".repeat(300);
        assertEquals("shop.a.b.k.v.n", group.getMetricIdentifier("n", plain));
        assertEquals("shop.a.b.k", group.getLogicalScope(plain));
        assertEquals(
                "SHOP" + long1 + "-A.B" + long1 + "-K" + long1 + "-V" + long1 + "-N" + long1,
                group.getMetricIdentifier("n", dashed));
        assertEquals("shop/A.B" + long1 + "/K" + long1, group.getLogicalScope(dashed));
    }

    @Test
    void what_a_filter_throws_reaches_the_caller() {
        RuntimeException thrown = new IllegalStateException("no filter today");
        IdentityOptions options = new IdentityOptions(null, null, text -> {
            throw thrown;
        });
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> shop.getMetricIdentifier("n", options)));
    }

    @Test
    void a_token_hands_the_group_over_until_it_is_closed() {
        MetricGroup sub = shop.addGroup("sub");
        sub.counter("orders").inc(3);
        long token = sub.token();
        assertEquals("shop.sub.x", MetricGroup.fromToken(token).getMetricIdentifier("x"));
        sub.close();
        assertEquals(0, sub.token());
        Refusal.of(Status.NOT_FOUND, () -> MetricGroup.fromToken(token));
        Refusal.of(Status.NOT_FOUND, () -> MetricGroup.fromToken(0));
        Refusal.of(Status.NOT_FOUND, () -> MetricGroup.fromToken(-1));
    }

    @Test
    void a_closed_group_refuses_everything_but_still_says_what_it_was_called() {
        MetricGroup sub = shop.addGroup("sub");
        MetricGroup below = sub.addGroup("below");
        sub.close();
        sub.close();
        assertTrue(sub.isClosed());
        assertTrue(below.isClosed());
        assertFalse(shop.isClosed());
        for (MetricGroup closed : List.of(sub, below)) {
            Refusal.of(Status.CLOSED, () -> closed.counter("x"));
            Refusal.of(Status.CLOSED, () -> closed.monotonicCounter("x"));
            Refusal.of(Status.CLOSED, () -> closed.gauge("x", () -> 1));
            Refusal.of(Status.CLOSED, () -> closed.settableGauge("x", ValueType.LONG));
            Refusal.of(Status.CLOSED, () -> closed.distribution("x"));
            Refusal.of(Status.CLOSED, () -> closed.meter("x"));
            Refusal.of(Status.CLOSED, () -> closed.histogram("x"));
            Refusal.of(Status.CLOSED, () -> closed.addGroup("x"));
            Refusal.of(Status.CLOSED, () -> closed.unregister("x"));
        }
        assertEquals("shop.sub.below.x", below.getMetricIdentifier("x"));
        assertFalse(shop.addGroup("sub").isClosed());
    }

    @Test
    void names_that_are_none_are_refused_with_metras_message() {
        refused(null, Status.NULL_ARGUMENT, "name is NULL");
        refused("", Status.INVALID_ARGUMENT, "a metric name is empty; it needs at least one character");
        refused("a\0b", Status.INVALID_ARGUMENT, "there is a U+0000 in the text");
        refused("\ud800", Status.INVALID_UTF8, "name is not valid UTF-8 after 0 bytes");
        Refusal.of(Status.INVALID_ARGUMENT, () -> shop.counter("x".repeat(70_000)));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.addGroup(null));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.addGroup("k", null));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.addGroup(null, "v"));
        Refusal.of(Status.INVALID_ARGUMENT, () -> shop.addGroup("k", "v\0"));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.unregister(null));
        Refusal.of(Status.NOT_FOUND, () -> shop.unregister("nothing"));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.getMetricIdentifier(null));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.getMetricIdentifier(null, new IdentityOptions(null, null, null)));
        Refusal.of(Status.NULL_ARGUMENT, () -> scene.registry.root(null));
        Refusal.of(Status.INVALID_ARGUMENT, () -> scene.registry.root("x", Map.of("k\0", "v")));
        Refusal.of(Status.INVALID_ARGUMENT, () -> scene.registry.jobManager("a\0b"));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.gauge("x", (LongSupplier) null));
        Refusal.of(Status.NULL_ARGUMENT, () -> shop.gauge("x", (Supplier<?>) null));
    }

    private void refused(String name, Status status, String message) {
        assertEquals(message, Refusal.of(status, () -> shop.counter(name)));
        assertEquals(message, Refusal.of(status, () -> shop.gauge(name, () -> 1)));
        assertEquals(message, Refusal.of(status, () -> shop.meter(name)));
        assertEquals(message, Refusal.of(status, () -> shop.histogram(name)));
    }

    @Test
    void a_name_of_another_type_collides() {
        shop.counter("orders");
        Refusal.of(Status.NAME_COLLISION, () -> shop.histogram("orders"));
        Refusal.of(Status.NAME_COLLISION, () -> shop.gauge("orders", () -> 1));
        assertEquals(2, scene.registry.losses().nameCollisions());
    }

    @Test
    void what_metra_cannot_hold_is_refused_by_its_limit() {
        try (Scene small = new Scene(config -> config.set("metrics.group.limit", "1"))) {
            small.shop().counter("a");
            Refusal.of(Status.LIMIT, () -> small.shop().counter("b"));
            assertEquals(1, small.registry.losses().limits());
        }
    }
}
