package io.tallyman.share;

import java.util.Locale;

/** How signed URLs are written down. */
public enum UrlFormat {
    /** The URL alone, one a line. */
    URLS("", ""),
    /** {@code key}, {@code url}, {@code expires_at}, {@code method} and {@code headers} as one JSON object a line. */
    JSONL("", ""),
    /** The same as comma separated values (RFC 4180) under a header; the headers are JSON in their cell. */
    CSV(CsvRows.HEAD, ""),
    /** A configuration file for {@code curl -K}. */
    CURL(CurlConfig.HEAD, ""),
    /** An input file for {@code aria2c --input-file}. */
    ARIA2("", ""),
    /** A shell script that has wget download every URL. */
    WGET(WgetScript.HEAD, WgetScript.FOOT);

    private final String head;
    private final String foot;

    UrlFormat(String head, String foot) {
        this.head = head;
        this.foot = foot;
    }

    /** What stands before the first URL; whole lines or nothing. */
    String head() {
        return head;
    }

    /** What stands behind the last URL; whole lines or nothing. */
    String foot() {
        return foot;
    }

    /** A new writer; what it writes stands by itself, whatever another has written before. */
    UrlWriter writer() {
        return switch (this) {
            case URLS -> new UrlLines();
            case JSONL -> new JsonLines();
            case CSV -> new CsvRows();
            case CURL -> new CurlConfig();
            case ARIA2 -> new Aria2Input();
            case WGET -> new WgetScript();
        };
    }

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
