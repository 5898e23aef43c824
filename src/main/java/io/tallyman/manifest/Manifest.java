package io.tallyman.manifest;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A named list of objects to bring ashore: what people edit of it. Its rows are the import's and the ledger's. */
@Entity
@Table(schema = "tallyman", name = "manifest")
public class Manifest extends PanacheEntityBase {
    private static final int LONGEST_NAME = 200;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @Column(nullable = false, unique = true)
    public String name;

    /** Null for the default store. */
    @Column
    public @Nullable String store;

    /** The folder its files go to unless a run says otherwise. */
    @Column
    public @Nullable String destination;

    /** Where the last import read its rows. */
    @Column
    public @Nullable String source;

    @Column(name = "created_at", nullable = false, insertable = false, updatable = false)
    public Instant createdAt;

    @Column(name = "imported_at")
    public @Nullable Instant importedAt;

    /** The manifest of that name; empty where there is none. */
    public static Optional<Manifest> named(String name) {
        return find("name", name).firstResultOptional();
    }

    /**
     * Checks a name: 1 to 200 characters, none of them a control character.
     *
     * @throws IllegalArgumentException with the reason
     */
    public static void checkName(String name) {
        if (name.isEmpty() || name.codePointCount(0, name.length()) > LONGEST_NAME) {
            throw new IllegalArgumentException("a manifest's name has 1 to " + LONGEST_NAME + " characters");
        }
        if (name.codePoints().anyMatch(Character::isISOControl) || StorableText.isNotStorable(name)) {
            throw new IllegalArgumentException("a manifest's name holds no control characters");
        }
    }
}
