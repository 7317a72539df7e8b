package metra;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** 64-bit numbers in memory of metra's. */
final class Word {
    /** Access to the number at an index, in bytes, of a direct buffer. */
    static final VarHandle VALUE = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Where those write who are closed: as large as the largest cell, and nobody reads it. */
    static final ByteBuffer WASTE = ByteBuffer.allocateDirect(136).alignedSlice(Long.BYTES);

    private Word() {}
}
