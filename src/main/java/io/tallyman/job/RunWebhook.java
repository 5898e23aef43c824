package io.tallyman.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.core.MediaType;

/** Whoever wants to know of the ends of runs, at the URL the client was made for. */
interface RunWebhook {

    /** Any status but a 2xx is thrown as a WebApplicationException. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    void runEnded(RunEnded event);

    /**
     * The end of a run.
     *
     * @param event always {@code run_ended}, so that others may be added
     * @param state of the run, as in the view run_overview
     * @param exitCode of the worker that closed it
     */
    record RunEnded(
            @JsonProperty("event") String event,
            @JsonProperty("run") long run,
            @JsonProperty("manifest") String manifest,
            @JsonProperty("state") String state,
            @JsonProperty("exit_code") int exitCode,
            @JsonProperty("verified") long verified,
            @JsonProperty("unverified") long unverified,
            @JsonProperty("failed") long failed,
            @JsonProperty("quarantined") long quarantined,
            @JsonProperty("pending") long pending,
            @JsonProperty("leased") long leased) {

        /** The event for a run that was closed with this result. */
        static RunEnded of(RunResult result) {
            var entries = result.entries();
            return new RunEnded(
                    "run_ended",
                    result.runId(),
                    result.manifest(),
                    result.ending().runState().label(),
                    result.ending().exitCode(),
                    entries.verified(),
                    entries.unverified(),
                    entries.failed(),
                    entries.quarantined(),
                    entries.pending(),
                    entries.leased());
        }
    }
}
