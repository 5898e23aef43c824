package io.tallyman.ledger;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One execution of a manifest, by one or many workers. Read-only here; {@link Runs} opens and closes it. */
@Entity
@Table(schema = "tallyman", name = "run")
public class Run extends PanacheEntityBase {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(name = "manifest_id", nullable = false)
    public Long manifestId;

    /** Null for a run started by hand. */
    @Column(name = "job_id")
    public @Nullable Long jobId;

    /** The label of a {@link RunState}. */
    @Column(nullable = false)
    public String state;

    @Column(nullable = false)
    public String destination;

    @Column(name = "started_at", nullable = false)
    public Instant startedAt;

    /** Null while running. */
    @Column(name = "finished_at")
    public @Nullable Instant finishedAt;

    /** Null while running, and where the last worker died. */
    @Column(name = "exit_code")
    public @Nullable Integer exitCode;
}
