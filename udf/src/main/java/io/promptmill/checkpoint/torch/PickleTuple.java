package io.promptmill.checkpoint.torch;

import java.util.List;

/**
 * A tuple of a pickle. Deliberately without value equality: a hostile one may be nested a million deep.
 */
final class PickleTuple {
    private final List<Object> items;

    PickleTuple(List<Object> items) {
        this.items = items;
    }

    /** In order; None is null. */
    List<Object> items() {
        return items;
    }
}
