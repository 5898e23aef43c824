package io.tallyman.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code deploy/tallyman} in a made-up checkout that is built, with a JVM that only tells how it was called. */
class LauncherTest {
    private static final String JVM = """
            #!/bin/sh
            echo "LC_ALL=${LC_ALL-unset} LC_CTYPE=${LC_CTYPE-unset} LC_MESSAGES=${LC_MESSAGES-unset}"
            for argument do echo "$argument"; done
            """;

    @TempDir
    Path checkout;

    private Path jdk;

    @BeforeEach
    void givenAProgramThatIsBuilt() throws IOException {
        for (String file : List.of("deploy/tallyman", "deploy/jvm.options", ".mvn/find-jdk.sh")) {
            Path copy = checkout.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(file), copy);
        }
        Files.createDirectories(checkout.resolve("target/quarkus-app"));
        Files.createFile(checkout.resolve("target/quarkus-app/quarkus-run.jar"));
        jdk = Files.createDirectories(checkout.resolve("jdk"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(java, JVM);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void whatTheSystemSaysOfErrorsIsSaidInItsOwnLanguageAndNamesStayUtf8() throws Exception {
        assertThat(start(Map.of("LC_ALL", "de_DE.UTF-8")))
                .startsWith("LC_ALL=unset LC_CTYPE=de_DE.UTF-8 LC_MESSAGES=C");
        assertThat(start(Map.of("LANG", "fr_FR.utf8"))).startsWith("LC_ALL=unset LC_CTYPE=fr_FR.utf8 LC_MESSAGES=C");
        assertThat(start(Map.of("LANG", "en_US.UTF-8", "LC_CTYPE", "POSIX")))
                .startsWith("LC_ALL=unset LC_CTYPE=C.UTF-8 LC_MESSAGES=C");
        assertThat(start(Map.of())).startsWith("LC_ALL=unset LC_CTYPE=C.UTF-8 LC_MESSAGES=C");
    }

    @Test
    void argumentsArriveAsTheyAreBehindTheOptionsOfTheCaller() throws Exception {
        assertThat(start(Map.of("JAVA_OPTS", "-Xmx1g -Done=1"), "run", "a b", "", "*"))
                .endsWith("-Xmx1g", "-Done=1", "-jar", jar(), "run", "a b", "", "*");
    }

    @Test
    void whatTheBuildLearntServesOnlyTheJdkThatLearntIt() throws Exception {
        Path cache = Files.createFile(checkout.resolve("target/quarkus-app/tallyman.aot"));
        Path release = Files.copy(jdk.resolve("release"), checkout.resolve("target/quarkus-app/tallyman.aot.release"));
        assertThat(start(Map.of())).contains("-XX:AOTCache=" + cache.toRealPath());
        Files.writeString(release, "JAVA_VERSION=\"25.0.2\"\n");
        assertThat(start(Map.of())).noneMatch(line -> line.startsWith("-XX:AOTCache"));
    }

    private String jar() throws IOException {
        return checkout.toRealPath()
                .resolve("target/quarkus-app/quarkus-run.jar")
                .toString();
    }

    private List<String> start(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(checkout.resolve("deploy/tallyman").toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", jdk.toString());
        Process process = builder.redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
        return lines;
    }
}
