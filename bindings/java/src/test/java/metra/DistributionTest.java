package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import org.junit.jupiter.api.Test;

class DistributionTest {
    private final Scene scene = new Scene();
    private final Distribution distribution = scene.shop().distribution("size");

    @Test
    void it_says_count_sum_min_max_and_mean() {
        distribution.update(4);
        distribution.update(-1);
        DistributionReading reading = new DistributionReading(2, 3, -1, 4, 1.5);
        assertEquals(reading, distribution.read());
        assertEquals(reading, scene.values().get("shop.size"));
    }

    @Test
    void a_cell_writes_what_the_library_reads() {
        long[] values = {5, -3, 0, Long.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 7, -1};
        Distribution other = scene.shop().distribution("other");
        try (DistributionCell cell = distribution.cell()) {
            for (long value : values) {
                cell.update(value);
                other.update(value);
                assertEquals(other.read(), distribution.read());
            }
            cell.close();
            cell.update(1);
        }
        assertEquals(8, distribution.read().count());
    }

    @Test
    void batches_count_every_value_wherever_they_are() {
        distribution.update(new long[] {1, 2});
        distribution.update(new long[] {100, 3, 4, 100}, 1, 2);
        distribution.update(LongBuffer.wrap(new long[] {100, 5}, 1, 1));
        distribution.update(LongBuffer.wrap(new long[] {6}).asReadOnlyBuffer());
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            LongBuffer direct = ByteBuffer.allocateDirect(24).order(order).asLongBuffer();
            direct.put(0, 100).put(1, 7).put(2, 100);
            direct.position(1).limit(2);
            distribution.update(direct);
            assertEquals(1, direct.position());
        }
        assertEquals(new DistributionReading(8, 35, 1, 7, 35 / 8.0), distribution.read());
    }

    @Test
    void ranges_outside_the_array_and_null_are_ignored() {
        long[] values = {1, 2};
        distribution.update(values, 1, 2);
        distribution.update(values, -1, 1);
        distribution.update(values, 0, -1);
        distribution.update(values, Integer.MAX_VALUE, Integer.MAX_VALUE);
        distribution.update((long[]) null);
        distribution.update(null, 0, 0);
        distribution.update((LongBuffer) null);
        assertEquals(DistributionReading.EMPTY, distribution.read());
    }

    @Test
    void a_closed_one_ignores_updates_and_reads_nothing() {
        distribution.update(1);
        distribution.close();
        distribution.update(2);
        distribution.update(new long[] {3});
        distribution.update(ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).asLongBuffer());
        assertEquals(DistributionReading.EMPTY, distribution.read());
        assertEquals(new DistributionReading(1, 1, 1, 1, 1), scene.values().get("shop.size"));
    }
}
