package io.tallyman.cli;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import picocli.CommandLine;

/** Runs the command inside the booted framework. */
public class CommandApplication implements QuarkusApplication {
    private final CommandLine commandLine;

    CommandApplication(CommandLine commandLine) {
        this.commandLine = commandLine;
    }

    @Override
    public int run(String... args) {
        return commandLine.execute(args);
    }

    /** Gives every command the same error lines. */
    @ApplicationScoped
    static class Factory {
        @Produces
        CommandLine commandLine(PicocliCommandLineFactory factory) {
            return ErrorLines.install(factory.create());
        }
    }
}
