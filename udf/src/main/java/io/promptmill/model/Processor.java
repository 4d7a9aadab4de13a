package io.promptmill.model;

import ai.djl.Device;

/**
 * The kinds of processor that a network runs on, and what differs between them. The network's own text asks only
 * whether its weights are on a CPU.
 */
enum Processor {
    /** Computes in the thread that asks, so there is nobody to wait. */
    CPU(1, false),
    /**
     * Attends to keys and values of bfloat16 in two thirds of the time that those of float32 take. Where MKL has no
     * instructions for them it takes twice that time; AMX stands for them, since then MKL uses them for certain.
     */
    CPU_WITH_AMX(1, true),
    /**
     * Idles while the host fetches a table and asks for the next, so several steps are queued at once. What they compute of
     * a sequence after its end is in vain: with 4, a step and a half on average. Not tuned yet.
     */
    GPU(4, true);

    private final int stepsPerCall;
    private final boolean bfloat16;

    Processor(int stepsPerCall, boolean bfloat16) {
        this.stepsPerCall = stepsPerCall;
        this.bfloat16 = bfloat16;
    }

    static Processor of(Device device) {
        if (device.isGpu()) {
            return GPU;
        }
        return CpuCapability.ofThisMachine().equals(CpuCapability.WITH_AMX) ? CPU_WITH_AMX : CPU;
    }

    /** How many steps a call computes at most. */
    int stepsPerCall() {
        return stepsPerCall;
    }

    /** Whether it multiplies bfloat16 at full speed. */
    boolean bfloat16() {
        return bfloat16;
    }
}
