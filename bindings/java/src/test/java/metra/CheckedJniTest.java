package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the other tests once more in a JVM that checks every JNI call. */
class CheckedJniTest {
    /** All but this one, and those that are about processes or take their time. */
    private static final String OTHERS = "metra\\.(?!CheckedJni|Leak|Loader|Coverage|Readme).*Test";

    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                    .selectors(selectPackage("metra"))
                    .filters(includeClassNamePatterns(OTHERS))
                    .build();
            Launcher launcher = LauncherFactory.create();
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            launcher.execute(request, listener);
            listener.getSummary()
                    .getFailures()
                    .forEach(failure -> System.out.println("FAILED " + failure.getException()));
            System.out.println("ran " + (listener.getSummary().getTestsSucceededCount() > 50));
            System.exit(0);
        }
    }

    @Test
    void every_jni_call_is_as_the_jvm_demands() {
        Child.Outcome outcome = Child.java(Program.class, List.of("-Xcheck:jni"));
        List<String> complaints = outcome.output().lines()
                .filter(line -> line.startsWith("FAILED ") || line.contains("native method") || line.contains("FATAL"))
                .toList();
        assertEquals(List.of(), complaints);
        assertEquals(List.of("ran true"), outcome.output().lines().filter(line -> line.startsWith("ran ")).toList());
        assertEquals(0, outcome.status(), outcome.output());
    }
}
