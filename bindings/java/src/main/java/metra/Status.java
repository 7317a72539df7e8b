package metra;

/** Why a call failed. Numbers are those of metra.h. */
public enum Status {
    /** A text or object that must be there was null. */
    NULL_ARGUMENT(1),
    /** A text has half of a surrogate pair. */
    INVALID_UTF8(2),
    /** A value outside what the method accepts. */
    INVALID_ARGUMENT(3),
    /** The name belongs to a metric of another type in this group, or to one with other parameters. */
    NAME_COLLISION(4),
    /** The group or the registry is closed. */
    CLOSED(5),
    /** {@code metrics.limit} or {@code metrics.group.limit} is reached. */
    LIMIT(6),
    /** A callback of the program's did not finish in time. */
    TIMEOUT(7),
    /** A configuration key has a value it cannot have, or a file is malformed. */
    CONFIG(8),
    /** The operating system refused: a file, a socket, a thread. */
    IO(9),
    /** Nothing of that name, or a token of something that is gone. */
    NOT_FOUND(10),
    /** Not possible at this moment, or from inside this callback. */
    BUSY(11),
    /** This build of metra was made without the feature. */
    UNSUPPORTED(12),
    /** A defect in metra. */
    PANIC(13);

    private final int number;

    Status(int number) {
        this.number = number;
    }

    /** The name that metra.h gives it, {@code METRA_ERROR_CLOSED} for instance. */
    public String symbol() {
        return Library.nameOfStatus(number);
    }

    static Status of(int number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return PANIC;
    }
}
