package io.promptmill.jobs.input;

import io.promptmill.jobs.failure.RefusalException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Formats of tables that keep data files of deleted and older rows: which ones count is told by a log beside them, so that
 * reading them all gives other rows than the table has.
 */
enum TableFormat {
    /** By its protocol, transaction log files in {@code _delta_log}. */
    DELTA("Delta Lake") {
        @Override
        String inSql(Path table) {
            return "'delta.`" + table + "`'";
        }

        @Override
        Optional<Path> table(FileStatus found) {
            return folderNamed("_delta_log", found);
        }
    },
    /** By the layout of its file system tables, {@code metadata/*.metadata.json}. */
    ICEBERG("Iceberg") {
        @Override
        Optional<Path> table(FileStatus found) {
            Path folder = found.getPath().getParent();
            return found.isFile()
                            && folder.getName().equals(METADATA)
                            && found.getPath().getName().endsWith(".metadata.json")
                    ? Optional.of(folder.getParent())
                    : Optional.empty();
        }
    },
    /** By its timeline in {@code .hoodie}. */
    HUDI("Hudi") {
        @Override
        Optional<Path> table(FileStatus found) {
            return folderNamed(".hoodie", found);
        }
    };

    private static final String METADATA = "metadata";

    private final String name;

    TableFormat(String name) {
        this.name = name;
    }

    /** What Spark's SQL calls a table, given its folder. */
    String inSql(Path table) {
        return "CATALOG.DB.TABLE";
    }

    /** The table of this format that a file or folder belongs to by its name. */
    abstract Optional<Path> table(FileStatus found);

    private static Optional<Path> folderNamed(String name, FileStatus found) {
        return found.isDirectory() && found.getPath().getName().equals(name)
                ? Optional.of(found.getPath().getParent())
                : Optional.empty();
    }

    /** Whether a file or folder says that it belongs to a table, be it one that is passed over otherwise. */
    static boolean marks(FileStatus found) {
        return Arrays.stream(values()).anyMatch(format -> format.table(found).isPresent());
    }

    /** Refuses the table that a file or folder belongs to. */
    static void refuse(FileStatus found) throws RefusalException {
        for (TableFormat format : values()) {
            Optional<Path> table = format.table(found);
            if (table.isPresent()) {
                throw format.refusal(table.get());
            }
        }
    }

    /** Refuses what lies one or two levels below a table, as its data files do. */
    static void refuseAround(FileSystem fileSystem, Path data) throws RefusalException {
        Path folder = data.getParent();
        for (int level = 0; level < 2 && folder != null; level++) {
            for (FileStatus found : found(fileSystem, folder).toList()) {
                refuse(found);
            }
            folder = folder.getParent();
        }
    }

    private static Stream<FileStatus> found(FileSystem fileSystem, Path folder) {
        return Stream.of("_delta_log", ".hoodie", METADATA).flatMap(name -> {
            try {
                FileStatus status = fileSystem.getFileStatus(new Path(folder, name));
                return name.equals(METADATA)
                        ? Arrays.stream(fileSystem.listStatus(status.getPath()))
                        : Stream.of(status);
            } catch (IOException e) {
                return Stream.empty(); // nothing is there, or nothing that this user may see
            }
        });
    }

    private RefusalException refusal(Path table) {
        String word = name().toLowerCase(Locale.ROOT);
        return RefusalException.input(
                "input_is_table",
                table + " is a table of " + name,
                "only its log says which of its files hold its rows, others may hold deleted or older ones",
                "where Spark has " + name + ", generate reads it by --input-table " + inSql(table)
                        + ", other commands its rows as Parquet, such as spark.read.format(\"" + word
                        + "\").load(\"" + table + "\").write.parquet(\"FOLDER\") gives them");
    }
}
