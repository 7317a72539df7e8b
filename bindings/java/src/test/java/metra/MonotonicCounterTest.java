package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MonotonicCounterTest {
    private final Scene scene = new Scene();
    private final MonotonicCounter counter = scene.shop().monotonicCounter("bytes");

    @Test
    void it_only_goes_up_whichever_way_it_counts() {
        counter.inc();
        counter.inc(10);
        counter.inc(-5);
        counter.incContended(100);
        counter.incContended(-5);
        try (MonotonicCounterCell cell = counter.cell()) {
            cell.inc();
            cell.inc(1000);
            cell.inc(-5);
        }
        assertEquals(1112, counter.getCount());
        assertEquals(1112L, scene.values().get("shop.bytes"));
    }

    @Test
    void a_closed_one_ignores_updates_and_reads_zero() {
        counter.inc(3);
        counter.close();
        counter.inc(100);
        counter.incContended(100);
        assertEquals(0, counter.getCount());
        assertEquals(3L, scene.values().get("shop.bytes"));
    }
}
