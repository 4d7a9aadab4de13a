package io.promptmill.generation;

import io.promptmill.Completion;
import io.promptmill.EarlyStopping;
import io.promptmill.GenerationConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search as transformers has it ({@code GenerationMixin._beam_search}). Scores are float32 sums of processed
 * log-probabilities. A step looks at so many candidates that {@code num_beams} of them go on, whichever others end.
 * Finished sequences are compared by score / length ^ length_penalty.
 */
final class BeamDecoding implements Decoding {
    /** What transformers takes for minus infinity here; keeps twins of the first beam apart. */
    private static final float UNLIKELY = -1e9f;

    /**
     * The network gives every row of a step as many candidates as one of them asks for. Which of equally likely tokens
     * are among them changes with that number: so all ask for the same, and ties are broken here.
     */
    private static final int CANDIDATE_MULTIPLE = 64;

    private final PromptInFlight prompt;
    private final GenerationConfig config;
    private final int wanted;
    private final int candidatesOfRow;
    private final int candidatesToAskFor;
    private List<Beam> running = new ArrayList<>();
    private List<Beam> finished = new ArrayList<>();
    private int[] parents;
    private boolean ended;
    private boolean failed;

    private record Beam(GrowingSequence sequence, float score, int parent) {}

    /** A possible next token of a running beam. */
    private record Candidate(int row, int token, float score, float logprob) {}

    BeamDecoding(PromptInFlight prompt, int vocabularySize) {
        this.prompt = prompt;
        this.config = prompt.encoded().config();
        this.wanted = Math.max(2, 1 + prompt.encoded().endTokens().size()) * config.numBeams();
        this.candidatesOfRow = Math.min(wanted, vocabularySize);
        int roundedUp = -Math.floorDiv(-wanted, CANDIDATE_MULTIPLE) * CANDIDATE_MULTIPLE;
        this.candidatesToAskFor = Math.min(roundedUp, vocabularySize);
        for (int row = 0; row < config.numBeams(); row++) {
            running.add(new Beam(new GrowingSequence(prompt), row == 0 ? 0 : UNLIKELY, row));
        }
    }

    @Override
    public PromptInFlight prompt() {
        return prompt;
    }

    @Override
    public int index() {
        return 0;
    }

    @Override
    public int rows() {
        return config.numBeams();
    }

    @Override
    public int position() {
        return running.get(0).sequence().lastPosition();
    }

    /** One: which beams go on is decided here. */
    @Override
    public int stepsAhead() {
        return 1;
    }

    @Override
    public void writeRow(int row, int slot, StepBatch batch) {
        GrowingSequence sequence = running.get(row).sequence();
        batch.token(slot, sequence.lastToken(), sequence.lastPosition());
        batch.settings(slot, config);
        batch.candidates(candidatesToAskFor);
        sequence.forEachBan(token -> batch.ban(slot, token));
    }

    @Override
    public void accept(StepResult result, int[] slots) {
        for (int slot : slots) {
            failed |= !result.isValid(slot);
        }
        if (failed) {
            return;
        }
        List<Beam> continued = best(result, slots).stream()
                .map(c -> new Beam(
                        running.get(c.row()).sequence().continuedBy(c.token(), c.logprob()), c.score(), c.row()))
                .toList();
        finish(continued.subList(0, config.numBeams()));
        running = continued.stream()
                .map(beam -> beam.sequence().isFinished()
                        ? new Beam(beam.sequence(), beam.score() + UNLIKELY, beam.parent())
                        : beam)
                .sorted(Comparator.comparing(Beam::score, Comparator.reverseOrder()))
                .limit(config.numBeams())
                .toList();
        parents = running.stream().mapToInt(Beam::parent).toArray();
        ended = continued.stream().allMatch(beam -> beam.sequence().isFinished()) || !canImprove();
    }

    /** The best continuations over all beams, best first; ties go to the earlier beam, then the lower token id. */
    private List<Candidate> best(StepResult result, int[] slots) {
        List<Candidate> candidates = new ArrayList<>();
        for (int row = 0; row < slots.length; row++) {
            float least = result.candidateScore(slots[row], candidatesOfRow - 1);
            for (int rank = 0; rank < result.candidates() && result.candidateScore(slots[row], rank) >= least; rank++) {
                candidates.add(new Candidate(
                        row,
                        result.candidateToken(slots[row], rank),
                        running.get(row).score() + result.candidateScore(slots[row], rank),
                        result.candidateLogprob(slots[row], rank)));
            }
        }
        candidates.sort(Comparator.comparing(Candidate::score, Comparator.reverseOrder())
                .thenComparing(Candidate::row)
                .thenComparing(Candidate::token));
        return candidates.subList(0, Math.min(wanted, candidates.size()));
    }

    /** Lets sequences that have just ended compete with those that ended before; the best num_beams stay. */
    private void finish(List<Beam> top) {
        List<Beam> all = new ArrayList<>(finished);
        for (Beam beam : top) {
            if (beam.sequence().isFinished()) {
                float score = beam.score() / penalty(beam.sequence().newTokens());
                all.add(new Beam(beam.sequence(), score, beam.parent()));
            }
        }
        all.sort(Comparator.comparing(Beam::score, Comparator.reverseOrder()));
        finished = new ArrayList<>(all.subList(0, Math.min(config.numBeams(), all.size())));
    }

    /** Whether the best running beam could still displace a finished one. */
    private boolean canImprove() {
        if (finished.size() < config.numBeams()) {
            return true;
        }
        if (config.earlyStopping() == EarlyStopping.TRUE) {
            return false;
        }
        boolean longerIsBetter = config.earlyStopping() == EarlyStopping.NEVER && config.lengthPenalty() > 0;
        int length = longerIsBetter
                ? prompt.encoded().maxNewTokens()
                : running.get(0).sequence().newTokens();
        float worst =
                Collections.min(finished, Comparator.comparing(Beam::score)).score();
        return running.get(0).score() / penalty(length) > worst;
    }

    private float penalty(int length) {
        return (float) Math.pow(length, config.lengthPenalty());
    }

    @Override
    public boolean hasFailed() {
        return failed;
    }

    @Override
    public boolean bansEveryToken(int vocabularySize) {
        return running.stream().anyMatch(beam -> beam.sequence().bansEveryToken(vocabularySize));
    }

    @Override
    public boolean isFinished() {
        return ended;
    }

    @Override
    public int[] parents() {
        return parents;
    }

    @Override
    public List<Completion> completions() {
        List<Completion> completions = new ArrayList<>();
        for (Beam beam : finished.subList(0, Math.min(config.numReturnSequences(), finished.size()))) {
            completions.add(beam.sequence().completion(completions.size()));
        }
        return completions;
    }
}
