package io.promptmill.jobs.prepare;

import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.source.SourceColumn;
import io.promptmill.jobs.source.SourceFormat;
import io.promptmill.jobs.source.SourceSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What one run of {@code prepare} is asked to do, every value checked.
 *
 * @param source where the posts are, and their columns
 * @param output the folder for the training texts
 * @param overwrites whether files of an earlier run there are replaced
 * @param steps what is done to the posts
 * @param minWords fewer make a post short
 * @param languages codes in lower case; empty where any language is taken
 * @param user the handle of the user of rows that name none
 * @param users handles of those whose posts are taken; empty for everybody's
 * @param optOut the file of those who opted out; empty where there is none
 * @param minCharacters of a user's kept posts, with separators; fewer refuse the run
 * @param warnCharacters fewer are warned of
 * @param heldOutShare of the kept posts
 * @param passes how often all posts are in the training texts
 * @param seed keys their order
 * @param told the options that can change what is written, by name
 */
record PrepareSettings(
        SourceSettings source,
        String output,
        boolean overwrites,
        Set<Step> steps,
        int minWords,
        List<String> languages,
        Optional<String> user,
        List<String> users,
        Optional<String> optOut,
        int minCharacters,
        int warnCharacters,
        double heldOutShare,
        int passes,
        long seed,
        SortedMap<String, String> told) {
    private static final double MOST_HELD_OUT = 0.9;
    private static final int MOST_PASSES = 1000;

    static PrepareSettings read(OptionReader read) throws RefusalException {
        read.text(PrepareOption.INPUT); // refused where it is not given
        Optional<String> user = PostRules.handle(read.text(PrepareOption.USER));
        List<String> languages =
                list(read, PrepareOption.LANGUAGES, code -> Optional.of(code.toLowerCase(Locale.ROOT)));
        SortedMap<String, String> told = new TreeMap<>();
        for (PrepareOption option : PrepareOption.values()) {
            if (!PrepareOption.NEUTRAL.contains(option)) {
                told.put(option.option().name(), read.text(option));
            }
        }
        return new PrepareSettings(
                source(read, user, languages),
                read.text(PrepareOption.OUTPUT),
                read.flag(PrepareOption.OVERWRITE),
                steps(read),
                read.wholeNumber(PrepareOption.MIN_WORDS, 0, Integer.MAX_VALUE),
                languages,
                user,
                list(read, PrepareOption.USERS, PostRules::handle),
                read.textIfGiven(PrepareOption.OPT_OUT),
                read.wholeNumber(PrepareOption.MIN_CHARACTERS, 0, Integer.MAX_VALUE),
                read.wholeNumber(PrepareOption.WARN_CHARACTERS, 0, Integer.MAX_VALUE),
                read.decimal(PrepareOption.HELD_OUT_SHARE, 0, MOST_HELD_OUT),
                read.wholeNumber(PrepareOption.PASSES, 1, MOST_PASSES),
                read.wholeNumber(PrepareOption.SEED),
                told);
    }

    /** The rules that hold for a post by itself. */
    PostRules rules(OptOutList optedOut) {
        return new PostRules(steps, minWords, languages, user.orElse(null), Set.copyOf(users), optedOut, heldOutShare);
    }

    private static SourceSettings source(OptionReader read, Optional<String> user, List<String> languages)
            throws RefusalException {
        String userColumn = read.text(PrepareOption.USER_COLUMN);
        String languageColumn = read.text(PrepareOption.LANGUAGE_COLUMN);
        List<SourceColumn> columns = new ArrayList<>();
        columns.add(
                user.isPresent()
                        ? SourceColumn.optional(PostColumns.USER, userColumn)
                        : SourceColumn.required(
                                PostColumns.USER,
                                userColumn,
                                "name the column with --user-column, or the user of all its rows with --user; of a"
                                        + " tweets.js the account.js beside it tells"));
        columns.add(SourceColumn.required(
                PostColumns.TEXT,
                read.text(PrepareOption.TEXT_COLUMN),
                "name the column with --text-column or leave the file out"));
        columns.add(SourceColumn.optional(PostColumns.NAME, read.text(PrepareOption.NAME_COLUMN)));
        columns.add(SourceColumn.optional(PostColumns.ID, read.text(PrepareOption.ID_COLUMN)));
        columns.add(SourceColumn.optional(PostColumns.IS_RETWEET, read.text(PrepareOption.RETWEET_COLUMN)));
        columns.add(
                languages.isEmpty()
                        ? SourceColumn.optional(PostColumns.LANG, languageColumn)
                        : SourceColumn.required(
                                PostColumns.LANG,
                                languageColumn,
                                "name the column with --language-column or leave --languages out"));
        return new SourceSettings(
                PrepareOption.INPUT.option().dashed(),
                Optional.of(PrepareOption.INPUT_FORMAT.option().dashed()),
                read.texts(PrepareOption.INPUT),
                read.choiceOrAuto(PrepareOption.INPUT_FORMAT, SourceFormat.class),
                columns,
                PostColumns.TEXT);
    }

    private static Set<Step> steps(OptionReader read) throws RefusalException {
        Set<Step> steps = EnumSet.noneOf(Step.class);
        for (Step step : Step.values()) {
            if (read.flag(step.option())) {
                steps.add(step);
            }
        }
        return steps;
    }

    /** The parts of a list with commas, each once, in their order. */
    private static List<String> list(OptionReader read, PrepareOption option, Function<String, Optional<String>> normal)
            throws RefusalException {
        return Arrays.stream(read.text(option).split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .flatMap(part -> normal.apply(part).stream())
                .distinct()
                .toList();
    }
}
