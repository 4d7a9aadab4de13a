package io.promptmill.jobs.command;

import java.util.List;

/**
 * What the help of a command says around its options.
 *
 * @param description one sentence
 * @param synopsis how it is typed
 * @param footer lines below the options
 */
public record CommandHelp(String description, String synopsis, List<String> footer) {}
