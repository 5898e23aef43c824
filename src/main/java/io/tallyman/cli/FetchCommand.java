package io.tallyman.cli;

import io.tallyman.fetch.FetchHeaders;
import io.tallyman.fetch.FetchList;
import io.tallyman.fetch.FetchProgress;
import io.tallyman.fetch.FetchRequest;
import io.tallyman.fetch.FetchResult;
import io.tallyman.fetch.Fetching;
import io.tallyman.fetch.TwoForOnePathException;
import io.tallyman.job.Ending;
import io.tallyman.manifest.ManifestColumn;
import io.tallyman.manifest.ManifestConfig;
import io.tallyman.manifest.ManifestFile;
import io.tallyman.manifest.ManifestReader;
import io.tallyman.manifest.ManifestRefusedException;
import io.tallyman.manifest.ManifestRow;
import io.tallyman.manifest.UrlRow;
import io.tallyman.report.Bytes;
import io.tallyman.report.ProgressDisplay;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The third party's half: downloads what others signed. */
@Command(
        name = "fetch",
        mixinStandardHelpOptions = true,
        description = "Downloads URLs that somebody else signed and verifies them; needs neither keys nor a database.",
        footer = {
            "",
            "Example:  tallyman fetch --from urls.txt --dest ashore",
            "Run it again after it was cut: files that are there and whole are kept, begun ones go on.",
            "A URL on the command line is seen by everyone who lists processes; --from - reads it from standard input."
        })
public class FetchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "URL", arity = "0..*", description = "Presigned URLs, exactly as they were given.")
    List<String> urls = List.of();

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "URLs from a file (- for stdin): one a line, or a manifest whose rows have a url.")
    @Nullable
    String from;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the one URL's object goes; else the last part of the URL's path names it.")
    @Nullable
    Path file;

    @Option(names = "--dest", paramLabel = "DIR", description = "The folder the files go to; this one when not given.")
    @Nullable
    Path destination;

    @Option(names = "--size", paramLabel = "N", description = "The one object's size in bytes.")
    @Nullable
    String size;

    @Option(names = "--crc64", paramLabel = "N", description = "Its CRC-64, unsigned decimal.")
    @Nullable
    String crc64;

    @Option(names = "--md5", paramLabel = "H", description = "Its MD5, hex or base64.")
    @Nullable
    String md5;

    @Option(names = "--sha1", paramLabel = "H", description = "Its SHA-1, hex.")
    @Nullable
    String sha1;

    @Option(names = "--sha256", paramLabel = "H", description = "Its SHA-256, hex.")
    @Nullable
    String sha256;

    @Option(names = "--sha512", paramLabel = "H", description = "Its SHA-512, hex.")
    @Nullable
    String sha512;

    @Option(
            names = "--header",
            paramLabel = "N:V",
            description = "A header to send with every request: those that were signed must be.")
    List<String> headers = List.of();

    @Option(names = "--parallel", paramLabel = "N", description = "Objects in flight at once (tallyman.run.parallel).")
    @Nullable
    Integer parallel;

    @Mixin
    OutputOptions output;

    @Spec
    CommandSpec spec;

    @Inject
    Fetching fetching;

    @Inject
    ManifestConfig manifests;

    @Override
    public Integer call() throws Exception {
        FetchRequest request = request();
        FetchProgress progress = new FetchProgress();
        ProgressDisplay display = ProgressDisplay.show(progress, output.quiet);
        FetchResult result;
        try {
            result = fetching.run(request, progress, fetched -> output.print(fetched, fetched.text()), output::remark);
        } finally {
            display.stop();
        }
        output.remark("%d verified, %d unverified, %d failed%s; received %s"
                .formatted(
                        result.verified(),
                        result.unverified(),
                        result.failed(),
                        result.left() == 0 ? "" : ", " + result.left() + " left",
                        Bytes.human(progress.bytes())));
        if (result.ending() == Ending.SIGNALLED) {
            output.remark("stopped; run the same command to go on");
        }
        return result.ending().exitCode();
    }

    private FetchRequest request() throws IOException {
        if (urls.isEmpty() == (from == null)) {
            throw usage("give either URLs or --from FILE");
        }
        if (parallel != null && parallel < 1) {
            throw usage("--parallel " + parallel + " is too few; give 1 or more");
        }
        if (file != null && file.toString().equals("-")) {
            throw usage("-o - is not possible: what is printed cannot be taken back when it proves wrong; name a file");
        }
        if (file != null && destination != null) {
            throw usage("-o names the file with its folder; leave --dest out");
        }
        Map<ManifestColumn, String> expected = expected();
        if ((file != null || !expected.isEmpty()) && urls.size() != 1) {
            throw usage("-o, --size and the checksums are for one URL; for more give them in a manifest file (--from)");
        }
        Path folder = file == null ? destination : file.toAbsolutePath().getParent();
        return new FetchRequest(
                from == null ? arguments(expected) : rowsOf(from),
                folder == null ? Path.of("") : folder,
                parsedHeaders(),
                parallel);
    }

    private Map<ManifestColumn, String> expected() {
        Map<ManifestColumn, String> cells = new EnumMap<>(ManifestColumn.class);
        put(cells, ManifestColumn.SIZE, size);
        put(cells, ManifestColumn.CRC64, crc64);
        put(cells, ManifestColumn.MD5, md5);
        put(cells, ManifestColumn.SHA1, sha1);
        put(cells, ManifestColumn.SHA256, sha256);
        put(cells, ManifestColumn.SHA512, sha512);
        return cells;
    }

    private static void put(Map<ManifestColumn, String> cells, ManifestColumn column, @Nullable String cell) {
        if (cell != null) {
            cells.put(column, cell);
        }
    }

    private FetchList arguments(Map<ManifestColumn, String> cells) {
        if (file != null) {
            cells.put(ManifestColumn.PATH, String.valueOf(file.getFileName()));
        }
        List<ManifestRow> rows = new ArrayList<>();
        try {
            for (String url : urls) {
                rows.add(UrlRow.of("arguments", rows.size() + 1, url, cells));
            }
            return FetchList.of(rows, manifests.caseTwins());
        } catch (ManifestRefusedException e) {
            boolean ofUrl = e.column() == null || e.column().equals(ManifestColumn.URL.label());
            throw usage((ofUrl ? "URL " + e.line() : "--" + e.column()) + " " + e.reason());
        } catch (TwoForOnePathException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private FetchList rowsOf(String from) throws IOException {
        try (ManifestReader rows = ManifestFile.open(from, null, System.in)) {
            return FetchList.read(rows, manifests.caseTwins());
        }
    }

    private FetchHeaders parsedHeaders() {
        try {
            return FetchHeaders.of(headers);
        } catch (IllegalArgumentException e) {
            throw usage("--header " + e.getMessage());
        }
    }

    private ParameterException usage(String reason) {
        return new ParameterException(spec.commandLine(), reason);
    }
}
