package io.promptmill.jobs.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** The attempts at one thing that a store is asked to do, with waits between them that grow. Single-threaded. */
final class S3Attempts {
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    /** After so many answers that tell the asker to mend something it is no garbled request either. */
    private static final int MOST_REFUSALS = 4;

    /** Statuses of the kind "mend something" that another attempt can change: timeout, conflict, condition, too many. */
    private static final Set<Integer> PASSING = Set.of(408, 409, 412, 429);

    /** Codes with the status 400 for a body that did not arrive as it was sent; some stores have the last one for all. */
    private static final Set<String> GARBLED = Set.of(
            "BadDigest",
            "InvalidDigest",
            "XAmzContentSHA256Mismatch",
            "IncompleteBody",
            "RequestTimeout",
            "BadRequest");

    private final String what;
    private final int most;
    private int done;
    private int refusals;

    /**
     * Attempts of which none is done.
     *
     * @param what for the message, as {@code Cannot put s3a://bucket/key}
     * @param most how many there are
     */
    S3Attempts(String what, int most) {
        this.what = what;
        this.most = most;
    }

    /**
     * Waits for the next attempt.
     *
     * @param failure why the last one was in vain
     * @throws IOException when it was the last, or the thread is interrupted
     */
    void afterFailure(Exception failure) throws IOException {
        done++;
        refusals += isRefusal(failure) ? 1 : 0;
        if (done >= most || refusals >= MOST_REFUSALS) {
            throw end(new IOException(message(failure)), failure);
        }
        long longest = Math.min(LONGEST_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(done - 1, 10));
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw end(new InterruptedIOException(message(failure)), failure);
        }
    }

    // The failure is no cause, whose message would be told in place of this one.
    private static IOException end(IOException end, Exception failure) {
        end.addSuppressed(failure);
        return end;
    }

    private String message(Exception failure) {
        return what + ": " + failure.getMessage() + " (" + done + (done == 1 ? " attempt)" : " attempts)");
    }

    private static boolean isRefusal(Exception failure) {
        return failure instanceof AwsServiceException answer
                && answer.statusCode() / 100 == 4
                && !PASSING.contains(answer.statusCode())
                && (answer.awsErrorDetails() == null
                        || !GARBLED.contains(
                                String.valueOf(answer.awsErrorDetails().errorCode())));
    }
}
