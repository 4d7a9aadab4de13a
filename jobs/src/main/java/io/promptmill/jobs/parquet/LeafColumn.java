package io.promptmill.jobs.parquet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * A column as Parquet keeps it: a leaf of the schema's tree, with the levels that tell its nulls and lists. The schema's
 * numbers are not trusted.
 *
 * @param path its names from the root
 * @param type of its values
 * @param typeLength bytes of a value of fixed length; 0 for other types
 * @param definitions the highest definition level, which a value has that is there
 * @param repetitions the highest repetition level; 0 where each row has one value
 */
public record LeafColumn(List<String> path, Type type, int typeLength, int definitions, int repetitions) {
    public LeafColumn {
        path = List.copyOf(path);
    }

    /** Its path as text. */
    String name() {
        return String.join(".", path);
    }

    /** The leaves of a schema, in its order. */
    static List<LeafColumn> of(List<SchemaElement> schema) throws DamagedParquetException {
        List<LeafColumn> leaves = new ArrayList<>();
        Deque<Group> open = new ArrayDeque<>();
        for (int i = 0; i < schema.size(); i++) {
            SchemaElement element = schema.get(i);
            while (!open.isEmpty() && open.peek().isFull()) {
                open.pop();
            }
            if (open.isEmpty() != (i == 0)) {
                throw new DamagedParquetException("its schema is not one tree");
            }
            Group parent = open.peek();
            Group here = parent == null ? Group.root(element) : parent.child(element);
            if (parent == null || element.getNum_children() > 0) {
                open.push(here);
            } else if (!element.isSetNum_children()) {
                if (element.getType() == null) {
                    throw new DamagedParquetException("the column " + String.join(".", here.path) + " has no type");
                }
                leaves.add(new LeafColumn(
                        here.path,
                        element.getType(),
                        element.getType() == Type.FIXED_LEN_BYTE_ARRAY ? element.getType_length() : 0,
                        here.definitions,
                        here.repetitions));
            }
        }
        if (open.stream().anyMatch(group -> !group.isFull())) {
            throw new DamagedParquetException("its schema ends too early");
        }
        return leaves;
    }

    /** A group whose children are being read. */
    private static final class Group {
        private final List<String> path;
        private final int definitions;
        private final int repetitions;
        private final int children;
        private int seen;

        private Group(List<String> path, int definitions, int repetitions, int children) {
            this.path = path;
            this.definitions = definitions;
            this.repetitions = repetitions;
            this.children = children;
        }

        private static Group root(SchemaElement element) {
            return new Group(List.of(), 0, 0, element.getNum_children());
        }

        private Group child(SchemaElement element) throws DamagedParquetException {
            seen++;
            List<String> childPath = new ArrayList<>(path);
            childPath.add(element.getName());
            FieldRepetitionType kind = element.getRepetition_type();
            if (kind == null) {
                throw new DamagedParquetException(
                        "the column " + String.join(".", childPath) + " may neither be null nor not be null");
            }
            return new Group(
                    childPath,
                    definitions + (kind == FieldRepetitionType.REQUIRED ? 0 : 1),
                    repetitions + (kind == FieldRepetitionType.REPEATED ? 1 : 0),
                    element.getNum_children());
        }

        private boolean isFull() {
            return seen >= children;
        }
    }
}
