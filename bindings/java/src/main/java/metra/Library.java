package metra;

/** libmetra itself: loaded once, or refused with the same error at every use. */
final class Library {
    private static final UnsatisfiedLinkError REFUSAL = attempt();

    private Library() {}

    private static UnsatisfiedLinkError attempt() {
        try {
            Loader.load();
            return null;
        } catch (UnsatisfiedLinkError error) {
            return error;
        }
    }

    /** Makes sure that natives can be called. Whatever begins without a handle asks for this first. */
    static void require() {
        if (REFUSAL != null) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(REFUSAL.getMessage());
            error.initCause(REFUSAL);
            throw error;
        }
    }

    static String version() {
        require();
        return metraVersion();
    }

    static String hotPath() {
        require();
        return metraHotPath();
    }

    static String nameOfStatus(int status) {
        require();
        return statusName(status);
    }

    private static native String metraVersion();

    private static native String metraHotPath();

    private static native String statusName(int status);
}
