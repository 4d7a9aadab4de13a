package io.promptmill.jobs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may import what, from the ground up; a package not in the table is not allowed to exist. */
class ArchitectureTest {
    private static final String ROOT = "io.promptmill.jobs";
    private static final String FAILURE = "io.promptmill.jobs.failure";
    private static final String COMMAND = "io.promptmill.jobs.command";
    private static final String SESSION = "io.promptmill.jobs.session";
    private static final String STORE = "io.promptmill.jobs.store";
    private static final String LEASE = "io.promptmill.jobs.lease";
    private static final String PAGES = "io.promptmill.jobs.parquet";
    private static final String INPUT = "io.promptmill.jobs.input";
    private static final String TABLE = "io.promptmill.jobs.table";
    private static final String OUTPUT = "io.promptmill.jobs.output";
    private static final String PROGRESS = "io.promptmill.jobs.progress";
    private static final String MODEL = "io.promptmill.jobs.model";
    private static final String MARKUP = "io.promptmill.jobs.markup";
    private static final String COUNTS = "io.promptmill.jobs.counts";
    private static final String TRACKING = "io.promptmill.jobs.tracking";
    private static final String DRAWING = "io.promptmill.jobs.drawing";
    private static final String REPORT = "io.promptmill.jobs.report";
    private static final String CARD = "io.promptmill.jobs.card";
    private static final String ESTIMATE = "io.promptmill.jobs.estimate";
    private static final String GENERATE = "io.promptmill.jobs.generate";
    private static final String COMPARE = "io.promptmill.jobs.compare";
    private static final String BENCH = "io.promptmill.jobs.bench";
    private static final String SOURCE = "io.promptmill.jobs.source";
    private static final String PROMPTS = "io.promptmill.jobs.prompts";
    private static final String PREPARE = "io.promptmill.jobs.prepare";
    private static final String VERSIONS = "io.promptmill.jobs.versions";
    private static final String TOKENS = "io.promptmill.jobs.tokens";
    private static final String TRAINING = "io.promptmill.jobs.training";
    private static final String FINETUNE = "io.promptmill.jobs.finetune";

    private static final String WORDS = "io.promptmill";

    /** The library, apart from its words. */
    private static final String LIBRARY =
            "io.promptmill.[checkpoint|compile|family|files|generation|hub|model|pipeline|pretrained|spark|tokenizer|training]..";

    /** Where temporary files go, and what becomes of them. */
    private static final String FILES = "io.promptmill.files";

    /** How a name that somebody meant is found. */
    private static final String ROWS = "io.promptmill.spark.rows";

    /** Where large temporary files go. */
    private static final String EXECUTOR = "io.promptmill.spark.executor";

    private static final String SPARK = "org.apache.spark..";
    private static final String SCALA = "scala..";
    private static final String HADOOP = "org.apache.hadoop..";
    private static final String PARQUET = "org.apache.parquet..";
    private static final String THRIFT = "shaded.parquet.org.apache.thrift..";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String AWS = "software.amazon.awssdk..";
    private static final String ERROR_PRONE = "com.google.errorprone.annotations..";
    private static final String PICOCLI = "picocli..";
    private static final String LOG4J = "org.apache.logging.log4j..";
    private static final String YAML = "org.yaml.snakeyaml..";
    private static final String PROGRESS_BAR = "me.tongfei.progressbar..";

    private static final List<String> ANYONE = List.of(WORDS, FAILURE, "java..", "javax..", "org.slf4j..");

    private static final Map<String, List<String>> ALLOWED = new LinkedHashMap<>();

    static {
        ALLOWED.put(FAILURE, List.of(SPARK));
        ALLOWED.put(COMMAND, List.of(ROWS, PICOCLI, LOG4J, ERROR_PRONE, SPARK, HADOOP));
        ALLOWED.put(SESSION, List.of(COMMAND, FILES, SPARK, HADOOP, SCALA));
        ALLOWED.put(STORE, List.of(EXECUTOR, HADOOP, JACKSON, AWS));
        ALLOWED.put(LEASE, List.of(STORE, HADOOP, JACKSON));
        ALLOWED.put(PAGES, List.of(SPARK, HADOOP, PARQUET, THRIFT, SCALA));
        ALLOWED.put(INPUT, List.of(STORE, PAGES, LIBRARY, SPARK, HADOOP, PARQUET, THRIFT, JACKSON, SCALA));
        ALLOWED.put(SOURCE, List.of(STORE, INPUT, LIBRARY, SPARK, HADOOP, JACKSON, SCALA));
        ALLOWED.put(TABLE, List.of(PAGES, LIBRARY, SPARK, HADOOP, JACKSON, SCALA));
        ALLOWED.put(PROMPTS, List.of(INPUT, SOURCE, TABLE, LIBRARY, SPARK, HADOOP, SCALA));
        ALLOWED.put(
                OUTPUT, List.of(STORE, LEASE, PAGES, INPUT, TABLE, LIBRARY, SPARK, HADOOP, PARQUET, JACKSON, SCALA));
        ALLOWED.put(PROGRESS, List.of(MARKUP, OUTPUT, LIBRARY, SPARK, SCALA, PROGRESS_BAR));
        ALLOWED.put(MODEL, List.of(LIBRARY, SPARK, HADOOP));
        ALLOWED.put(MARKUP, List.of());
        ALLOWED.put(COUNTS, List.of(MARKUP));
        ALLOWED.put(TRACKING, List.of(STORE, COUNTS, JACKSON));
        ALLOWED.put(DRAWING, List.of(MARKUP));
        ALLOWED.put(REPORT, List.of(STORE, MARKUP, COUNTS, TRACKING, DRAWING, INPUT, TABLE, OUTPUT, ROWS, HADOOP));
        ALLOWED.put(CARD, List.of(STORE, MARKUP, COUNTS, TRACKING, DRAWING, REPORT, OUTPUT, ROWS, SPARK, YAML));
        ALLOWED.put(
                ESTIMATE,
                List.of(STORE, PAGES, PROMPTS, OUTPUT, PROGRESS, LIBRARY, SPARK, HADOOP, PARQUET, JACKSON, SCALA));
        ALLOWED.put(
                GENERATE,
                List.of(
                        COMMAND, SESSION, STORE, LEASE, PAGES, SOURCE, TABLE, PROMPTS, OUTPUT, PROGRESS, MODEL, CARD,
                        REPORT, ESTIMATE, LIBRARY, SPARK, HADOOP, SCALA));
        ALLOWED.put(
                COMPARE,
                List.of(
                        COMMAND, SESSION, STORE, PAGES, INPUT, TABLE, OUTPUT, PROGRESS, MARKUP, LIBRARY, SPARK, HADOOP,
                        JACKSON, SCALA));
        ALLOWED.put(VERSIONS, List.of(COMMAND, STORE, LEASE, TRACKING, LIBRARY, HADOOP));
        ALLOWED.put(BENCH, List.of(COMMAND, STORE, MODEL, LIBRARY, SPARK, HADOOP, JACKSON));
        ALLOWED.put(
                PREPARE,
                List.of(
                        COMMAND, SESSION, STORE, LEASE, PAGES, SOURCE, COUNTS, TRACKING, LIBRARY, SPARK, HADOOP,
                        PARQUET, JACKSON, SCALA));
        ALLOWED.put(TOKENS, List.of(STORE, SOURCE, LIBRARY, SPARK, SCALA));
        ALLOWED.put(
                TRAINING, List.of(STORE, LEASE, PROGRESS, TRACKING, TOKENS, LIBRARY, SPARK, HADOOP, JACKSON, SCALA));
        ALLOWED.put(
                FINETUNE,
                List.of(
                        COMMAND, SESSION, STORE, LEASE, OUTPUT, MODEL, SOURCE, PREPARE, COUNTS, TRACKING, DRAWING,
                        REPORT, CARD, VERSIONS, PROGRESS, TOKENS, TRAINING, LIBRARY, SPARK, HADOOP, JACKSON));
        ALLOWED.put(ROOT, List.of(COMMAND, SESSION, GENERATE, COMPARE, BENCH, PREPARE, FINETUNE, VERSIONS, PICOCLI));
    }

    /** Only the folder of these classes: a search of the class path would open every jar of Spark. */
    private static final JavaClasses JOBS = new ClassFileImporter()
            .importUrl(Promptmill.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void packagesImportOnlyWhatTheTableAllows() {
        classes()
                .should()
                .resideInAnyPackage(ALLOWED.keySet().toArray(new String[0]))
                .check(JOBS);
        ALLOWED.forEach((name, imports) -> classes()
                .that()
                .resideInAPackage(name)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(Stream.of(List.of(name), imports, ANYONE)
                        .flatMap(List::stream)
                        .toArray(String[]::new)))
                .check(JOBS));
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.promptmill.jobs.(**)").should().beFreeOfCycles().check(JOBS);
    }
}
