package metra;

import java.nio.ByteBuffer;

/** A cell of a {@link Meter}. */
public final class MeterCell extends Cell {
    MeterCell(Meter meter) {
        super(meter, MeterCell::acquire, MeterCell::release);
    }

    /** Counts one event. */
    public void markEvent() {
        add(1);
    }

    /** Counts events; negative values take back. */
    public void markEvent(long n) {
        add(n);
    }

    private static native ByteBuffer acquire(long meter);

    private static native void release(ByteBuffer cell);
}
