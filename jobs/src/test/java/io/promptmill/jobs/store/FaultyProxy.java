package io.promptmill.jobs.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bad network between a client and a server: passes bytes on in both directions, in pieces of 16 KiB at most, and cuts
 * connections or flips bits of some pieces, drawn by a seed.
 */
final class FaultyProxy implements AutoCloseable {
    /** A network without faults. */
    static final Faults NONE = new Faults(0, 0, 0, 0);

    private static final int PIECE_BYTES = 16 << 10;

    /** Heads of requests are shorter, and bits are flipped in bodies. */
    private static final int HEAD_BYTES = 2_000;

    private final ServerSocket entrance;
    private final URI server;
    private final AtomicInteger done = new AtomicInteger();
    private volatile Faults faults = NONE;
    private Random random = new Random(0);

    /**
     * How likely a fault is at each piece.
     *
     * @param lost an answer, of which the server has done what was asked, is lost with its connection
     * @param dropped the connection ends, whichever way the piece goes
     * @param flippedUp one bit of the body of a request is flipped
     * @param flippedDown one bit of the body of an answer is flipped
     */
    record Faults(double lost, double dropped, double flippedUp, double flippedDown) {}

    FaultyProxy(URI server) throws IOException {
        this.server = server;
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
    }

    /** Has these faults from now on. */
    synchronized void begin(Faults wanted, long seed) {
        random = new Random(seed);
        faults = wanted;
        done.set(0);
    }

    /** How many faults there were since they began. */
    int done() {
        return done.get();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                Socket behind = new Socket(server.getHost(), server.getPort());
                client.setTcpNoDelay(true);
                behind.setTcpNoDelay(true);
                start(() -> pass(client, behind, true));
                start(() -> pass(behind, client, false));
            } catch (IOException e) {
                // the entrance is closed
            }
        }
    }

    private void pass(Socket from, Socket to, boolean up) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[PIECE_BYTES];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                Faults now = faults;
                if (draw(now.dropped) || (!up && draw(now.lost))) {
                    from.setSoLinger(true, 0); // a reset, as from a machine that is gone
                    to.setSoLinger(true, 0);
                    return;
                }
                byte[] sent = Arrays.copyOf(piece, length);
                if (length > HEAD_BYTES && draw(up ? now.flippedUp : now.flippedDown)) {
                    flip(sent);
                }
                out.write(sent);
            }
        } catch (IOException e) {
            // one of the two is gone, and the other goes with it
        }
    }

    private synchronized void flip(byte[] piece) {
        piece[HEAD_BYTES + random.nextInt(piece.length - HEAD_BYTES)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }

    // What cannot happen is not drawn, so that the order of what can is the seed's, whatever else passes.
    private synchronized boolean draw(double probability) {
        if (probability == 0) {
            return false;
        }
        boolean drawn = random.nextDouble() < probability;
        if (drawn) {
            done.incrementAndGet();
        }
        return drawn;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "faulty-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
