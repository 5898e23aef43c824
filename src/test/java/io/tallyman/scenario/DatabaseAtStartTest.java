package io.tallyman.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tallyman.job.Ending;
import io.tallyman.job.RunProgress;
import io.tallyman.job.RunRequest;
import io.tallyman.job.RunResult;
import io.tallyman.job.Runner;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(value = PostgresBehindGateway.class, restrictToAnnotatedClass = true)
class DatabaseAtStartTest {
    @Inject
    Runner runner;

    @Inject
    DataSource database;

    AtomicInteger hangUps;

    @TempDir
    Path destination;

    @Test
    void aRunBeginsWhenTheDatabaseAnswers() throws Exception {
        // Given a database that hangs up the first three times it is asked
        try (Connection connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("insert into tallyman.manifest (name) values ('m')");
        }
        hangUps.set(3);

        // When
        RunResult result = runner.run(new RunRequest("m", destination, null, null), new RunProgress());

        // Then
        assertThat(hangUps).hasValue(0);
        assertThat(result.ending()).isEqualTo(Ending.ALL_VERIFIED);
    }
}
