package metra;

/** A call that metra refused, or that failed. Updates of metrics never throw it. */
public final class MetraException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Status status;

    MetraException(Status status, String message) {
        super(message);
        this.status = status;
    }

    /** Called from C. */
    MetraException(int status, String message) {
        this(Status.of(status), message);
    }

    /** What sort of failure it was. */
    public Status status() {
        return status;
    }
}
