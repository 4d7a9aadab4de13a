package io.promptmill.spark.shipping;

import java.net.URI;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file system that is not the local one to Hadoop. */
public final class FarFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
        return URI.create("far:///");
    }

    @Override
    public String getScheme() {
        return "far";
    }
}
