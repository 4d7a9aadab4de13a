package io.promptmill.jobs.bench;

import io.promptmill.Prompt;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The prompts of one task, round after round, in one stream or in several. Single-threaded. */
final class WorkStream implements Iterator<Prompt> {
    private final List<Work.Row> rows;
    private final Work.Stream kind;
    private final Rounds rounds;
    private final BenchSettings settings;
    private final int task;
    private int round = -1;
    private int next;

    WorkStream(List<Work.Row> rows, Work.Stream kind, Rounds rounds, BenchSettings settings, int task) {
        this.rows = rows;
        this.kind = kind;
        this.rounds = rounds;
        this.settings = settings;
        this.task = task;
        this.next = rows.size();
    }

    /** Begins the next round, if there is to be one. */
    boolean beginRound() {
        if (!rounds.begins(round + 1)) {
            return false;
        }
        round++;
        next = 0;
        return true;
    }

    @Override
    public boolean hasNext() {
        return next < rows.size() || (kind == Work.Stream.RESUMED && beginRound());
    }

    @Override
    public Prompt next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Work.Row row = rows.get(next);
        String id = task + "-" + round + "-" + next;
        next++;
        return Prompt.ofTokenIds(id, row.tokens(), settings.config(row.newTokens(), row.sequences()));
    }
}
