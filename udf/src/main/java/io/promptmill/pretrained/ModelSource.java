package io.promptmill.pretrained;

import io.promptmill.Problem;
import io.promptmill.checkpoint.Checkpoint;
import io.promptmill.files.InvalidCheckpointException;
import io.promptmill.hub.CachedFiles;
import io.promptmill.hub.Hub;
import io.promptmill.hub.HubModel;
import io.promptmill.hub.HubName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Where a pretrained model is found. */
@FunctionalInterface
public interface ModelSource {
    /**
     * Brings the model to this machine.
     *
     * @param work a new folder for what has to be copied; it is deleted when the model is closed
     * @throws InvalidCheckpointException when the model cannot be used
     * @throws IOException when it is not there or cannot be read
     */
    Folders bring(Path work) throws InvalidCheckpointException, IOException;

    /**
     * Local folders in Hugging Face layout.
     *
     * @param model a whole model, or an adapter of PEFT
     * @param base the adapter's base; empty where the model is whole, or names or holds its base
     * @param hubName the model's, with the commit; empty where it does not come from the hub
     * @param baseHubName the base's, likewise
     * @param warnings sentences a user should see
     */
    record Folders(
            Path model,
            Optional<Path> base,
            Optional<HubName> hubName,
            Optional<HubName> baseHubName,
            List<String> warnings) {
        /** Checks that all are given. */
        public Folders {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(base, "base");
            Objects.requireNonNull(hubName, "hubName");
            Objects.requireNonNull(baseHubName, "baseHubName");
            warnings = List.copyOf(warnings);
        }

        /** One folder, whatever it holds. */
        public static Folders of(Path model) {
            return new Folders(model, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        }

        /** A model of the hub. */
        public static Folders of(HubModel model) {
            return new Folders(
                    model.folder(), Optional.empty(), Optional.of(model.name()), Optional.empty(), model.warnings());
        }

        /**
         * Tells with a refusal of these what their names do not show: which file of the hub's cache is damaged, or that a
         * folder was taken that is named as a model of the hub could be.
         */
        InvalidCheckpointException explain(InvalidCheckpointException found) throws IOException {
            InvalidCheckpointException explained = explain(found, model, hubName);
            return explained == found && base.isPresent() ? explain(found, base.get(), baseHubName) : explained;
        }

        private static InvalidCheckpointException explain(
                InvalidCheckpointException found, Path folder, Optional<HubName> hubName) throws IOException {
            if (hubName.isPresent()) {
                return new CachedFiles(hubName.get().toString(), folder).explain(found);
            }
            if (HubName.of(folder.toString()).isEmpty()) {
                return found;
            }
            Problem problem = found.problem();
            return new InvalidCheckpointException(
                    new Problem(
                            problem.code(),
                            problem.what(),
                            problem.why(),
                            problem.remedy() + "; the folder " + folder.toAbsolutePath() + " is what was read: for the"
                                    + " hub's model " + folder + ", rename it or run elsewhere"),
                    found);
        }

        /** This adapter over the base that the caller names. */
        public Folders over(Folders named) {
            List<String> both = new ArrayList<>(warnings);
            both.addAll(named.warnings);
            return new Folders(model, Optional.of(named.model), hubName, named.hubName, both);
        }

        /**
         * These with the base that an adapter names, in the revision that it names, where both are of the hub: a name in a
         * stranger's file is not to make this machine ask another place than that of the file.
         *
         * @param folders a folder of that name comes first
         */
        public Folders withBaseFromHub(FolderLookup folders, Hub hub) throws InvalidCheckpointException, IOException {
            Optional<String> named = hubName.isPresent() ? Checkpoint.missingBase(model) : Optional.empty();
            if (named.flatMap(HubName::of).isEmpty() || folders.isFolder(named.get())) {
                return this;
            }
            String revision =
                    Checkpoint.revisionOfBase(model).map(text -> "@" + text).orElse("");
            Optional<HubName> base = HubName.of(named.get() + revision);
            return base.isEmpty() ? this : over(of(hub.bring(base.get())));
        }
    }
}
