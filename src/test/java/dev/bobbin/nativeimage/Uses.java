package dev.bobbin.nativeimage;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.bobbin.schema.Catalog;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** What the code uses that a native image has only when it is told. Read from the compiled classes, not from a list. */
final class Uses {

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.bobbin");

    private Uses() {}

    /** What commands take members of their documents from, and do not write as it is. */
    private static final Set<String> NOT_WRITTEN = Set.of(
            "dev.bobbin.database.connect.DatabaseUrl",
            "dev.bobbin.schema.Catalog",
            "dev.bobbin.schema.DeployCheck",
            "dev.bobbin.schema.Drift",
            "dev.bobbin.schema.Fact",
            "dev.bobbin.schema.History",
            "dev.bobbin.schema.Migration",
            "dev.bobbin.schema.Migrator$Result",
            "dev.bobbin.schema.SchemaException$Kind",
            "dev.bobbin.schema.SchemaInspection",
            "dev.bobbin.schema.SchemaState",
            "dev.bobbin.schema.SchemaState$Condition",
            "dev.bobbin.schema.SchemaTarget",
            "dev.bobbin.schema.ServerInfo");

    /** Every type of ours in the documents that Jackson writes outside REST: all that commands get from the schema. */
    static Set<Class<?>> inJson() {
        Set<Class<?>> found = new LinkedHashSet<>();
        CLASSES.stream()
                .filter(type -> type.getPackageName().equals("dev.bobbin.command"))
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().getPackageName().equals("dev.bobbin.schema"))
                .flatMap(call -> call.getTarget().resolveMember().stream())
                .map(method -> method.reflect().getGenericReturnType())
                .forEach(type -> collect(type, found));
        return found;
    }

    private static void collect(Type type, Set<Class<?>> found) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
        } else if (type instanceof Class<?> plain && isWritten(plain) && found.add(plain)) {
            if (plain.isRecord()) {
                Arrays.stream(plain.getRecordComponents())
                        .map(RecordComponent::getGenericType)
                        .forEach(component -> collect(component, found));
            }
        }
    }

    private static boolean isWritten(Class<?> type) {
        return type.getName().startsWith("dev.bobbin.")
                && (type.isRecord() || type.isEnum())
                && !NOT_WRITTEN.contains(type.getName());
    }

    /** The commands, and what else picocli makes or fills by reflection. */
    static Set<Class<?>> ofPicocli() {
        return CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(Command.class)
                        || type.isAssignableTo(IVersionProvider.class)
                        || type.getFields().stream().anyMatch(field -> field.isAnnotatedWith(Option.class)))
                .map(JavaClass::reflect)
                .collect(Collectors.toSet());
    }

    static List<Class<?>> recordsOf(String packageName) {
        return CLASSES.stream()
                .filter(type -> type.getPackageName().equals(packageName) && type.isRecord())
                .<Class<?>>map(JavaClass::reflect)
                .toList();
    }

    /** Files of ours on the class path that are opened by name. */
    static List<String> resources() {
        return Stream.of(
                        Migrations.ours().stream().map(Migration::file).map(file -> Migrations.DIRECTORY + "/" + file),
                        IntStream.rangeClosed(1, Migrations.newest(Migrations.ours()))
                                .filter(Catalog::knows)
                                .mapToObj(version -> "db/schema/V" + version + ".txt"),
                        Stream.of("console.css", "console.js", "htmx.min.js").map(asset -> "console/" + asset),
                        Stream.of("page", "sign-in", "database", "owners", "threads", "thread", "delete")
                                .map(page -> "templates/console/" + page + ".html"),
                        Stream.of("bobbin-version.txt"))
                .flatMap(names -> names)
                .toList();
    }

    /**
     * Names of classes that the code has as strings or as {@code X.class.getName()}, for a library to make such a class. A
     * class that takes its own name is not meant: that is a key.
     */
    static Set<String> namesOfClasses() {
        return CLASSES.stream()
                .flatMap(type -> namesIn(bytecode(type)).filter(name -> !name.equals(type.getName())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static ClassNode bytecode(JavaClass type) {
        try (InputStream file = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            ClassNode node = new ClassNode();
            new ClassReader(file).accept(node, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In its code, and in constants, which other code may use. */
    private static Stream<String> namesIn(ClassNode type) {
        Stream<String> code = type.methods.stream()
                .flatMap(method -> StreamSupport.stream(method.instructions.spliterator(), false))
                .filter(LdcInsnNode.class::isInstance)
                .flatMap(constant -> nameOfClass((LdcInsnNode) constant));
        Stream<String> constants = type.fields.stream()
                .filter(field -> field.value instanceof String)
                .map(field -> (String) field.value)
                .filter(Uses::isClass);
        return Stream.concat(code, constants);
    }

    private static Stream<String> nameOfClass(LdcInsnNode constant) {
        if (constant.cst instanceof String text) {
            return Stream.of(text).filter(Uses::isClass);
        }
        return constant.cst instanceof org.objectweb.asm.Type type
                        && constant.getNext() instanceof MethodInsnNode call
                        && call.owner.equals("java/lang/Class")
                        && call.name.matches("get(Canonical|Type)?Name")
                ? Stream.of(type.getClassName())
                : Stream.empty();
    }

    private static boolean isClass(String text) {
        try {
            return text.matches("(\\w+\\.)+\\w+(\\$\\w+)*")
                    && Class.forName(text, false, Uses.class.getClassLoader()) != null;
        } catch (ClassNotFoundException | LinkageError none) {
            return false;
        }
    }

    /** Names of the classes that an annotation of ours registers on others' behalf. */
    static Set<String> registeredForLibraries() {
        return CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(RegisterForReflection.class))
                .map(type -> type.getAnnotationOfType(RegisterForReflection.class))
                .filter(annotation -> annotation.methods())
                .flatMap(annotation -> Stream.concat(
                        Arrays.stream(annotation.targets()).map(Class::getName),
                        Arrays.stream(annotation.classNames())))
                .collect(Collectors.toSet());
    }

    /** The classes that call such a method, by their names; a nested one counts as the one around it. */
    static Set<String> callersOf(Predicate<JavaMethodCall> method) {
        return CLASSES.stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(method)
                .map(call -> call.getOriginOwner().getName().replaceFirst("\\$.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
