package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptmill.GenerationOption;
import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages and files that users read call an option is one in a command's table. */
class OptionListsTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--([a-z][a-z0-9-]+)");

    /** Of spark-submit, picocli, nvidia-smi and hf. */
    private static final Set<String> OF_OTHERS = Set.of(
            "properties-file",
            "deploy-mode",
            "files",
            "packages",
            "jars",
            "py-files",
            "name",
            "master",
            "conf",
            "help",
            "query-gpu",
            "format",
            "local-dir");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                ".github/GENERATING.md",
                ".github/RESUMING.md",
                ".github/FINETUNING.md",
                ".github/SPEED.md",
                ".github/RELIABILITY.md",
                ".github/WATCHING.md",
                "sample-prompts/README.md",
                "conf/README.md",
                "conf/nightly.properties"
            })
    void everyOptionThatAPageNamesIsOneOfACommand(String page) throws IOException {
        Set<String> known = Promptmill.COMMANDS.stream()
                .map(Command::options)
                .flatMap(table -> Stream.concat(table.confFile().stream(), table.options().stream()))
                .map(CommandOption::name)
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(OF_OTHERS);
        assertThat(named(Files.readString(PROJECT.resolve(page)))).isNotEmpty().isSubsetOf(known);
    }

    @Test
    void theReadmesTableHasTheGenerationSettingsOfARow() throws IOException {
        List<String> expected = Stream.concat(
                        Arrays.stream(GenerationOption.values())
                                .filter(option -> option != GenerationOption.PREFIX) // one for the whole run
                                .map(GenerationOption::key),
                        Stream.of("seed"))
                .toList();
        assertThat(Files.readString(PROJECT.resolve("README.md"))
                        .replaceFirst("(?s).*\\| setting \\| default \\|", "")
                        .replaceFirst("(?s)\n\n.*", "")
                        .lines()
                        .map(row -> row.split("\\|", -1))
                        .filter(cells -> cells.length > 2)
                        .flatMap(cells -> NAME.matcher(cells[1]).results().map(name -> name.group(1))))
                .containsExactlyElementsOf(expected);
    }

    private static Set<String> named(String text) {
        return OPTION.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
