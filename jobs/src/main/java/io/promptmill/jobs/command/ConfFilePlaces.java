package io.promptmill.jobs.command;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Where a conf file may be: on the driver's disk, among the files that spark-submit was given with {@code --files}, or on any
 * file system of Hadoop's. Spark need not have been started.
 */
final class ConfFilePlaces {
    /** Where Spark keeps the list of {@code --files}; on YARN it has a name of its own. */
    private static final List<String> SENT_FILES = List.of("spark.files", "spark.yarn.dist.files");

    private final SparkConf spark;

    /** The places that an application with these settings of Spark has. */
    ConfFilePlaces(SparkConf spark) {
        this.spark = spark;
    }

    /**
     * Opens a file as text in UTF-8; bytes that are none fail its reading. What is on the driver's disk under that very name
     * comes first: there YARN and Kubernetes put the files of {@code --files}, into the working directory. Otherwise a name
     * with a scheme is a Hadoop path, and one without is that of a file of {@code --files}, or a path on the default file
     * system.
     *
     * @throws IOException if it is nowhere, or cannot be opened
     */
    Reader open(String file) throws IOException {
        return new InputStreamReader(stream(file), StandardCharsets.UTF_8.newDecoder());
    }

    private InputStream stream(String file) throws IOException {
        java.nio.file.Path local = java.nio.file.Path.of(file);
        if (Files.exists(local)) {
            return Files.newInputStream(local);
        }
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(spark);
        Path asked = new Path(file);
        if (asked.toUri().getScheme() != null) {
            return asked.getFileSystem(hadoop).open(asked);
        }
        Optional<Path> sent = sentFiles()
                .filter(one -> one.name.equals(file))
                .map(SentFile::path)
                .findFirst();
        if (sent.isPresent()) {
            return sent.get().getFileSystem(hadoop).open(sent.get());
        }
        FileSystem byDefault = FileSystem.get(hadoop);
        Path qualified = byDefault.makeQualified(asked);
        if (byDefault.exists(qualified)) {
            return byDefault.open(qualified);
        }
        throw new FileNotFoundException(
                "it is neither on the driver's disk nor among --files, nor is there " + qualified);
    }

    private Stream<SentFile> sentFiles() {
        return SENT_FILES.stream()
                .flatMap(key -> Stream.of(spark.get(key, "").split(",")))
                .filter(entry -> !entry.isEmpty())
                .map(SentFile::of);
    }

    /** A file of {@code --files}; what follows a {@code #} is the name that it goes by. */
    private record SentFile(String name, Path path) {
        static SentFile of(String entry) {
            String[] parts = entry.split("#", 2);
            Path path = path(parts[0]);
            return new SentFile(parts.length > 1 ? parts[1] : path.getName(), path);
        }

        private static Path path(String text) {
            try {
                return new Path(new URI(text)); // as spark-submit writes it, encoded
            } catch (URISyntaxException e) {
                return new Path(text); // as a user has set it
            }
        }
    }
}
