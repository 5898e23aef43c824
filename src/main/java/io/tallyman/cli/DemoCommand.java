package io.tallyman.cli;

import io.tallyman.demo.Demonstration;
import io.tallyman.job.RunProgress;
import io.tallyman.report.ProgressDisplay;
import io.tallyman.report.RunSummary;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole job with nothing set up. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "The whole job with nothing set up: a stand-in OSS with files in it, import, run with faults, summary.",
        footer = {"", "Example:  tallyman demo --from ~/Pictures"})
public class DemoCommand implements Callable<Integer>, UsesDatabase {
    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "The folder whose files fill the bucket; the program's own libraries when not given.")
    @Nullable
    Path source;

    @Mixin
    OutputOptions output;

    @Spec
    CommandSpec spec;

    @Inject
    Demonstration demonstration;

    @Inject
    @ConfigProperty(name = "tallyman.home")
    Path home;

    @Override
    public Integer call() throws Exception {
        RunProgress progress = new RunProgress();
        Path from = source();
        output.remark("filling the stand-in OSS from " + from + " and importing its manifest ...");
        ProgressDisplay display = ProgressDisplay.show(progress, output.quiet);
        Demonstration.Outcome outcome;
        try {
            outcome = demonstration.show(from, home.toAbsolutePath().resolve("demo"), progress);
        } finally {
            display.stop();
        }
        output.print(outcome, """
                %s
                %d of %d files equal their objects byte for byte
                files: %s
                manifest file: %s

                Look around:
                  tallyman status demo          what happened, and what went wrong on the way
                  tallyman status demo --json   the same for programs
                  tallyman run --help           the same with a bucket of yours""".formatted(
                        RunSummary.text(outcome.run()),
                        outcome.equalFiles(),
                        outcome.objects(),
                        outcome.destination(),
                        outcome.manifestFile()));
        return outcome.equalFiles() == outcome.objects()
                ? outcome.run().ending().exitCode()
                : ErrorLines.INTERNAL_ERROR;
    }

    private Path source() {
        Path folder = source != null ? source : ownLibraries();
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(
                    spec.commandLine(), "--from " + folder + " is no folder; give one with files in it");
        }
        return folder;
    }

    /** The folder of jars beside the packaged program. */
    private static Path ownLibraries() {
        Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
        Path folder = jar.getParent();
        return (folder == null ? jar : folder).resolve("lib").resolve("main");
    }
}
