package io.promptmill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the jar tells of itself and of the parts that others have written: licences, notices, versions. */
@Tag("spark")
class JarContentsIT {
    private static final Path JAR = Path.of(System.getProperty("promptmill.jar"));
    private static final String LICENSES = "META-INF/licenses/";
    private static final Pattern NATIVE = Pattern.compile(".*\\.(so(\\.\\d+)?|dll|dylib|jnilib|a)");

    private static JarFile jar;
    private static List<String> names;
    private static JsonNode bill;

    @BeforeAll
    static void openJar() throws IOException {
        jar = new JarFile(JAR.toFile());
        names = jar.stream().map(ZipEntry::getName).toList();
        bill = new ObjectMapper()
                .readTree(
                        Path.of(JAR.toString().replaceFirst("jar$", "cdx.json")).toFile());
    }

    @AfterAll
    static void closeJar() throws IOException {
        jar.close();
    }

    @Test
    void itHoldsItsLicenceOnceAndTheNoticesOfAll() throws IOException {
        assertThat(names)
                .filteredOn(name -> name.matches("META-INF/(LICENSE|NOTICE).*"))
                .containsExactlyInAnyOrder("META-INF/LICENSE", "META-INF/NOTICE");
        assertThat(text("META-INF/LICENSE")).isEqualTo(Files.readString(Path.of("..", "LICENSE")));
        assertThat(text("META-INF/NOTICE"))
                .contains(Files.readString(Path.of("..", "NOTICE")).strip())
                .contains("AWS SDK for Java 2.0", "Apache Commons Compress", "FastDoubleParser");
    }

    @Test
    void thePageOfLicencesTellsEveryNativeLibraryAndEveryTextThatItNamesIsThere() throws IOException {
        String page = text(LICENSES + "README.md");
        Set<String> told = named(page, "`([^`*]+)\\*?`");
        assertThat(names)
                .filteredOn(name -> NATIVE.matcher(name).matches())
                .hasSizeGreaterThan(40)
                .allSatisfy(name -> assertThat(told).anyMatch(name::startsWith));
        assertThat(named(page, "\\]\\(([^):]+)\\)")).hasSizeGreaterThan(5).allSatisfy(file -> assertThat(names)
                .contains(Path.of(LICENSES, file).normalize().toString()));
    }

    @Test
    void thePageOfLicencesTellsEveryPartOfTheBillThatIsNotUnderTheLicenceOfTheJar() throws IOException {
        String page = text(LICENSES + "README.md");
        assertThat(bill.at("/components")).isNotEmpty().allSatisfy(component -> {
            JsonNode licences = component.at("/licenses");
            assertThat(licences).as(component.toString()).isNotEmpty();
            if (!licences.toString().contains("Apache-2.0")) {
                assertThat(page).contains("`" + component.at("/name").asText() + "`");
            }
        });
    }

    /** Scanners look for pom.properties, or read the bill of materials. */
    @Test
    void theBillOfMaterialsAndTheVersionsInTheJarAreTheSame() throws IOException {
        Set<String> versions = new TreeSet<>();
        for (String name : names) {
            if (name.matches("META-INF/maven/.*/pom.properties")) {
                Properties properties = new Properties();
                try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
                    properties.load(in);
                }
                assertThat(name)
                        .isEqualTo(
                                "META-INF/maven/%s/%s/pom.properties",
                                properties.getProperty("groupId"), properties.getProperty("artifactId"));
                versions.add(coordinates(
                        properties.getProperty("groupId"),
                        properties.getProperty("artifactId"),
                        properties.getProperty("version")));
            }
        }
        Set<String> billed = new TreeSet<>();
        billed.add(coordinates(bill.at("/metadata/component")));
        bill.at("/components").forEach(component -> billed.add(coordinates(component)));
        assertThat(versions).isEqualTo(billed).hasSizeGreaterThan(30);
    }

    @Test
    void whatSparkBringsIsNotPacked() {
        assertThat(names)
                .noneMatch(
                        name -> name.matches(
                                "(org/slf4j|com/fasterxml|org/apache/(spark|hadoop|parquet|logging)|scala|com/google/(gson|errorprone))/.*"));
    }

    private static String coordinates(JsonNode component) {
        return coordinates(
                component.at("/group").asText(),
                component.at("/name").asText(),
                component.at("/version").asText());
    }

    private static String coordinates(String group, String name, String version) {
        return group + ":" + name + ":" + version;
    }

    private static String text(String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Set<String> named(String page, String pattern) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }
}
