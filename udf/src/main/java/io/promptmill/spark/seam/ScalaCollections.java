package io.promptmill.spark.seam;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scala.Predef;
import scala.Tuple2;
import scala.collection.Iterable;
import scala.collection.Iterator;
import scala.collection.Seq;
import scala.collection.mutable.Builder;

/**
 * Java's collections as Scala's and back, by what Scala 2.12 and 2.13 have in common: what one of them converts with, the
 * other lacks or deprecates. Stateless.
 */
public final class ScalaCollections {
    private ScalaCollections() {}

    /**
     * An array as a Row holds it; not copied.
     *
     * @param array of objects or of primitive values
     */
    public static Seq<?> rowArray(Object array) {
        return Predef.genericWrapArray(array);
    }

    /** A copy, of the type that parameters and results of Spark have in both. */
    public static <T> scala.collection.immutable.Seq<T> seq(List<? extends T> list) {
        @SuppressWarnings("unchecked") // nothing but elements of the list is read from it
        T[] elements = (T[]) list.toArray();
        return Predef.wrapRefArray(elements).toIndexedSeq();
    }

    /** A copy. */
    public static <K, V> scala.collection.immutable.Map<K, V> map(Map<? extends K, ? extends V> map) {
        Builder<Tuple2<K, V>, scala.collection.immutable.Map<K, V>> entries =
                scala.collection.immutable.Map$.MODULE$.newBuilder();
        map.forEach((key, value) -> entries.$plus$eq(new Tuple2<>(key, value)));
        return entries.result();
    }

    /** A copy. */
    public static <T> List<T> javaList(Iterable<? extends T> elements) {
        return javaList(elements.iterator());
    }

    /** What is left of an iterator. */
    public static <T> List<T> javaList(Iterator<? extends T> elements) {
        List<T> list = new ArrayList<>();
        while (elements.hasNext()) {
            list.add(elements.next());
        }
        return list;
    }

    /** A copy, in the order of the entries. */
    public static <K, V> Map<K, V> javaMap(scala.collection.Map<? extends K, ? extends V> map) {
        Map<K, V> entries = new LinkedHashMap<>();
        javaList(map.iterator()).forEach(entry -> entries.put(entry._1(), entry._2()));
        return entries;
    }
}
