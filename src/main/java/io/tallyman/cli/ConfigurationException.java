package io.tallyman.cli;

import io.smallrye.config.ConfigValidationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The configuration holds an unknown key or an unusable value; the message names each, one line for all. */
class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigurationException(String message) {
        super(message);
    }

    ConfigurationException(ConfigValidationException cause) {
        super(
                IntStream.range(0, cause.getProblemCount())
                        .mapToObj(i -> readable(cause.getProblem(i).getMessage()))
                        .collect(Collectors.joining("; ")),
                cause);
    }

    /** Without the library's message codes and exception names. */
    private static String readable(String message) {
        return message.replaceAll("SRCFG\\d+: ", "").replaceAll("java\\.[a-zA-Z.]+Exception: ", "");
    }
}
