package metra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SettableGaugeTest {
    private final Scene scene = new Scene();

    @Test
    void each_type_begins_with_its_zero_and_holds_what_is_set() {
        check(ValueType.LONG, 0L, gauge -> gauge.set(-7), -7L);
        check(ValueType.DOUBLE, 0.0, gauge -> gauge.set(2.5), 2.5);
        check(ValueType.BOOLEAN, false, gauge -> gauge.set(true), true);
        check(ValueType.TEXT, "", gauge -> gauge.set("grün 😀"), "grün 😀");
    }

    @Test
    void numbers_convert_and_texts_do_not() {
        check(ValueType.LONG, 0L, gauge -> gauge.set(2.9), 2L);
        check(ValueType.DOUBLE, 0.0, gauge -> gauge.set(true), 1.0);
        check(ValueType.TEXT, "", gauge -> gauge.set(5), "");
    }

    @Test
    void texts_that_are_none_are_ignored() {
        for (String bad : new String[] {null, "a\0b", "\ud800"}) {
            check(ValueType.TEXT, "", gauge -> gauge.set(bad), "");
        }
    }

    @Test
    void a_closed_one_ignores_what_is_set() {
        SettableGauge gauge = scene.shop().settableGauge("closed", ValueType.LONG);
        gauge.set(1);
        gauge.close();
        gauge.set(2);
        gauge.set(2.5);
        gauge.set(true);
        gauge.set("x");
        assertEquals(1L, scene.values().get("shop.closed"));
    }

    private void check(ValueType type, Object first, Consumer<SettableGauge> set, Object then) {
        MetricGroup group = scene.shop();
        SettableGauge gauge = group.settableGauge("g", type);
        assertEquals(Optional.of(first), scene.registry.read(gauge));
        set.accept(gauge);
        assertEquals(Optional.of(then), scene.registry.read(gauge));
        group.unregister("g");
    }
}
