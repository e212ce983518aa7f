package dev.bobbin.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java program of docs/openai.md compiles and runs as it stands. */
public class DocumentedProgramTest {

    private static final String IMPORTS =
            """
            import dev.bobbin.client.*;
            import dev.langchain4j.data.message.*;
            import dev.langchain4j.memory.*;
            import dev.langchain4j.memory.chat.*;
            import dev.langchain4j.store.memory.chat.*;
            """;

    @TempDir
    Path directory;

    @Test
    public void theProgramOfThePageRuns() throws Exception {
        List<String> programs = programs(Path.of("../../docs/openai.md"));
        assertThat(programs).hasSize(1);
        assertThat(programs.get(0).lines()).hasSizeLessThan(20);
        String here = "var System = new dev.bobbin.client.DocumentedProgramTest.Environment();\n";
        Path source = directory.resolve("Program.java");
        Files.writeString(
                source,
                IMPORTS + "public class Program { public static Object run() {\n" + here + programs.get(0)
                        + "return memory.messages().toString(); } }");
        assertThat(run(source)).asString().contains("Where to go in May?");
    }

    /** Stands for {@link System}: a test cannot change the environment of its process. */
    public static final class Environment {

        public String getenv(String name) {
            return switch (name) {
                case "BOBBIN_URL" -> Service.url();
                case "BOBBIN_API_KEY" -> "test-key-acme";
                default -> throw new IllegalArgumentException(name);
            };
        }
    }

    private Object run(Path source) throws Exception {
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classpath, "-proc:none", "-d", directory.toString(), source.toString());
        assertThat(result).isZero();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            return loader.loadClass("Program").getMethod("run").invoke(null);
        }
    }

    private static List<String> programs(Path page) throws Exception {
        List<String> programs = new ArrayList<>();
        Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(page))
                .results()
                .map((MatchResult program) -> program.group(1))
                .forEach(programs::add);
        return programs;
    }
}
