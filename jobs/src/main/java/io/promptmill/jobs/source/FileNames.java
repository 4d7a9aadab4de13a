package io.promptmill.jobs.source;

import java.io.Serializable;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.fs.Path;

/** The names of files by the URIs in which Spark tells where a row of Parquet comes from; travels to tasks. Single-threaded. */
public final class FileNames implements Serializable {
    private static final long serialVersionUID = 1;

    /** By path, and by the URI in which Spark writes it once that was met. */
    private final HashMap<String, String> names = new HashMap<>();

    FileNames(List<SourceFile> files) {
        files.forEach(file -> names.put(file.path().toString(), file.name()));
    }

    /** The name of the file at a URI, which is one of the files. */
    public String of(String uri) {
        return names.computeIfAbsent(uri, this::ofUri);
    }

    private String ofUri(String uri) {
        return Objects.requireNonNull(names.get(new Path(URI.create(uri)).toString()), "not listed: " + uri);
    }
}
