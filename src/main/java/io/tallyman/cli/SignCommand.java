package io.tallyman.cli;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.config.SmallRyeConfig;
import io.tallyman.job.UnknownManifestException;
import io.tallyman.manifest.EntryState;
import io.tallyman.manifest.Manifest;
import io.tallyman.manifest.ManifestEntries;
import io.tallyman.manifest.ManifestFile;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.share.BulkSigning;
import io.tallyman.share.OutputRefusedException;
import io.tallyman.share.OwnerOnlyFile;
import io.tallyman.share.SignDefaults;
import io.tallyman.share.UrlFormat;
import io.tallyman.sign.Scheme;
import io.tallyman.store.StoreConfig;
import io.tallyman.store.Stores;
import jakarta.inject.Inject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Presigned GET URLs for others to use. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = "Presigned GET URLs, in the order of the input; needs the database for --manifest only.",
        footer = {
            "",
            "Example:  tallyman sign a/b.parquet --expires 2h --param 'response-content-disposition=attachment'",
            "          tallyman sign --from keys.csv --format curl --output downloads.curl",
            "Whoever holds a URL can read its object until it expires."
        })
public class SignCommand implements Callable<Integer>, UsesDatabase, RunsUnbooted {
    @Parameters(paramLabel = "KEY", arity = "0..*", description = "Object keys, raw and never percent-encoded.")
    List<String> keys = List.of();

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Keys from a manifest file (- for stdin); its rows may override the options.")
    @Nullable
    String from;

    @Option(names = "--manifest", paramLabel = "NAME", description = "Keys from a manifest in the database.")
    @Nullable
    String manifest;

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description = "Only its entries in these states: ${COMPLETION-CANDIDATES}; all when not given.")
    Set<EntryState> states = Set.of();

    @Option(
            names = "--store",
            paramLabel = "S",
            description = "The store the keys live in; when not given the manifest's, or else: default.")
    @Nullable
    String storeName;

    @Mixin
    SigningOptions options;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Sign as of this time, for example 2026-11-24T00:00:00Z; now when not given.")
    @Nullable
    Instant at;

    @Option(names = "--format", defaultValue = "urls", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    UrlFormat format;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write to this file, which only its owner may read; it stays as it was where anything fails.")
    @Nullable
    Path output;

    @Option(
            names = {"-q", "--quiet"},
            description = "No remarks on stderr, of which this command has none; errors are still told.")
    boolean quiet;

    @Option(
            names = "--scheme",
            defaultValue = "oss4",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}); oss1 is for old private deployments.")
    Scheme scheme;

    @Spec
    CommandSpec spec;

    @Inject
    Stores stores;

    @Inject
    Clock clock;

    @Inject
    ManifestEntries entries;

    @Override
    public boolean needsDatabase() {
        return manifest != null;
    }

    @Override
    public int runUnbooted(SmallRyeConfig config) throws Exception {
        Clock time = Clock.systemUTC();
        return sign(new Stores(config.getConfigMapping(StoreConfig.class), config, time), time);
    }

    @Override
    public Integer call() throws Exception {
        return sign(stores, clock);
    }

    private int sign(Stores configured, Clock time) throws Exception {
        if (Stream.of(!keys.isEmpty(), from != null, manifest != null)
                        .filter(given -> given)
                        .count()
                != 1) {
            throw new ParameterException(spec.commandLine(), "give either keys, --from FILE or --manifest NAME");
        }
        if (manifest == null && !states.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--state goes with --manifest");
        }
        SignDefaults defaults = options.defaults();
        Manifest listed = manifest == null ? null : listed(manifest);
        BulkSigning signing = new BulkSigning(
                scheme.signerFor(configured.named(store(listed))), at == null ? time.instant() : at, defaults, format);
        if (output == null) {
            sign(signing, listed, new StandardOutput());
        } else {
            try (OwnerOnlyFile file = OwnerOnlyFile.create(output)) {
                sign(signing, listed, file);
                file.commit();
            }
        }
        return 0;
    }

    private static Manifest listed(String name) {
        return QuarkusTransaction.requiringNew()
                .call(() -> Manifest.named(name))
                .orElseThrow(() -> new UnknownManifestException(name));
    }

    private String store(@Nullable Manifest listed) {
        if (storeName != null) {
            return storeName;
        }
        return listed == null || listed.store == null ? Stores.DEFAULT : listed.store;
    }

    private void sign(BulkSigning signing, @Nullable Manifest listed, OutputStream out) throws Exception {
        if (listed == null && from == null) {
            signing.signKeys(keys, out);
            return;
        }
        try (ManifestReader rows = listed == null
                ? ManifestFile.open(String.valueOf(from), null, System.in)
                : entries.keys(listed, states.isEmpty() ? EnumSet.allOf(EntryState.class) : states)) {
            signing.signRows(rows, out);
        }
    }

    /** Without the encoding and the swallowed errors of {@code System.out}. */
    private static final class StandardOutput extends OutputStream {
        private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

        @Override
        public void write(int each) {
            write(new byte[] {(byte) each}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw OutputRefusedException.of("standard output", e);
            }
        }
    }
}
