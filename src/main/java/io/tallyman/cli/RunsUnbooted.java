package io.tallyman.cli;

import io.smallrye.config.SmallRyeConfig;

/**
 * A command that needs nothing but the configuration when it does not need the database. It then runs without the framework,
 * whose start would take it longer than its work.
 */
interface RunsUnbooted {
    /** Does what the command does, with what the container would have injected made of the configuration. */
    int runUnbooted(SmallRyeConfig config) throws Exception;
}
