package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CounterTest {
    private final Scene scene = new Scene();
    private final Counter counter = scene.shop().counter("orders");

    @Test
    void every_way_of_counting_counts_for_the_same_counter() {
        counter.inc();
        counter.inc(10);
        counter.dec();
        counter.dec(3);
        counter.incContended(100);
        try (CounterCell cell = counter.cell()) {
            cell.inc();
            cell.inc(1000);
            assertEquals(1108, counter.getCount());
        }
        assertEquals(1108, counter.getCount());
        assertEquals(1108L, scene.values().get("shop.orders"));
    }

    @Test
    void the_same_name_is_the_same_counter() {
        counter.inc(2);
        assertEquals(2, scene.shop().counter("orders").getCount());
    }

    @Test
    void counts_wrap_at_64_bits() {
        counter.inc(Long.MAX_VALUE);
        counter.inc();
        assertEquals(Long.MIN_VALUE, counter.getCount());
    }

    @Test
    void two_cells_of_one_counter_count_for_it_both() {
        try (CounterCell one = counter.cell();
                CounterCell two = counter.cell()) {
            one.inc(3);
            two.inc(4);
        }
        assertEquals(7, counter.getCount());
    }

    @Test
    void a_closed_cell_ignores_updates() {
        CounterCell cell = counter.cell();
        cell.inc(3);
        cell.close();
        cell.inc(100);
        cell.close();
        assertEquals(3, counter.getCount());
    }

    @Test
    void a_closed_counter_ignores_updates_and_reads_zero_but_stays_with_its_group() {
        counter.inc(3);
        counter.close();
        counter.inc(100);
        counter.incContended(100);
        counter.dec(100);
        counter.close();
        assertEquals(0, counter.getCount());
        assertEquals(3L, scene.values().get("shop.orders"));
        Refusal.of(Status.NULL_ARGUMENT, counter::cell);
    }

    @Test
    void a_counter_of_a_closed_group_still_counts() {
        scene.shop().close();
        counter.inc(5);
        assertEquals(5, counter.getCount());
        assertEquals(0, scene.values().size());
    }
}
