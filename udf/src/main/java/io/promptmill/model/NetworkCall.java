package io.promptmill.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A call of one method of the network.
 *
 * @param method its name in the network's text
 * @param arguments makes the arguments that live for this call only, on the device or, by the second manager, on the
 *     host
 * @param resident further arguments, which outlive the call
 */
record NetworkCall(String method, BiFunction<NDManager, NDManager, List<NDArray>> arguments, List<NDArray> resident) {
    /** A call with nothing but numbers, which stay on the host. */
    static NetworkCall of(String method, long... numbers) {
        return new NetworkCall(
                method, (device, host) -> numbers.length == 0 ? List.of() : List.of(host.create(numbers)), List.of());
    }
}
