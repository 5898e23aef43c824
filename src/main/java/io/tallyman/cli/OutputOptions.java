package io.tallyman.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import picocli.CommandLine.Option;

/** How a command prints its result: text for people or JSON Lines for programs. */
class OutputOptions {
    @Option(names = "--json", description = "Print the result as JSON Lines.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress and no remarks on stderr; errors are still told.")
    boolean quiet;

    /** Prints one result: its JSON on one line, or the text. */
    void print(Object result, String text) {
        System.out.println(json ? toJson(result) : text);
    }

    /** Says something on stderr that is not a result. */
    void remark(String line) {
        if (!quiet) {
            System.err.println(line);
        }
    }

    private static String toJson(Object result) {
        try {
            return Json.MAPPER.writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result that cannot be printed as JSON: " + result.getClass(), e);
        }
    }

    /** Made when it is needed: it takes a good part of the program's start, and every command is made to parse one. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS);
    }
}
