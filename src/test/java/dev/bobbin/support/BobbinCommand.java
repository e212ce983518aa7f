package dev.bobbin.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bobbin.command.Commands;
import io.smallrye.config.EnvConfigSource;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands, as an operator types them: in this JVM, or with {@link #packaged} as processes. Whatever they print, no password
 * is in it.
 */
public final class BobbinCommand {

    /** The one that databases of these tests are reached by. */
    public static final String PASSWORD = "s3cret";

    /** Quarkus' test extensions leave the settings of the last application as system properties. */
    public static final int ABOVE_SYSTEM_PROPERTIES = 500;

    private final Map<String, String> environment;

    /** Null in this JVM. */
    private final @Nullable List<String> jvmArguments;

    private BobbinCommand(Map<String, String> environment, @Nullable List<String> jvmArguments) {
        this.environment = environment;
        this.jvmArguments = jvmArguments;
    }

    /** Commands on a database. */
    public static BobbinCommand on(String databaseUrl) {
        return with(Map.of("DATABASE_URL", databaseUrl));
    }

    /** Commands in an environment with these variables, and no others that Bobbin knows. */
    public static BobbinCommand with(Map<String, String> environment) {
        return new BobbinCommand(environment, null);
    }

    public BobbinCommand and(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new BobbinCommand(more, jvmArguments);
    }

    /** The same commands, by the packaged application. Each one starts a JVM, unless it is a native binary. */
    public BobbinCommand packaged(String... jvmArguments) {
        return new BobbinCommand(environment, List.of(jvmArguments));
    }

    /** What came of one. */
    public record Result(int exitCode, String out, String err) {

        /** The document that it printed, and nothing besides. */
        public JsonObject json() {
            JsonObject document = new JsonObject(out);
            assertThat(document.getInteger("exit_code")).isEqualTo(exitCode);
            return document;
        }

        public Result exits(int code) {
            assertThat(exitCode).as(out + err).isEqualTo(code);
            return this;
        }
    }

    /** Runs it, a process in a directory of its own, and waits for its end. */
    public Result run(String... arguments) {
        if (jvmArguments == null) {
            return runInThisJvm(arguments);
        }
        try {
            return run(Files.createTempDirectory("bobbin-command"), arguments);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Result runInThisJvm(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Commands.run(
                List.of(new EnvConfigSource(environment, ABOVE_SYSTEM_PROPERTIES)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                arguments);
        return withoutPassword(new Result(exitCode, out.toString(), err.toString()));
    }

    private static Result withoutPassword(Result result) {
        assertThat(result.out + result.err).doesNotContain(PASSWORD);
        return result;
    }

    /** Runs a packaged one in a directory, which is deleted with the files in it. */
    public Result run(Path directory, String... arguments) {
        try {
            Path out = Files.createTempFile("bobbin", ".out");
            Path err = Files.createTempFile("bobbin", ".err");
            Process process = builder(directory, arguments)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("still running: " + Files.readString(err));
            }
            Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            for (Path file : new Path[] {out, err}) {
                Files.delete(file);
            }
            try (var left = Files.list(directory)) {
                left.forEach(file -> file.toFile().delete());
            }
            Files.delete(directory);
            return withoutPassword(result);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a packaged one, which may be ended in any way, and drops what it prints. */
    public Process start(Path directory, String... arguments) {
        try {
            return builder(directory, arguments)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProcessBuilder builder(Path directory, String... arguments) {
        List<String> command = Artifact.command(Objects.requireNonNull(jvmArguments, "not packaged"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.startsWith("BOBBIN_") || name.startsWith("QUARKUS_") || name.startsWith("DATABASE_"));
        builder.environment().putAll(environment);
        return builder;
    }
}
