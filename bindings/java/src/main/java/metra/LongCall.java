package metra;

/** A native call on one object that gives another. */
@FunctionalInterface
interface LongCall {
    long apply(long address);
}
