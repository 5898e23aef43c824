package io.tallyman.cli;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.smallrye.config.SmallRyeConfig;
import io.tallyman.database.DatabaseProbe;
import io.tallyman.database.EmbeddedPostgres;
import io.tallyman.database.PostgresServer;
import io.tallyman.job.RunConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What happens between {@code main} and the command: the arguments and the configuration are checked, and the database is found
 * or started, before the framework boots, so that help, usage errors and an unreachable database cost no start and read as one line.
 */
public final class Launcher {
    private static final String JDBC_URL = "quarkus.datasource.jdbc.url";
    private static final String USERNAME = "quarkus.datasource.username";
    private static final String PASSWORD = "quarkus.datasource.password";

    /** A connection that is silent for longer is broken (pgJDBC's socketTimeout); an import's merge may well be. */
    private static final String SOCKET_TIMEOUT_SECONDS =
            "quarkus.datasource.jdbc.additional-jdbc-properties.socketTimeout";

    private Launcher() {}

    /** Runs the program to its end; does not return before the command has. */
    public static void launch(Class<?> topCommand, String... args) {
        CommandLine commandLine = new CommandLine(topCommand);
        ErrorLines.install(commandLine);
        try {
            Object command = parse(commandLine, args);
            prepare(command);
        } catch (ParameterException e) {
            System.exit(ErrorLines.usage(e));
        } catch (Exception e) {
            System.exit(ErrorLines.failure(e));
        }
        Quarkus.run(
                CommandApplication.class,
                (exitCode, failure) -> ApplicationLifecycleManager.getDefaultExitCodeHandler()
                        .accept(failure == null ? exitCode : ErrorLines.failure(failure), null),
                args);
    }

    /** The command object that was named; prints help or version and exits where that was asked for. */
    private static Object parse(CommandLine commandLine, String... args) {
        ParseResult result = commandLine.parseArgs(args);
        Integer helpExitCode = CommandLine.executeHelpRequest(result);
        if (helpExitCode != null) {
            System.exit(helpExitCode);
        }
        while (result.hasSubcommand()) {
            result = result.subcommand();
        }
        if (!(result.commandSpec().userObject() instanceof Runnable)
                && !(result.commandSpec().userObject() instanceof java.util.concurrent.Callable)) {
            throw new ParameterException(result.commandSpec().commandLine(), "a command is missing");
        }
        return result.commandSpec().userObject();
    }

    private static void prepare(Object command) {
        SmallRyeConfig config = CheckedConfiguration.read();
        if (!(command instanceof UsesDatabase)) {
            withoutDatabase();
            return;
        }
        if (command instanceof RunCommand) {
            setUnlessGiven(
                    config,
                    SOCKET_TIMEOUT_SECONDS,
                    Long.toString(databasePatience(config).toSeconds()));
        }
        Optional<String> url = config.getOptionalValue(JDBC_URL, String.class);
        if (url.isPresent()) {
            DatabaseProbe.check(
                    url.get(),
                    config.getOptionalValue(USERNAME, String.class).orElse(""),
                    config.getOptionalValue(PASSWORD, String.class).orElse(""));
        } else {
            PostgresServer server = EmbeddedPostgres.attach(home(config));
            setAll(Map.of(JDBC_URL, server.jdbcUrl(), USERNAME, server.username(), PASSWORD, server.password()));
        }
    }

    private static Path home(SmallRyeConfig config) {
        return config.getValue("tallyman.home", Path.class);
    }

    private static Duration databasePatience(SmallRyeConfig config) {
        return config.getConfigMapping(RunConfig.class).databasePatience();
    }

    private static void setUnlessGiven(SmallRyeConfig config, String property, String value) {
        if (config.getConfigValue(property).getValue() == null) {
            System.setProperty(property, value);
        }
    }

    /** The data source stays declared but is never asked for a connection. */
    private static void withoutDatabase() {
        setAll(Map.of(
                JDBC_URL,
                "jdbc:postgresql://no-database.invalid/",
                "quarkus.hibernate-orm.active",
                "false",
                "quarkus.flyway.migrate-at-start",
                "false"));
    }

    private static void setAll(Map<String, String> properties) {
        properties.forEach(System::setProperty);
    }
}
