package io.promptmill.jobs.estimate;

import io.promptmill.Sha256;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Some of many, chosen by the digests of their ids: the same ones in whatever order and parts they come. Single-threaded.
 *
 * @param <T> what is chosen from
 */
final class Draw<T extends Serializable> implements Serializable {
    private static final long serialVersionUID = 1;

    private final int most;
    private final TreeMap<Long, T> drawn = new TreeMap<>();

    /** Nothing yet, and never more than so many. */
    Draw(int most) {
        this.most = most;
    }

    /** Where an id stands among all; not by what its chunk goes by. */
    static long rank(String id) {
        byte[] digest = Sha256.newDigest().digest(("drawn " + id).getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }

    /** Offers one of that rank, which is made only where it is taken. */
    void offer(long rank, Supplier<T> one) {
        if (drawn.size() < most || rank < drawn.lastKey()) {
            drawn.put(rank, one.get());
            if (drawn.size() > most) {
                drawn.pollLastEntry();
            }
        }
    }

    /** Offers all of another draw. */
    void offerAll(Draw<T> other) {
        other.drawn.forEach((rank, one) -> offer(rank, () -> one));
    }

    /** Those that are drawn. */
    List<T> all() {
        return List.copyOf(drawn.values());
    }
}
