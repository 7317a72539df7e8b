package metra.jmx;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import metra.MetricInfo;
import metra.Reading;
import metra.Report;
import metra.Reporter;
import metra.ReporterInfo;

/**
 * Puts every metric into an MBean server, named as Flink's JMX reporter names it.
 *
 * <p>A metric appears at the first report after its registration and says what it said at the last one: the reporter's
 * {@code interval} is how old a value may be. Of two metrics with one name the first that is shown stays; the other is
 * left out, said once through the platform's log ({@code metra.jmx}), and takes its place when it goes.
 */
public final class JmxReporter implements Reporter {
    /** The class by which Flink's configuration asks for it; see {@link metra.Config#addReporter}. */
    public static final String FACTORY_CLASS = "org.apache.flink.metrics.jmx.JMXReporterFactory";

    private static final System.Logger LOGGER = System.getLogger("metra.jmx");

    private final MBeanServer server;
    private final Map<Key, Shown> shown = new ConcurrentHashMap<>();
    private final Set<Key> refused = ConcurrentHashMap.newKeySet();

    /** Reports to the platform's MBean server. */
    public JmxReporter() {
        this(ManagementFactory.getPlatformMBeanServer());
    }

    /** Reports to a server of the program's own. */
    public JmxReporter(MBeanServer server) {
        this.server = server;
    }

    /** A metric of one of the reporters that the configuration gives this class. */
    private record Key(String reporter, long metric) {}

    private record Shown(ObjectName name, Bean bean) {}

    @Override
    public void report(ReporterInfo reporter, Report report) {
        report.collect(reading -> show(reporter, reading));
    }

    @Override
    public void removed(ReporterInfo reporter, MetricInfo metric) {
        Key key = new Key(reporter.name(), metric.id());
        refused.remove(key);
        unregister(shown.remove(key));
    }

    @Override
    public void close(ReporterInfo reporter) {
        refused.removeIf(key -> key.reporter().equals(reporter.name()));
        for (Key key : shown.keySet()) {
            if (key.reporter().equals(reporter.name())) {
                unregister(shown.remove(key));
            }
        }
    }

    private void show(ReporterInfo reporter, Reading reading) {
        Key key = new Key(reporter.name(), reading.metric().id());
        Shown known = shown.get(key);
        if (known != null) {
            known.bean().update(reading.value());
        } else {
            register(key, reporter, reading);
        }
    }

    private void register(Key key, ReporterInfo reporter, Reading reading) {
        try {
            ObjectName name = JmxName.of(reading.metric(), reporter.delimiter());
            Bean bean = Bean.of(reading.metric().type());
            bean.update(reading.value());
            server.registerMBean(bean, name);
            shown.put(key, new Shown(name, bean));
        } catch (InstanceAlreadyExistsException exception) {
            refuse(key, "another MBean has the name " + exception.getMessage());
        } catch (JMException exception) {
            refuse(key, reading.metric().identifier() + " cannot be an MBean: " + exception);
        }
    }

    private void refuse(Key key, String reason) {
        if (refused.add(key)) {
            LOGGER.log(System.Logger.Level.WARNING, reason + "; the metric is left out");
        }
    }

    private void unregister(Shown gone) {
        if (gone == null) {
            return;
        }
        try {
            server.unregisterMBean(gone.name());
        } catch (InstanceNotFoundException exception) {
            LOGGER.log(System.Logger.Level.DEBUG, "somebody else unregistered it", exception);
        } catch (JMException exception) {
            LOGGER.log(System.Logger.Level.WARNING, "cannot unregister " + gone.name(), exception);
        }
    }
}
