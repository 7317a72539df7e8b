package metra.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import metra.MetraException;
import org.junit.jupiter.api.Test;

/** Plays the table that every language plays. */
class ScenariosTest {
    private static final Path TABLE = Path.of("../../tests/vectors/scenarios.json");

    private final List<String> wrong = new ArrayList<>();
    private int scenarios;
    private int steps;

    @Test
    void every_step_of_every_scenario_is_as_the_table_says() throws IOException {
        Logger complaints = Logger.getLogger("metra");
        complaints.setLevel(Level.OFF);
        JsonObject table = JsonParser.parseString(Files.readString(TABLE)).getAsJsonObject();
        table.getAsJsonArray("scenarios").forEach(scenario -> play(scenario.getAsJsonObject()));
        complaints.setLevel(null);
        System.out.println(scenarios + " scenarios, " + steps + " steps");
        assertEquals(List.of(), wrong);
        assertEquals(table.get("scenario_count").getAsInt(), scenarios);
        assertEquals(table.get("step_count").getAsInt(), steps);
    }

    private void play(JsonObject scenario) {
        scenarios++;
        String name = scenario.get("name").getAsString();
        Step settings = new Step(scenario);
        try (Play play = opened(settings)) {
            for (var fields : scenario.getAsJsonArray("steps")) {
                Step step = new Step(fields.getAsJsonObject());
                if (play == null || !holds(play, step, name)) {
                    return;
                }
            }
        } catch (AssertionError | RuntimeException exception) {
            wrong.add(name + ": " + exception);
        }
    }

    /** Null where the configuration was to be refused, and was. */
    private static Play opened(Step settings) {
        try {
            Play play = new Play(settings.texts("config"));
            assertTrue(!settings.has("error"), "the configuration must be refused");
            return play;
        } catch (MetraException refusal) {
            judge(settings, refusal);
            return null;
        }
    }

    private boolean holds(Play play, Step step, String name) {
        steps++;
        try {
            judge(play, step);
            assertTrue(step.unread().isEmpty(), () -> "unknown fields " + step.unread());
            return true;
        } catch (AssertionError | RuntimeException | IOException | InterruptedException exception) {
            wrong.add("\n" + name + ": " + step + ": " + exception);
            return false;
        }
    }

    private static void judge(Play play, Step step) throws IOException, InterruptedException {
        Object answer;
        try {
            answer = play.play(step);
        } catch (MetraException refusal) {
            judge(step, refusal);
            step.has("as");
            return;
        }
        assertTrue(!step.has("error"), "it must be refused");
        if (step.has("expect")) {
            assertEquals(Values.of(step.get("expect")), answer);
        } else {
            assertTrue(answer == null, "what it gives is not expected");
        }
    }

    private static void judge(Step step, MetraException refusal) {
        assertEquals(step.text("error"), refusal.status().symbol(), refusal.getMessage());
        if (step.has("says")) {
            assertTrue(refusal.getMessage().contains(step.text("says")), refusal.getMessage());
        }
    }
}
