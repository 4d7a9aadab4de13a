package io.promptmill.jobs.compare;

import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.failure.RefusalException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What {@code compare} is asked to do, every value checked.
 *
 * @param first folder of A
 * @param second folder of B
 * @param columns which are compared; empty for all
 * @param shown how many differences are shown
 * @param form how all is told
 */
record CompareSettings(String first, String second, Optional<List<String>> columns, int shown, Form form) {
    private static final int MOST_SHOWN = 10_000;

    /** How a result is told. */
    enum Form {
        WORDS,
        JSON
    }

    static CompareSettings read(OptionReader read) throws RefusalException {
        return new CompareSettings(
                folder(read, CompareOption.FIRST),
                folder(read, CompareOption.SECOND),
                read.textIfGiven(CompareOption.COLUMNS).map(names -> Arrays.stream(names.split(",", -1))
                        .map(String::strip)
                        .toList()),
                read.wholeNumber(CompareOption.SHOWN, 0, MOST_SHOWN),
                read.flag(CompareOption.JSON) ? Form.JSON : Form.WORDS);
    }

    private static String folder(OptionReader read, CompareOption option) throws RefusalException {
        return read.textIfGiven(option)
                .orElseThrow(() -> RefusalException.usage(
                        "option_missing",
                        "compare takes two folders",
                        "there is none for " + option.option().dashed(),
                        "name both: compare A B"));
    }
}
