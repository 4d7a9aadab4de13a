package io.promptmill.jobs.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.GenerationOption;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.RefusalException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that begin with a dash, which a command line could take for options. */
class DashedValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"-", "--", "---", "-x", "--x", "--x=y", "--seed", "--seed=5", "-h", "-5"})
    void anAttachedValueIsTakenAsItIs(String value) throws RefusalException {
        assertThat(generation("--stop=" + value, "--prefix=" + value))
                .isEqualTo(Map.of(GenerationOption.STOP, List.of(value), GenerationOption.PREFIX, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "---", "-x", "--x", "--x=y", "-5"})
    void aValueOfItsOwnIsTakenUnlessItIsAnOption(String value) throws RefusalException {
        assertThat(generation("--stop", value, "--prefix", value))
                .isEqualTo(Map.of(GenerationOption.STOP, List.of(value), GenerationOption.PREFIX, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seed", "--seed=5", "--do-sample", "-h", "--"})
    void anOptionWhereAValueIsExpectedIsAForgottenValue(String option) {
        assertThatThrownBy(() -> settings("--stop", option))
                .isInstanceOf(RefusalException.class)
                .hasMessage("wrong_usage: the command line cannot be read, Expected parameter for option '--stop' but"
                        + " found '" + option + "', write a value that begins with a dash as --option=value; --help"
                        + " tells all options")
                .extracting(e -> ((RefusalException) e).exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--do-sample --topp=0.5 | unknown_option: --topp is not known, generate has no such option, did you mean --top-p?",
                "--overwrite --logprob  | unknown_option: --logprob is not known, generate has no such option, did you mean --logprobs?",
                "--seed --topp=0.5      | wrong_value: --seed has a wrong value, it must be a whole number between -2^63 and 2^63 - 1 but was --topp=0.5, correct it on the command line",
                "--do-sample=-x         | wrong_value: --do-sample has a wrong value, do_sample must be true or false but was -x, correct it on the command line"
            })
    void aMisspeltOptionAfterAnotherOneIsTold(String options, String message) {
        assertThatThrownBy(() -> settings(options.split(" ")))
                .isInstanceOf(RefusalException.class)
                .hasMessage(message);
    }

    @Test
    void aFlagLeavesTheNextOptionAlone() throws RefusalException {
        assertThat(generation("--do-sample", "--length-penalty", "-1.5"))
                .isEqualTo(Map.of(GenerationOption.DO_SAMPLE, true, GenerationOption.LENGTH_PENALTY, -1.5));
    }

    private static Map<GenerationOption, Object> generation(String... options) throws RefusalException {
        return settings(options).generation().get(0).values();
    }

    private static JobSettings settings(String... options) throws RefusalException {
        String[] all = new String[options.length + 2];
        all[0] = "--input=in";
        all[1] = "--output=out";
        System.arraycopy(options, 0, all, 2, options.length);
        return TestSettings.of(all);
    }
}
