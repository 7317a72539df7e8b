package metra;

/** What the program's own callbacks throw, said through the platform's log: metra cannot throw it at anybody. */
final class Complaint {
    private static final System.Logger LOGGER = System.getLogger("metra");

    private Complaint() {}

    /** Called from C, once for each callback. */
    static void say(String what, Throwable exception) {
        LOGGER.log(System.Logger.Level.WARNING, what + " threw; this is said once", exception);
    }
}
