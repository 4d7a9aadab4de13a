package io.promptmill.generation;

/**
 * A {@link SlotCache} or a pass over it found no memory outside of Java's heap, on the host or on the device. What the
 * cache holds is lost; closing it gives its memory back.
 */
public final class OutOfNativeMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The allocator's refusal. */
    public OutOfNativeMemoryException(Throwable cause) {
        super("There is no native memory left", cause);
    }
}
