package io.promptmill.spark.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.immutable.Seq;

@Tag("spark")
class ScalaCollectionsTest {
    @Test
    void aListBecomesASequenceAndComesBackWithItsNulls() {
        List<String> list = Arrays.asList("a", null, "b");
        Seq<String> seq = ScalaCollections.seq(list);
        assertThat(seq.size()).isEqualTo(3);
        assertThat(seq.apply(2)).isEqualTo("b");
        assertThat(ScalaCollections.<String>javaList(seq)).isEqualTo(list);
    }

    @Test
    void aSequenceKeepsWhatTheListHadWhenItWasMade() {
        List<Integer> list = Arrays.asList(1, 2);
        Seq<Integer> seq = ScalaCollections.seq(list);
        list.set(0, 7);
        assertThat(seq.apply(0)).isEqualTo(1);
    }

    @Test
    void aMapBecomesAnImmutableOneAndComesBack() {
        Map<String, Integer> map = new LinkedHashMap<>(Map.of("a", 1, "b", 2));
        scala.collection.immutable.Map<String, Integer> entries = ScalaCollections.map(map);
        map.put("c", 3);
        assertThat(entries.get("a")).isEqualTo(Option.apply(1));
        assertThat(entries.get("c").isEmpty()).isTrue();
        assertThat(ScalaCollections.<String, Integer>javaMap(entries)).isEqualTo(Map.of("a", 1, "b", 2));
    }

    @Test
    void anArrayOfARowIsReadAsSparkReadsIt() {
        Row row = RowFactory.create(
                ScalaCollections.rowArray(new int[] {7, 1}), ScalaCollections.rowArray(new Object[] {"a", null}));
        assertThat(row.<Integer>getList(0)).containsExactly(7, 1);
        assertThat(row.<String>getList(1)).containsExactly("a", null);
    }
}
