package io.promptmill.jobs;

/** Settings as a command line gives them. */
final class TestSettings {
    private TestSettings() {}

    static JobSettings of(String... options) throws RefusalException {
        return GenerateCommand.settings(Promptmill.parse(GenerateCommand.commandLine(), options));
    }
}
