package io.tallyman.job;

import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Tells the configured webhook, where there is one, that a run has ended. Never throws for the webhook's sake. */
@Singleton
class RunNotice {
    private static final Logger LOG = Logger.getLogger(RunNotice.class);
    private static final int TRIES = 3;
    private static final int TIMEOUT_SECONDS = 10;

    private final RunConfig config;

    RunNotice(RunConfig config) {
        this.config = config;
    }

    /** Returns when the webhook has taken it, or will not. */
    void send(RunResult result) {
        config.webhook().ifPresent(webhook -> send(URI.create(webhook), RunWebhook.RunEnded.of(result)));
    }

    private static void send(URI webhook, RunWebhook.RunEnded event) {
        RunWebhook client = QuarkusRestClientBuilder.newBuilder()
                .baseUri(webhook)
                .connectTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .readTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .followRedirects(false)
                .build(RunWebhook.class);
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            try {
                client.runEnded(event);
                return;
            } catch (WebApplicationException e) {
                remark(webhook, attempt, "it answered " + e.getResponse().getStatus());
            } catch (RuntimeException e) {
                // The message may quote the URL.
                Throwable cause = e.getCause() == null ? e : e.getCause();
                remark(webhook, attempt, "no answer (" + cause.getClass().getSimpleName() + ")");
            }
        }
    }

    private static void remark(URI webhook, int attempt, String what) {
        if (attempt == TRIES) {
            LOG.warnf("the webhook at %s was not told of the run's end: %s", webhook.getHost(), what);
        }
    }
}
