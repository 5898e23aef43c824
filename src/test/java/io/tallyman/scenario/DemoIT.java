package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.database.HomeServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command. */
class DemoIT {
    @TempDir
    Path folder;

    @AfterEach
    void awaitServerStopped() {
        HomeServer.awaitStopped(folder.resolve("home"));
    }

    @Test
    void theDemonstrationBringsEverythingAshoreWithRetriesAndLeavesItsDatabase() throws Exception {
        Tallyman tallyman = new Tallyman(folder);

        // When
        Tallyman.Result demo = tallyman.run("demo", "--json");
        Tallyman.Result again = tallyman.run("demo", "--quiet");
        Tallyman.Result status = tallyman.run("status", "demo");

        // Then
        assertThat(demo.exitCode()).as(demo.stderr()).isZero();
        assertThat(demo.stdout()).contains("\"ending\":\"ALL_VERIFIED\"").containsPattern("\"retries\":[1-9]");
        assertThat(again.exitCode()).isZero();
        assertThat(again.stderr().lines())
                .as("no progress; that the stand-in asks for less may be told")
                .allMatch(line -> line.contains(" WARN "));
        assertThat(again.stdout()).contains("files equal their objects byte for byte");
        assertThat(status.stdout()).contains("verified").contains("url_expired").contains("throttled");
    }
}
