package io.tallyman.cli;

import io.tallyman.manifest.ImportSummary;
import io.tallyman.manifest.ManifestFormat;
import io.tallyman.manifest.ManifestImport;
import io.tallyman.manifest.ManifestSource;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Streams a manifest file into Postgres. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Streams a manifest file into Postgres; importing it again changes nothing.",
        footer = {"", "Example:  tallyman import objects.csv.gz --manifest nightly --dest /data/nightly"})
public class ImportCommand implements Callable<Integer>, UsesDatabase {
    @Parameters(paramLabel = "FILE", description = "CSV or JSON Lines, gzip or not; - reads standard input.")
    String file;

    @Option(names = "--manifest", required = true, paramLabel = "NAME", description = "The manifest to create or bring up to date.")
    String manifest;

    @Option(names = "--store", paramLabel = "S", description = "The store its keys live in (kept when not given; at first: default).")
    @Nullable
    String store;

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES}; found out when not given.")
    @Nullable
    ManifestFormat format;

    @Option(names = "--dest", paramLabel = "DIR", description = "The folder the objects go to (kept when not given).")
    @Nullable
    Path destination;

    @Mixin
    OutputOptions output;

    @Inject
    ManifestImport manifestImport;

    @Override
    public Integer call() throws Exception {
        return 0;
    }
}
