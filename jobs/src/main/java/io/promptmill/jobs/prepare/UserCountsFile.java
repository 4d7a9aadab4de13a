package io.promptmill.jobs.prepare;

import io.promptmill.jobs.counts.UserCounts;
import io.promptmill.jobs.lease.LeaseTicket;
import io.promptmill.jobs.store.OutputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** The file {@code counts.parquet} of a data folder: a row for each user, in their order, and one for posts that name none. */
public final class UserCountsFile {
    /** Its name in the folder. */
    public static final String NAME = "counts.parquet";

    private static final String USER = "user";
    private static final String DISPLAY_NAME = "name";
    private static final List<String> COUNTS = List.of(
            "downloaded", "retweets", "short", "duplicates", "other_language", "opted_out", "bad", "kept", "held_out");

    private UserCountsFile() {}

    /** Writes it. */
    static void write(List<UserCounts> users, OutputFiles files, LeaseTicket lease, Configuration hadoop)
            throws IOException {
        StructType schema = new StructType().add(USER, DataTypes.StringType).add(DISPLAY_NAME, DataTypes.StringType);
        for (String count : COUNTS) {
            schema = schema.add(count, DataTypes.LongType);
        }
        try (PartFile file = new PartFile(files, NAME, schema, hadoop)) {
            for (UserCounts user : users) {
                file.write(new GenericInternalRow(new Object[] {
                    UTF8String.fromString(user.user()),
                    UTF8String.fromString(user.name()),
                    user.downloaded(),
                    user.retweets(),
                    user.shortPosts(),
                    user.duplicates(),
                    user.otherLanguage(),
                    user.optedOut(),
                    user.bad(),
                    user.kept(),
                    user.heldOut()
                }));
            }
            file.commit(lease);
        }
    }

    /** Reads it from a data folder that {@code prepare} has finished. */
    public static List<UserCounts> read(OutputFiles files, Configuration hadoop) throws IOException {
        List<UserCounts> users = new ArrayList<>();
        try (ParquetReader<Group> rows = ParquetReader.builder(new GroupReadSupport(), files.path(NAME))
                .withConf(hadoop)
                .build()) {
            for (Group row = rows.read(); row != null; row = rows.read()) {
                users.add(new UserCounts(
                        text(row, USER),
                        text(row, DISPLAY_NAME),
                        row.getLong("downloaded", 0),
                        row.getLong("retweets", 0),
                        row.getLong("short", 0),
                        row.getLong("duplicates", 0),
                        row.getLong("other_language", 0),
                        row.getLong("opted_out", 0),
                        row.getLong("bad", 0),
                        row.getLong("kept", 0),
                        row.getLong("held_out", 0)));
            }
        } catch (RuntimeException e) { // Parquet's reader throws many kinds for a damaged file
            throw new IOException(files.path(NAME) + " cannot be read", e);
        }
        return users;
    }

    private static String text(Group row, String column) {
        return row.getFieldRepetitionCount(column) == 0 ? null : row.getString(column, 0);
    }
}
