package dev.bobbin.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the build packaged: {@code target/quarkus-app}, or with {@code -Dnative} the native binary. */
final class Artifact {

    static final Path APPLICATION = Path.of("target", "quarkus-app").toAbsolutePath();

    /** A process that lives for seconds does not earn back what its optimizing compiler costs. */
    private static final List<String> START_FAST = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private Artifact() {}

    /** The command that starts it, mutable. Of the JVM's arguments a native binary gets the system properties and {@code -Xmx}. */
    static List<String> command(List<String> jvmArguments) {
        String binary = System.getProperty("native.image.path");
        if (binary != null) {
            return nativeBinary(Path.of(binary), jvmArguments);
        }
        List<String> arguments = new ArrayList<>(ClassArchive.arguments());
        arguments.addAll(jvmArguments);
        return java(arguments);
    }

    /**
     * Puts the jars of {@code quarkus-run.jar} on the class path, because a class archive cannot hold classes of its class
     * loader. {@code java -jar} itself is tested by {@code @QuarkusIntegrationTest} and the Python client.
     */
    static List<String> java(List<String> jvmArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(START_FAST);
        command.addAll(List.of(
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                classPath()));
        command.addAll(jvmArguments);
        command.add("dev.bobbin.Bobbin");
        return command;
    }

    /** Classes that Quarkus has changed come before their originals. */
    private static String classPath() {
        List<String> jars = new ArrayList<>();
        for (String directory : List.of("quarkus", "app", "lib/boot", "lib/main")) {
            try (Stream<Path> files = Files.list(APPLICATION.resolve(directory))) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".jar"))
                        .sorted()
                        .forEach(jars::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return String.join(File.pathSeparator, jars);
    }

    private static List<String> nativeBinary(Path binary, List<String> jvmArguments) {
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException(binary + " is missing: was it built with -Dnative?");
        }
        List<String> command = new ArrayList<>();
        command.add(binary.toAbsolutePath().toString());
        jvmArguments.stream()
                .filter(argument -> argument.startsWith("-D") || argument.startsWith("-Xmx"))
                .forEach(command::add);
        return command;
    }
}
