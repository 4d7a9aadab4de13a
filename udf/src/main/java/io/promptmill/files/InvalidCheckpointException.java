package io.promptmill.files;

import io.promptmill.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A checkpoint that cannot be used; says what, why and what to do. Immutable. */
public final class InvalidCheckpointException extends Exception {
    private static final long serialVersionUID = 1;

    private static final String DAMAGED = "checkpoint_damaged";
    private static final String CHANGED = "checkpoint_changed";
    private static final int MAX_QUOTED_CHARS = 120;
    private static final int MAX_LISTED = 6;

    private final Problem problem;

    /** A refusal with its reason. */
    public InvalidCheckpointException(Problem problem) {
        this(problem, null);
    }

    /**
     * A refusal that another exception led to.
     *
     * @param cause null where there is none
     */
    public InvalidCheckpointException(Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.problem = problem;
    }

    /** What is wrong, why, and what to do. */
    public Problem problem() {
        return problem;
    }

    /** A file that breaks the rules of its own format. */
    public static InvalidCheckpointException damaged(String file, String what) {
        return new InvalidCheckpointException(new Problem(
                DAMAGED,
                file + ": " + what,
                "so its content cannot be trusted",
                "download or export the checkpoint again"));
    }

    /** Whether a file breaks the rules of its own format. */
    public boolean isDamagedFile() {
        return problem.code().equals(DAMAGED);
    }

    /**
     * A value that is none of those it can be.
     *
     * @param object where it is: the file and the fields that lead to it
     */
    public static InvalidCheckpointException invalid(String object, String what) {
        return new InvalidCheckpointException(new Problem(
                "checkpoint_invalid",
                object + ": " + what,
                "what was meant cannot be guessed",
                "correct it, or download the file again"));
    }

    /** A file that is not there, or a folder or a pipe by its name. */
    static InvalidCheckpointException missing(String file) {
        return new InvalidCheckpointException(new Problem(
                "checkpoint_incomplete",
                file + ": it is missing or not a file",
                "the model cannot be read without it",
                "give the folder with all of the model's files, or download those that it lacks"));
    }

    /** Whether a file was changed while it was read: others of the folder tell nothing about the model then. */
    public boolean isChangedFile() {
        return problem.code().equals(CHANGED);
    }

    /** A file that is no longer what was read of it before. */
    static InvalidCheckpointException changed(String file) {
        return new InvalidCheckpointException(new Problem(
                CHANGED,
                file + " was changed while it was read",
                "what is computed has to be what was checked and digested",
                "run again once nobody writes to the model's folder"));
    }

    /** A pickle that asks for more than plain tensors need. */
    public static InvalidCheckpointException unsafe(String file, String what) {
        return new InvalidCheckpointException(new Problem(
                "checkpoint_unsafe",
                file + ": " + what,
                "plain weights need nothing of the kind and no code of a checkpoint is ever run",
                "use the model's model.safetensors, or save the model anew as safetensors where the file is trusted"));
    }

    /** Something valid that Promptmill does not compute. */
    public static InvalidCheckpointException unsupported(String what, String why, String remedy) {
        return new InvalidCheckpointException(new Problem("checkpoint_unsupported", what, why, remedy));
    }

    /** The first of some items, and how many more there are. */
    public static String listed(List<String> items) {
        String shown = items.stream().limit(MAX_LISTED).collect(Collectors.joining(", "));
        return items.size() > MAX_LISTED ? shown + " and " + (items.size() - MAX_LISTED) + " more" : shown;
    }

    /** Text from a stranger's file for use in a message: in quotes, one line, bounded. */
    public static String quote(String text) {
        return "'" + oneLine(text) + "'";
    }

    /** As {@link #quote} without quotes: what could end the line, move the cursor or turn the text is replaced. */
    public static String oneLine(String text) {
        String cut = text.length() > MAX_QUOTED_CHARS ? text.substring(0, MAX_QUOTED_CHARS) + "..." : text;
        return cut.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
