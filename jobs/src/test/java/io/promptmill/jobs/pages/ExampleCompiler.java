package io.promptmill.jobs.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import scala.tools.nsc.Main;

/** Compiles examples in Java and Scala, each in the body of a method, with what its readers import. Stateless. */
final class ExampleCompiler {
    private static final String JAVA =
            """
            import io.promptmill.TokenIds;
            import io.promptmill.checkpoint.Checkpoint;
            import io.promptmill.compile.*;
            import io.promptmill.pipeline.*;
            import io.promptmill.spark.TextGenerator;
            import io.promptmill.training.*;
            import java.nio.file.Path;
            import java.util.*;
            import org.apache.spark.sql.*;
            public final class %s implements io.promptmill.jobs.pages.Example {
                @Override
                public void run(SparkSession spark) throws Exception {
                    %s
                }
            }
            """;

    private static final String SCALA =
            """
            final class %s extends io.promptmill.jobs.pages.Example {
              override def run(spark: org.apache.spark.sql.SparkSession): Unit = {
                %s
              }
            }
            """;

    private ExampleCompiler() {}

    /**
     * Compiles the examples of a language.
     *
     * @param bodies their lines
     * @param folder a new one, for sources and classes
     */
    static List<Example> compile(Language language, List<String> bodies, Path folder) throws Exception {
        Files.createDirectories(folder);
        List<String> names = new ArrayList<>();
        List<String> sources = new ArrayList<>();
        for (String body : bodies) {
            names.add("Example" + names.size());
            String name = names.get(names.size() - 1);
            Path source = folder.resolve(name + "." + language);
            sources.add(Files.writeString(source, language.source.formatted(name, body))
                    .toString());
        }
        if (sources.isEmpty()) {
            return List.of();
        }
        List<String> options =
                new ArrayList<>(List.of("-classpath", System.getProperty("java.class.path"), "-d", folder.toString()));
        options.addAll(sources);
        assertThat(language.compile(options.toArray(String[]::new)))
                .as("the examples in %s are compiled: see the console", language)
                .isTrue();
        return load(names, folder);
    }

    private static List<Example> load(List<String> names, Path folder)
            throws MalformedURLException, ReflectiveOperationException {
        // Not closed: Spark loads classes of the examples as long as it runs.
        ClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, Example.class.getClassLoader());
        List<Example> examples = new ArrayList<>();
        for (String name : names) {
            examples.add((Example) loader.loadClass(name).getConstructor().newInstance());
        }
        return examples;
    }

    /** What examples are written in. */
    enum Language {
        JAVA(ExampleCompiler.JAVA) {
            @Override
            boolean compile(String... arguments) {
                String[] all = Stream.concat(Stream.of("-proc:none"), Stream.of(arguments))
                        .toArray(String[]::new);
                return ToolProvider.getSystemJavaCompiler().run(null, null, null, all) == 0;
            }
        },
        SCALA(ExampleCompiler.SCALA) {
            @Override
            boolean compile(String... arguments) {
                return Main.process(arguments);
            }
        };

        private final String source;

        Language(String source) {
            this.source = source;
        }

        abstract boolean compile(String... arguments);

        /** As fences and ends of files' names have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
