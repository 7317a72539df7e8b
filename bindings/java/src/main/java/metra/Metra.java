package metra;

/** The library. */
public final class Metra {
    private Metra() {}

    /** The version of the libmetra in this process, {@code 0.1.0} for instance. */
    public static String version() {
        return Library.version();
    }

    /** The path that updates through the library take here, {@code portable} for instance. */
    public static String hotPath() {
        return Library.hotPath();
    }
}
