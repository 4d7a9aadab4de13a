package io.promptmill.jobs.progress;

import io.promptmill.jobs.output.ChunkCounts;
import io.promptmill.jobs.output.ChunkReport;
import io.promptmill.jobs.output.RunPlan;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many prompts of a run may be rejected ({@code --max-rejected}); one more ends it. Immutable.
 *
 * @param prompts that many, 0 or more; empty where there is no such limit
 * @param percent that share of all prompts of the run, 0 to 100; empty where there is no such limit
 */
public record RejectedLimit(OptionalLong prompts, Optional<BigDecimal> percent) {
    /** No limit. */
    public static final RejectedLimit NONE = new RejectedLimit(OptionalLong.empty(), Optional.empty());

    private static final Pattern PROMPTS = Pattern.compile("\\d{1,18}");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?) ?%");
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    public RejectedLimit {
        boolean inRange = percent.isEmpty()
                || (percent.get().signum() >= 0 && percent.get().compareTo(HUNDRED) <= 0);
        if (!inRange || (prompts.isPresent() && prompts.getAsLong() < 0)) {
            throw new IllegalArgumentException("it must be a number of prompts or a percentage up to 100");
        }
    }

    /** Reads {@code none}, a number of prompts, or a percentage such as {@code 0.5%}. */
    public static RejectedLimit of(String text) {
        Matcher percent = PERCENT.matcher(text);
        if (text.equals("none")) {
            return NONE;
        } else if (PROMPTS.matcher(text).matches()) {
            return new RejectedLimit(OptionalLong.of(Long.parseLong(text)), Optional.empty());
        } else if (percent.matches()) {
            return new RejectedLimit(OptionalLong.empty(), Optional.of(new BigDecimal(percent.group(1))));
        }
        throw new IllegalArgumentException(
                "it must be none, a number of prompts, or a percentage from 0% to 100% but was " + text);
    }

    /** Whether so many rejected prompts pass it, whatever comes after them: a share is only known at the end. */
    public boolean isPassed(long rejected) {
        return prompts.isPresent() && rejected > prompts.getAsLong();
    }

    /** Whether so many rejected ones of all prompts of the run pass it. */
    public boolean isPassed(long rejected, long all) {
        return isPassed(rejected)
                || (percent.isPresent()
                        && BigDecimal.valueOf(rejected)
                                        .multiply(HUNDRED)
                                        .compareTo(percent.get().multiply(BigDecimal.valueOf(all)))
                                > 0);
    }

    /** Whether these chunks of a run pass it; a share is looked at where they are all its chunks. */
    public boolean isPassed(List<ChunkReport> reports, RunPlan plan) {
        long rejected = ChunkCounts.sum(reports).rejected();
        return reports.size() < plan.chunks() ? isPassed(rejected) : isPassed(rejected, plan.rows());
    }

    /** That so many rejected prompts pass it, in words. */
    public String passedBy(long rejected) {
        return "--max-rejected " + this + " is passed with " + rejected + " rejected";
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return prompts.isPresent()
                ? Long.toString(prompts.getAsLong())
                : percent.map(share -> share.toPlainString() + "%").orElse("none");
    }
}
