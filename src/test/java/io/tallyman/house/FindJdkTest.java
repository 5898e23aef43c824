package io.tallyman.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code .mvn/find-jdk.sh} in a made-up machine: a PATH with nothing but the tools it needs, and JDKs that are empty shells. */
class FindJdkTest {
    private static final Path SCRIPT = Path.of(".mvn/find-jdk.sh").toAbsolutePath();
    private static final String NONE =
            "Tallyman needs a JDK 21 or newer and found none in JAVA_HOME, on the PATH or in the usual"
                    + " places: install one (Debian: openjdk-21-jdk, or Temurin 25) or set JAVA_HOME to it.\n";

    @TempDir
    Path folder;

    private Path machine;
    private Path tools;
    private final Map<String, String> environment = new LinkedHashMap<>();

    @BeforeEach
    void givenAMachineWithoutJava() throws IOException {
        machine = folder.toRealPath().resolve("a machine");
        tools = Files.createDirectories(machine.resolve("bin"));
        for (String tool : List.of("sed", "readlink")) {
            Path script = Files.writeString(
                    tools.resolve(tool), "#!" + onRealPath("sh") + "\nexec " + onRealPath(tool) + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", machine.resolve("home").toString());
        environment.put("FIND_JDK_ROOT", machine.toString());
    }

    @Test
    void javaHomeIsKeptWhenItIsNewEnough() throws Exception {
        jdk("usr/lib/jvm/25", "25.0.1");
        assertThat(findWith("JAVA_HOME", jdk("somewhere/21", "21.0.4"))).isEqualTo(found("somewhere/21"));
    }

    @Test
    void anOldJavaHomeGivesWayToANewerOneElsewhere() throws Exception {
        jdk("usr/lib/jvm/25", "25.0.1");
        assertThat(findWith("JAVA_HOME", jdk("somewhere/17", "17.0.9"))).isEqualTo(found("usr/lib/jvm/25"));
    }

    @Test
    void aJavaHomeThatIsNoJdkGivesWay() throws Exception {
        jdk("usr/lib/jvm/25", "25.0.1");
        assertThat(findWith("JAVA_HOME", machine.resolve("gone"))).isEqualTo(found("usr/lib/jvm/25"));
    }

    @Test
    void theOneOnThePathIsTakenThroughItsLinks() throws Exception {
        onPath(jdk("somewhere/24", "24"));
        jdk("usr/lib/jvm/25", "25.0.1");
        assertThat(find()).isEqualTo(found("somewhere/24"));
    }

    @Test
    void anOldOneOnThePathGivesWayToTheOneBesideIt() throws Exception {
        onPath(jdk("usr/lib/jvm/java-17-openjdk-amd64", "17.0.9"));
        jdk("usr/lib/jvm/temurin-25-jdk-amd64", "25.0.1");
        assertThat(find()).isEqualTo(found("usr/lib/jvm/temurin-25-jdk-amd64"));
    }

    @Test
    void longTermSupportGoesFirstAndThenTheNewest() throws Exception {
        jdk("usr/lib/jvm/8", "1.8.0_392");
        jdk("usr/lib/jvm/21", "21.0.4");
        jdk("opt/jdk-26", "26-ea");
        jdk("home/.sdkman/candidates/java/25.0.1-tem", "25.0.1");
        assertThat(find()).isEqualTo(found("home/.sdkman/candidates/java/25.0.1-tem"));
    }

    @Test
    void anyReleaseNewEnoughServesWhereThereIsNoOther() throws Exception {
        jdk("Library/Java/JavaVirtualMachines/jdk-23.jdk/Contents/Home", "23.0.2");
        assertThat(find()).isEqualTo(found("Library/Java/JavaVirtualMachines/jdk-23.jdk/Contents/Home"));
    }

    @Test
    void aRuntimeWithoutCompilerServesOnlyToRun() throws Exception {
        Path runtime = jdk("usr/lib/jvm/21", "21.0.4");
        Files.delete(runtime.resolve("bin/javac"));
        assertThat(find()).isEqualTo(new Outcome(1, "", NONE));
        environment.put("FIND_JDK_TOOL", "java");
        assertThat(find()).isEqualTo(found("usr/lib/jvm/21"));
    }

    @Test
    void whereThereIsNoneOneLineSaysWhatToInstall() throws Exception {
        jdk("usr/lib/jvm/17", "17.0.9");
        jdk("usr/lib/jvm/broken", "");
        assertThat(find()).isEqualTo(new Outcome(1, "", NONE));
    }

    private record Outcome(int exitCode, String output, String errors) {}

    private Outcome found(String jdk) {
        return new Outcome(0, machine.resolve(jdk).toString(), "");
    }

    private Outcome findWith(String variable, Path value) throws Exception {
        environment.put(variable, value.toString());
        return find();
    }

    private Outcome find() throws Exception {
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(
                        onRealPath("sh").toString(),
                        "-c",
                        ". \"$0\" || exit 1; printf %s \"$JAVA_HOME\"",
                        SCRIPT.toString())
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output, Files.readString(errors));
    }

    private Path jdk(String place, String version) throws IOException {
        Path home = machine.resolve(place);
        Files.createDirectories(home.resolve("bin"));
        for (String tool : List.of("java", "javac")) {
            Files.createFile(
                    home.resolve("bin").resolve(tool),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private void onPath(Path jdk) throws IOException {
        Path alternative = Files.createSymbolicLink(machine.resolve("alternative"), jdk.resolve("bin/javac"));
        Files.createSymbolicLink(tools.resolve("javac"), alternative);
    }

    private static Path onRealPath(String tool) {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }
}
