package io.promptmill.training;

import ai.djl.pytorch.jni.JniUtils;

/**
 * How many threads compute one of libtorch's operations together. It holds for the whole process and for the thread that
 * asks; closing it puts back what the process began with. Used and closed by one thread, after the engine has been loaded.
 */
final class ComputingThreads implements AutoCloseable {
    /** DJL's setting for all of the process; {@code LoadedModel.configureEngine} makes it. */
    private static final String SETTING = "ai.djl.pytorch.num_threads";

    private final int threads;

    ComputingThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread computes, but not " + threads);
        }
        this.threads = threads;
        resume();
    }

    void resume() {
        JniUtils.setNumThreads(threads);
    }

    @Override
    public void close() {
        JniUtils.setNumThreads(Integer.getInteger(SETTING, 1));
    }
}
