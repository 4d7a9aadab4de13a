package io.promptmill.generation;

import io.promptmill.Completion;
import io.promptmill.FinishReason;
import io.promptmill.TokenIds;
import io.promptmill.tokenizer.StopMatch;
import io.promptmill.tokenizer.StopStrings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/** The tokens of one sequence, prompt first, and how it ended. Single-threaded. */
final class GrowingSequence {
    private final PromptInFlight prompt;
    private final int[] tokens;
    private final List<Float> logprobs;
    private final StopStrings stopStrings;
    private int length;
    private FinishReason finishReason;
    private StopMatch stopMatch;

    GrowingSequence(PromptInFlight prompt) {
        this.prompt = prompt;
        TokenIds start = prompt.encoded().tokens();
        this.tokens = new int[start.size() + prompt.encoded().maxNewTokens()];
        System.arraycopy(start.toArray(), 0, tokens, 0, start.size());
        this.length = start.size();
        this.logprobs = new ArrayList<>();
        this.stopStrings = prompt.newStopStrings();
    }

    private GrowingSequence(GrowingSequence parent) {
        this.prompt = parent.prompt;
        this.tokens = parent.tokens.clone();
        this.length = parent.length;
        this.logprobs = new ArrayList<>(parent.logprobs);
        this.stopStrings = parent.stopStrings == null ? null : parent.stopStrings.copy();
    }

    /** This sequence and one more token; this one stays as it is. */
    GrowingSequence continuedBy(int token, float logprob) {
        GrowingSequence child = new GrowingSequence(this);
        child.append(token, logprob);
        return child;
    }

    void append(int token, float logprob) {
        tokens[length] = token;
        length++;
        logprobs.add(logprob);
        stopMatch = stopStrings == null ? null : stopStrings.append(token).orElse(null);
        if (stopMatch != null || prompt.encoded().endTokens().contains(token)) {
            finishReason = FinishReason.STOP;
        } else if (length == tokens.length) {
            finishReason = FinishReason.LENGTH;
        }
    }

    boolean isFinished() {
        return finishReason != null;
    }

    int newTokens() {
        return logprobs.size();
    }

    int lastPosition() {
        return length - 1;
    }

    int lastToken() {
        return tokens[length - 1];
    }

    /**
     * How many steps can be computed before the token of the first is looked at: they stay within the length, and the
     * same tokens are banned in each of them, whatever is chosen.
     */
    int stepsAhead() {
        return Math.min(tokens.length - length, prompt.bans().stepsUnchanged(newTokens()));
    }

    void forEachBan(IntConsumer ban) {
        prompt.bans().forEach(tokens, length, newTokens(), ban);
    }

    /** Counts them all: for a sequence that cannot go on, not for every step. */
    boolean bansEveryToken(int vocabularySize) {
        BitSet banned = new BitSet(vocabularySize);
        forEachBan(banned::set);
        return banned.cardinality() == vocabularySize;
    }

    Completion completion(int index) {
        TokenIds generated = TokenIds.of(tokens).slice(length - newTokens(), length);
        return new Completion(
                index,
                prompt.text(generated, stopMatch),
                generated,
                finishReason,
                stopMatch == null ? null : stopMatch.stop(),
                logprobs.stream().mapToDouble(Float::doubleValue).sum(),
                logprobs);
    }
}
