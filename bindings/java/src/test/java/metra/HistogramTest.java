package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private final Scene scene = new Scene();
    private final Histogram histogram = scene.shop().histogram("latency");

    @Test
    void it_says_count_and_sum_for_life_and_quantiles_of_the_window() {
        for (long value = 1; value <= 100; value++) {
            histogram.update(value);
        }
        HistogramReading reading = histogram.read();
        assertEquals(100, histogram.getCount());
        assertEquals(5050, reading.sum());
        assertEquals(100, reading.windowCount());
        assertEquals(1, reading.min());
        assertEquals(100, reading.max());
        assertEquals(50.5, reading.p50(), 0.5);
        assertEquals(90, histogram.quantile(0.9), 1);
        assertEquals(reading, scene.values().get("shop.latency"));
    }

    @Test
    void batches_count_every_value() {
        histogram.update(new long[] {1, 2});
        histogram.update(new long[] {100, 3, 100}, 1, 1);
        histogram.update(LongBuffer.wrap(new long[] {4}));
        LongBuffer direct = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).asLongBuffer();
        histogram.update(direct.put(0, 5));
        assertEquals(5, histogram.read().count());
        assertEquals(15, histogram.read().sum());
    }

    @Test
    void quantiles_that_are_none_are_refused() {
        for (double q : new double[] {0, -1, 1.1, Double.NaN}) {
            Refusal.of(Status.INVALID_ARGUMENT, () -> histogram.quantile(q));
        }
    }

    @Test
    void a_closed_one_ignores_updates_and_reads_nothing() {
        histogram.update(1);
        histogram.close();
        histogram.update(2);
        histogram.update(new long[] {3});
        assertEquals(HistogramReading.EMPTY, histogram.read());
        assertEquals(Double.NaN, histogram.quantile(0.5));
    }
}
