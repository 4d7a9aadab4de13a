package io.promptmill.model;

import ai.djl.engine.EngineException;
import io.promptmill.generation.OutOfNativeMemoryException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Recognises by its message a failure of the native engine for want of memory, which has no type of its own. */
final class NativeMemory {
    /** PyTorch's allocators of host memory ({@code c10/core/impl/alloc_cpu.cpp}) and of CUDA's; the C++ library's. */
    private static final List<String> REFUSALS =
            List.of("can't allocate memory", "not enough memory", "out of memory", "bad_alloc");

    private NativeMemory() {}

    /**
     * Calls the engine.
     *
     * @throws OutOfNativeMemoryException when there is no memory for it
     */
    static <T> T using(Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw isRefused(e) ? new OutOfNativeMemoryException(e) : e;
        }
    }

    static boolean isRefused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (cause instanceof EngineException && REFUSALS.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }
}
