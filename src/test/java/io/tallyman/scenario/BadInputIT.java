package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallyman.database.HomeServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with what people give: one line on stderr, nothing on stdout, the promised exit code, nothing lost. */
class BadInputIT {
    @TempDir
    static Path folder;

    @AfterAll
    static void awaitServerStopped() {
        HomeServer.awaitStopped(folder.resolve("home"));
    }

    private static Tallyman tallyman;

    @BeforeAll
    static void importAManifest() throws Exception {
        tallyman = new Tallyman(folder);
        Files.writeString(folder.resolve("good.csv"), "key,size\na.txt,1\nb.txt,2\n");
        assertThat(tallyman.run("import", "good.csv", "--manifest", "good").exitCode())
                .isZero();
    }

    @Test
    void anUnknownColumnIsRefusedByNameAndNothingOfTheFileStays() throws Exception {
        refuse("key,sise\na.txt,1\n", "sise");
    }

    @Test
    void aRowWithoutAKeyIsRefusedByLine() throws Exception {
        refuse("key,size\na.txt,1\n,2\n", ":3:");
    }

    @Test
    void aPathThatLeavesTheDestinationIsRefusedByLine() throws Exception {
        refuse("key,path\na.txt,ok.txt\nb.txt,../../etc/passwd\n", ":3:");
    }

    @Test
    void twoRowsForOnePathAreRefusedWithBothLines() throws Exception {
        refuse("key,path\na.txt,same\nb.txt,same\n", "line 2");
    }

    private void refuse(String file, String says) throws Exception {
        // When
        Tallyman.Result result = tallyman.runWithInput(file, "import", "-", "--manifest", "good");

        // Then
        assertOneLine(result, 14, says);
        assertThat(tallyman.run("status", "good", "--json").stdout()).contains("\"entries\":2");
    }

    @Test
    void aMissingFileIsRefused() throws Exception {
        assertOneLine(tallyman.run("import", "missing.csv", "--manifest", "m"), 14, "missing.csv");
    }

    @Test
    void anUnreachableDatabaseIsNamed() throws Exception {
        Tallyman elsewhere = new Tallyman(folder)
                .with(
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        "jdbc:postgresql://127.0.0.1:1/nowhere?password=not-a-real-secret");

        Tallyman.Result result = elsewhere.run("status");

        assertOneLine(result, 11, "127.0.0.1:1/nowhere");
        assertThat(result.stderr()).doesNotContain("not-a-real-secret");
    }

    @Test
    void aConfiguredDatabaseLeavesTheEmbeddedOneUntouched() throws Exception {
        Path home = folder.resolve("untouched");
        new Tallyman(folder)
                .with("TALLYMAN_HOME", home.toString())
                .with("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/nowhere")
                .run("status");

        assertThat(home).doesNotExist();
    }

    @Test
    void anUnknownStoreIsNamedWithTheKnownOnes() throws Exception {
        assertOneLine(tallyman.run("sign", "a.txt", "--store", "nowhere"), 2, "nowhere");
        assertOneLine(tallyman.run("import", "good.csv", "--manifest", "m", "--store", "nowhere"), 2, "nowhere");
    }

    @Test
    void aStoreWithoutCredentialsSaysWhereToPutThem() throws Exception {
        Tallyman withoutKeys =
                new Tallyman(folder).with("OSS_BUCKET", "a-bucket").with("OSS_REGION", "cn-hangzhou");

        assertOneLine(withoutKeys.run("sign", "a.txt"), 2, "OSS_ACCESS_KEY_ID");
        assertOneLine(withoutKeys.run("run", "good", "--dest", "out"), 2, "OSS_ACCESS_KEY_ID");
    }

    @Test
    void aLimitThatCannotBeReadIsAnError() throws Exception {
        Tallyman limited = new Tallyman(folder)
                .with("OSS_BUCKET", "a-bucket")
                .with("OSS_REGION", "cn-hangzhou")
                .with("OSS_ACCESS_KEY_ID", "test-key")
                .with("OSS_ACCESS_KEY_SECRET", "test-secret")
                .with("TALLYMAN_STORE_DEFAULT_BANDWIDTH", "08:00,10 19:00,off");

        assertOneLine(limited.run("run", "good", "--dest", "out"), 2, "'10' has no unit");
    }

    @Test
    void aManifestThatIsNotThereIsNamed() throws Exception {
        assertOneLine(tallyman.run("run", "absent", "--dest", "out"), 2, "absent");
        assertOneLine(tallyman.run("status", "absent"), 2, "absent");
    }

    @Test
    void anUnknownSettingIsAnError() throws Exception {
        assertOneLine(
                new Tallyman(folder)
                        .with("JAVA_TOOL_OPTIONS", "-Dtallyman.run.paralel=3")
                        .run("status"),
                2,
                "tallyman.run.paralel");
    }

    @Test
    void anUnknownSettingBesideTheKnownGroupsIsAnError() throws Exception {
        assertOneLine(
                new Tallyman(folder)
                        .with("JAVA_TOOL_OPTIONS", "-Dtallyman.hmoe=x")
                        .run("status"),
                2,
                "tallyman.hmoe");
    }

    @Test
    void aMisspelledVariableIsAnError() throws Exception {
        assertOneLine(new Tallyman(folder).with("TALLYMAN_RUN_PARALEL", "3").run("status"), 2, "TALLYMAN_RUN_PARALEL");
    }

    @Test
    void aSettingThatCannotWorkIsAnError() throws Exception {
        assertOneLine(
                new Tallyman(folder).with("TALLYMAN_RUN_PARALLEL", "0").run("status"), 2, "tallyman.run.parallel");
        assertOneLine(
                new Tallyman(folder).with("TALLYMAN_RUN_DEAD_AFTER", "5S").run("status"), 2, "tallyman.run.dead-after");
    }

    @Test
    void aSettingThatCannotBeReadIsAnError() throws Exception {
        assertOneLine(new Tallyman(folder).with("TALLYMAN_RUN_PARALLEL", "many").run("status"), 2, "many");
    }

    @Test
    void anUnknownOptionAndAMissingCommandAreUsageErrors() throws Exception {
        assertOneLine(tallyman.run("run", "good", "--paralel", "3"), 2, "--paralel");
        assertOneLine(tallyman.run(), 2, "command");
        assertOneLine(tallyman.run("sign"), 2, "--from");
    }

    @Test
    void aDestinationThatIsAFileIsRefused() throws Exception {
        Tallyman withStore = new Tallyman(folder)
                .with("OSS_BUCKET", "a-bucket")
                .with("OSS_REGION", "cn-hangzhou")
                .with("OSS_ACCESS_KEY_ID", "not-a-real-key")
                .with("OSS_ACCESS_KEY_SECRET", "not-a-real-secret");

        assertOneLine(withStore.run("run", "good", "--dest", "good.csv"), 12, "good.csv");
        assertOneLine(withStore.run("run", "good"), 2, "--dest");
    }

    private static void assertOneLine(Tallyman.Result result, int exitCode, String says) {
        assertThat(result.stdout()).isEmpty();
        assertThat(result.stderr().lines().filter(line -> !line.startsWith("Picked up JAVA_TOOL_OPTIONS")))
                .singleElement()
                .asString()
                .startsWith("tallyman: ")
                .contains(says);
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }
}
