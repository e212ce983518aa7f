package dev.bobbin.nativeimage;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.bobbin.schema.Catalog;
import dev.bobbin.schema.Migration;
import dev.bobbin.schema.Migrations;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** What the code uses that a native image has only when it is told. Read from the compiled classes, not from a list. */
final class Uses {

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.bobbin");

    private Uses() {}

    /** Every type of ours in the documents that Jackson writes and reads outside REST. */
    static Set<Class<?>> inJson() {
        Set<Class<?>> found = new LinkedHashSet<>();
        CLASSES.get("dev.bobbin.command.Report").getAllSubclasses().forEach(report -> collect(report.reflect(), found));
        return found;
    }

    private static void collect(Type type, Set<Class<?>> found) {
        if (type instanceof ParameterizedType generic) {
            Arrays.stream(generic.getActualTypeArguments()).forEach(argument -> collect(argument, found));
        } else if (type instanceof Class<?> plain && plain.getName().startsWith("dev.bobbin.") && found.add(plain)) {
            if (plain.isRecord()) {
                Arrays.stream(plain.getRecordComponents())
                        .map(RecordComponent::getGenericType)
                        .forEach(component -> collect(component, found));
            }
        }
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

    /** Files of ours on the class path that are opened by name. */
    static List<String> resources() {
        return Stream.of(
                        Migrations.ours().stream().map(Migration::file).map(file -> Migrations.DIRECTORY + "/" + file),
                        IntStream.rangeClosed(1, Migrations.newest(Migrations.ours()))
                                .filter(Catalog::knows)
                                .mapToObj(version -> "db/schema/V" + version + ".txt"),
                        Stream.of("bobbin-version.txt"))
                .flatMap(names -> names)
                .toList();
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
