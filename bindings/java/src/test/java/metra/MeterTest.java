package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MeterTest {
    private final Scene scene = new Scene();

    @Test
    void every_way_of_marking_marks_the_same_meter_and_its_rate_is_flinks() {
        Meter meter = scene.shop().meter("requests", 10);
        meter.markEvent();
        meter.markEvent(20);
        meter.markEventContended(300);
        try (MeterCell cell = meter.cell()) {
            cell.markEvent();
            cell.markEvent(4000);
        }
        scene.advance(10_000);
        assertEquals(4322, meter.getCount());
        assertEquals(432.2, meter.getRate());
        assertEquals(new MeterReading(4322, 432.2), scene.values().get("shop.requests"));
    }

    @Test
    void a_meter_over_a_counter_increments_it() {
        Counter counter = scene.shop().counter("orders");
        Meter meter = scene.shop().meter("rate", counter, 60);
        meter.markEvent(3);
        counter.inc(4);
        assertEquals(7, counter.getCount());
        assertEquals(7, meter.getCount());
    }

    @Test
    void a_meter_over_a_closed_counter_is_refused() {
        Counter counter = scene.shop().counter("orders");
        counter.close();
        Refusal.of(Status.NULL_ARGUMENT, () -> scene.shop().meter("rate", counter, 60));
    }

    @Test
    void the_same_name_with_another_time_span_collides() {
        scene.shop().meter("requests");
        Refusal.of(Status.NAME_COLLISION, () -> scene.shop().meter("requests", 30));
    }

    @Test
    void a_closed_meter_ignores_events_and_reads_zero() {
        Meter meter = scene.shop().meter("requests");
        meter.markEvent(3);
        meter.close();
        meter.markEvent();
        meter.markEventContended(100);
        assertEquals(0, meter.getCount());
        assertEquals(0, meter.getRate());
        assertEquals(new MeterReading(3, 0), scene.values().get("shop.requests"));
    }
}
