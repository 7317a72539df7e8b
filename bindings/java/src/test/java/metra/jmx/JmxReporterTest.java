package metra.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import metra.MetricGroup;
import metra.Scene;
import org.junit.jupiter.api.Test;

class JmxReporterTest {
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private static Scene scene() {
        return new Scene(config -> config.addReporter(JmxReporter.FACTORY_CLASS, new JmxReporter())
                .set("metrics.reporter.j.factory.class", JmxReporter.FACTORY_CLASS));
    }

    @Test
    void a_plain_root_brings_its_own_name_and_its_metrics_theirs() throws JMException {
        ObjectName name = new ObjectName("shop.orders:name=orders");
        try (Scene scene = scene()) {
            scene.shop().counter("orders").inc(3);
            scene.advance(10_000);
            assertEquals(3L, SERVER.getAttribute(name, "Count"));
        }
        assertFalse(SERVER.isRegistered(name));
    }

    @Test
    void types_that_flink_does_not_have_are_beans_too() throws JMException {
        try (Scene scene = scene()) {
            MetricGroup shop = scene.registry.root("shop", Map.of("zone", "b"));
            shop.distribution("size").update(7);
            shop.monotonicCounter("bytes").inc(9);
            scene.advance(10_000);
            ObjectName size = new ObjectName("shop.size:zone=b");
            assertEquals(7L, SERVER.getAttribute(size, "Sum"));
            assertEquals(7.0, SERVER.getAttribute(size, "Mean"));
            assertEquals(9L, SERVER.getAttribute(new ObjectName("shop.bytes:zone=b"), "Count"));
        }
    }

    @Test
    void of_two_metrics_with_one_name_the_second_follows_the_first() throws JMException {
        Logger.getLogger("metra.jmx").setLevel(Level.OFF);
        ObjectName name = new ObjectName("shop.a-b:name=a-b");
        try (Scene scene = scene()) {
            scene.shop().counter("a:b").inc(1);
            scene.shop().counter("a*b").inc(2);
            scene.advance(20_000);
            assertEquals(1L, SERVER.getAttribute(name, "Count"));
            scene.shop().unregister("a:b");
            scene.advance(10_000);
            assertEquals(2L, SERVER.getAttribute(name, "Count"));
        }
        Logger.getLogger("metra.jmx").setLevel(null);
        assertTrue(SERVER.queryNames(new ObjectName("shop.*:*"), null).isEmpty());
    }
}
