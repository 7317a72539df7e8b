package metra.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What Flink 2.3.0 put into an MBean server, and what metra puts there. Each case prints a line: {@code pass} where
 * every bean was Flink's, {@code deviates} with the rules that judged some of them by what metra shows instead.
 */
class JmxVectorsTest {
    private static final Path FOLDER = Path.of("../../tests/vectors/reporters/jmx");

    private final Logger complaints = Logger.getLogger("metra");

    @BeforeEach
    void silence() {
        complaints.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        complaints.setLevel(null);
    }

    @TestFactory
    List<DynamicTest> every_metric_is_an_mbean_as_flinks() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> cases = files.sorted().toList();
            assertFalse(cases.isEmpty());
            return cases.stream().map(JmxVectorsTest::test).toList();
        }
    }

    private static DynamicTest test(Path file) {
        String name = file.getFileName().toString().replace(".json", "");
        return dynamicTest(name, () -> {
            JsonObject vector = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            Verdict verdict = new Verdict();
            try (Case played = new Case(vector, verdict)) {
                played.play();
            }
            System.out.println(verdict.line("jmx/" + name));
            assertEquals(List.of(), verdict.wrong());
        });
    }
}
