package io.tallyman.sign;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the signing benchmark on one thread and on all processors, and prints the table of the documentation. */
public final class SigningTable {
    private SigningTable() {}

    /** Takes JMH's own options, for shorter or longer runs. */
    public static void main(String[] args) throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s, %s %s, %d processors",
                LocalDate.now(),
                System.getProperty("java.vm.name"),
                System.getProperty("java.version"),
                processors));
        lines.add("");
        lines.add("| threads | input | signer | URLs/s | × the faster SDK | bytes allocated per URL |");
        lines.add("|---|---|---|---|---|---|");
        for (int threads : processors == 1 ? new int[] {1} : new int[] {1, processors}) {
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .parent(new CommandLineOptions(args))
                    .include(SigningBenchmark.class.getName() + "\\.")
                    .threads(threads)
                    .addProfiler(GCProfiler.class);
            lines.addAll(rows(threads, new Runner(options.build()).run()));
        }
        System.out.println();
        lines.forEach(System.out::println);
    }

    private static List<String> rows(int threads, Collection<RunResult> results) {
        Map<String, Map<String, RunResult>> byInput = new TreeMap<>();
        for (RunResult result : results) {
            String input = result.getParams().getParam("input");
            String signer = result.getPrimaryResult().getLabel();
            byInput.computeIfAbsent(input, name -> new TreeMap<>()).put(signer, result);
        }
        List<String> rows = new ArrayList<>();
        byInput.forEach((input, bySigner) -> {
            double fasterSdk = Math.max(
                    bySigner.get("sdkV1").getPrimaryResult().getScore(),
                    bySigner.get("sdkV2").getPrimaryResult().getScore());
            bySigner.forEach((signer, result) -> {
                double score = result.getPrimaryResult().getScore();
                Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
                rows.add(String.format(
                        Locale.ROOT,
                        "| %d | %s | %s | %,.0f | %.1f | %,.0f |",
                        threads,
                        input,
                        signer,
                        score,
                        score / fasterSdk,
                        allocated == null ? Double.NaN : allocated.getScore()));
            });
        });
        return rows;
    }
}
