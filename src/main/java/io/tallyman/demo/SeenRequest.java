package io.tallyman.demo;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request as the stand-in saw it, safe to print.
 *
 * @param target as it came, with signature, credential and token replaced
 * @param headers lower-case names
 * @param bucket null where the request did not get that far
 * @param key null where the request did not get that far
 * @param fault the fault it met, null for none
 * @param status the status answered
 * @param bodyBytes body bytes handed to the network so far
 */
public record SeenRequest(
        Instant at,
        String method,
        String target,
        Map<String, String> headers,
        @Nullable String bucket,
        @Nullable String key,
        @Nullable Fault fault,
        int status,
        long bodyBytes) {}
