package metra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder of the jar's libraries, only as long as it takes to load them. */
final class Extracted implements AutoCloseable {
    private final Path folder;
    private final List<Path> files = new ArrayList<>();

    Extracted() {
        try {
            folder = Files.createTempDirectory("metra");
        } catch (IOException exception) {
            throw failure("cannot make a folder for the jar's libraries", exception);
        }
    }

    Path file(String name) {
        String resource = "native/" + System.getProperty("os.name") + "-" + System.getProperty("os.arch") + "/" + name;
        Path file = folder.resolve(name);
        try (InputStream library = Extracted.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new UnsatisfiedLinkError("the jar has no " + resource + ": it was built for another platform");
            }
            files.add(file);
            Files.copy(library, file);
            return file;
        } catch (IOException exception) {
            throw failure("cannot write " + file, exception);
        }
    }

    /** Removes the files: what is loaded stays loaded. */
    @Override
    public void close() {
        try {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException exception) {
            throw failure("cannot remove " + folder, exception);
        }
    }

    private static UnsatisfiedLinkError failure(String what, IOException cause) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError(what + ": " + cause);
        error.initCause(cause);
        return error;
    }
}
