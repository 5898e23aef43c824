package io.tallyman.report;

import io.tallyman.transfer.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a run's progress on stderr until closed: a bar on a terminal, one plain line every ten seconds elsewhere. */
public final class ProgressDisplay {
    private static final Duration BAR_INTERVAL = Duration.ofMillis(250);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);

    private final Progress progress;
    private final long startedNanos = System.nanoTime();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread painter;

    private ProgressDisplay(Progress progress, boolean terminal) {
        this.progress = progress;
        this.painter = Thread.ofVirtual().name("progress").unstarted(terminal ? this::paintBar : this::printLines);
    }

    /** Begins to show; {@code quiet} shows nothing. */
    public static ProgressDisplay show(Progress progress, boolean quiet) {
        ProgressDisplay display = new ProgressDisplay(progress, !quiet && isTerminal());
        if (!quiet) {
            display.painter.start();
        }
        return display;
    }

    /** Stops showing; returns when the last line is out. */
    public void stop() throws InterruptedException {
        closing.countDown();
        painter.join();
    }

    private void paintBar() {
        boolean color = System.getenv("NO_COLOR") == null;
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("objects")
                .setStyle(color ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis((int) BAR_INTERVAL.toMillis())
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build()) {
            boolean last;
            do {
                last = waitFor(BAR_INTERVAL);
                bar.maxHint(progress.totalEntries());
                bar.stepTo(progress.finalEntries());
                bar.setExtraMessage(details());
            } while (!last);
        }
    }

    private void printLines() {
        while (!waitFor(LINE_INTERVAL)) {
            System.err.println(line());
        }
    }

    /** True when closing has begun, false after the interval. */
    private boolean waitFor(Duration interval) {
        try {
            return closing.await(interval.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private String line() {
        return "%d of %d objects, %s".formatted(progress.finalEntries(), progress.totalEntries(), details());
    }

    private String details() {
        double seconds = Math.max(1e-3, (System.nanoTime() - startedNanos) / 1e9);
        return String.format(
                Locale.ROOT,
                "%s, %.0f objects/s, %s/s, %d retries, %d failed",
                Bytes.human(progress.bytes()),
                progress.finalEntries() / seconds,
                Bytes.human((long) (progress.bytes() / seconds)),
                progress.retries(),
                progress.failedEntries());
    }

    /** Whether stderr is a terminal; Java 21 cannot tell, so the shell's own test is asked. */
    private static boolean isTerminal() {
        try {
            return new ProcessBuilder("/bin/sh", "-c", "test -t 2")
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
