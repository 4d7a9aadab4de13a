package io.promptmill.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationOption;
import io.promptmill.GenerationOptions;
import io.promptmill.Prompt;
import io.promptmill.TokenIds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkTest {
    private static final int GPT2 = 50257;

    @Test
    void w1IsAlikeInAllRows() {
        List<Work.Row> rows = Work.W1.rows(64, GPT2);
        assertThat(rows).hasSize(64).allSatisfy(row -> {
            assertThat(row.tokens().size()).isEqualTo(16);
            assertThat(row.newTokens()).isEqualTo(64);
            assertThat(row.sequences()).isEqualTo(1);
        });
        // (i * 7919 + j * 104729 + 13) % 50257
        assertThat(rows.get(0).tokens().slice(0, 4)).isEqualTo(TokenIds.of(13, 4228, 8443, 12658));
        assertThat(rows.get(1).tokens().at(0)).isEqualTo(7932);
        assertThat(rows.get(63).tokens().at(15)).isEqualTo(9308);
    }

    @Test
    void w2MixesLengthsAndLimitsOverFourPromptsASlot() {
        List<Work.Row> rows = Work.W2.rows(64, GPT2);
        assertThat(rows).hasSize(256);
        assertThat(rows.subList(0, 4)).extracting(row -> row.tokens().size()).containsExactly(4, 41, 17, 54);
        assertThat(rows.subList(0, 4)).extracting(Work.Row::newTokens).containsExactly(8, 61, 114, 46);
        assertThat(rows.get(255).tokens().size()).isEqualTo(45);
        assertThat(rows.get(255).newTokens()).isEqualTo(92);
        assertThat(rows.stream().mapToInt(row -> row.tokens().size()).summaryStatistics())
                .satisfies(lengths ->
                        assertThat(List.of(lengths.getMin(), lengths.getMax())).containsExactly(4, 64));
        assertThat(rows.stream().mapToInt(Work.Row::newTokens).summaryStatistics())
                .satisfies(limits ->
                        assertThat(List.of(limits.getMin(), limits.getMax())).containsExactly(8, 128));
        assertThat(rows).allMatch(row -> row.sequences() == 1);
    }

    @Test
    void w3HasLongPromptsWithSiblings() {
        List<Work.Row> rows = Work.W3.rows(3, GPT2);
        assertThat(rows).hasSize(3).allSatisfy(row -> {
            assertThat(row.tokens().size()).isEqualTo(200);
            assertThat(row.newTokens()).isEqualTo(32);
            assertThat(row.sequences()).isEqualTo(5);
        });
        assertThat(rows.get(2).tokens().at(199)).isEqualTo(267);
    }

    @Test
    void aWorkSaysHowManyPositionsItNeeds() {
        for (Work work : Work.values()) {
            assertThat(work.rows(64, GPT2))
                    .extracting(row -> row.tokens().size() + row.newTokens())
                    .allMatch(positions -> positions <= work.positions());
        }
        assertThat(Work.values()).extracting(Work::positions).containsExactly(80, 192, 232);
    }

    @Test
    void aSmallerVocabularyGetsTheRemainder() {
        assertThat(Work.W1.rows(1, 1000).get(0).tokens().slice(0, 4)).isEqualTo(TokenIds.of(13, 228, 443, 658));
    }

    @Test
    void aResumedStreamGoesOnWithTheNextRoundAndAllTasksDoAsMany() {
        Rounds rounds = new Rounds(0);
        assertThat(rounds.begins(0)).isTrue();
        assertThat(rounds.begins(1)).isFalse();
        Rounds plenty = new Rounds(1000);
        WorkStream first = stream(Work.W1, plenty, 0);
        assertThat(first.beginRound()).isTrue();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(first.next().id());
        }
        assertThat(ids).containsExactly("0-0-0", "0-0-1", "0-1-0", "0-1-1", "0-2-0");
        assertThat(plenty.count()).isEqualTo(3);
    }

    @Test
    void aDrainedStreamEndsWithItsRound() {
        WorkStream prompts = stream(Work.W2, new Rounds(1000), 1);
        List<Prompt> round = new ArrayList<>();
        assertThat(prompts.beginRound()).isTrue();
        prompts.forEachRemaining(round::add);
        assertThat(round).extracting(Prompt::id).hasSize(8).startsWith("1-0-0").endsWith("1-0-7");
        assertThat(prompts.beginRound()).isTrue();
        assertThat(prompts.next().id()).isEqualTo("1-1-0");
    }

    @Test
    void aPromptHasExactlyItsNewTokensAndTheChoiceAskedFor() {
        WorkStream prompts = stream(Work.W3, new Rounds(0), 0);
        prompts.beginRound();
        assertThat(prompts.next().config()).satisfies(config -> {
            assertThat(config.maxTokens().newTokens(200)).isEqualTo(32);
            assertThat(config.minTokens().newTokens(200)).isEqualTo(32);
            assertThat(config.eosTokenIds()).isEmpty();
            assertThat(config.numReturnSequences()).isEqualTo(5);
            assertThat(config.doSample()).isTrue();
            assertThat(config.topP()).isEqualTo(0.9);
            assertThat(config.topK()).isZero();
        });
    }

    private static WorkStream stream(Work work, Rounds rounds, int task) {
        GenerationOptions choice = GenerationOptions.none()
                .with(GenerationOption.DO_SAMPLE, true)
                .with(GenerationOption.TOP_P, 0.9)
                .with(GenerationOption.TOP_K, 0);
        return new WorkStream(
                work.rows(2, GPT2), work.stream(), rounds, new BenchSettings(1, 2, 0, 0, 0, choice), task);
    }
}
