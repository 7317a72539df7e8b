package metra;

/** The formats of {@link Registry#write}; in the order of metra.h. */
public enum Format {
    /** Prometheus' text format 0.0.4. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8");

    private final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    /** What HTTP calls the format. */
    public String contentType() {
        return contentType;
    }
}
