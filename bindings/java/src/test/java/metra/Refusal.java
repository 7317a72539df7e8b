package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** What must be refused. */
public final class Refusal {
    private Refusal() {}

    /** Demands a refusal with this status and a message, which it gives. */
    public static String of(Status status, Executable call) {
        MetraException exception = assertThrows(MetraException.class, call);
        assertEquals(status, exception.status(), exception.getMessage());
        assertFalse(exception.getMessage().isBlank());
        return exception.getMessage();
    }
}
