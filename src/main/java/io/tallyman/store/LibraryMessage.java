package io.tallyman.store;

import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the messages of Alibaba's credentials library. They quote answers as they came, and an answer may hold keys or what was
 * signed with them; so only what is known to be harmless is taken over.
 */
final class LibraryMessage {
    private static final Pattern STATUS = Pattern.compile("HttpCode[:=]\\s*(\\d+)");
    private static final Pattern CODE = Pattern.compile("\"Code\"\\s*:\\s*\"([A-Za-z][A-Za-z0-9.]{0,80})\"");
    private static final Pattern REQUEST_ID = Pattern.compile("\"RequestId\"\\s*:\\s*\"([0-9A-Za-z-]{1,64})\"");
    private static final Pattern PROVIDER = Pattern.compile("(\\w+)Credentials?Provider: ");

    private LibraryMessage() {}

    static NotObtainedException translated(String service, RuntimeException thrown) {
        String message = String.valueOf(thrown.getMessage());
        if (message.startsWith("Unable to load credentials from any of the providers")) {
            TreeSet<String> asked = new TreeSet<>();
            PROVIDER.matcher(message).results().map(result -> result.group(1)).forEach(asked::add);
            return NotObtainedException.passing("none of " + String.join(", ", asked) + " has any");
        }
        if (message.startsWith("OIDCTokenFilePath")) {
            return NotObtainedException.lasting("the file with the OIDC token cannot be read");
        }
        if (message.startsWith("The role name was not found")) {
            return NotObtainedException.lasting("the ECS instance has no such role");
        }
        if (message.startsWith("IMDS credentials is disabled")) {
            return NotObtainedException.lasting("ALIBABA_CLOUD_ECS_METADATA_DISABLED forbids to ask " + service);
        }
        Matcher status = STATUS.matcher(message);
        int http = status.find() ? Integer.parseInt(status.group(1)) : 0;
        if (http == 0) {
            return NotObtainedException.passing(service + " did not answer, or not as it should ("
                    + thrown.getClass().getSimpleName() + ")");
        }
        String reason = service + " answered HTTP " + http + first(CODE, message, " ")
                + first(REQUEST_ID, message, ", request ");
        return http >= 500 || http == 429 ? NotObtainedException.passing(reason) : NotObtainedException.lasting(reason);
    }

    private static String first(Pattern pattern, String message, String before) {
        return pattern.matcher(message)
                .results()
                .findFirst()
                .map((MatchResult result) -> before + result.group(1))
                .orElse("");
    }
}
