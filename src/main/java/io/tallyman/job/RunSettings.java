package io.tallyman.job;

import io.tallyman.transfer.UrlHosts;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;

/** What a run's settings must be like to make sense, each and together. */
public final class RunSettings {
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(7);
    private static final int SMALLEST_BUFFER_BYTES = 1024;
    private static final int LARGEST_BUFFER_BYTES = 16 * 1024 * 1024;
    private static final long SMALLEST_PART_BYTES = 1024 * 1024;
    private static final int MOST_CONNECTIONS_PER_OBJECT = 64;
    /** A worker that misses two beats, by a pause or a lost packet, is not dead yet. */
    private static final int BEATS_BEFORE_DEATH = 3;

    private RunSettings() {}

    /** Throws {@link UnusableSettingException} at the first setting that cannot be used. */
    public static void check(RunConfig config) {
        atLeastOne("parallel", config.parallel());
        atLeastOne("max-attempts", config.maxAttempts());
        atLeastOne("max-deferrals", config.maxDeferrals());
        atLeastOne("max-worker-deaths", config.maxWorkerDeaths());
        if (config.maxResigns() < 0) {
            throw new UnusableSettingException("max-resigns", config.maxResigns(), "give 0 or more");
        }
        positive("backoff-base", config.backoffBase());
        positive("heartbeat", config.heartbeat());
        positive("connect-timeout", config.connectTimeout());
        positive("idle-timeout", config.idleTimeout());
        positive("database-patience", config.databasePatience());
        positive("stall-window", config.stallWindow());
        notNegative("drain", config.drain());
        notNegative("disk-patience", config.diskPatience());
        notNegative("stall-floor", config.stallFloor());
        notNegative("min-free-space", config.minFreeSpace());
        if (config.backoffCap().compareTo(config.backoffBase()) < 0) {
            throw new UnusableSettingException(
                    "backoff-cap", config.backoffCap(), "it is below backoff-base " + config.backoffBase());
        }
        if (config.urlExpires().compareTo(Duration.ofSeconds(1)) < 0
                || config.urlExpires().compareTo(LONGEST_EXPIRY) > 0) {
            throw new UnusableSettingException("url-expires", config.urlExpires(), "a URL lives 1S to 7D");
        }
        if (config.deadAfter().compareTo(config.heartbeat().multipliedBy(BEATS_BEFORE_DEATH)) < 0) {
            throw new UnusableSettingException(
                    "dead-after",
                    config.deadAfter(),
                    "give three heartbeats or more, now " + config.heartbeat().multipliedBy(BEATS_BEFORE_DEATH)
                            + ", else living workers are taken for dead");
        }
        if (config.bufferBytes() < SMALLEST_BUFFER_BYTES || config.bufferBytes() > LARGEST_BUFFER_BYTES) {
            throw new UnusableSettingException(
                    "buffer-bytes",
                    config.bufferBytes(),
                    "give " + SMALLEST_BUFFER_BYTES + " to " + LARGEST_BUFFER_BYTES);
        }
        if (config.largeFromBytes() < SMALLEST_PART_BYTES) {
            throw new UnusableSettingException(
                    "large-from-bytes", config.largeFromBytes(), "give " + SMALLEST_PART_BYTES + " or more");
        }
        if (config.partBytes() != 0 && config.partBytes() < SMALLEST_PART_BYTES) {
            throw new UnusableSettingException(
                    "part-bytes",
                    config.partBytes(),
                    "give " + SMALLEST_PART_BYTES + " or more, or 0 to have it chosen by the object's size");
        }
        if (config.connectionsPerObject() < 1 || config.connectionsPerObject() > MOST_CONNECTIONS_PER_OBJECT) {
            throw new UnusableSettingException(
                    "connections-per-object",
                    config.connectionsPerObject(),
                    "give 1 to " + MOST_CONNECTIONS_PER_OBJECT);
        }
        urlHosts(config);
        config.webhook().ifPresent(RunSettings::checkWebhook);
    }

    /** Where URLs that others signed may lead. */
    public static UrlHosts urlHosts(RunConfig config) {
        try {
            return UrlHosts.of(config.urlHosts().orElse(List.of()), config.urlAddresses());
        } catch (IllegalArgumentException e) {
            throw new UnusableSettingException(
                    "url-hosts", String.join(",", config.urlHosts().orElse(List.of())), String.valueOf(e.getMessage()));
        }
    }

    private static void atLeastOne(String setting, int value) {
        if (value < 1) {
            throw new UnusableSettingException(setting, value, "give 1 or more");
        }
    }

    private static void notNegative(String setting, Duration value) {
        if (value.isNegative()) {
            throw new UnusableSettingException(setting, value, "give 0S or more");
        }
    }

    private static void notNegative(String setting, long bytes) {
        if (bytes < 0) {
            throw new UnusableSettingException(setting, bytes, "give 0 or more bytes");
        }
    }

    private static void positive(String setting, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new UnusableSettingException(setting, value, "give more than nothing");
        }
    }

    private static void checkWebhook(String text) {
        URI webhook;
        try {
            webhook = new URI(text);
        } catch (URISyntaxException e) {
            webhook = URI.create("");
        }
        boolean http = "https".equals(webhook.getScheme()) || "http".equals(webhook.getScheme());
        if (!http || webhook.getHost() == null) {
            // It may hold a secret, so it is not quoted.
            throw new UnusableSettingException("webhook", "<redacted>", "give an http or https URL with a host");
        }
    }
}
