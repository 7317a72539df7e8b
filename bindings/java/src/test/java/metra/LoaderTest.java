package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
    @TempDir
    private Path folder;

    private Path library;

    /** Loads what its arguments name, and says which libmetra it came to use. */
    static final class Program {
        private Program() {}

        public static void main(String[] paths) throws IOException {
            for (String path : paths) {
                System.load(path);
            }
            for (int attempt = 0; attempt < 2; attempt++) {
                try {
                    System.out.println("version " + Metra.version());
                } catch (UnsatisfiedLinkError error) {
                    System.out.println("refused: " + error.getMessage());
                }
            }
            try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
                mappings.map(line -> line.replaceAll("^\\S+ +\\S+ +\\S+ +\\S+ +\\S+ *", ""))
                        .filter(file -> file.contains("libmetra"))
                        .distinct()
                        .forEach(file -> System.out.println("mapped " + file));
            }
        }
    }

    @BeforeEach
    void copy() throws IOException {
        library = folder.resolve("libmetra.so.0");
        String resource = "native/" + System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        try (InputStream own = Metra.class.getResourceAsStream(resource + "/libmetra.so.0")) {
            Files.copy(own, library);
        }
    }

    @Test
    void a_copy_that_is_loaded_already_is_taken_before_all_others() {
        Path other = folder.resolve("libmetra.so.0");
        String output = program(List.of("-Dmetra.library=/nowhere/libmetra.so.0"), other.toString());
        assertEquals(2, occurrences(output, "version 0.1."), output);
        assertEquals(List.of("mapped " + other), copies(output), output);
    }

    @Test
    void a_configured_path_is_taken_before_the_jars_own() {
        String output = program(List.of("-Dmetra.library=" + library));
        assertEquals(List.of("mapped " + library), copies(output), output);
    }

    @Test
    void the_jars_own_is_taken_last_and_leaves_no_file() throws IOException {
        String output = program(List.of("-Djava.io.tmpdir=" + folder));
        assertEquals(1, copies(output).size(), output);
        assertTrue(copies(output).get(0).endsWith("(deleted)"), output);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(library), files.toList());
        }
    }

    @Test
    void a_missing_library_is_an_error_that_names_it_and_what_was_wanted() {
        String output = program(List.of("-Dmetra.library=/nowhere/libmetra.so.0"));
        String refusal = "refused: found no file /nowhere/libmetra.so.0 (system property metra.library), "
                + "wanted libmetra 0.1.";
        assertEquals(2, occurrences(output, refusal), output);
    }

    @Test
    void a_configured_library_of_another_version_is_an_error_that_names_both() throws IOException {
        Path wrong = compiled("const char *metra_version(void) { return \"0.2.7\"; }", "libmetra.so.0");
        String output = program(List.of("-Dmetra.library=" + wrong));
        String refusal = "refused: found " + wrong + " (system property metra.library) of version 0.2.7, wanted 0.1.";
        assertEquals(2, occurrences(output, refusal), output);
    }

    @Test
    void a_loaded_library_of_another_version_is_an_error_that_names_both() throws IOException {
        Path wrong = compiled("const char *metra_version(void) { return \"1.0.0\"; }", "libmetra.so.0");
        String output = program(List.of(), wrong.toString());
        String refusal = "refused: found a libmetra that this process has loaded already of version 1.0.0, wanted 0.1.";
        assertEquals(2, occurrences(output, refusal), output);
    }

    @Test
    void what_is_no_libmetra_is_an_error_that_says_so() throws IOException {
        Path stranger = compiled("int stranger;", "libstranger.so");
        String output = program(List.of("-Dmetra.library=" + stranger));
        assertTrue(output.contains(", which is no libmetra.so.0, wanted libmetra 0.1."), output);
        Path text = Files.writeString(folder.resolve("text"), "no library");
        output = program(List.of("-Dmetra.library=" + text));
        assertTrue(output.contains("refused: cannot load " + text), output);
    }

    private static String program(List<String> options, String... arguments) {
        return Child.java(Program.class, options, arguments).output();
    }

    private Path compiled(String source, String soname) throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.c"), source);
        Path out = folder.resolve("wrong.so");
        Child.Outcome outcome = Child.run(
                "cc", "-shared", "-fPIC", "-Wl,-soname," + soname, file.toString(), "-o", out.toString());
        assertEquals(0, outcome.status(), outcome.output());
        return out;
    }

    private static List<String> copies(String output) {
        return output.lines()
                .filter(line -> line.startsWith("mapped ") && line.contains("libmetra.so"))
                .toList();
    }

    private static long occurrences(String output, String start) {
        return output.lines().filter(line -> line.startsWith(start)).count();
    }
}
