package io.tallyman.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Every item of the fault matrix has tests, and the page that explains them names those and no others. Item 14 is shown as far as the
 * program looks at finished files by itself, which is when it comes by again: there is no command yet that reads them back.
 */
class FaultMatrixTest {
    private static final Path PAGE = Path.of("src/site/markdown/fault-matrix.md");
    private static final Pattern ROW = Pattern.compile("\\| ([0-9]+) \\|.*\\|([^|]*)\\|[^|]*\\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+\\.\\w+)`");

    @Test
    void everyItemHasATestAndThePageNamesItsTests() throws Exception {
        // Given
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("io.tallyman");

        // When
        SortedMap<Integer, SortedSet<String>> shown = new TreeMap<>();
        for (JavaClass each : tests) {
            for (JavaMethod method : each.getMethods()) {
                if (method.isAnnotatedWith(FaultCase.class)) {
                    String name = each.getSimpleName() + "." + method.getName();
                    assertThat(method.isAnnotatedWith(Test.class) || method.isAnnotatedWith(ParameterizedTest.class))
                            .as("%s is a test", name)
                            .isTrue();
                    for (int item : method.getAnnotationOfType(FaultCase.class).value()) {
                        shown.computeIfAbsent(item, none -> new TreeSet<>()).add(name);
                    }
                }
            }
        }

        // Then
        assertThat(shown.keySet())
                .containsExactlyElementsOf(IntStream.rangeClosed(FaultCase.FIRST, FaultCase.LAST)
                        .boxed()
                        .toList());
        assertThat(lines(page())).isEqualTo(lines(shown));
    }

    private static SortedMap<Integer, SortedSet<String>> page() throws Exception {
        SortedMap<Integer, SortedSet<String>> named = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                SortedSet<String> tests = TEST.matcher(row.group(2))
                        .results()
                        .map(test -> test.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
                named.put(Integer.valueOf(row.group(1)), tests);
            }
        }
        return named;
    }

    /** So that a difference is a line. */
    private static String lines(SortedMap<Integer, SortedSet<String>> matrix) {
        return matrix.entrySet().stream()
                .map(item -> item.getKey() + " " + String.join(", ", item.getValue()))
                .collect(Collectors.joining("\n"));
    }
}
