package io.tallyman.cli;

import io.tallyman.job.RunProgress;
import io.tallyman.job.RunRequest;
import io.tallyman.job.RunResult;
import io.tallyman.job.Runner;
import io.tallyman.report.ProgressDisplay;
import io.tallyman.report.RunSummary;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings a manifest's objects ashore. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Brings a manifest's objects ashore; any number of processes may run the same manifest at once.",
        footer = {"", "Example:  tallyman run nightly --parallel 128 --until 06:00"})
public class RunCommand implements Callable<Integer>, UsesDatabase {
    @Parameters(paramLabel = "MANIFEST", description = "The manifest's name.")
    String manifest;

    @Option(
            names = "--dest",
            paramLabel = "DIR",
            description = "The folder the objects go to; the manifest's own when not given.")
    @Nullable
    Path destination;

    @Option(names = "--parallel", paramLabel = "N", description = "Objects in flight at once (tallyman.run.parallel).")
    @Nullable
    Integer parallel;

    @Option(
            names = "--max-duration",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Stop claiming after this time (90s, 15m, 2h) and end with exit code 5 where work is left.")
    @Nullable
    Duration maxDuration;

    @Option(
            names = "--until",
            paramLabel = "HH:MM",
            description = "The same, at the next such time of the local clock.")
    @Nullable
    LocalTime until;

    @Mixin
    OutputOptions output;

    @Spec
    CommandSpec spec;

    @Inject
    Runner runner;

    @Inject
    Clock clock;

    @Override
    public Integer call() throws Exception {
        if (parallel != null && parallel < 1) {
            throw new ParameterException(spec.commandLine(), "--parallel " + parallel + " is too few; give 1 or more");
        }
        RunProgress progress = new RunProgress();
        RunRequest request = new RunRequest(manifest, destination, parallel, timeLimit());
        ProgressDisplay display = ProgressDisplay.show(progress, output.quiet);
        RunResult result;
        try {
            result = runner.run(request, progress);
        } finally {
            display.stop();
        }
        output.print(result, RunSummary.text(result));
        return result.ending().exitCode();
    }

    /** The shorter of what the two options allow. */
    private @Nullable Duration timeLimit() {
        if (until == null) {
            return maxDuration;
        }
        ZonedDateTime now = ZonedDateTime.now(clock);
        ZonedDateTime next = now.with(until);
        Duration left = Duration.between(now, next.isAfter(now) ? next : next.plusDays(1));
        return maxDuration == null || left.compareTo(maxDuration) < 0 ? left : maxDuration;
    }
}
