package dev.bobbin.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the build packaged: the jar with its libraries, or with {@code -Dnative} the native binary. */
final class Artifact {

    private static final Path JAR =
            Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

    /** It lives for seconds: it would not earn what its optimizing compiler costs. */
    private static final List<String> START_FAST = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private Artifact() {}

    /** The words that start it, with more to be added. Of the JVM's arguments a native binary gets the system properties. */
    static List<String> command(List<String> jvmArguments) {
        String binary = System.getProperty("native.image.path");
        return binary == null ? jar(jvmArguments) : nativeBinary(Path.of(binary), jvmArguments);
    }

    private static List<String> jar(List<String> jvmArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(START_FAST);
        command.addAll(jvmArguments);
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }

    private static List<String> nativeBinary(Path binary, List<String> jvmArguments) {
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException(binary + " is not there: was it built, by -Dnative?");
        }
        List<String> command = new ArrayList<>();
        command.add(binary.toAbsolutePath().toString());
        jvmArguments.stream().filter(argument -> argument.startsWith("-D")).forEach(command::add);
        return command;
    }
}
