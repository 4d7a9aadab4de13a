package io.promptmill.jobs.prepare;

import static io.promptmill.jobs.command.CommandOption.flag;
import static io.promptmill.jobs.command.CommandOption.on;
import static io.promptmill.jobs.command.CommandOption.optional;
import static io.promptmill.jobs.command.CommandOption.required;
import static io.promptmill.jobs.command.CommandOption.withDefault;

import io.promptmill.jobs.command.CommandOption;
import io.promptmill.jobs.command.CommandOption.Takes;
import io.promptmill.jobs.command.DescribedOption;
import io.promptmill.jobs.source.SourceFormat;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The options of {@code prepare}. */
enum PrepareOption implements DescribedOption {
    INPUT(new CommandOption(
            "input",
            Takes.VALUE_EACH_TIME,
            "PATH",
            Optional.empty(),
            "File, folder or pattern with the posts, on any Hadoop file system; may be given several times.")),
    OUTPUT(required("output", "FOLDER", "Folder for the training texts; must be empty or absent.")),
    OVERWRITE(flag("overwrite", "Replace the files of an earlier run in the output folder, and nothing else.")),
    INPUT_FORMAT(withDefault(
            "input-format",
            "auto|" + SourceFormat.words(),
            "auto",
            "Format of all files; auto goes by the end of each one's name.")),
    USER_COLUMN(withDefault("user-column", "NAME", "user", "Input column with the user's handle.")),
    TEXT_COLUMN(withDefault("text-column", "NAME", "text", "Input column with the post.")),
    NAME_COLUMN(withDefault("name-column", "NAME", "name", "Input column with the user's display name, if any.")),
    ID_COLUMN(withDefault("id-column", "NAME", "id", "Input column with the post's id, if any.")),
    RETWEET_COLUMN(withDefault(
            "retweet-column",
            "NAME",
            "is_retweet",
            "Input column that says whether the post is a retweet; where it is absent or null, a text that begins with"
                    + " 'RT @name:' is one.")),
    LANGUAGE_COLUMN(withDefault("language-column", "NAME", "lang", "Input column with the post's language, if any.")),
    USER(optional("user", "NAME", "The user of rows that name none, such as lines of plain text.")),
    USERS(optional("users", "NAME,…", "Take the posts of these users only, in this order.")),
    OPT_OUT(
            optional(
                    "opt-out",
                    "FILE",
                    "Text in UTF-8 with a user or a post's id in each line: none of their posts is taken or written anywhere.")),
    DROP_RETWEETS(on("drop-retweets", "Leave out retweets.")),
    UNESCAPE(on("unescape", "Turn &amp;, &lt; and &gt; into &, < and >, in this order.")),
    DROP_LINKS(on("drop-links", "Cut what begins with http: or https:, up to the next white space.")),
    COLLAPSE_WHITE_SPACE(on("collapse-white-space", "Make one space of all white space, and none at the ends.")),
    MIN_WORDS(withDefault(
            "min-words", "N", "3", "Leave out posts with fewer words that have none of http, @ and # in them.")),
    DROP_DUPLICATES(
            flag("drop-duplicates", "Keep one of the posts that are equal but for case, punctuation and white space.")),
    LANGUAGES(optional("languages", "CODE,…", "Leave out posts in other languages, and in none that is told.")),
    MIN_CHARACTERS(withDefault(
            "min-characters", "N", "6000", "Refuse the run where a user has fewer in all kept posts together.")),
    WARN_CHARACTERS(withDefault("warn-characters", "N", "40000", "Warn where a user has fewer.")),
    DROP_SMALL_USERS(flag("drop-small-users", "Leave out users with too few characters instead.")),
    HELD_OUT_SHARE(withDefault(
            "held-out-share", "X", "0.1", "Share of the kept posts to hold out, by a hash of the id, from 0 to 0.9.")),
    BALANCE(on("balance", "Repeat posts of each user until all have as many characters as the longest.")),
    PASSES(withDefault(
            "passes", "N", "4", "How often all posts are in the training texts, each time in another order.")),
    SEED(withDefault("seed", "N", "0", "Keys the order of the posts.")),
    VERBOSE(flag("verbose", "Show Spark's log and stack traces."));

    /** Options that cannot change what is written, or whose value is told in another form. */
    static final Set<PrepareOption> NEUTRAL =
            Collections.unmodifiableSet(EnumSet.of(INPUT, OUTPUT, OVERWRITE, OPT_OUT, VERBOSE));

    private final CommandOption option;

    PrepareOption(CommandOption option) {
        this.option = option;
    }

    @Override
    public CommandOption option() {
        return option;
    }
}
