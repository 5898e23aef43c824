package io.tallyman.cli;

import io.tallyman.job.BulkSigning;
import io.tallyman.job.SignDefaults;
import io.tallyman.manifest.ManifestFile;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.sign.Scheme;
import io.tallyman.store.Store;
import io.tallyman.store.Stores;
import jakarta.inject.Inject;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Presigned GET URLs for others to use. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = "Presigned GET URLs, one line each, in the order of the input; needs no database.",
        footer = {
            "",
            "Example:  tallyman sign a/b.parquet --expires 2h --param 'response-content-disposition=attachment'",
            "Whoever holds a URL can read its object until it expires."
        })
public class SignCommand implements Callable<Integer> {
    @Parameters(paramLabel = "KEY", arity = "0..*", description = "Object keys, raw and never percent-encoded.")
    List<String> keys = List.of();

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Keys from a manifest file (- for stdin); its rows may override the options.")
    @Nullable
    String from;

    @Option(
            names = "--store",
            paramLabel = "S",
            defaultValue = "default",
            description = "The store the keys live in (${DEFAULT-VALUE}).")
    String storeName;

    @Option(
            names = "--expires",
            paramLabel = "D",
            converter = DurationConverter.class,
            defaultValue = "15m",
            description = "How long the URLs live: 1s to 7d (${DEFAULT-VALUE}).")
    Duration expires;

    @Option(names = "--version-id", paramLabel = "V", description = "Sign for this version of the object.")
    @Nullable
    String versionId;

    @Option(
            names = "--header",
            paramLabel = "N:V",
            description = "A header the client will send; it is signed, and must then be sent exactly so.")
    List<String> headers = List.of();

    @Option(
            names = "--additional-header",
            paramLabel = "N",
            description = "Sign this header too, which would not be signed by itself; give it with --header.")
    List<String> additionalHeaders = List.of();

    @Option(
            names = "--param",
            paramLabel = "N=V",
            description = "A query parameter of the URL, for example x-oss-traffic-limit=819200.")
    List<String> params = List.of();

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Sign as of this time, for example 2026-11-24T00:00:00Z; now when not given.")
    @Nullable
    Instant at;

    @Option(names = "--format", defaultValue = "urls", description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    BulkSigning.Format format;

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

    @Override
    public Integer call() throws Exception {
        if (keys.isEmpty() == (from == null)) {
            throw new ParameterException(spec.commandLine(), "give either keys or --from FILE");
        }
        Store store = stores.named(storeName);
        SignDefaults defaults = new SignDefaults(
                versionId, expires, pairs(headers, ':', "--header"), additional(), pairs(params, '=', "--param"));
        Instant signedAt = at == null ? clock.instant() : at;
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                false,
                StandardCharsets.UTF_8);
        BulkSigning signing = new BulkSigning(scheme.signerFor(store), signedAt, defaults, format, out);
        try {
            if (from == null) {
                signing.signKeys(keys);
            } else {
                try (ManifestReader rows = ManifestFile.open(from, null, System.in)) {
                    signing.signRows(rows);
                }
            }
        } finally {
            out.flush();
        }
        if (out.checkError()) {
            throw new IOException("standard output could not be written to its end; the list of URLs is not whole");
        }
        return 0;
    }

    private Set<String> additional() {
        return new LinkedHashSet<>(additionalHeaders);
    }

    private Map<String, String> pairs(List<String> texts, char separator, String option) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int at = text.indexOf(separator);
            if (at <= 0) {
                // The text may hold a secret, so it is not quoted.
                throw new ParameterException(
                        spec.commandLine(), option + " takes NAME" + separator + "VALUE, with the '" + separator + "'");
            }
            if (pairs.put(text.substring(0, at), text.substring(at + 1)) != null) {
                throw new ParameterException(spec.commandLine(), option + " gives " + text.substring(0, at) + " twice");
            }
        }
        return pairs;
    }
}
