package io.tallyman.cli;

import io.tallyman.manifest.ImportSummary;
import io.tallyman.manifest.ImportTarget;
import io.tallyman.manifest.ManifestFile;
import io.tallyman.manifest.ManifestFormat;
import io.tallyman.manifest.ManifestImport;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.report.Bytes;
import io.tallyman.store.Stores;
import io.tallyman.store.UnknownStoreException;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Streams a manifest file into Postgres. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Streams a manifest file into Postgres; importing it again changes nothing.",
        footer = {"", "Example:  tallyman import objects.csv.gz --manifest nightly --dest /data/nightly"})
public class ImportCommand implements Callable<Integer>, UsesDatabase {
    @Parameters(
            paramLabel = "FILE",
            description = "CSV, JSON Lines or a list of URLs, gzip or not; - reads standard input.")
    String file;

    @Option(
            names = "--manifest",
            required = true,
            paramLabel = "NAME",
            description = "The manifest to create or bring up to date.")
    String manifest;

    @Option(
            names = "--store",
            paramLabel = "S",
            description = "The store its keys live in (kept when not given; at first: default).")
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

    @Spec
    CommandSpec spec;

    @Inject
    ManifestImport manifestImport;

    @Inject
    Stores stores;

    @Override
    public Integer call() throws Exception {
        ImportTarget target = target();
        ImportSummary summary;
        try (ManifestReader rows = ManifestFile.open(file, format, System.in)) {
            summary = manifestImport.run(rows, target);
        }
        output.print(
                summary,
                "%d added, %d changed, %d unchanged, %d gone; %s has %d entries, %s where sizes are given"
                        .formatted(
                                summary.added(),
                                summary.changed(),
                                summary.unchanged(),
                                summary.gone(),
                                manifest,
                                summary.entries(),
                                Bytes.human(summary.expectedBytes())));
        return 0;
    }

    private ImportTarget target() {
        if (store != null && !stores.names().contains(store)) {
            throw new UnknownStoreException(store, stores.names());
        }
        try {
            return new ImportTarget(
                    manifest,
                    store,
                    destination == null ? null : destination.toAbsolutePath().toString());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
