/**
 * What is not the same in Spark 3.5 with Scala 2.12 and in Spark 4 with Scala 2.13. All other code is compiled for both as
 * it stands.
 */
package io.promptmill.spark.seam;
