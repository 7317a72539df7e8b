package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
    @Test
    void the_readmes_program_serves_the_readmes_page(@TempDir Path folder) throws IOException, InterruptedException {
        String readme = Files.readString(Path.of("README.md"));
        Path program = Files.writeString(folder.resolve("Shop.java"), block(readme, "java"));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), program.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader()) {
            String said = output.readLine();
            String page = get(said.replace(" until Enter", ""));
            block(readme, "text").lines().forEach(line -> assertTrue(page.lines().anyMatch(line::equals), page));
            process.getOutputStream().close();
            assertEquals(0, process.waitFor(), said);
        } finally {
            process.destroy();
        }
    }

    /** The first block of code in a language. */
    private static String block(String readme, String language) {
        Matcher block = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme);
        assertTrue(block.find());
        return block.group(1);
    }

    private static String get(String address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
