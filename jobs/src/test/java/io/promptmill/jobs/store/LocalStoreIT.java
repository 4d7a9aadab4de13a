package io.promptmill.jobs.store;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreIT extends StoreContract {
    @TempDir
    private Path temp;

    @Override
    String newFolder() {
        return temp.resolve("out").toUri().toString();
    }

    @Override
    Configuration hadoop() {
        return new Configuration();
    }
}
