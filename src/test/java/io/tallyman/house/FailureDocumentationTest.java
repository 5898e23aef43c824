package io.tallyman.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.retry.FailureKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FailureDocumentationTest {
    private static final Path PAGE = Path.of("src/site/markdown/failures.md");

    @Test
    void everyFailureKindHasAParagraphThatNamesItsPolicy() throws Exception {
        String page = Files.readString(PAGE);
        FailureKind.all()
                .forEach(kind -> assertThat(page)
                        .contains("\n### " + kind.label() + "\n*"
                                + kind.policy().name().toLowerCase(Locale.ROOT)));
    }

    @Test
    void thePageNamesNoKindThatDoesNotExist() throws Exception {
        List<String> headings = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .toList();
        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(
                        FailureKind.all().map(FailureKind::label).toList());
    }
}
