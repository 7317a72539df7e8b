package metra;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the process's one copy of libmetra: one that is loaded already, or the one that the system property
 * {@value #PROPERTY} names, or the jar's own.
 */
final class Loader {
    /** The path of a libmetra.so.0 to take in place of the jar's. */
    static final String PROPERTY = "metra.library";

    private Loader() {}

    /** Loads everything there is to load. */
    static void load() {
        try (Extracted extracted = new Extracted()) {
            System.load(extracted.file("libmetra_jni_loader.so").toString());
            String found = "a libmetra that this process has loaded already";
            if (loaded() == null) {
                found = take(extracted);
            }
            check(loaded(), found);
            System.load(extracted.file("libmetra_jni.so").toString());
        }
    }

    /** Loads the configured copy or the jar's own, and says which. */
    private static String take(Extracted extracted) {
        String configured = System.getProperty(PROPERTY);
        if (configured == null) {
            open(extracted.file(soname()), "the jar's own libmetra");
            return "the jar's own libmetra";
        }
        String found = configured + " (system property " + PROPERTY + ")";
        if (!Files.isRegularFile(Path.of(configured))) {
            throw new UnsatisfiedLinkError("found no file " + found + ", wanted libmetra " + wanted());
        }
        open(Path.of(configured).toAbsolutePath(), found);
        return found;
    }

    private static void open(Path path, String found) {
        String refusal = open(path.toString().getBytes(StandardCharsets.UTF_8));
        if (refusal != null) {
            throw new UnsatisfiedLinkError("cannot load " + found + ", wanted libmetra " + wanted() + ": " + refusal);
        }
    }

    /** Before 1.0 a minor version may change everything. */
    private static void check(String version, String found) {
        if (version == null || version.isEmpty()) {
            String what = ", which is no " + soname() + ", wanted libmetra ";
            throw new UnsatisfiedLinkError("found " + found + what + wanted());
        }
        String[] is = version.split("\\.");
        String[] must = wanted().split("\\.");
        if (!is[0].equals(must[0]) || (must[0].equals("0") && !is[1].equals(must[1]))) {
            throw new UnsatisfiedLinkError("found " + found + " of version " + version + ", wanted " + wanted());
        }
    }

    private static native String soname();

    /** The version of the header that this was compiled with. */
    private static native String wanted();

    /** The version of the copy in this process, or null. */
    private static native String loaded();

    /** Null, or why it cannot be loaded. */
    private static native String open(byte[] path);
}
