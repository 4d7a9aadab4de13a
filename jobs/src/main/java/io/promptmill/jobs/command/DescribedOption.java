package io.promptmill.jobs.command;

/** An option as its command names it: a constant of the command's enum of options. */
public interface DescribedOption {
    /** What is known of it. */
    CommandOption option();
}
