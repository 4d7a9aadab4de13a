package io.promptmill;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which package may import what, in the order data meets them; a package not in the table is not allowed to exist. */
class ArchitectureTest {
    private static final String ROOT = "io.promptmill";
    private static final String FILES = "io.promptmill.files..";
    private static final String FAMILY = "io.promptmill.family";
    private static final String FAMILIES = "io.promptmill.family.*";
    private static final String WEIGHTS = "io.promptmill.checkpoint.weights";
    private static final String TORCH = "io.promptmill.checkpoint.torch";
    private static final String LORA = "io.promptmill.checkpoint.lora";
    private static final String CHECKPOINT = "io.promptmill.checkpoint";
    private static final String COMPILE = "io.promptmill.compile..";
    private static final String TOKENIZER_PARTS = "io.promptmill.tokenizer.parts";
    private static final String TOKENIZER_FOLDER = "io.promptmill.tokenizer.folder";
    private static final String TOKENIZER = "io.promptmill.tokenizer";
    private static final String HUB = "io.promptmill.hub..";
    private static final String PRETRAINED = "io.promptmill.pretrained..";
    private static final String GENERATION = "io.promptmill.generation..";
    private static final String MODEL = "io.promptmill.model..";
    private static final String TRAINING = "io.promptmill.training..";
    private static final String PIPELINE = "io.promptmill.pipeline..";
    private static final String SPARK_ML = "io.promptmill.spark";
    private static final String SPARK_SEAM = "io.promptmill.spark.seam";
    private static final String SPARK_ROWS = "io.promptmill.spark.rows..";
    private static final String SPARK_SHIPPING = "io.promptmill.spark.shipping..";
    private static final String SPARK_EXECUTOR = "io.promptmill.spark.executor..";
    private static final String SPARK_PLUGIN = "io.promptmill.spark.plugin..";
    private static final String SQL = "io.promptmill.sql";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String DJL = "ai.djl..";
    private static final String DJL_TOKENIZERS = "ai.djl.huggingface.tokenizers..";
    private static final String SPARK_ITSELF = "org.apache.spark..";
    private static final String SCALA = "scala..";

    private static final List<String> ANYONE = List.of("java..", "javax..", "org.slf4j..");

    private static final Map<String, List<String>> ALLOWED = new LinkedHashMap<>();

    static {
        ALLOWED.put(ROOT, List.of());
        ALLOWED.put(FILES, List.of(ROOT, JACKSON));
        ALLOWED.put(FAMILY, List.of(ROOT, FILES, JACKSON));
        ALLOWED.put(FAMILIES, List.of(FILES, FAMILY));
        ALLOWED.put(WEIGHTS, List.of(FILES, FAMILY, JACKSON));
        ALLOWED.put(TORCH, List.of(FILES, WEIGHTS));
        ALLOWED.put(LORA, List.of(ROOT, FILES, FAMILY, WEIGHTS, TORCH, JACKSON));
        ALLOWED.put(CHECKPOINT, List.of(ROOT, FILES, FAMILY, WEIGHTS, TORCH, LORA, JACKSON));
        // The network is text that has the columns of the tables which generation fills.
        ALLOWED.put(COMPILE, List.of(ROOT, FILES, FAMILY, CHECKPOINT, WEIGHTS, GENERATION));
        ALLOWED.put(TOKENIZER_PARTS, List.of(ROOT, FILES, JACKSON));
        ALLOWED.put(TOKENIZER_FOLDER, List.of(FILES, TOKENIZER_PARTS, JACKSON));
        ALLOWED.put(TOKENIZER, List.of(ROOT, FILES, TOKENIZER_PARTS, TOKENIZER_FOLDER, DJL_TOKENIZERS));
        ALLOWED.put(HUB, List.of(ROOT, FILES, CHECKPOINT, TOKENIZER_FOLDER, JACKSON, "com.sun.jna.."));
        ALLOWED.put(
                PRETRAINED, List.of(ROOT, FILES, FAMILY, CHECKPOINT, COMPILE, TOKENIZER, TOKENIZER_FOLDER, HUB, DJL));
        ALLOWED.put(GENERATION, List.of(ROOT, TOKENIZER));
        ALLOWED.put(MODEL, List.of(ROOT, GENERATION, COMPILE, DJL));
        ALLOWED.put(
                TRAINING,
                List.of(
                        ROOT,
                        FILES,
                        FAMILY,
                        CHECKPOINT,
                        WEIGHTS,
                        COMPILE,
                        TOKENIZER,
                        TOKENIZER_FOLDER,
                        MODEL,
                        JACKSON,
                        DJL));
        ALLOWED.put(PIPELINE, List.of(ROOT, FILES, CHECKPOINT, COMPILE, TOKENIZER, HUB, PRETRAINED, GENERATION, MODEL));
        ALLOWED.put(SPARK_SEAM, List.of(SPARK_ITSELF, SCALA));
        ALLOWED.put(
                SPARK_ROWS,
                List.of(ROOT, GENERATION, SPARK_SEAM, JACKSON, SPARK_ITSELF, SCALA, "org.apache.commons.text.."));
        ALLOWED.put(
                SPARK_SHIPPING,
                List.of(
                        ROOT,
                        FILES,
                        FAMILY,
                        CHECKPOINT,
                        COMPILE,
                        TOKENIZER,
                        HUB,
                        PRETRAINED,
                        SPARK_ITSELF,
                        SCALA,
                        "org.apache.hadoop.."));
        ALLOWED.put(
                SPARK_EXECUTOR,
                List.of(
                        ROOT,
                        FILES,
                        FAMILY,
                        CHECKPOINT,
                        COMPILE,
                        TOKENIZER,
                        GENERATION,
                        MODEL,
                        SPARK_ROWS,
                        SPARK_SHIPPING,
                        DJL,
                        SPARK_ITSELF,
                        SCALA));
        ALLOWED.put(
                SPARK_PLUGIN,
                List.of(
                        ROOT,
                        COMPILE,
                        SPARK_SHIPPING,
                        SPARK_EXECUTOR,
                        SPARK_ROWS,
                        GENERATION,
                        SPARK_ITSELF,
                        SCALA,
                        "com.codahale.metrics.."));
        ALLOWED.put(
                SPARK_ML,
                List.of(
                        ROOT,
                        FILES,
                        CHECKPOINT,
                        COMPILE,
                        PRETRAINED,
                        GENERATION,
                        SPARK_ROWS,
                        SPARK_SHIPPING,
                        SPARK_EXECUTOR,
                        SPARK_PLUGIN,
                        SPARK_ITSELF,
                        SCALA));
        ALLOWED.put(
                SQL,
                List.of(
                        ROOT,
                        FILES,
                        COMPILE,
                        PRETRAINED,
                        GENERATION,
                        SPARK_SEAM,
                        SPARK_ROWS,
                        SPARK_SHIPPING,
                        SPARK_EXECUTOR,
                        SPARK_ITSELF,
                        SCALA));
    }

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .importUrl(Prompt.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void packagesImportOnlyWhatTheTableAllows() {
        classes()
                .should()
                .resideInAnyPackage(ALLOWED.keySet().toArray(new String[0]))
                .check(LIBRARY);
        ALLOWED.forEach((name, imports) -> {
            List<String> all = new ArrayList<>(Stream.of(List.of(name), imports, ANYONE)
                    .flatMap(List::stream)
                    .toList());
            classes()
                    .that()
                    .resideInAPackage(name)
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(all.toArray(new String[0])))
                    .allowEmptyShould(true)
                    .check(LIBRARY);
        });
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.promptmill.(**)").should().beFreeOfCycles().check(LIBRARY);
        classes()
                .that()
                .resideInAPackage(ROOT)
                .should()
                .onlyDependOnClassesThat(not(resideInAnyPackage("io.promptmill.*..")))
                .check(LIBRARY);
    }

    @Test
    void theWordsOfTheRootPackageAreClosed() {
        classes()
                .that()
                .resideInAPackage(ROOT)
                .and()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(LIBRARY);
    }
}
