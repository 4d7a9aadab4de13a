package io.promptmill.jobs.input;

import io.promptmill.Problem;
import io.promptmill.Sha256;
import io.promptmill.jobs.parquet.DamagedParquetException;
import io.promptmill.jobs.parquet.FooterCheck;
import io.promptmill.jobs.parquet.LeafColumn;
import io.promptmill.jobs.parquet.PageCoding;
import io.promptmill.jobs.parquet.ParquetTail;
import io.promptmill.jobs.parquet.SchemaFields;
import io.promptmill.jobs.parquet.ThriftReader;
import io.promptmill.jobs.store.LocalFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;

/**
 * What the end of an input file says of it; read once for each file of a run, on executors. Nothing in it is trusted: any
 * bytes give a schema or a problem, in memory of the order of their number.
 *
 * @param file the file's state
 * @param schema the footer's Thrift form without all that is not schema, in ISO 8859-1; empty where there is a problem
 * @param gregorian whether the file's writer has never counted days by another calendar than today's
 * @param problem why the file cannot be read, or null
 */
record InputFooter(InputFile file, String schema, boolean gregorian, Problem problem) implements Serializable {
    /** How the library calls itself with which Spark and Hive write, older ones of which have another calendar. */
    private static final String WRITER_OF_SPARK_AND_HIVE = "parquet-mr";

    private static final int MAGIC_BYTES = ParquetTail.MAGIC.length();

    /** Above this a footer is refused; a writer that needs a hundredth of it has too many row groups. */
    private static final int MAX_FOOTER_BYTES = 1 << 29;

    /** Names in a column's path; 40 nested lists, twice as many names, take half a minute to plan, 60 some minutes. */
    private static final int MAX_DEPTH = 64;

    static InputFooter read(Path path, Configuration hadoop) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        FileStatus status = fileSystem.getFileStatus(path);
        long size = status.getLen();
        if (!LocalFiles.isOrdinary(fileSystem, path)) {
            return notParquet(status, "it is a pipe, a socket or a device, not a file", "remove it or leave it out");
        }
        if (size == 0) {
            return notParquet(status, "it is empty", "write it anew or leave it out");
        }
        if (size < ParquetTail.BYTES + MAGIC_BYTES) {
            return notParquet(status, "it has " + size + " bytes and the smallest Parquet file has 12");
        }
        try (FSDataInputStream in = fileSystem.open(path)) {
            ParquetTail tail = ParquetTail.read(in, size);
            if (tail.magic().equals("PARE")) {
                return without(
                        status,
                        "input_encrypted",
                        "the footer of " + path + " is encrypted",
                        "no keys are known here",
                        "write the file without encryption");
            }
            long length = tail.footerBytes();
            if (!tail.magic().equals(ParquetTail.MAGIC)) {
                byte[] head = new byte[MAGIC_BYTES];
                in.readFully(0, head);
                return new String(head, StandardCharsets.ISO_8859_1).equals(ParquetTail.MAGIC)
                        ? damaged(status, "it is missing, as in a file that was cut off")
                        : notParquet(status, "it neither begins nor ends with " + ParquetTail.MAGIC);
            }
            if (length > Math.min(size - ParquetTail.BYTES - MAGIC_BYTES, MAX_FOOTER_BYTES)) {
                return damaged(status, "it claims to have " + length + " bytes in a file of " + size);
            }
            byte[] footer = new byte[(int) length + ParquetTail.BYTES];
            in.readFully(size - footer.length, footer);
            return parsed(status, footer, hadoop);
        }
    }

    /** This footer with an equal schema in place of its own. */
    InputFooter withSchema(String equal) {
        return new InputFooter(file, equal, gregorian, problem);
    }

    private static InputFooter parsed(FileStatus status, byte[] footer, Configuration hadoop) throws IOException {
        FileMetaData metadata = new FileMetaData();
        try {
            ThriftReader.read(
                    metadata, new ByteArrayInputStream(footer, 0, footer.length - ParquetTail.BYTES), footer.length);
            SchemaFields.check(footer);
            PageCoding.check(metadata.getRow_groups(), hadoop);
            Optional<LeafColumn> tooDeep = FooterCheck.check(metadata, status.getLen() - footer.length).stream()
                    .filter(column -> column.path().size() > MAX_DEPTH)
                    .findFirst();
            if (tooDeep.isPresent()) {
                return tooDeep(status, tooDeep.get());
            }
        } catch (DamagedParquetException e) {
            return damaged(status, e.getMessage());
        } catch (PageCoding.MissingException e) {
            return without(
                    status, "pages_not_decodable", e.getMessage() + " in " + status.getPath(), e.why(), e.remedy());
        } catch (RuntimeException e) { // what Thrift read is not checked everywhere it is used
            return damaged(status, ThriftReader.message(e));
        }
        if (metadata.isSetEncryption_algorithm()) {
            return without(
                    status,
                    "input_encrypted",
                    "columns of " + status.getPath() + " are encrypted",
                    "no keys are known here",
                    "write the file without encryption");
        }
        return new InputFooter(
                state(status, Sha256.ofBytes(footer)),
                schemaOnly(metadata),
                metadata.isSetCreated_by() && !metadata.getCreated_by().startsWith(WRITER_OF_SPARK_AND_HIVE),
                null);
    }

    private static String schemaOnly(FileMetaData metadata) throws IOException {
        metadata.getSchema().stream()
                .filter(field ->
                        field.isSetLogicalType() && !field.getLogicalType().isSet())
                .forEach(field -> {
                    field.unsetLogicalType(); // newer than the reader, which cannot write it either
                    field.unsetType();
                });
        FileMetaData schema = new FileMetaData(metadata.getVersion(), metadata.getSchema(), 0, List.of());
        schema.setCreated_by(metadata.getCreated_by());
        if (metadata.isSetKey_value_metadata()) {
            metadata.getKey_value_metadata().stream()
                    .filter(entry -> FileSchema.SPARK_METADATA.equals(entry.getKey()))
                    .forEach(schema::addToKey_value_metadata);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Util.writeFileMetaData(schema, bytes);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static InputFooter notParquet(FileStatus status, String why) {
        return notParquet(
                status,
                why,
                "move it away or, in a folder, begin its name with a dot, then it is passed over; where it holds CSV, JSON"
                        + " lines or text, let its name end in .csv, .jsonl or .txt");
    }

    private static InputFooter notParquet(FileStatus status, String why, String remedy) {
        return without(status, "input_not_parquet", status.getPath() + " is not a Parquet file", why, remedy);
    }

    private static InputFooter tooDeep(FileStatus status, LeafColumn column) {
        return without(
                status,
                "column_too_deep",
                "the column " + column.path().get(0) + " of " + status.getPath() + " is nested more than " + MAX_DEPTH
                        + " levels deep",
                "Spark's plans for that take minutes or overflow; a list takes two levels",
                "flatten the column or drop it");
    }

    private static InputFooter damaged(FileStatus status, String why) {
        return without(
                status,
                "input_unreadable",
                "the footer of " + status.getPath() + " is damaged",
                why,
                "write the damaged file anew or leave it out");
    }

    private static InputFooter without(FileStatus status, String code, String what, String why, String remedy) {
        return new InputFooter(state(status, InputFile.NO_FOOTER), "", false, new Problem(code, what, why, remedy));
    }

    private static InputFile state(FileStatus status, String footer) {
        return InputFile.parquet(
                status.getPath().toString(),
                status.getLen(),
                Instant.ofEpochMilli(status.getModificationTime()).toString(),
                footer);
    }
}
