package io.promptmill.jobs.estimate;

import io.promptmill.generation.PromptSize;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one task's generating costs, in seconds. Immutable.
 *
 * @param step a forward pass, whatever its rows
 * @param row one of its rows
 * @param position a token that one of its rows looks back at
 * @param token a token that is returned: its text, its row, its share of the file
 * @param prefillCall computing prompts of one shape together
 * @param prefillPosition one of their positions
 * @param closing finishing the file of a chunk
 */
record Costs(
        double step,
        double row,
        double position,
        double token,
        double prefillCall,
        double prefillPosition,
        double closing) {
    /** Positions that the engine computes in one call at most. */
    private static final int POSITIONS_OF_A_CALL = 4096;

    /** What prompts have in common that are computed together. */
    private record Shape(boolean shared, int borrowed, int length) {}

    /** Seconds for so many steps, in all of which the same number of rows is in flight. */
    double ofSteps(long steps, long rows, double positionsOfRows) {
        double growing = rows * (steps * (steps - 1) / 2.0);
        return steps * (step + rows * row) + position * (steps * positionsOfRows + growing);
    }

    /** Seconds for the prefills of prompts that start at the same time. */
    double ofPrefills(Collection<PromptSize> prompts) {
        return prefillCall * calls(prompts) + prefillPosition * positions(prompts);
    }

    /** Calls of the network for the prefills of prompts that start at the same time. */
    static long calls(Collection<PromptSize> prompts) {
        Map<Shape, Long> shapes = prompts.stream()
                .filter(prompt -> prompt.prefill() > 0)
                .collect(Collectors.groupingBy(
                        prompt -> new Shape(
                                prompt.sequences() > 1 || prompt.beams() > 1, prompt.borrowed(), prompt.prefill()),
                        Collectors.counting()));
        return shapes.entrySet().stream()
                .mapToLong(shape -> {
                    long together =
                            Math.max(1, POSITIONS_OF_A_CALL / shape.getKey().length());
                    return (shape.getValue() + together - 1) / together;
                })
                .sum();
    }

    /** Positions that these prefills compute. */
    static long positions(Collection<PromptSize> prompts) {
        return prompts.stream().mapToLong(PromptSize::prefill).sum();
    }
}
