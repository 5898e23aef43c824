package io.tallyman.cli;

import io.tallyman.share.SignDefaults;
import io.tallyman.share.TrafficLimit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What a URL binds its user to. */
class SigningOptions {
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
            description = "A query parameter of the URL, for example x-oss-ac-source-ip=203.0.113.7.")
    List<String> params = List.of();

    @Option(
            names = "--traffic-limit",
            paramLabel = "RATE",
            converter = TrafficLimitConverter.class,
            description = "The most one connection may download: 100KB/s to 100MB/s, or in bit/s.")
    @Nullable
    TrafficLimit trafficLimit;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    /** The options as they hold for rows that do not say otherwise. */
    SignDefaults defaults() {
        Map<String, String> allParams = pairs(params, '=', "--param");
        Map<String, String> allHeaders = pairs(headers, ':', "--header");
        if (trafficLimit != null) {
            boolean twice = allParams.containsKey(TrafficLimit.PARAM)
                    || allHeaders.keySet().stream().anyMatch(TrafficLimit.PARAM::equalsIgnoreCase);
            if (twice) {
                throw wrong("give either --traffic-limit or " + TrafficLimit.PARAM + ", not both");
            }
            allParams.put(TrafficLimit.PARAM, trafficLimit.toString());
        }
        return new SignDefaults(versionId, expires, allHeaders, new LinkedHashSet<>(additionalHeaders), allParams);
    }

    private Map<String, String> pairs(List<String> texts, char separator, String option) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int at = text.indexOf(separator);
            if (at <= 0) {
                // The text may hold a secret, so it is not quoted.
                throw wrong(option + " takes NAME" + separator + "VALUE, with the '" + separator + "'");
            }
            if (pairs.put(text.substring(0, at), text.substring(at + 1)) != null) {
                throw wrong(option + " gives " + text.substring(0, at) + " twice");
            }
        }
        return pairs;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Reads a rate. */
    static class TrafficLimitConverter implements ITypeConverter<TrafficLimit> {
        @Override
        public TrafficLimit convert(String text) {
            try {
                return TrafficLimit.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' " + e.getMessage());
            }
        }
    }
}
