package io.promptmill.jobs.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Reads a few sequences from chunk files that lie over the whole output. Stateless. */
public final class SampleRows {
    private static final int FILES = 4;
    private static final int PROMPTS_OF_FILE = 3;

    /** Further down in a file nobody looks for prompts that are ok. */
    private static final int ROWS_OF_FILE = 1000;

    // The places of the output's columns; their names are the user's to choose.
    private static final int ID = 0;
    private static final int PROMPT = 1;
    private static final int SEQUENCES = 2;
    private static final int TEXT = 3;
    private static final int FINISH_REASON = 5;

    private static final int TEXT_OF_SEQUENCE = 1;
    private static final int FINISH_REASON_OF_SEQUENCE = 3;

    private SampleRows() {}

    /** The first sequence of some prompts that are ok; none where there are none. */
    public static List<SampleRow> of(StoredOutput output, Configuration hadoop) throws IOException {
        List<String> names = List.copyOf(output.chunkFiles());
        int files = Math.min(FILES, names.size());
        List<SampleRow> rows = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            read(output.files().path(names.get(i * names.size() / files)), hadoop, rows);
        }
        return rows;
    }

    private static void read(Path file, Configuration hadoop, List<SampleRow> rows) throws IOException {
        Columns columns = Columns.of(file, hadoop);
        Configuration reading = new Configuration(hadoop);
        reading.set(ReadSupport.PARQUET_READ_SCHEMA, columns.projection().toString());
        int most = rows.size() + PROMPTS_OF_FILE;
        try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), file)
                .withConf(reading)
                .build()) {
            Group row = reader.read();
            for (int i = 0; row != null && i < ROWS_OF_FILE && rows.size() < most; i++) {
                SampleRow sample = columns.sample(row);
                boolean another =
                        rows.isEmpty() || !rows.get(rows.size() - 1).id().equals(sample.id());
                if (sample.text() != null && another) {
                    rows.add(sample);
                }
                row = reader.read();
            }
        }
    }

    /**
     * What is read of a file.
     *
     * @param all its columns
     * @param grouped whether the sequences of a prompt are in its row
     */
    private record Columns(MessageType all, boolean grouped) {
        static Columns of(Path file, Configuration hadoop) throws IOException {
            try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
                MessageType schema = reader.getFooter().getFileMetaData().getSchema();
                return new Columns(schema, !schema.getType(SEQUENCES).isPrimitive());
            }
        }

        MessageType projection() {
            List<Type> read = new ArrayList<>(List.of(all.getType(ID), all.getType(PROMPT)));
            if (grouped) {
                GroupType list = all.getType(SEQUENCES).asGroupType();
                GroupType element = list.getType(0).asGroupType();
                GroupType sequence = element.getType(0).asGroupType();
                read.add(list.withNewFields(element.withNewFields(sequence.withNewFields(
                        sequence.getType(TEXT_OF_SEQUENCE), sequence.getType(FINISH_REASON_OF_SEQUENCE)))));
            } else {
                read.add(all.getType(TEXT));
                read.add(all.getType(FINISH_REASON));
            }
            return new MessageType(all.getName(), read);
        }

        SampleRow sample(Group row) {
            Group sequence = row;
            int text = 2;
            if (grouped) {
                Group list = row.getGroup(2, 0);
                if (list.getFieldRepetitionCount(0) == 0) {
                    return new SampleRow(text(row, 0), text(row, 1), null, null);
                }
                sequence = list.getGroup(0, 0).getGroup(0, 0);
                text = 0;
            }
            return new SampleRow(text(row, 0), text(row, 1), text(sequence, text), text(sequence, text + 1));
        }

        private static String text(Group row, int field) {
            return row.getFieldRepetitionCount(field) == 0 ? null : row.getValueToString(field, 0);
        }
    }
}
