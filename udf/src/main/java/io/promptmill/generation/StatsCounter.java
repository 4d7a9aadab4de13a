package io.promptmill.generation;

import io.promptmill.Completion;
import io.promptmill.PromptResult;
import io.promptmill.TokenIds;
import java.util.List;

/** Counts what an engine does. Single-threaded. */
final class StatsCounter {
    private GenerationStats stats = GenerationStats.NONE;

    GenerationStats stats() {
        return stats;
    }

    void prefilled(List<TokenIds> prompts, int paddedLength) {
        long tokens = prompts.stream().mapToLong(TokenIds::size).sum();
        long positions = (long) prompts.size() * paddedLength;
        add(GenerationStats.ofPrefills(prompts.size(), positions, positions - tokens));
    }

    void refilled(int sequences) {
        add(GenerationStats.ofRefills(sequences));
    }

    /**
     * Counts a step.
     *
     * @param live its rows that belong to a sequence in flight
     * @param rows all its rows
     * @param slots how many rows it could have had
     */
    void stepped(int live, int rows, int slots) {
        add(GenerationStats.ofStep(live, rows, slots));
    }

    void returned(PromptResult result) {
        long tokens = result.completions().stream()
                .map(Completion::tokenIds)
                .mapToLong(TokenIds::size)
                .sum();
        add(GenerationStats.ofTokens(tokens));
    }

    void halved() {
        add(GenerationStats.ofHalving());
    }

    private void add(GenerationStats more) {
        stats = stats.plus(more);
    }
}
