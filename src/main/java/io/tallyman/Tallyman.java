package io.tallyman;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.tallyman.cli.DemoCommand;
import io.tallyman.cli.FetchCommand;
import io.tallyman.cli.ImportCommand;
import io.tallyman.cli.Launcher;
import io.tallyman.cli.RunCommand;
import io.tallyman.cli.SignCommand;
import io.tallyman.cli.StatusCommand;
import io.tallyman.cli.VersionProvider;
import picocli.CommandLine.Command;

/** The top command: names the verbs and nothing more. */
@QuarkusMain
@TopCommand
@Command(
        name = "tallyman",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Brings objects ashore from Alibaba Cloud OSS and records every verdict in Postgres.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ImportCommand.class,
            RunCommand.class,
            StatusCommand.class,
            SignCommand.class,
            FetchCommand.class,
        },
        footer = {
            "",
            "Begin with:  tallyman demo",
            "Exit codes:  0 all verified, 1 internal error, 2 usage or configuration, 3 some entries failed,",
            "  4 some only unverified, 5 stopped with work left, 10 held by another run, 11 database unreachable,",
            "  12 disk full or read-only, 13 credentials refused, 14 manifest refused, 130/143 stopped by a signal.",
        })
public class Tallyman {
    public static void main(String... args) {
        Launcher.launch(Tallyman.class, args);
    }
}
