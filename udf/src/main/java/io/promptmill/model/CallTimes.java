package io.promptmill.model;

import java.util.concurrent.TimeUnit;

/**
 * Where an engine's calls of the network spend their time; additive over engines. Parts of a step are timed on some
 * steps only, by computing them once more on the same slots.
 *
 * @param steps all steps
 * @param stepNanos time of all steps
 * @param prefillNanos time of computing prompts into slots
 * @param cacheNanos time of keeping the cache: growing, copying, remembering tokens
 * @param takenApart steps that were taken apart
 * @param wholeNanos time of these steps themselves
 * @param networkNanos time of these steps without the choice of the next token
 * @param callNanos time of these steps when nothing is computed: arguments in, results out
 * @param extraNanos what taking them apart cost
 */
public record CallTimes(
        long steps,
        long stepNanos,
        long prefillNanos,
        long cacheNanos,
        long takenApart,
        long wholeNanos,
        long networkNanos,
        long callNanos,
        long extraNanos) {
    /** No calls. */
    public static final CallTimes NONE = new CallTimes(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Steps of one call, which may have been taken apart; {@code extraNanos} is what that cost. */
    static CallTimes ofSteps(long steps, long nanos, long extraNanos) {
        return new CallTimes(steps, nanos, 0, 0, 0, 0, 0, 0, extraNanos);
    }

    /** Steps of one call that was taken apart: the whole, its network alone, and the bare call. */
    static CallTimes ofParts(long steps, long wholeNanos, long networkNanos, long callNanos) {
        return new CallTimes(0, 0, 0, 0, steps, wholeNanos, networkNanos, callNanos, 0);
    }

    /** Prompts computed into slots. */
    static CallTimes ofPrefill(long nanos) {
        return new CallTimes(0, 0, nanos, 0, 0, 0, 0, 0, 0);
    }

    /** Work on the cache. */
    static CallTimes ofCache(long nanos) {
        return new CallTimes(0, 0, 0, nanos, 0, 0, 0, 0, 0);
    }

    /** Both together. */
    public CallTimes plus(CallTimes other) {
        return new CallTimes(
                steps + other.steps,
                stepNanos + other.stepNanos,
                prefillNanos + other.prefillNanos,
                cacheNanos + other.cacheNanos,
                takenApart + other.takenApart,
                wholeNanos + other.wholeNanos,
                networkNanos + other.networkNanos,
                callNanos + other.callNanos,
                extraNanos + other.extraNanos);
    }

    /** Milliseconds a step takes, without prefills and the engine's own work. */
    public double stepMillis() {
        return millis(stepNanos, steps);
    }

    /** Milliseconds of a step for the call itself: tensors made of arrays, the way into native code and back. */
    public double callMillis() {
        return millis(callNanos, takenApart);
    }

    /** Milliseconds of a step from token ids to logits. */
    public double networkMillis() {
        return millis(networkNanos - callNanos, takenApart);
    }

    /** Milliseconds of a step from logits to the next token. */
    public double samplingMillis() {
        return millis(wholeNanos - networkNanos, takenApart);
    }

    // On a busy machine a part may by chance have taken longer than the whole.
    private static double millis(long nanos, long times) {
        return times == 0 ? 0 : (double) Math.max(0, nanos) / times / TimeUnit.MILLISECONDS.toNanos(1);
    }
}
