package io.promptmill.generation;

import io.promptmill.Completion;
import io.promptmill.GenerationConfig;
import io.promptmill.Problem;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import io.promptmill.tokenizer.StopMatch;
import io.promptmill.tokenizer.StopStrings;
import io.promptmill.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** A prompt between its admission and its result: which sequences are still to start, which are done. Single-threaded. */
final class PromptInFlight {
    private final EncodedPrompt encoded;
    private final Tokenizer tokenizer;
    private final EngineSettings settings;
    private final int vocabularySize;
    private final TokenBans bans;
    /** Of a sequence that has only its prompt yet; null where there are no stop strings. */
    private final StopStrings stopStrings;

    private final List<Completion> completions = new ArrayList<>();
    /** Indices of sequences that had started and were lost. */
    private final Deque<Integer> lost = new ArrayDeque<>();

    private int started;
    /** The answer where it is not ok; null as long as it may be. */
    private PromptResult refusal;

    /**
     * A prompt of which no sequence has started.
     *
     * @param tokenizer null where no text is wanted
     */
    PromptInFlight(EncodedPrompt encoded, Tokenizer tokenizer, EngineSettings settings, int vocabularySize) {
        this.encoded = encoded;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.vocabularySize = vocabularySize;
        this.bans = new TokenBans(encoded);
        List<String> stop = encoded.config().stop();
        this.stopStrings = stop.isEmpty() ? null : new StopStrings(tokenizer, stop, encoded.tokens());
    }

    String id() {
        return encoded.prompt().id();
    }

    EncodedPrompt encoded() {
        return encoded;
    }

    TokenBans bans() {
        return bans;
    }

    /** Slots the next decoding takes; 0 when all have started. */
    int rowsToStart() {
        GenerationConfig config = encoded.config();
        if (config.numBeams() > 1) {
            return started == 0 || !lost.isEmpty() ? config.numBeams() : 0;
        }
        return started < config.numReturnSequences() || !lost.isEmpty() ? 1 : 0;
    }

    Decoding startNext() {
        int index = lost.isEmpty() ? started++ : lost.remove();
        return encoded.config().numBeams() > 1
                ? new BeamDecoding(this, vocabularySize)
                : new SequenceDecoding(this, index, encoded.prompt().seed().orElse(settings.seed()));
    }

    /** Takes back a decoding that cannot go on; the next to start is the same again, from its first token. */
    void startAgain(Decoding decoding) {
        if (!isGivenUp()) {
            lost.add(decoding.index());
        }
    }

    void complete(Decoding decoding) {
        completions.addAll(decoding.completions());
    }

    /** Gives the prompt up for a reason of ours: no further sequence starts, and none of its completions is returned. */
    void fail(Problem why) {
        giveUp(PromptResult.failed(id(), why));
    }

    /** Gives the prompt up for a reason of its own. */
    void reject(Problem why) {
        giveUp(PromptResult.rejected(id(), why));
    }

    private void giveUp(PromptResult answer) {
        refusal = answer;
        started = encoded.config().numReturnSequences();
        lost.clear();
    }

    boolean isGivenUp() {
        return refusal != null;
    }

    boolean isDone() {
        return isGivenUp() || completions.size() == encoded.config().numReturnSequences();
    }

    PromptResult result() {
        if (isGivenUp()) {
            return refusal;
        }
        completions.sort(Comparator.comparingInt(Completion::index));
        return PromptResult.ok(id(), encoded.tokens().size(), completions);
    }

    /** A watch for the prompt's stop strings, or null where it has none. */
    StopStrings newStopStrings() {
        return stopStrings == null ? null : stopStrings.copy();
    }

    /**
     * The text of generated ids, as the settings want it returned.
     *
     * @param match where a stop string was found, or null
     */
    String text(TokenIds generated, StopMatch match) {
        if (tokenizer == null) {
            return null;
        }
        String continuation = match == null ? tokenizer.decode(generated) : tokenizer.decodeBefore(match, generated);
        return switch (settings.returnedText()) {
            case CONTINUATION -> continuation;
            case PROMPT_AND_CONTINUATION -> promptText() + continuation;
        };
    }

    private String promptText() {
        String text = encoded.prompt().text();
        return text != null ? text : tokenizer.decode(encoded.prompt().tokenIds());
    }
}
