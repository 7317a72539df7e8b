package metra;

import java.util.function.Supplier;

/** What C asks for a gauge whose answers have no type of their own. */
@FunctionalInterface
interface AnySupplier {
    /** A {@link Long}, {@link Double}, {@link Boolean} or {@link String}, or null for no value. */
    Object get();

    static AnySupplier of(Supplier<?> supplierOrNull) {
        return supplierOrNull == null ? null : () -> checked(supplierOrNull.get());
    }

    /** Makes one of these of an answer; generics are erased, so that it may be anything. */
    private static Object checked(Object answer) {
        if (answer == null || answer instanceof String || answer instanceof Boolean) {
            return answer;
        }
        if (answer instanceof Long || answer instanceof Integer || answer instanceof Short || answer instanceof Byte) {
            return ((Number) answer).longValue();
        }
        if (answer instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException("a gauge answers with text, a truth value or a number, not with a "
                + answer.getClass().getName());
    }
}
