package io.tallyman.cli;

import io.tallyman.job.UnknownManifestException;
import io.tallyman.report.FailureStatus;
import io.tallyman.report.ManifestStatus;
import io.tallyman.report.RunStatus;
import io.tallyman.report.StatusReader;
import io.tallyman.report.StatusText;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** How far manifests and runs have come. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "How far manifests and their runs have come.",
        footer = {"", "Example:  tallyman status nightly"})
public class StatusCommand implements Callable<Integer>, UsesDatabase {
    private static final int RUNS_SHOWN = 5;

    @Parameters(
            arity = "0..1",
            paramLabel = "MANIFEST",
            description = "Only this manifest, with its latest runs and failures.")
    @Nullable
    String manifest;

    @Mixin
    OutputOptions output;

    @Inject
    StatusReader reader;

    @Override
    public Integer call() {
        List<ManifestStatus> manifests = reader.manifests(manifest);
        if (manifest == null) {
            if (manifests.isEmpty()) {
                output.remark("no manifest yet; import one with: tallyman import FILE --manifest NAME");
            }
            manifests.forEach(status -> output.print(status, StatusText.of(status)));
            return 0;
        }
        if (manifests.isEmpty()) {
            throw new UnknownManifestException(manifest);
        }
        manifests.forEach(status -> output.print(status, StatusText.of(status)));
        for (RunStatus run : reader.latestRuns(manifest, RUNS_SHOWN)) {
            output.print(run, StatusText.of(run));
        }
        List<FailureStatus> failures = reader.failuresOfNewestRun(manifest);
        if (!failures.isEmpty() && !output.json) {
            System.out.println("failures of the newest run:");
        }
        failures.forEach(failure -> output.print(failure, StatusText.of(failure)));
        return 0;
    }
}
