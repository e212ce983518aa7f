package dev.bobbin.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What must be said of the code for a native image, as far as it is said in this repository; the rest is NativeSourcesCheck's. */
class NativeRegistrationTest {

    private static final String PICOCLI =
            "/META-INF/native-image/picocli-generated/dev.bobbin/bobbin/reflect-config.json";

    /** Objects that native-image refuses to keep from the time when the image is built. */
    private static final List<Class<?>> REFUSED = List.of(
            java.util.Random.class,
            java.util.SplittableRandom.class,
            Thread.class,
            java.lang.ref.Cleaner.class,
            java.util.Timer.class,
            java.util.concurrent.Executor.class,
            java.io.Closeable.class,
            java.io.FileDescriptor.class);

    @Test
    void jacksonIsCalledWhereTheTypesAreKnown() {
        assertThat(Uses.callersOf(call -> call.getTargetOwner().isAssignableTo(ObjectMapper.class)
                        && call.getName().matches("(write|read|convert|treeTo|valueTo).*")))
                .as("a further class that reads or writes JSON: are its types in Uses.inJson()?")
                // which reads maps only
                .containsExactlyInAnyOrder("dev.bobbin.command.Members", "dev.bobbin.schema.Stats");
    }

    @Test
    void everyTypeInJsonIsRegistered() {
        assertThat(Uses.inJson()).hasSizeGreaterThan(10);
        assertThat(Uses.inJson()).allSatisfy(type -> assertThat(isRegistered(type))
                .as("%s, or what is around it, is @RegisterForReflection", type.getName())
                .isTrue());
    }

    @Test
    void everyClassThatALibraryMakesByANameOfOursIsRegistered() {
        assertThat(Uses.namesOfClasses()).contains("org.postgresql.ssl.DefaultJavaSSLFactory");
        assertThat(Uses.registeredForLibraries())
                .as("@RegisterForReflection(targets = …) beside the name")
                .containsAll(Uses.namesOfClasses());
    }

    private static boolean isRegistered(Class<?> type) {
        return Stream.<Class<?>>iterate(type, around -> around != null, Class::getEnclosingClass)
                .map(around -> around.getAnnotation(RegisterForReflection.class))
                .anyMatch(annotation -> annotation != null && !annotation.ignoreNested() && annotation.fields());
    }

    /** Qute calls their methods by name. */
    @Test
    void everyRecordThatAPageShowsIsRegistered() {
        assertThat(Uses.recordsOf("dev.bobbin.console")).hasSizeGreaterThan(8).allSatisfy(type -> assertThat(
                        type.isAnnotationPresent(RegisterForReflection.class)
                                || List.of("Answer", "Session", "Wake", "Sums", "Counts")
                                        .contains(type.getSimpleName()))
                .as("%s is @RegisterForReflection, or no page shows it", type.getName())
                .isTrue());
    }

    @Test
    void filesAreOpenedByNameWhereTheNamesAreKnown() {
        assertThat(Uses.callersOf(call -> call.getName().matches("getResource(AsStream|s)?")
                        && (call.getTargetOwner().isAssignableTo(Class.class)
                                || call.getTargetOwner().isAssignableTo(ClassLoader.class))))
                .as("a further class that opens a file of the class path: is the file in Uses.resources()?")
                .containsExactlyInAnyOrder(
                        "dev.bobbin.command.Commands",
                        "dev.bobbin.console.Assets",
                        "dev.bobbin.console.Templates",
                        "dev.bobbin.http.OpenApiDocument",
                        "dev.bobbin.schema.Catalog",
                        "dev.bobbin.schema.Migrations");
    }

    @Test
    void everyFileThatIsOpenedIsIncluded() throws Exception {
        assertThat(Uses.resources()).hasSizeGreaterThan(4).allSatisfy(name -> {
            assertThat(NativeRegistrationTest.class.getResource("/" + name))
                    .as(name)
                    .isNotNull();
            assertThat(includes()).as(name).anyMatch(glob -> matches(glob, name));
        });
    }

    @Test
    void noGlobMatchesNothing() throws Exception {
        Path classes = Path.of("target", "classes");
        try (Stream<Path> files = Files.walk(classes)) {
            List<String> names =
                    files.map(file -> classes.relativize(file).toString()).toList();
            assertThat(includes()).filteredOn(glob -> !isOfALibrary(glob)).allSatisfy(glob -> assertThat(names)
                    .anyMatch(name -> matches(glob, name)));
        }
    }

    private static boolean isOfALibrary(String glob) {
        return !glob.contains("*") && NativeRegistrationTest.class.getResource("/" + glob) != null;
    }

    static boolean matches(String glob, String name) {
        return FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(name));
    }

    private static List<String> includes() throws Exception {
        return List.of(setting("quarkus.native.resources.includes").split(","));
    }

    private static String setting(String key) throws Exception {
        // not through the configuration: that is the tests'
        Properties properties = new Properties();
        try (InputStream file = Files.newInputStream(Path.of("src/main/resources/application.properties"))) {
            properties.load(file);
        }
        return properties.getProperty(key);
    }

    @Test
    void picocliKnowsEveryCommandWithItsOptions() throws Exception {
        Map<String, Set<String>> known = picocli();
        assertThat(Uses.ofPicocli()).hasSizeGreaterThan(2).allSatisfy(command -> {
            assertThat(known).containsKey(command.getName());
            assertThat(known.get(command.getName())).containsAll(filled(command));
        });
    }

    @Test
    void everyCommandThatCanBeTypedIsKnown() throws Exception {
        Method commandLine = Class.forName("dev.bobbin.command.Commands").getDeclaredMethod("commandLine", List.class);
        commandLine.setAccessible(true);
        Set<String> typed = new TreeSet<>();
        collect((CommandLine) commandLine.invoke(null, List.of()), typed);
        assertThat(typed).hasSizeGreaterThan(9);
        assertThat(picocli().keySet()).containsAll(typed);
    }

    private static void collect(CommandLine line, Set<String> names) {
        Object command = line.getCommandSpec().userObject();
        names.add(
                command instanceof Method method
                        ? method.getDeclaringClass().getName() + "." + method.getName()
                        : command.getClass().getName());
        line.getSubcommands().values().forEach(below -> collect(below, names));
    }

    private static Set<String> filled(Class<?> command) {
        return Arrays.stream(command.getDeclaredFields())
                .filter(field -> Arrays.stream(field.getAnnotations())
                        .anyMatch(annotation ->
                                annotation.annotationType().getName().startsWith("picocli.")))
                .map(Field::getName)
                .collect(Collectors.toSet());
    }

    private static Map<String, Set<String>> picocli() throws Exception {
        Map<String, Set<String>> known = new HashMap<>();
        try (InputStream file = NativeRegistrationTest.class.getResourceAsStream(PICOCLI)) {
            for (JsonNode entry : new ObjectMapper().readTree(file)) {
                known.put(
                        entry.get("name").asText(),
                        StreamSupport.stream(entry.path("fields").spliterator(), false)
                                .map(field -> field.get("name").asText())
                                .collect(Collectors.toSet()));
                entry.path("methods")
                        .forEach(method -> known.put(
                                entry.get("name").asText() + "."
                                        + method.get("name").asText(),
                                Set.of()));
            }
        }
        return known;
    }

    @Test
    void nothingOfTheBuildStaysInTheImage() throws Exception {
        Set<String> atRunTime = initializedAtRunTime();
        Set<String> holders = Uses.CLASSES.stream()
                .filter(type -> type.getFields().stream().anyMatch(NativeRegistrationTest::isRefused)
                        || readsTheMachineWhenInitialized(type))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());
        assertThat(holders)
                .as("static state that must be made when the process starts: --initialize-at-run-time in"
                        + " application.properties")
                .isEqualTo(atRunTime);
    }

    static Set<String> initializedAtRunTime() throws Exception {
        String arguments = setting("quarkus.native.additional-build-args");
        return Stream.of(arguments.split(","))
                .map(argument -> argument.replaceFirst("^--initialize-at-run-time=", ""))
                .collect(Collectors.toSet());
    }

    private static boolean isRefused(JavaField field) {
        return field.getModifiers().contains(JavaModifier.STATIC)
                && REFUSED.stream().anyMatch(field.getRawType()::isAssignableTo);
    }

    /** The environment, system properties, the clock, settings: as they were where the image was built. */
    private static boolean readsTheMachineWhenInitialized(JavaClass type) {
        return type.getStaticInitializer().map(JavaStaticInitializer::getCallsFromSelf).stream()
                .flatMap(Set::stream)
                .anyMatch(call -> (call.getTargetOwner().isEquivalentTo(System.class)
                                && call.getName().matches("getenv|getProperty|nanoTime|currentTimeMillis"))
                        || (call.getTargetOwner().getName().startsWith("java.time.")
                                && call.getName().matches("now|system.*"))
                        || call.getTargetOwner().isEquivalentTo(Runtime.class)
                        || call.getTargetOwner().getName().endsWith("config.ConfigProvider"));
    }
}
