package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageTest {
    /** What the header exports and this binding does not call, and why. */
    private static final Map<String, String> NOT_CALLED = Map.of(
            "metra_counter_dec", "Java adds the negative number",
            "metra_distribution_shared_cell", "a call of metra_distribution_update costs Java no more",
            "metra_group_is_python_enabled", "it is about Python",
            "metra_registry_after_fork", "a JVM does not live on in a forked child");

    @Test
    void the_jni_library_calls_everything_that_the_header_exports(@TempDir Path folder) throws IOException {
        Set<String> called = called(folder);
        Set<String> notCalled = exported();
        assertTrue(notCalled.containsAll(called));
        notCalled.removeAll(called);
        assertEquals(NOT_CALLED.keySet(), notCalled);
    }

    private static Set<String> exported() throws IOException {
        String header = Files.readString(Path.of("../../include/metra.h"))
                .replaceAll("(?s)/\\*.*?\\*/", "")
                .replaceAll("//[^\n]*", "")
                .replaceAll("(?ms)^static inline .*?^}", "");
        Matcher names = Pattern.compile("\\b(metra_[a-z0-9_]+)\\s*\\(").matcher(header);
        return names.results().map(name -> name.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The undefined symbols of the library, which the loader looks up in libmetra. */
    private static Set<String> called(Path folder) throws IOException {
        String resource = "native/" + System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        Path library = folder.resolve("libmetra_jni.so");
        try (InputStream own = Metra.class.getResourceAsStream(resource + "/libmetra_jni.so")) {
            Files.copy(own, library);
        }
        Child.Outcome symbols = Child.run("nm", "--dynamic", "--undefined-only", library.toString());
        Matcher names = Pattern.compile("\\bmetra_[a-z0-9_]+").matcher(symbols.output());
        return names.results().map(name -> name.group()).collect(Collectors.toCollection(TreeSet::new));
    }
}
