package io.tallyman.cli;

import io.tallyman.database.DatabaseUnavailableException;
import io.tallyman.job.DatabasePatience;
import io.tallyman.job.DestinationRefusedException;
import io.tallyman.job.NoDestinationException;
import io.tallyman.job.StoppedWaitingException;
import io.tallyman.job.UnknownManifestException;
import io.tallyman.job.UnusableSettingException;
import io.tallyman.ledger.DestinationDiffersException;
import io.tallyman.manifest.ManifestRefusedException;
import io.tallyman.share.OutputRefusedException;
import io.tallyman.share.UnusableNameException;
import io.tallyman.sign.SigningRefusedException;
import io.tallyman.store.CredentialsUnavailableException;
import io.tallyman.store.StoreConfigurationException;
import io.tallyman.transfer.UnusableProxyException;
import java.sql.SQLException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns what went wrong into one line on stderr and the exit code of the promise; stack traces go to the log at DEBUG only. */
final class ErrorLines {
    static final int INTERNAL_ERROR = 1;
    static final int USAGE = 2;
    static final int DATABASE_UNREACHABLE = 11;
    static final int DISK_REFUSED = 12;
    static final int CREDENTIALS_REFUSED = 13;
    static final int MANIFEST_REFUSED = 14;

    private static final Logger LOG = Logger.getLogger(ErrorLines.class);

    private ErrorLines() {}

    static CommandLine install(CommandLine commandLine) {
        return commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A key may begin with an @.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, args) -> usage(e))
                .setExecutionExceptionHandler((e, command, result) -> failure(e));
    }

    /** Prints the usage error and where to read more; returns the exit code. */
    static int usage(ParameterException e) {
        // What people typed is part of the message, line breaks included.
        String message = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        System.err.println("tallyman: " + message + "; see: "
                + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    /** Prints the one line of any other error; returns the exit code. */
    static int failure(Throwable thrown) {
        LOG.debug("command failed", thrown);
        Throwable known = firstKnown(thrown);
        if (known == null) {
            System.err.println("tallyman: internal error: " + thrown.getClass().getName() + ": " + thrown.getMessage()
                    + "; this is a defect, please report it with the output of QUARKUS_LOG_LEVEL=DEBUG");
            return INTERNAL_ERROR;
        }
        if (known instanceof SQLException) {
            System.err.println("tallyman: the database is gone: " + known.getMessage()
                    + "; nothing recorded is lost, run the same command again");
        } else {
            System.err.println("tallyman: " + known.getMessage());
        }
        return exitCode(known);
    }

    private static @Nullable Throwable firstKnown(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (exitCode(t) != INTERNAL_ERROR) {
                return t;
            }
        }
        return null;
    }

    private static int exitCode(Throwable t) {
        return switch (t) {
            case ParameterException e -> USAGE;
            case ConfigurationException e -> USAGE;
            case UnusableSettingException e -> USAGE;
            case UnusableProxyException e -> USAGE;
            case StoreConfigurationException e -> USAGE;
            case SigningRefusedException e -> USAGE;
            case UnusableNameException e -> USAGE;
            case UnknownManifestException e -> USAGE;
            case NoDestinationException e -> USAGE;
            case DestinationDiffersException e -> USAGE;
            case ManifestRefusedException e -> MANIFEST_REFUSED;
            case DestinationRefusedException e -> DISK_REFUSED;
            case OutputRefusedException e -> DISK_REFUSED;
            case DatabaseUnavailableException e -> DATABASE_UNREACHABLE;
            case CredentialsUnavailableException e -> CREDENTIALS_REFUSED;
            case StoppedWaitingException e -> e.ending().exitCode();
            case SQLException e when DatabasePatience.isAway(e) -> DATABASE_UNREACHABLE;
            default -> INTERNAL_ERROR;
        };
    }
}
