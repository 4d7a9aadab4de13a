package io.promptmill.jobs.versions;

import io.promptmill.Problem;
import io.promptmill.jobs.failure.RefusalException;
import io.promptmill.jobs.lease.Lease;
import io.promptmill.jobs.store.OutputFiles;
import io.promptmill.pretrained.ModelVersion;
import io.promptmill.pretrained.ModelVersions;
import io.promptmill.pretrained.ModelVersions.Entry;
import io.promptmill.spark.shipping.HadoopFolders;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The folder of a model as its versions are written: {@code models/NAME}, with {@code v1}, {@code v2}, and so on. A version
 * never changes once its {@code promptmill.json} is there. What a run has left that died before keeps its number and is
 * never written to again, so that nothing of two runs is ever mixed.
 *
 * @param files of the folder, which need not be there
 */
public record VersionsFolder(OutputFiles files) {

    /** The versions that are there now. */
    public ModelVersions versions() throws IOException {
        HadoopFolders folders = new HadoopFolders(files.fileSystem().getConf());
        String folder = files.folder().toString();
        return folders.isFolder(folder) ? ModelVersions.in(folder, folders) : ModelVersions.NONE;
    }

    /**
     * The ids of the runs that a version has come of.
     *
     * @throws RefusalException when a version does not tell its run, which might be the one that is asked for
     */
    public Set<String> runs() throws RefusalException, IOException {
        Set<String> runs = new TreeSet<>();
        for (Entry entry : versions().entries()) {
            if (entry.problem().isPresent()) {
                Problem problem = entry.problem().get();
                throw RefusalException.output(
                        "version_unreadable",
                        "version " + entry.folderName() + " in --output " + files.folder() + " cannot be read",
                        problem.what(),
                        "restore its " + ModelVersion.FILE + ", or move the version away");
            }
            runs.add(entry.version().orElseThrow().run());
        }
        return runs;
    }

    /** Begins the next version, which the holder of the folder's lease may do. */
    public VersionWriter begin(Lease lease) throws IOException {
        lease.check();
        return new VersionWriter(files, lease, versions().next());
    }
}
