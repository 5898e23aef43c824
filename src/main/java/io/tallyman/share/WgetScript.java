package io.tallyman.share;

import io.tallyman.manifest.ManifestRow;
import io.tallyman.sign.SignedUrl;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell script that has wget download every URL. Wget's own input file knows neither names nor headers, and would name the
 * files after the whole URL, signature included. The URLs go to wget through its standard input, because the arguments of a
 * process can be read by everybody on the machine.
 */
final class WgetScript implements UrlWriter {
    private static final Pattern DOT_SEGMENT = Pattern.compile("(?<=/)\\.\\.?(?=[/?]|$)");

    static final String HEAD = """
            #!/bin/sh
            # Downloads with wget below the folder it is started in: sh FILE
            # A file has its name only when it is whole. Ends with 1 where one could not be downloaded.
            failed=0
            get() { # NAME [WGET OPTION ...], the URL on standard input
              name=./$1 part=${1%/*}
              [ "$part" = "$1" ] && part=.
              part=./$part/.tallyman.$$.part
              shift
              mkdir -p "${part%/*}" && wget -nv --max-redirect=0 "$@" -O "$part" -i - && mv -f "$part" "$name" || failed=1
              rm -f "$part"
            }
            """;

    static final String FOOT = "exit $failed\n";

    @Override
    public void write(ManifestRow row, SignedUrl url, StringBuilder out) {
        out.append("get ");
        quoted(FileName.of(row), out);
        RequiredHeaders.of(url).forEach((header, value) -> {
            out.append(" --header ");
            quoted(header + ": " + value, out);
        });
        out.append(" <<'URL'\n").append(withoutDotSegments(url.reveal())).append("\nURL\n");
    }

    /** Wget would take segments of dots out of a path, and ask for another object; encoded it leaves them. */
    private static String withoutDotSegments(String url) {
        int query = url.indexOf('?');
        Matcher dots = DOT_SEGMENT.matcher(url).region(0, query < 0 ? url.length() : query);
        StringBuilder encoded = null;
        while (dots.find()) {
            encoded = encoded == null ? new StringBuilder() : encoded;
            dots.appendReplacement(encoded, dots.group().replace(".", "%2E"));
        }
        return encoded == null ? url : dots.appendTail(encoded).toString();
    }

    /** Between single quotes a shell takes everything as it is but the single quote itself. */
    private static void quoted(String text, StringBuilder out) {
        out.append('\'').append(text.replace("'", "'\\''")).append('\'');
    }
}
