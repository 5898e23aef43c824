package io.tallyman.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A column of recordings, which goes to the database as an array; of Java's own types, so that the driver sends it in binary. */
record RecordedColumn(
        String name,
        String type,
        IntFunction<@Nullable Object[]> array,
        Function<RecordedRow, @Nullable Object> value) {

    private static final RecordedColumn ENTRY_ID = int8("entry_id", RecordedRow::entryId);
    private static final RecordedColumn EPOCH = int4("epoch", RecordedRow::epoch);
    private static final RecordedColumn OUTCOME = text("outcome", RecordedRow::outcome);
    private static final RecordedColumn AGE = int8("age_millis", RecordedRow::ageMillis);
    private static final RecordedColumn DURATION = int8("duration_millis", RecordedRow::durationMillis);
    private static final RecordedColumn BYTES = int8("bytes", RecordedRow::bytes);
    private static final RecordedColumn HTTP_STATUS = int4("http_status", RecordedRow::httpStatus);
    private static final RecordedColumn REQUEST_ID = text("request_id", RecordedRow::requestId);
    private static final RecordedColumn FAILURE_KIND = text("failure_kind", RecordedRow::failureKind);
    private static final RecordedColumn ERROR_CODE = text("error_code", RecordedRow::errorCode);
    private static final RecordedColumn MESSAGE = text("message", RecordedRow::message);

    /** Of recordings that are final. */
    static final List<RecordedColumn> SETTLING = List.of(
            ENTRY_ID,
            EPOCH,
            OUTCOME,
            AGE,
            DURATION,
            BYTES,
            HTTP_STATUS,
            REQUEST_ID,
            new RecordedColumn("adopted", "bool", Boolean[]::new, RecordedRow::adopted),
            int8("size_bytes", RecordedRow::sizeBytes),
            text("crc64", RecordedRow::crc64),
            text("etag", RecordedRow::etag),
            FAILURE_KIND,
            ERROR_CODE,
            MESSAGE);

    /** Of recordings after which the entry is pending again. */
    static final List<RecordedColumn> RETURNING = List.of(
            ENTRY_ID,
            EPOCH,
            OUTCOME,
            int4("burnt", RecordedRow::burnt),
            int4("deferred", RecordedRow::deferred),
            int8("delay_millis", RecordedRow::delayMillis),
            AGE,
            DURATION,
            BYTES,
            HTTP_STATUS,
            REQUEST_ID,
            FAILURE_KIND,
            ERROR_CODE,
            MESSAGE);

    /** Parameters for that many arrays. */
    static String arrays(List<RecordedColumn> columns) {
        return columns.stream().map(column -> "?::" + column.type + "[]").collect(Collectors.joining(", "));
    }

    static String names(List<RecordedColumn> columns) {
        return columns.stream().map(RecordedColumn::name).collect(Collectors.joining(", "));
    }

    /** Sets the first parameters, the rows in the order of their entries; returns the number of the next parameter. */
    static int set(PreparedStatement statement, List<RecordedColumn> columns, List<RecordedRow> rows)
            throws SQLException {
        List<RecordedRow> ordered = rows.stream()
                .sorted(Comparator.comparingLong(RecordedRow::entryId))
                .toList();
        int parameter = 1;
        for (RecordedColumn column : columns) {
            @Nullable Object[] array = ordered.stream().map(column.value).toArray(column.array);
            statement.setArray(parameter++, statement.getConnection().createArrayOf(column.type, array));
        }
        return parameter;
    }

    private static RecordedColumn int4(String name, Function<RecordedRow, @Nullable Object> value) {
        return new RecordedColumn(name, "int4", Integer[]::new, value);
    }

    private static RecordedColumn int8(String name, Function<RecordedRow, @Nullable Object> value) {
        return new RecordedColumn(name, "int8", Long[]::new, value);
    }

    private static RecordedColumn text(String name, Function<RecordedRow, @Nullable Object> value) {
        return new RecordedColumn(name, "text", String[]::new, value);
    }
}
