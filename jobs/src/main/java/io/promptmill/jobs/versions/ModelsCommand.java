package io.promptmill.jobs.versions;

import io.promptmill.Problem;
import io.promptmill.jobs.command.Command;
import io.promptmill.jobs.command.CommandHelp;
import io.promptmill.jobs.command.Console;
import io.promptmill.jobs.command.OptionReader;
import io.promptmill.jobs.command.OptionTable;
import io.promptmill.jobs.failure.ExitCode;
import io.promptmill.jobs.failure.Failures;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.pretrained.ModelVersions;
import io.promptmill.spark.shipping.HadoopFolders;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The command {@code models}: lists the versions of the models in a folder, or those of one model. Nothing of Spark is started. */
public final class ModelsCommand implements Command {
    static final OptionTable OPTIONS =
            OptionTable.of("models", ModelsOption.values()).withArgument(ModelsOption.FOLDER);

    @Override
    public OptionTable options() {
        return OPTIONS;
    }

    @Override
    public CommandHelp help() {
        return new CommandHelp(
                "Lists the versions of models, and which is the latest and the best.",
                "spark-submit promptmill.jar models [FOLDER] [options]",
                List.of(
                        "",
                        "The best version is the one with the lowest loss on held-out data, where all were measured on the same.",
                        "--model takes FOLDER@latest, FOLDER@best and FOLDER@v3."));
    }

    @Override
    public ExitCode run(OptionReader options, Console console) throws RefusalException {
        String folder = options.text(ModelsOption.FOLDER);
        boolean json = options.flag(ModelsOption.JSON);
        List<VersionList> models = models(folder, new HadoopFolders(new Configuration()));
        for (VersionList model : models) {
            console.out().print(json ? model.json() + System.lineSeparator() : model.table());
        }
        if (models.isEmpty() && !json) {
            console.out().println("There are no versions of models in " + folder);
        }
        return ExitCode.DONE;
    }

    /** The folder itself where it holds versions, or else those of its folders that do, by name. */
    private static List<VersionList> models(String folder, HadoopFolders folders) throws RefusalException {
        try {
            if (!folders.isFolder(folder)) {
                throw new FileNotFoundException("there is no such folder");
            }
            List<VersionList> models = new ArrayList<>();
            add(folder, folders, models);
            if (models.isEmpty()) {
                for (String name : folders.folders(folder).stream().sorted().toList()) {
                    add(folder.replaceAll("/+$", "") + "/" + name, folders, models);
                }
            }
            return models;
        } catch (IOException e) {
            throw new RefusalException(
                    ExitCode.MODEL_REFUSED,
                    new Problem(
                            "models_unreadable",
                            "the models in " + folder + " cannot be listed",
                            Failures.rootMessage(e),
                            "name a folder of models, or a model's folder of versions, that this user can read"),
                    e);
        }
    }

    private static void add(String folder, HadoopFolders folders, List<VersionList> models) throws IOException {
        ModelVersions versions = ModelVersions.in(folder, folders);
        if (!versions.entries().isEmpty()
                || !versions.unfinished().isEmpty()
                || !versions.misnamed().isEmpty()) {
            models.add(new VersionList(folder, versions));
        }
    }
}
