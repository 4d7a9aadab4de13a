package io.promptmill.jobs.tracking;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Objects;

/**
 * What a run learns from.
 *
 * @param path where it lies
 * @param digest of what is trained on, in hexadecimal digits
 * @param heldOutDigest of what is held out; null where nothing is
 * @param posts texts to train on, passes not counted; null where rows are token ids
 * @param heldOutPosts texts held out; null where nothing is, or where rows are token ids
 * @param tokens to train on in an epoch, passes included
 * @param heldOutTokens that an evaluation looks at; null where nothing is held out
 * @param blocks of an epoch
 * @param blockSize tokens of a block
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TrainingData(
        String path,
        String digest,
        String heldOutDigest,
        Long posts,
        Long heldOutPosts,
        long tokens,
        Long heldOutTokens,
        long blocks,
        int blockSize) {
    public TrainingData {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(digest, "digest");
        if (tokens < 0 || blocks < 0 || blockSize < 1) {
            throw new IllegalArgumentException(tokens + " tokens in " + blocks + " blocks of " + blockSize);
        }
    }
}
